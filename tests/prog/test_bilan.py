"""Le bilan du programme : des comptes justes, et rien qui désigne quelqu'un en public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.prog.bilan import regles
from tiers_lieu_cli.prog.inscription.modele import Etat as EtatInscription
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.modele import Etat, Evenement

DU, AU = date(2026, 11, 1), date(2026, 11, 30)


def evenement(n: int, jour: str = "2026-11-10", **champs: object) -> Evenement:
    bornes = {"debut": f"{jour}T18:00", "fin": f"{jour}T20:00"}
    return Evenement(**{"id": f"{jour}-velo-{n:04}", "titre": "Vélo", **bornes, **champs})  # type: ignore[arg-type]


def inscription(e: Evenement, n: int, presents: int | None, **champs: object) -> Inscription:
    ident = f"{e.id}-p-{n:06}"
    faits = {"evenement": e.id, "demandee": "2026-11-01T10:00:00", "personne": f"p-{n:06}"}
    return Inscription(**{"id": ident, "presents": presents, **faits, **champs})  # type: ignore[arg-type]


def comptes(evenements: list[Evenement], inscrites: dict[str, list[Inscription]]) -> regles.Comptes:
    return regles.compter(DU, AU, evenements=evenements, inscriptions_de=inscrites, heures=[], idees=[])


def test_ce_qui_compte_et_ce_qui_ne_compte_pas() -> None:
    dit = evenement(1, participants=30, publics=("riverains",))
    feuille = evenement(2, publics=("riverains", "membres"))
    autres = [
        evenement(3, etat=Etat.ANNULE),
        evenement(4, etat=Etat.REPORTE),
        evenement(5, etat=Etat.BROUILLON),
        evenement(6, calendrier="fablab"),
        evenement(7, jour="2026-12-01"),
        evenement(8),
    ]
    liste = [
        inscription(feuille, 1, 1),
        inscription(feuille, 2, 0),
        inscription(feuille, 3, None),
        inscription(feuille, 4, None, etat=EtatInscription.EN_ATTENTE),
        inscription(feuille, 5, 2, groupe=3),
        inscription(feuille, 6, 1, etat=EtatInscription.SUR_PLACE),
    ]
    c = comptes([dit, feuille, *autres], {feuille.id: liste})
    assert (c.tenues, c.annulees, c.reportees, c.comptees) == (3, 1, 1, 2)
    assert c.participants == 34
    assert c.participants_par_public == {"riverains": 34, "membres": 4, "tous publics": 0}
    assert (c.venus, c.absents, c.sans_note, c.sur_place, c.attente) == (3, 2, 1, 1, 1)


def test_un_groupe_compte_pour_son_public() -> None:
    atelier = evenement(1, publics=("riverains",))
    liste = [
        inscription(atelier, 1, 22, personne="", groupe=22, public="partenaires"),
        inscription(atelier, 2, 1),
        inscription(atelier, 3, 0, public="membres"),
    ]
    assert comptes([atelier], {atelier.id: liste}).participants_par_public == {
        "partenaires": 22,
        "riverains": 1,
    }
    dit = evenement(2, publics=("riverains",), participants=30)
    assert comptes([dit], {dit.id: liste}).participants_par_public == {"partenaires": 22, "riverains": 8}


@pytest.fixture
def anime(lieu: Lieu) -> Lieu:
    for nom in ("Léa Petit", "Karim Haddad"):
        lieu.faire("accueil", "personne", "creer", nom)
    service = lieu.id("prog", "service", "creer", "Prêt d'outils")
    creer = ("prog", "evenement", "creer", "--passe")
    conte = lieu.id(*creer, "Conte", "--quand", "10 novembre 2026 14h-16h", "--public", "riverains")
    lieu.faire("prog", "equipe", "creneaux", conte, "--role", "accueil")
    lieu.faire("prog", "equipe", "inscrire", conte, "--role", "accueil", "--personne", "@Karim")
    lieu.faire("prog", "inscrire", conte, "--personne", "@Léa")
    lieu.faire("prog", "inscrire", conte, "--groupe", "12")
    lieu.faire("prog", "emarger", conte, "--tout", "--absent", "@Léa", "--sur-place", "3")
    lieu.faire("prog", "evenement", "tenir", conte)
    pret = lieu.id(*creer, "Prêt", "--quand", "11 novembre 2026 9h-12h", "--service", service)
    lieu.faire("prog", "evenement", "tenir", pret, "--participants", "8")
    lieu.faire("prog", "proposer", "Un banc")
    return lieu


def test_le_bilan_a_ses_formes(
    anime: Lieu, or_: Callable[[str, bytes], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    or_("bilan-programme.txt", anime.faire("prog", "bilan").sortie.encode())
    anime.faire("prog", "bilan", "--format", "pdf", "--sortie", str(tmp_path / "b.pdf"))
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-02T09:00+01:00")
    or_("bilan-programme.html", anime.faire("prog", "bilan", "--public", "--format", "html").sortie.encode())
    # Une seule personne a tenu l'accueil : ses heures ne se publient pas, ni leur total.
    titres = [p["titre"] for p in anime.faire("prog", "bilan", "--public", "--json").json["parties"]]
    assert "Participants" in titres and "Heures des équipes" not in titres
    assert anime.faire("prog", "bilan", "--du", "1/10/2026", "--au", "31/10/2026", "--json").json["parties"]
