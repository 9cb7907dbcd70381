"""Passer une fiche sans l'analyser : jamais une qui touche la fenêtre."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.collection import hors_de
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.modele import Evenement

DEPART = datetime(2026, 11, 1)
minutes = st.integers(0, 90 * 24 * 60)


def evenement(debut: int, duree: int, preparation: int, *, jours: bool) -> Evenement:
    du = DEPART + timedelta(minutes=debut)
    au = du + timedelta(minutes=duree)
    ecrire = (lambda m: f"{m:%Y-%m-%d}") if jours else (lambda m: f"{m:%Y-%m-%dT%H:%M}")
    return Evenement(
        id="2026-11-24-essai-k3p9",
        titre="Essai",
        debut=ecrire(du),
        fin=ecrire(au),
        montage=preparation,
        demontage=preparation,
    )


@given(minutes, st.integers(1, 40 * 24 * 60), st.integers(0, 1440), st.booleans(), minutes, minutes)
def test_rien_de_ce_qui_touche_la_fenetre_n_est_passe(
    debut: int, duree: int, preparation: int, jours: bool, depuis: int, long: int
) -> None:
    e = evenement(debut, duree, preparation, jours=jours)
    fenetre = Creneau(DEPART + timedelta(minutes=depuis), DEPART + timedelta(minutes=depuis + long + 1))
    octets = fiche.ecrire(e, "prog/evenements/2026/11/2026-11-24-essai-k3p9.yaml")
    if e.emprise.chevauche(fenetre):
        assert not hors_de(fenetre)(octets)


def test_ce_qui_est_loin_est_passe_sauf_s_il_ne_s_ecrit_pas_comme_nous() -> None:
    ailleurs = hors_de(Creneau.de_jours(date(2026, 11, 24), date(2026, 11, 24)))
    assert ailleurs(b"titre: x\ndebut: 2026-11-20T18:00\nfin: '2026-11-20T20:00'\n")
    assert ailleurs(b'debut: "2026-11-28"\nfin: 2026-11-30\n')
    for lue in (
        b"fin: 2026-11-20T20:00\ndebut: 2026-11-20T18:00\n",
        b"titre: x\ndebut: 2026-11-20T18:00\n",
        b"debut: 2026-11-20T18:00\nfi",
        b"note: |\n  debut: 2026-11-20\n  fin: 2026-11-20\n",
        b"debut: 2026-11-22\nfin: 2026-11-23\n",
        b"",
    ):
        assert not ailleurs(lue), lue


def test_aux_bords_du_calendrier() -> None:
    debut, fin = (
        Creneau.de_jours(date.min, date.min),
        Creneau.de_jours(date(9999, 12, 29), date(9999, 12, 30)),
    )
    assert not hors_de(debut)(b"debut: 0001-01-01\nfin: 0001-01-02\n")
    assert not hors_de(fin)(b"debut: 9999-12-29\nfin: 9999-12-30\n")
