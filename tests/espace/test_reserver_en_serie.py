"""Les séries de réservations : chaque date vérifiée, choisie, changée, rajoutée."""

from __future__ import annotations

from pathlib import Path

import pytest
from soutien import Lieu

CREER = ("espace", "serie", "creer", "cour", "--du", "2026-12-01", "--au", "2027-11-30", "--objet", "chorale")
MARDIS = (*CREER, "--regle", "chaque mardi 19h-21h")


def occupe(lieu: Lieu, quand: str, salle: str = "cour") -> bool:
    return lieu.faire("espace", "reserver", salle, quand, "--objet", "x", "--essai", code=None).code == 1


def series(lieu: Lieu) -> list[Path]:
    return list((lieu.racine / "espace/series").iterdir())


def test_une_serie_est_une_fiche_et_un_enregistrement(lieu: Lieu) -> None:
    avant = lieu.git("rev-list", "--count", "HEAD")
    dit = lieu.faire(*MARDIS).sortie
    assert "Cour est réservée chaque mardi, 19:00–21:00 : 53 dates (chorale-" in dit
    assert len(series(lieu)) == 1
    assert int(lieu.git("rev-list", "--count", "HEAD")) == int(avant) + 1
    assert occupe(lieu, "2027-06-01 20h-22h")
    assert not occupe(lieu, "2027-06-02 20h-22h")


def test_dix_neuf_heures_restent_dix_neuf_heures_aux_deux_changements(lieu: Lieu) -> None:
    lieu.faire(*MARDIS)
    for jour in ("2027-03-23", "2027-03-30", "2027-10-26", "2027-11-02"):
        assert occupe(lieu, f"{jour} 19h-19h30")
        assert not occupe(lieu, f"{jour} 18h-19h")


def test_sans_choix_une_date_prise_refuse_toute_la_serie(lieu: Lieu) -> None:
    prise = lieu.id("espace", "reserver", "cour", "2027-01-05 20h-22h", "--objet", "bal")
    avant = lieu.signature()
    refus = lieu.faire(*MARDIS, code=1)
    assert "mardi 5 janvier 2027 : Cour est prise" in refus.erreurs
    assert "--si-pris sauter" in refus.erreurs
    (date,) = lieu.faire(*MARDIS, "--json", code=1).json["refus"]["dates"]
    assert (date["jour"], date["conflits"], len(date["propositions"])) == ("2027-01-05", [prise], 3)
    assert lieu.signature() == avant


@pytest.mark.parametrize(
    ("choix", "dit", "prise_ensuite"),
    [("sauter", "52 dates, 1 sautée", False), ("a-replacer", "52 dates, 1 à replacer", False),
     ("deplacer", "53 dates, 1 déplacée", True)],
)  # fmt: skip
def test_au_choix_sauter_deplacer_ou_a_replacer(
    lieu: Lieu, choix: str, dit: str, prise_ensuite: bool
) -> None:
    lieu.faire("espace", "reserver", "cour", "2027-01-05 20h-22h", "--objet", "bal")
    assert dit in lieu.faire(*MARDIS, "--si-pris", choix).sortie
    assert occupe(lieu, "2027-01-05 18h-20h") is prise_ensuite
    demandes = lieu.faire("espace", "demandes").sortie
    assert ("chorale (la salle était prise)" in demandes) is (choix == "a-replacer")
    lieu.faire("verifier")


def test_une_serie_se_verifie_contre_elle_meme(lieu: Lieu) -> None:
    refus = lieu.faire(*CREER, "--regle", "chaque jour 19h-21h", "--montage", "23h", code=1)
    assert "montage compris" in refus.erreurs


def test_sauf_une_periode_que_le_lieu_a_notee(lieu: Lieu) -> None:
    regle = (*CREER, "--regle", "chaque mardi 19h-21h sauf vacances scolaires")
    assert "tl espace periode vacances-scolaires" in lieu.faire(*regle, code=2).erreurs
    lieu.faire("espace", "periode", "vacances-scolaires", "--du", "2026-12-21", "--au", "2027-01-01")
    lieu.faire(*regle)
    assert not occupe(lieu, "2026-12-22 19h-21h")
    assert occupe(lieu, "2027-01-05 19h-21h")


def test_une_date_se_deplace_s_annule_se_rajoute(lieu: Lieu) -> None:
    ident = lieu.id(*MARDIS)
    assert "dire quelle date" in lieu.faire("espace", "deplacer", ident, "jeu 3/12 19h", code=2).erreurs
    lieu.faire("espace", "deplacer", f"{ident}@2026-12-01", "jeu 3/12 19h", "--salle", "salle-du-rez")
    assert not occupe(lieu, "2026-12-01 19h-21h")
    assert occupe(lieu, "2026-12-03 20h-22h", "salle-du-rez")
    lieu.faire("espace", "annuler", ident, "--le", "2026-12-08", "--motif", "malade")
    assert not occupe(lieu, "2026-12-08 19h-21h")
    assert "ANNULÉE (malade)" in lieu.faire("espace", "fiche", ident).sortie
    lieu.faire("espace", "serie", "ajouter", ident, "2026-12-08")
    assert occupe(lieu, "2026-12-08 19h-21h")
    lieu.faire("espace", "reserver", "cour", "2026-12-09 20h-21h", "--objet", "bal")
    assert "Cour est prise" in lieu.faire("espace", "serie", "ajouter", ident, "2026-12-09", code=1).erreurs
    assert "n'a pas lieu" in lieu.faire("espace", "annuler", ident, "--le", "2026-12-10", code=2).erreurs


def test_celle_ci_et_les_suivantes_puis_toute_la_serie(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = lieu.id(*MARDIS)
    lieu.faire("espace", "annuler", ident, "--du", "2027-01-05")
    assert occupe(lieu, "2026-12-29 19h-21h")
    assert not occupe(lieu, "2027-01-05 19h-21h")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-16T10:00+01:00")
    lieu.faire("espace", "annuler", ident)
    assert not occupe(lieu, "2026-12-29 19h-21h")
    assert (
        "du mardi 1er décembre 2026 au lundi 21 décembre 2026" in lieu.faire("espace", "fiche", ident).sortie
    )


def test_le_trente_et_un_du_mois(lieu: Lieu) -> None:
    ident = lieu.id(*CREER, "--regle", "le 31 du mois 10h-12h")
    fiche = lieu.faire("espace", "fiche", ident).sortie
    assert "jeudi 31 décembre, 10:00–12:00" in fiche
    assert "dimanche 31 janvier 2027" in fiche
    assert "février" not in fiche


def test_une_soiree_de_serie_passe_minuit(lieu: Lieu) -> None:
    lieu.faire(*CREER, "--regle", "chaque vendredi 22h-2h")
    assert occupe(lieu, "2026-12-05 1h-3h")
    assert not occupe(lieu, "2026-12-05 2h-3h")


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (("--regle", "parfois"), "règle"),
        (("--regle", "chaque mardi 19h-21h", "--au", "2026-11-30"), "est avant"),
        (("--regle", "chaque mardi 19h-21h", "--au", "2030-01-01"), "deux ans"),
        (("--regle", "chaque mardi 19h-21h", "--du", "2026-01-01"), "--passe"),
    ],
)
def test_une_serie_mal_dite_est_refusee(lieu: Lieu, mots: tuple[str, ...], dit: str) -> None:
    dites = [
        mot for paire in zip(CREER[4::2], CREER[5::2], strict=True) if paire[0] not in mots for mot in paire
    ]
    assert dit in lieu.faire(*CREER[:4], *dites, *mots, code=2).erreurs


def test_une_date_s_ajoute_entre_le_debut_et_la_fin(lieu: Lieu) -> None:
    ident = lieu.id(*MARDIS)
    ajouter = ("espace", "serie", "ajouter", ident)
    assert "ne commence que mardi 1er" in lieu.faire(*ajouter, "2026-11-30", code=2).erreurs
    refus = lieu.faire(*ajouter, "2027-12-14", code=2).erreurs
    assert f"tl espace serie modifier {ident} --au 2027-12-14" in refus
    lieu.faire("espace", "serie", "modifier", ident, "--au", "2027-12-14")
    assert occupe(lieu, "2027-12-14 19h-21h")
    assert (
        "deux ans" in lieu.faire("espace", "serie", "modifier", ident, "--au", "2029-01-01", code=2).erreurs
    )


def test_toute_une_serie_se_deplace_d_un_geste(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = lieu.id(*MARDIS)
    lieu.faire("espace", "deplacer", ident, "--salle", "salle-du-rez")
    assert occupe(lieu, "2027-03-02 19h-21h", "salle-du-rez")
    assert not occupe(lieu, "2027-03-02 19h-21h")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-16T10:00+01:00")
    suite = lieu.id("espace", "deplacer", ident, "mercredi 18h-20h")
    assert occupe(lieu, "2027-03-03 18h-20h", "salle-du-rez")
    assert not occupe(lieu, "2027-03-02 19h-21h", "salle-du-rez")
    assert "au lundi 21 décembre 2026" in lieu.faire("espace", "fiche", ident).sortie
    lieu.faire("espace", "deplacer", suite, "chaque jeudi 10h-12h")
    assert occupe(lieu, "2027-03-04 10h-12h", "salle-du-rez")
    assert lieu.faire("verifier").code == 0


def test_une_serie_deplacee_dit_ce_qu_elle_heurte_et_laisse_choisir(lieu: Lieu) -> None:
    ident = lieu.id(*MARDIS)
    bal = lieu.id("espace", "reserver", "salle-du-rez", "2027-03-02 20h-22h", "--objet", "bal")
    deplacer = ("espace", "deplacer", ident, "--salle", "salle-du-rez")
    avant = lieu.signature()
    (date,) = lieu.faire(*deplacer, "--json", code=1).json["refus"]["dates"]
    assert (date["jour"], date["conflits"]) == ("2027-03-02", [bal])
    assert lieu.signature() == avant
    lieu.faire(*deplacer, "--si-pris", "sauter")
    # Ce qui ne bouge plus n'est plus reproché.
    lieu.faire("espace", "serie", "sauter", ident, "2027-03-09")
    lieu.faire("espace", "serie", "ajouter", ident, "2027-03-09")
    assert lieu.faire("verifier").code == 0


def test_l_etat_des_lieux_d_une_date_la_retient(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = lieu.id(*MARDIS)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-01T18:00+01:00")
    lieu.faire("espace", "etat", "entree", f"2026-12-01-{ident}")
    assert "un état des lieux" in lieu.faire("espace", "serie", "sauter", ident, "2026-12-01", code=1).erreurs
    lieu.faire("espace", "serie", "deplacer", ident, "2026-12-01", "--quand", "20h-22h")
    assert lieu.faire("verifier").code == 0
    lieu.faire("espace", "serie", "depuis", ident, "2026-12-08", "--salle", "salle-du-rez")
    # Le même jour garde son nom, dans la série détachée aussi.
    assert "salle-du-rez" in lieu.faire("espace", "fiche", f"2026-12-15-{ident}", "--json").sortie
    assert lieu.faire("verifier").code == 0


def test_une_absence_ne_se_note_que_d_une_date_qui_tenait(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    ident = lieu.id(*MARDIS)
    seule = lieu.id("espace", "reserver", "cour", "2026-12-02 10h-12h", "--objet", "yoga")
    lieu.faire("espace", "annuler", seule)
    lieu.faire("espace", "annuler", ident, "--le", "2026-12-01")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-09T18:00+01:00")
    assert "n'était pas promise" in lieu.faire("espace", "absent", seule, code=2).erreurs
    assert "déjà annulée" in lieu.faire("espace", "absent", ident, "--le", "2026-12-01", code=2).erreurs
    lieu.faire("espace", "absent", ident, "--le", "2026-12-08")


def test_une_serie_hors_des_heures_d_ouverture_le_dit(lieu: Lieu) -> None:
    lieu.faire("espace", "horaires", "lun-ven 9h-18h")
    creer = ("espace", "serie", "creer", "cour", "--du", "1/12", "--au", "31/12", "--objet", "Chorale")
    assert "5 dates hors des heures" in lieu.faire(*creer, "--regle", "chaque mardi 19h-21h").sortie
    assert "hors des heures" not in lieu.faire(*creer, "--regle", "chaque mardi 9h-11h").sortie
