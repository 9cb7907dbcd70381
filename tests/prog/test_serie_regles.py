"""Une date de série, vue comme un événement ; ce que sa fiche tient encore de sa série."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from msgspec import structs

from tiers_lieu_cli.espace.horaires.modele import Periode, Plage
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie import regles
from tiers_lieu_cli.prog.serie.modele import Seance, Serie

MARDI, CONGE = date(2026, 12, 1), date(2026, 12, 8)
TOUS_LES_MARDIS = {
    "regle": "FREQ=WEEKLY;BYDAY=TU",
    "du": "2026-12-01",
    "au": "2026-12-29",
    "debut": "18:00",
    "fin": "20:00",
}
VACANCES = {"hiver": Periode(id="hiver", nom="Hiver", plages=(Plage(du=CONGE, au=CONGE),))}


def serie(ecarts: dict[str, Ecart] | None = None, regle: dict[str, Any] | None = None, **dits: Any) -> Serie:
    recurrence = Recurrence(**{**TOUS_LES_MARDIS, **(regle or {})}, ecarts=ecarts or {})
    return Serie(id="velo-7k2m", titre="Vélo", recurrence=recurrence, salles=("cour",), **dits)


def le(s: Serie, jour: date = MARDI, exclus: dict[str, Periode] | None = None) -> Seance | None:
    return regles.seance_le([s], jour, exclus or {})


DEPLACE = Ecart(quoi=Quoi.DEPLACE, debut="2026-12-02T10:00", fin="2026-12-02T12:00", motif="grève")


@pytest.mark.parametrize(
    ("dits", "ecart", "etat", "motif", "debut", "salles"),
    [
        ({}, None, Etat.CONFIRME, "", "2026-12-01T18:00", ("cour",)),
        ({"motif": "à deux"}, None, Etat.CONFIRME, "à deux", "2026-12-01T18:00", ("cour",)),
        ({}, DEPLACE, Etat.CONFIRME, "grève", "2026-12-02T10:00", ("cour",)),
        ({"motif": "à deux"}, DEPLACE, Etat.CONFIRME, "à deux", "2026-12-02T10:00", ("cour",)),
        (
            {},
            structs.replace(DEPLACE, salles=("rez",)),
            Etat.CONFIRME,
            "grève",
            "2026-12-02T10:00",
            ("rez",),
        ),
        ({}, Ecart(quoi=Quoi.ANNULE, motif="pluie"), Etat.ANNULE, "pluie", "2026-12-01T18:00", ("cour",)),
        ({}, Ecart(quoi=Quoi.A_REPLACER), Etat.A_REPLACER, "", "2026-12-01T18:00", ("cour",)),
        # Une série annulée l'est tout entière, quoi qu'il soit arrivé à cette date.
        (
            {"etat": Etat.ANNULE, "motif": "fini"},
            Ecart(quoi=Quoi.A_REPLACER, motif="toit"),
            Etat.ANNULE,
            "fini",
            "2026-12-01T18:00",
            ("cour",),
        ),
    ],
)
def test_une_date_est_un_evenement(
    dits: dict[str, Any], ecart: Ecart | None, etat: Etat, motif: str, debut: str, salles: tuple[str, ...]
) -> None:
    s = serie({"2026-12-01": ecart} if ecart else None, **dits)
    (vue, *_) = regles.seances(s, Creneau(datetime(2026, 12, 1), datetime(2026, 12, 5)), {})
    assert vue == le(s)
    assert (vue.etat, vue.motif, vue.debut, vue.salles) == (etat, motif, debut, salles)
    assert (vue.id, vue.titre, vue.serie) == ("2026-12-01-velo-7k2m", "Vélo", "velo-7k2m")


def test_ce_qui_est_saute_exclu_ou_hors_de_la_regle_n_est_pas_une_date() -> None:
    assert le(serie({"2026-12-01": Ecart(quoi=Quoi.SAUTE)})) is None
    assert le(serie(), date(2026, 12, 2)) is None
    vacante = serie(regle={"sauf": ("hiver",)})
    assert le(vacante, date(2026, 12, 8), VACANCES) is None and le(vacante, MARDI, VACANCES)
    fenetre = Creneau(datetime(2026, 12, 1), datetime(2026, 12, 30))
    assert len(list(regles.seances(vacante, fenetre, VACANCES))) == 4
    jeudi = structs.replace(serie(regle={"regle": "FREQ=WEEKLY;BYDAY=TH"}), id="autre-7k2m")
    trouvee = regles.seance_le([jeudi, serie()], MARDI, {})
    assert trouvee and trouvee.serie == "velo-7k2m"


def test_les_dates_sautees_sont_celles_qu_un_agenda_exclut() -> None:
    ecarts = {
        "2026-12-15": Ecart(quoi=Quoi.SAUTE),
        "2026-12-08": DEPLACE,
        "2026-12-22": Ecart(quoi=Quoi.ANNULE),
    }
    s = serie(ecarts, {"sauf": ("hiver",)})
    dites = regles.dates_sautees(s.recurrence, ["2026-12-29"], VACANCES)
    assert [c.premier_jour.day for c in dites] == [15, 29]
    sans_ecart = serie(regle={"sauf": ("hiver",)})
    assert [c.premier_jour.day for c in regles.dates_sautees(sans_ecart.recurrence, (), VACANCES)] == [8]


def test_ce_que_la_regle_ne_donnait_pas() -> None:
    s = serie(regle={"ajouts": ("2026-12-03", "2026-12-08")})
    assert regles.jours_ajoutes(s.recurrence) == (date(2026, 12, 3),)


AVANT = serie(capacite=10)
APRES = structs.replace(serie(regle={"debut": "17:00", "fin": "19:00"}), titre="Vélo du soir", capacite=12)


@pytest.mark.parametrize(
    ("dits", "attendus"),
    [
        # Tout ce qu'elle tenait de sa série la suit.
        ({}, {"debut": "2026-12-01T17:00", "titre": "Vélo du soir", "capacite": 12}),
        # Ce qu'elle a de propre lui reste ; les heures vont ensemble.
        ({"capacite": 5}, {"debut": "2026-12-01T17:00", "titre": "Vélo du soir", "capacite": 5}),
        ({"titre": "Bal"}, {"debut": "2026-12-01T17:00", "titre": "Bal", "capacite": 12}),
        ({"fin": "2026-12-01T21:00"}, {"debut": "2026-12-01T18:00", "fin": "2026-12-01T21:00"}),
        ({"salles": ("rez",)}, {"salles": ("rez",)}),
    ],
)
def test_une_fiche_de_date_suit_sa_serie_la_ou_elle_la_suivait(
    dits: dict[str, Any], attendus: dict[str, Any]
) -> None:
    avant, apres = le(AVANT), le(APRES)
    assert avant and apres
    champs = {nom: getattr(avant, nom) for nom in Evenement.__struct_fields__}
    accordee = regles.accorder(Evenement(**{**champs, **dits}), avant, apres)
    assert {nom: getattr(accordee, nom) for nom in attendus} == attendus


@pytest.mark.parametrize(
    ("etat", "apres", "attendu"),
    [
        (Etat.CONFIRME, {"etat": Etat.ANNULE, "motif": "fini"}, (Etat.ANNULE, "fini")),
        (Etat.ANNULE, {}, (Etat.ANNULE, "pluie")),
        (Etat.ANNULE, {"etat": Etat.ANNULE, "motif": "fini"}, (Etat.ANNULE, "pluie")),
        # Ce qui a eu lieu a eu lieu.
        (Etat.TENU, {"etat": Etat.ANNULE, "motif": "fini"}, (Etat.TENU, "pluie")),
        (Etat.CONFIRME, {"motif": "à deux"}, (Etat.CONFIRME, "à deux")),
        (Etat.BROUILLON, {"etat": Etat.ANNULE, "motif": "fini"}, (Etat.ANNULE, "fini")),
        (Etat.BROUILLON, {"motif": "à deux"}, (Etat.BROUILLON, "pluie")),
    ],
)
def test_son_etat_suit_s_il_etait_celui_de_la_serie_ou_si_elle_est_annulee(
    etat: Etat, apres: dict[str, Any], attendu: tuple[Etat, str]
) -> None:
    avant, suite = le(serie()), le(serie(**apres))
    assert avant and suite
    champs = {nom: getattr(avant, nom) for nom in Evenement.__struct_fields__}
    accordee = regles.accorder(Evenement(**{**champs, "etat": etat, "motif": "pluie"}), avant, suite)
    assert (accordee.etat, accordee.motif) == attendu


@pytest.mark.parametrize(
    ("dits", "jour", "finie"),
    [
        ({}, date(2026, 12, 29), False),
        ({}, date(2026, 12, 31), True),
        ({"etat": Etat.ANNULE}, date(2026, 1, 1), True),
    ],
)
def test_ce_dont_on_n_attend_plus_rien(dits: dict[str, Any], jour: date, finie: bool) -> None:
    assert regles.est_finie(serie(**dits), jour) is finie
