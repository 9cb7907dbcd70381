"""Une salle et son matériel : le même geste, le même examen, le même sort."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.stock.objet.modele import PRETS, Etat, Pret

RESERVER = ("espace", "reserver", "cour")


@pytest.fixture
def atelier(lieu: Lieu) -> Lieu:
    for nom in ("Karim Haddad", "Léa Dupont"):
        lieu.faire("accueil", "personne", "creer", nom)
    lieu.faire("stock", "objet", "creer", "Projecteur")
    lieu.faire("stock", "objet", "creer", "Chaise", "--lot", "20")
    return lieu


def prets(lieu: Lieu, *etats: Etat) -> list[Pret]:
    lus = PRETS.toutes(ArbreDisque(lieu.racine)).fiches
    return sorted((p for p in lus if p.etat in etats), key=lambda p: p.objet)


def reserver(lieu: Lieu, quand: str, qui: str, *materiel: str, code: int = 0) -> str:
    mots = [mot for dit in materiel for mot in ("--materiel", dit)]
    rendu = lieu.faire(*RESERVER, quand, "--objet", "Ciné", "--pour", qui, *mots, "--json", code=code)
    return rendu.sortie


def test_la_salle_et_le_materiel_ont_le_meme_sort(atelier: Lieu) -> None:
    commits = int(atelier.git("rev-list", "--count", "HEAD"))
    ident = json.loads(reserver(atelier, "demain 18h-20h", "@Karim", "projecteur", "12 chaise"))["id"]
    assert int(atelier.git("rev-list", "--count", "HEAD")) == commits + 1
    retenus = prets(atelier, Etat.RESERVE)
    assert [(p.objet, p.combien, p.avec) for p in retenus] == [
        ("chaise", 12, ident),
        ("projecteur", 1, ident),
    ]
    assert "Chaise (×12), Projecteur" in atelier.faire("espace", "fiche", ident).sortie
    # Montage compris.
    atelier.faire("espace", "modifier", ident, "--montage", "1h")
    assert {p.debut for p in prets(atelier, Etat.RESERVE)} == {"2026-11-25T17:00"}
    # Déplacée à un autre mois, elle change de nom : le matériel la suit.
    atelier.faire("espace", "deplacer", ident, "3/2/2027 18h-20h")
    (partie,) = [
        r.deplacee_a for r in RESERVATIONS.toutes(ArbreDisque(atelier.racine)).fiches if r.deplacee_a
    ]
    assert {(p.debut, p.avec) for p in prets(atelier, Etat.RESERVE)} == {("2027-02-03T17:00", partie)}
    assert "Tout est en ordre" in atelier.faire("verifier").sortie
    assert (
        "Rendu aussi : Chaise (×12), Projecteur" in atelier.faire("espace", "annuler", partie, "--oui").sortie
    )
    assert prets(atelier, Etat.RESERVE) == []
    atelier.faire("defaire", "--oui")
    assert len(prets(atelier, Etat.RESERVE)) == 2


@pytest.mark.parametrize("forcer", [(), ("--forcer", "--motif", "convenu")])
def test_un_materiel_pris_est_un_refus_et_trois_moments(atelier: Lieu, forcer: tuple[str, ...]) -> None:
    """Passer outre promet une salle deux fois ; jamais un objet."""
    atelier.faire("stock", "reserver", "projecteur", "@Léa", "--quand", "demain 10h-19h")
    avant = atelier.signature()
    mots = (*RESERVER, "demain 18h-20h", "--objet", "Ciné", "--pour", "@Karim", "--materiel", "projecteur")
    refus = atelier.faire(*mots, *forcer, code=1).erreurs
    assert "« Projecteur » n'est pas libre" in refus and refus.count("--materiel projecteur") == 3
    assert atelier.signature() == avant
    trois = json.loads(atelier.faire(*mots, *forcer, "--json", code=1).sortie)["refus"]
    assert trois["materiel"] and len(trois["propositions"]) == 3
    # La première proposition se colle, et convient à l'une comme à l'autre.
    atelier.faire(*shlex.split(trois["commandes"][0])[1:])
    assert "Tout est en ordre" in atelier.faire("verifier").sortie


def test_deplacer_n_emporte_pas_ce_qui_est_pris_la_bas(atelier: Lieu) -> None:
    ident = json.loads(reserver(atelier, "demain 18h-20h", "@Karim", "projecteur"))["id"]
    atelier.faire("stock", "reserver", "projecteur", "@Léa", "--quand", "26/11 10h-19h")
    refus = atelier.faire("espace", "deplacer", ident, "26/11 18h-20h", code=1).erreurs
    assert "« Projecteur » n'est pas libre" in refus and refus.count("tl espace deplacer") == 3
    # D'une heure, sur ses propres heures : il ne se gêne pas lui-même.
    atelier.faire("espace", "deplacer", ident, "demain 19h-21h")
    assert [p.debut for p in prets(atelier, Etat.RESERVE)] == ["2026-11-25T19:00", "2026-11-26T10:00"]


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (("--materiel", "projecteur"), "Qui répond du matériel ?"),
        (("--pour", "@Karim", "--materiel", "21 chaise"), "que 20 « Chaise »"),
        (("--pour", "@Karim", "--materiel", "orgue"), "Aucune fiche « orgue »"),
        (("--pour", "@Karim", "--materiel", "chaise", "--option", "demain 10h"), "Une option ne promet rien"),
    ],
)
def test_ce_qui_ne_se_peut_pas_se_dit(atelier: Lieu, mots: tuple[str, ...], dit: str) -> None:
    avant = atelier.signature()
    refus = atelier.faire(*RESERVER, "demain 18h-20h", "--objet", "Ciné", *mots, code=None)
    assert refus.code and dit in refus.erreurs
    assert atelier.signature() == avant


def test_refuser_une_demande_rend_son_materiel(atelier: Lieu) -> None:
    atelier.faire("espace", "regle", "creer", "moderee", "--moderation")
    ident = json.loads(reserver(atelier, "demain 18h-20h", "@Karim", "projecteur"))["id"]
    assert prets(atelier, Etat.RESERVE)
    atelier.faire("espace", "refuser", ident, "--motif", "travaux")
    assert not prets(atelier, Etat.RESERVE) and prets(atelier, Etat.ANNULE)


def test_une_salle_changee_sans_son_materiel_se_voit(atelier: Lieu) -> None:
    """Deux postes hors ligne : l'un annule, l'autre retient."""
    ident = json.loads(reserver(atelier, "demain 18h-20h", "@Karim"))["id"]
    atelier.faire("stock", "reserver", "projecteur", "@Karim", "--avec", ident)
    chemin = RESERVATIONS.genre.chemin(ident)
    texte = (atelier.racine / chemin).read_text("utf-8")
    atelier.poser(chemin, f"{texte}etat: annulee\n")
    dit = atelier.faire("verifier", code=1).sortie
    assert "reste retenu pour « Ciné »" in dit


@pytest.mark.parametrize(("ligne", "etats"), [("Annulé", 0), ("Confirmé", 1)])
def test_ce_qu_un_autre_outil_change_emmene_le_materiel(
    atelier: Lieu, tmp_path: Path, ligne: str, etats: int
) -> None:
    """Là-bas, la réservation est annulée, ou une heure plus tard."""
    ident = json.loads(reserver(atelier, "demain 18h-20h", "@Karim", "projecteur"))["id"]
    fichier = tmp_path / "r.csv"
    fichier.write_text(
        f"id;salle;objet;début;fin;état\n{ident};cour;Ciné;2026-11-25 19:00;2026-11-25 21:00;{ligne}\n",
        "utf-8",
    )
    atelier.faire("espace", "importer", str(fichier), "--changees", "--oui")
    assert [p.debut for p in prets(atelier, Etat.RESERVE)] == ["2026-11-25T19:00"] * etats
    assert "Tout est en ordre" in atelier.faire("verifier").sortie


def test_le_materiel_d_une_serie_se_retient_date_par_date(atelier: Lieu) -> None:
    serie = ("espace", "serie", "creer", "cour", "--regle", "chaque mardi 19h-21h", "--objet", "Chorale")
    ident = atelier.id(*serie, "--du", "2026-12-01", "--au", "2026-12-31")
    for nom in (ident, "chorale"):
        refus = atelier.faire("stock", "reserver", "projecteur", "@Karim", "--avec", nom, code=2).erreurs
        assert "est une série" in refus and "--quand" in refus
