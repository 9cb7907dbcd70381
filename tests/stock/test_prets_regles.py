"""Les prêts, règle par règle : ce qui est pris, à qui le tour, et comment un refus le dit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.stock.objet.modele import Etat, Objet, Pret
from tiers_lieu_cli.stock.objet.regles import (
    ObjetPris,
    attendu_par,
    dire_indisponible,
    dire_jusqua,
    dire_pris,
    emprise,
    en_retard,
    exiger_permis,
    file,
    finir,
    le_plus_pris,
    manque,
    nouveau,
    pris_pendant,
    proposer,
    retard,
    sortir,
)

MATIN = datetime(2026, 11, 24, 8)
SCIE = Objet(id="scie", nom="Scie", caution=True)
CHAISES = Objet(id="chaise", nom="Chaise", lot=5, perdus=1, en_reparation=1)


def de(debut: int, fin: int) -> Creneau:
    """En heures depuis minuit, le mardi 24 novembre."""
    minuit = MATIN.replace(hour=0)
    return Creneau(minuit + timedelta(hours=debut), minuit + timedelta(hours=fin))


def pret(debut: int, fin: int, etat: Etat = Etat.RESERVE, objet: Objet = SCIE, **reste: Any) -> Pret:
    quand = de(debut, fin)
    donnes = {"combien": 1, "a": "p-aaaaaa", "id": f"{objet.id}-{debut}-{fin}", "sorti_le": "", **reste}
    if etat is Etat.DEHORS and not donnes["sorti_le"]:
        donnes["sorti_le"] = f"{quand.debut:%Y-%m-%dT%H:%M}"
    if etat in (Etat.RENDU, Etat.PERDU):
        donnes["fini_le"] = f"{quand.fin:%Y-%m-%dT%H:%M}"
    bornes = (f"{m:%Y-%m-%dT%H:%M}" for m in (quand.debut, quand.fin))
    return Pret(objet=objet.id, debut=next(bornes), fin=next(bornes), etat=etat, **donnes)


# -- ce qui est pris -----------------------------------------------------------


def test_ce_qu_un_pret_prend() -> None:
    lente = Objet(id="scie", nom="Scie", battement=30)
    assert emprise(SCIE, pret(10, 12), MATIN) == de(10, 12)
    reprise = Creneau(datetime(2026, 11, 24, 10), datetime(2026, 11, 24, 12, 30))
    assert emprise(lente, pret(10, 12), MATIN) == reprise
    parti_plus_tot = pret(10, 12, Etat.DEHORS, sorti_le="2026-11-24T09:00")
    assert emprise(SCIE, parti_plus_tot, MATIN) == de(9, 12)
    parti_plus_tard = pret(10, 12, Etat.DEHORS, sorti_le="2026-11-24T11:00")
    assert emprise(SCIE, parti_plus_tard, MATIN) == de(10, 12)
    en_retard_ = emprise(SCIE, pret(6, 8, Etat.DEHORS), MATIN)
    assert en_retard_ is not None
    assert en_retard_.fin > datetime(2100, 1, 1)
    promis_passe = emprise(SCIE, pret(6, 8), MATIN)
    assert promis_passe == de(6, 8)
    for etat in (Etat.ATTENTE, Etat.RENDU, Etat.PERDU, Etat.ANNULE):
        assert emprise(SCIE, pret(10, 12, etat), MATIN) is None


def test_ce_qui_le_prend_pendant_ce_temps_dans_l_ordre() -> None:
    tard, tot = pret(13, 15), pret(10, 12)
    autre = pret(10, 12, objet=CHAISES)
    assert pris_pendant(SCIE, [tard, autre, tot, pret(15, 17)], de(11, 14), MATIN) == [tot, tard]
    lente = Objet(id="scie", nom="Scie", battement=60)
    assert pris_pendant(lente, [tard], de(11, 12), MATIN) == []
    assert pris_pendant(lente, [pret(12, 13)], de(10, 12), MATIN) == [pret(12, 13)]


def test_le_plus_pris_a_la_fois_non_en_tout() -> None:
    deux = {"objet": CHAISES, "combien": 2}
    prets = [pret(9, 11, **deux), pret(11, 13, objet=CHAISES), pret(12, 14, **deux)]
    assert le_plus_pris(CHAISES, prets, de(9, 14), MATIN) == 3
    assert le_plus_pris(CHAISES, prets, de(9, 12), MATIN) == 2
    assert le_plus_pris(CHAISES, [], de(9, 12), MATIN) == 0
    assert manque(CHAISES, prets, de(9, 14), 1, MATIN) == 1
    assert manque(CHAISES, prets, de(9, 12), 1, MATIN) == 0
    assert manque(CHAISES, [], de(9, 12), 4, MATIN) == 1
    assert manque(Objet(id="scie", nom="Scie", retire=True), [], de(9, 12), 1, MATIN) == 1


# -- comment un refus le dit ----------------------------------------------------


@pytest.mark.parametrize(
    ("objet", "pris", "dit"),
    [
        (CHAISES, [], "Il n'y a que 3 « Chaise » qui servent"),
        (SCIE, [], "Il n'y a qu'un exemplaire de « Scie » qui serve"),
        (
            Objet(id="scie", nom="Scie", perdus=1),
            [],
            "« Scie » ne sert plus pour l'instant (1 perdu)",
        ),
        (
            SCIE,
            [pret(8, 14, Etat.DEHORS)],
            (
                "« Scie » n'est pas libre mardi 24 novembre 2026, 10:00–12:00 : "
                "chez p-aaaaaa jusqu'au mardi 24 novembre 2026, 14:00"
            ),
        ),
        (
            CHAISES,
            [pret(8, 24, objet=CHAISES, combien=2)],
            (
                "« Chaise » n'est pas libre mardi 24 novembre 2026, 10:00–12:00, il en reste 1 : "
                "promis à p-aaaaaa jusqu'au mardi 24 novembre 2026 compris"
            ),
        ),
        (
            CHAISES,
            [pret(8, 14, objet=CHAISES, combien=9)],
            (
                "« Chaise » n'est pas libre mardi 24 novembre 2026, 10:00–12:00, il en reste 0 : "
                "promis à p-aaaaaa jusqu'au mardi 24 novembre 2026, 14:00"
            ),
        ),
    ],
)
def test_pourquoi_il_manque(objet: Objet, pris: list[Pret], dit: str) -> None:
    assert dire_pris(objet, de(10, 12), pris) == dit


def test_au_dela_de_trois_on_compte() -> None:
    pris = [pret(8, 14, objet=CHAISES, id=str(n), a=f"p-{n}aaaaa") for n in range(5)]
    dit = dire_pris(CHAISES, de(10, 12), pris)
    assert dit.count("promis à") == 3
    assert dit.endswith(" ; et 2 autres")
    assert "autres" not in dire_pris(CHAISES, de(10, 12), pris[:3])


def test_le_refus_et_ses_suites() -> None:
    sans = ObjetPris(SCIE, de(10, 12), [pret(8, 14)], [])
    assert sans.remede == "Choisir un autre moment."
    assert ObjetPris(SCIE, de(10, 12), [], [], "Attendre.").remede == "Attendre."
    assert sans.fait.endswith("14:00.")
    avec = ObjetPris(SCIE, de(10, 12), [pret(8, 14)], ["tl a", "tl b"])
    assert (avec.remede, avec.suites, avec.details) == ("", ("tl a", "tl b"), {"conflits": ["scie-8-14"]})


@pytest.mark.parametrize(
    ("reste", "dit"),
    [
        ({"lot": 3, "perdus": 1}, "1 perdu"),
        ({"lot": 3, "perdus": 2, "en_reparation": 1}, "2 perdus, 1 en réparation"),
        ({"en_reparation": 1}, "1 en réparation"),
        ({"retire": True, "perdus": 1}, "retiré"),
    ],
)
def test_pourquoi_il_ne_sert_pas(reste: dict[str, Any], dit: str) -> None:
    assert dire_indisponible(Objet(id="x", nom="X", **reste)) == dit


def test_jusqu_a_quand() -> None:
    assert dire_jusqua(pret(8, 14)) == "jusqu'au mardi 24 novembre 2026, 14:00"
    assert dire_jusqua(pret(8, 24)) == "jusqu'au mardi 24 novembre 2026 compris"


# -- un autre moment ------------------------------------------------------------


def test_trois_moments_les_plus_proches() -> None:
    pris = [pret(9, 12)]
    proposes = proposer([(SCIE, 1)], pris, de(10, 12), MATIN)
    assert proposes == [de(12, 14), de(34, 36), de(58, 60)]
    assert proposer([(CHAISES, 4)], [], de(10, 12), MATIN) == []


def test_un_retour_la_nuit_n_est_pas_un_moment() -> None:
    nuit = [pret(9, 23)]
    assert de(23, 25) not in proposer([(SCIE, 1)], nuit, de(10, 12), MATIN)
    tot = proposer([(SCIE, 1)], [pret(9, 22)], de(10, 12), MATIN)
    assert all(t.debut.hour in range(8, 22) for t in tot)


def test_un_jour_entier_se_propose_en_jours() -> None:
    entier = Creneau.de_jours(date(2026, 11, 25), date(2026, 11, 25))
    proposes = proposer([(SCIE, 1)], [pret(30, 40)], entier, MATIN)
    assert proposes == [Creneau.de_jours(date(2026, 11, n), date(2026, 11, n)) for n in (26, 27, 28)]


def test_rien_n_est_propose_dans_le_passe() -> None:
    midi = MATIN.replace(hour=12)
    assert all(t.debut >= midi for t in proposer([(SCIE, 1)], [pret(13, 20)], de(14, 15), midi))


def test_en_retard_il_n_y_a_pas_d_autre_moment() -> None:
    assert proposer([(SCIE, 1)], [pret(5, 7, Etat.DEHORS)], de(10, 12), MATIN) == []


# -- ses bornes -----------------------------------------------------------------


def test_un_pret_a_ses_bornes() -> None:
    bornee = Objet(id="scie", nom="Scie", jours_max=1, par_personne=2)
    exiger_permis(bornee, [], de(8, 32), 2)
    with pytest.raises(ErreurUsage) as refus:
        exiger_permis(bornee, [], de(8, 33), 1)
    assert refus.value.fait == "« Scie » se prête 1 jour au plus."
    assert refus.value.remede == "Choisir un temps plus court ; il se prolonge si personne ne l'attend."
    with pytest.raises(ErreurUsage, match="se prête 2 jours au plus"):
        exiger_permis(Objet(id="x", nom="Scie", jours_max=2), [], de(0, 49), 1)
    siens = [pret(8, 9), pret(8, 9, Etat.ATTENTE), pret(8, 9, objet=CHAISES)]
    exiger_permis(bornee, siens, de(8, 9), 1)
    with pytest.raises(ErreurUsage) as trop:
        exiger_permis(bornee, siens, de(8, 9), 2)
    assert trop.value.fait == "« Scie » : 2 par personne au plus, et elle en a déjà 1."
    assert trop.value.remede == "D'abord : tl stock annuler scie-8-9"
    with pytest.raises(ErreurUsage) as dehors:
        exiger_permis(bornee, [pret(8, 9, Etat.DEHORS)], de(8, 9), 2)
    assert dehors.value.remede == "D'abord : tl stock rendre scie-8-9"
    exiger_permis(SCIE, siens, de(8, 900), 50)


# -- sa vie ---------------------------------------------------------------------


def test_la_vie_d_un_pret() -> None:
    maintenant = datetime(2026, 11, 24, 8, 52, 3, 7)
    promis = nouveau(SCIE, "p-aaaaaa", de(10, 12), 2, Etat.RESERVE, maintenant, Random(1), "le bal", "2026-r")
    assert promis.id.startswith("2026-11-24-scie-")
    assert (promis.objet, promis.a, promis.combien, promis.pour) == ("scie", "p-aaaaaa", 2, "le bal")
    assert (promis.debut, promis.fin) == ("2026-11-24T10:00", "2026-11-24T12:00")
    assert (promis.demande_le, promis.sorti_le) == ("2026-11-24T08:52:03.000007", "")
    assert (promis.caution, promis.avec) == (True, "2026-r")
    parti = nouveau(CHAISES, "p-aaaaaa", de(8, 12), 1, Etat.DEHORS, maintenant, Random(1), "")
    assert (parti.sorti_le, parti.caution, parti.avec) == ("2026-11-24T08:52", False, "")
    dehors = sortir(promis, maintenant)
    assert (dehors.etat, dehors.sorti_le) == (Etat.DEHORS, "2026-11-24T08:52")
    rendu = finir(dehors, maintenant, perdu=False, remarque="sale")
    assert (rendu.etat, rendu.fini_le, rendu.remarque) == (Etat.RENDU, "2026-11-24T08:52", "sale")
    assert finir(rendu, maintenant, perdu=True, remarque="").remarque == "sale"
    assert finir(dehors, maintenant, perdu=True, remarque="").etat is Etat.PERDU


def test_en_retard_a_l_heure_dite() -> None:
    dehors = pret(6, 8, Etat.DEHORS)
    assert en_retard(dehors, MATIN)
    assert not en_retard(dehors, MATIN - timedelta(minutes=1))
    assert not en_retard(pret(6, 8), MATIN)


@pytest.mark.parametrize(
    ("fin", "jour", "dit"),
    [
        (8, date(2026, 11, 24), "en retard depuis aujourd'hui"),
        (24, date(2026, 11, 24), "en retard depuis aujourd'hui"),
        (24, date(2026, 11, 25), "en retard de 1 jour"),
        (8, date(2026, 11, 27), "en retard de 3 jours"),
        (48, date(2026, 11, 24), "en retard depuis aujourd'hui"),
    ],
)
def test_un_retard_se_dit(fin: int, jour: date, dit: str) -> None:
    assert str(retard(pret(6, fin, Etat.DEHORS), jour)) == dit


def test_a_qui_le_tour() -> None:
    premier = pret(10, 12, Etat.ATTENTE, id="b", demande_le="2026-11-24T08:00:00.000001")
    second = pret(10, 12, Etat.ATTENTE, id="a", demande_le="2026-11-24T08:00:00.000002")
    passe = pret(6, 8, Etat.ATTENTE, demande_le="")
    autre = pret(10, 12, Etat.ATTENTE, objet=CHAISES)
    assert file(SCIE, [second, passe, premier, autre], MATIN) == [premier, second]
    assert file(SCIE, [second, premier, pret(11, 13)], MATIN) == []
    a_voir = datetime(2026, 11, 24, 11)
    assert attendu_par(SCIE, [second, autre, pret(10, 12), premier], a_voir) == [second, premier]
    assert attendu_par(SCIE, [premier], datetime(2026, 11, 24, 10)) == []
