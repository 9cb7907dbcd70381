"""Les règles d'une promesse : ce qu'elle demande, où elle en est, et les dates d'une série."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.regle.modele import Charte
from tiers_lieu_cli.espace.regle.regles import Demande, applicables, manquements
from tiers_lieu_cli.espace.regle.regles import dire as dire_charte
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.reservation.modele import Etat, Promesse, Reservation
from tiers_lieu_cli.espace.serie import regles as series
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Occurrence, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.temps import Creneau

LIEGE = ZoneInfo("Europe/Brussels")
MARDI, LUNDI = date(2026, 11, 24), "lundi 23 novembre 2026"
COUR = Salle(id="cour", nom="Cour", capacite=20, dispositions={"théâtre": 60, "cercle": 12})


def de(jour: int, debut: int, fin: int) -> Creneau:
    return Creneau(datetime(2026, 11, jour, debut), datetime(2026, 11, jour, fin))


def demande(**quoi: Any) -> Demande:
    return Demande(**{"salle": COUR, "seance": de(24, 18, 20), "fuseau": LIEGE, **quoi})


def phrases(regle: dict[str, Any], **quoi: Any) -> list[str]:
    trouves = manquements(demande(**quoi), [Charte(id="r", **regle)])
    assert {m.regle for m in trouves} <= {"r", ""}
    return [m.phrase for m in trouves]


# -- ce que la salle et sa charte demandent --------------------------------------


@pytest.mark.parametrize(
    ("quoi", "dit"),
    [
        ({"personnes": 60}, []),
        ({"personnes": 61}, ["Cour accueille 60 personnes au plus, pas 61"]),
        ({"personnes": 12, "disposition": "cercle"}, []),
        (
            {"personnes": 13, "disposition": "cercle"},
            ["Cour accueille 12 personnes au plus en cercle, pas 13"],
        ),
        ({"disposition": "banquet"}, ["Cour n'a pas de disposition « banquet » (théâtre, cercle)"]),
        (
            {"salle": Salle(id="rez", nom="Rez"), "disposition": "banquet", "personnes": 900},
            ["Rez n'a pas de disposition « banquet » (aucune n'est notée)"],
        ),
        ({"salle": Salle(id="rez", nom="Rez"), "personnes": 900}, []),
    ],
)
def test_ce_que_la_salle_impose(quoi: dict[str, Any], dit: list[str]) -> None:
    trouves = manquements(demande(**quoi), [])
    assert [m.phrase for m in trouves] == dit
    assert all(not m.regle for m in trouves)


@pytest.mark.parametrize(
    ("regle", "quoi", "dit"),
    [
        ({"publics": ("voisin", "membre")}, {"publics": None}, []),
        ({"publics": ("voisin", "membre")}, {"publics": ("membre",)}, []),
        ({"publics": ("voisin", "membre")}, {"publics": ()}, ["Cour est réservée à : voisin, membre"]),
        ({}, {"publics": ()}, []),
        ({"delai_min": "2 jours"}, {"maintenant": datetime(2026, 11, 22, 18)}, []),
        (
            {"delai_min": "2 jours"},
            {"maintenant": datetime(2026, 11, 22, 18, 1)},
            ["il faut s'y prendre au moins 2 jours d'avance"],
        ),
        ({"delai_min": "2 jours"}, {"maintenant": None}, []),
        ({"delai_min": "2 jours"}, {"maintenant": datetime(2026, 11, 24, 20)}, []),
        (
            {"delai_min": "1h"},
            {"maintenant": datetime(2026, 11, 24, 19, 59)},
            ["il faut s'y prendre au moins 1h d'avance"],
        ),
        ({"delai_max": "7 jours"}, {"maintenant": datetime(2026, 11, 17, 18)}, []),
        (
            {"delai_max": "7 jours"},
            {"maintenant": datetime(2026, 11, 17, 17, 59)},
            ["on ne réserve pas plus de 7 jours d'avance"],
        ),
        ({"duree_max": "2h"}, {}, []),
        ({"duree_max": "1h"}, {}, ["une réservation y dure 1h au plus"]),
        # La nuit de l'heure d'hiver, de 1 h à 3 h du cadran font trois heures.
        (
            {"duree_max": "2h"},
            {"seance": Creneau(datetime(2026, 10, 25, 1), datetime(2026, 10, 25, 3))},
            ["une réservation y dure 2h au plus"],
        ),
        ({"par_semaine": 1}, {"deja": None}, []),
        ({"par_semaine": 1}, {"deja": ()}, []),
        (
            {"par_semaine": 1},
            {"deja": (de(25, 9, 10),)},
            ["1 réservation par personne et par semaine : il y en a déjà 1 dans celle du " + LUNDI],
        ),
        ({"par_semaine": 2}, {"deja": (de(25, 9, 10),)}, []),
        ({"heures_par_semaine": 3}, {"deja": (de(25, 9, 10),)}, []),
        (
            {"heures_par_semaine": 3},
            {"deja": (de(25, 9, 11),)},
            ["3 h par personne et par semaine : cela en ferait 4 dans celle du " + LUNDI],
        ),
        ({"habilitation": "laser"}, {"habilitations": ("laser",)}, []),
        (
            {"habilitation": "laser"},
            {"habilitations": ("scie",)},
            ["il faut l'habilitation « laser », valable ce jour-là"],
        ),
        ({"horaires": True}, {"ouvert": True}, []),
        ({}, {"ouvert": False}, []),
        (
            {"horaires": True},
            {"ouvert": False},
            ["le lieu n'est pas ouvert mardi 24 novembre 2026, 18:00–20:00"],
        ),
    ],
)
def test_ce_que_la_charte_impose(regle: dict[str, Any], quoi: dict[str, Any], dit: list[str]) -> None:
    assert phrases(regle, **quoi) == dit


def test_une_habilitation_demande_pour_qui() -> None:
    (dit,) = phrases({"habilitation": "laser"})
    assert dit.startswith("il faut l'habilitation « laser » : dire pour qui")


def test_une_charte_vaut_pour_ses_salles_ou_pour_toutes() -> None:
    toutes, cour, rez = Charte(id="t"), Charte(id="c", salles=("cour", "x")), Charte(id="r", salles=("rez",))
    assert applicables([toutes, cour, rez], {"cour", "cour-nord"}) == [toutes, cour]


def test_une_charte_se_dit_en_phrases() -> None:
    tout = Charte(
        id="t",
        salles=("cour", "inconnue"),
        publics=("voisins", "membres", "jeunes"),
        habilitation="laser",
        delai_min="2 jours",
        delai_max="90 jours",
        duree_max="4h",
        par_semaine=2,
        heures_par_semaine=6,
        horaires=True,
        moderation=True,
    )
    assert dire_charte(tout, {"cour": "La cour"}) == [
        f"La cour, inconnue : {suite}."
        for suite in (
            "réservé à voisins, membres et jeunes",
            "il faut l'habilitation « laser »",
            "on réserve au moins 2 jours et au plus 90 jours d'avance",
            "pour 4h au plus",
            "2 réservations et 6 h par personne et par semaine",
            "pendant les heures d'ouverture",
            "chaque demande est validée par l'équipe",
        )
    ]
    assert dire_charte(Charte(id="v"), {}) == []
    assert dire_charte(Charte(id="v", publics=("voisins",), delai_max="90 jours", par_semaine=1), {}) == [
        "Toutes les salles : réservé à voisins.",
        "Toutes les salles : on réserve au plus 90 jours d'avance.",
        "Toutes les salles : 1 réservation par personne et par semaine.",
    ]


# -- où une réservation en est ----------------------------------------------------


def promise(etat: Etat = Etat.CONFIRMEE, **reste: Any) -> Reservation:
    expire = "2026-11-27T18:00" if etat is Etat.OPTION else ""
    donnes = {"debut": "2026-11-24T18:00", "fin": "2026-11-24T20:00", "expire": expire, **reste}
    return Reservation(id="r", salle="cour", objet="Chorale", etat=etat, **donnes)


@pytest.mark.parametrize(
    ("acte", "permis", "devient"),
    [
        (reservations.valider, {Etat.DEMANDEE, Etat.OPTION, Etat.ATTENTE}, Etat.CONFIRMEE),
        (
            lambda p: reservations.refuser(p, "complet"),
            {Etat.DEMANDEE, Etat.OPTION, Etat.ATTENTE},
            Etat.REFUSEE,
        ),
        (
            lambda p: reservations.annuler(p, "complet"),
            {Etat.CONFIRMEE, Etat.DEMANDEE, Etat.OPTION, Etat.ATTENTE},
            Etat.ANNULEE,
        ),
    ],
)
def test_d_ou_l_on_part_et_ou_l_on_arrive(
    acte: Callable[[Reservation], Reservation], permis: set[Etat], devient: Etat
) -> None:
    for etat in Etat:
        if etat in permis:
            faite = acte(promise(etat))
            assert (faite.etat, faite.expire) == (devient, "")
            assert faite.motif == ("" if devient is Etat.CONFIRMEE else "complet")
        else:
            with pytest.raises(ErreurUsage, match="« Chorale »"):
                acte(promise(etat))


def test_ce_qui_est_fini_ne_bouge_plus() -> None:
    for etat in (Etat.ANNULEE, Etat.REFUSEE, Etat.DEPLACEE):
        with pytest.raises(ErreurUsage) as refus:
            reservations.deplacer(promise(etat), "rez", de(25, 9, 10))
        assert refus.value.fait.endswith("elle ne se change plus.")
    ailleurs = reservations.deplacer(promise(), "rez", de(25, 9, 10))
    assert (ailleurs.salle, ailleurs.debut, ailleurs.fin) == ("rez", "2026-11-25T09:00", "2026-11-25T10:00")


def test_un_refus_dit_ou_elle_en_est() -> None:
    with pytest.raises(ErreurUsage) as refus:
        reservations.refuser(promise(), "complet")
    assert refus.value.fait == "« Chorale » n'attend pas de réponse : elle est confirmée."
    assert refus.value.remede == "L'annuler : tl espace annuler r"
    with pytest.raises(ErreurUsage, match="n'attend pas d'être validée : elle est annulée"):
        reservations.valider(promise(Etat.ANNULEE, motif="malade"))


@pytest.mark.parametrize(
    ("etat", "motif", "vivante", "dit", "place", "acte"),
    [
        (Etat.CONFIRMEE, "", True, "confirmée", "est réservée", "Réservation"),
        (Etat.DEMANDEE, "", True, "à valider", "est demandée, à valider,", "Demande"),
        (
            Etat.OPTION,
            "",
            True,
            "en option jusqu'au vendredi 27 novembre, 18:00",
            "est en option jusqu'au vendredi 27 novembre, 18:00 :",
            "Option",
        ),
        (Etat.ATTENTE, "", False, "en attente", ": en file d'attente,", "Attente"),
        (Etat.REFUSEE, "complet", False, "refusée (complet)", "est réservée", "Réservation"),
        (Etat.ANNULEE, "", False, "annulée", "est réservée", "Réservation"),
        (Etat.DEPLACEE, "", False, "déplacée", "est réservée", "Réservation"),
    ],
)
def test_un_etat_se_dit(etat: Etat, motif: str, vivante: bool, dit: str, place: str, acte: str) -> None:
    promesse = promise(etat, motif=motif)
    assert reservations.est_vivante(promesse) is vivante
    assert reservations.dire(promesse, MARDI) == dit
    assert reservations.dire_place(promesse, MARDI) == place
    assert reservations.dire_acte(promesse) == acte


def test_minuit_est_le_soir_qu_il_ferme() -> None:
    assert reservations.dire_fin(datetime(2026, 11, 28), MARDI) == "vendredi 27 novembre au soir"
    assert reservations.dire_fin(datetime(2027, 1, 2, 8, 30), MARDI) == "samedi 2 janvier 2027, 08:30"


def test_passer_outre_laisse_un_motif() -> None:
    assert reservations.dire_forcage(promise()) == ""
    forcee = reservations.forcer(promise(), "convenu", ["a", "2026-12-01@serie"])
    assert forcee.forcage is not None
    assert (forcee.forcage.motif, forcee.forcage.contre) == ("convenu", ("a", "2026-12-01@serie"))
    assert reservations.dire_forcage(forcee) == " (forcé : convenu)"
    assert len(reservations.occuper(forcee).contre) == 2


def test_ce_qu_elle_occupe_compte_le_montage() -> None:
    occupe = reservations.occuper(promise(Etat.DEMANDEE, montage=30, demontage=15, personnes=7))
    assert occupe.creneau == Creneau(datetime(2026, 11, 24, 17, 30), datetime(2026, 11, 24, 20, 15))
    assert occupe.annonce == de(24, 18, 20)
    assert (occupe.id, occupe.titre, occupe.salle, occupe.personnes) == ("r", "Chorale", "cour", 7)
    assert (occupe.nature, occupe.contre) == ("à valider", ())
    assert reservations.occuper(promise(Etat.OPTION)).nature == "option"
    assert reservations.occuper(promise()).nature == ""


# -- les dates d'une série --------------------------------------------------------

RIEN: dict[str, Any] = {}


def serie(**reste: Any) -> Serie:
    regle = Recurrence(
        regle="FREQ=WEEKLY", du="2026-11-24", au="2026-12-15", debut="18:00", fin="20:00", **reste
    )
    return Serie(id="chorale", salle="cour", objet="Chorale", recurrence=regle)


def ecart(quoi: Quoi, **reste: Any) -> dict[str, Ecart]:
    return {"2026-12-01": Ecart(quoi=quoi, **reste)}


DEPLACEE = ecart(
    Quoi.DEPLACE, debut="2026-12-02T18:00", fin="2026-12-02T19:00", salles=("rez",), motif="fête"
)
LOIN = Creneau(datetime(2026, 1, 1), datetime(2028, 1, 1))


def jours(occupations: list[Any]) -> list[str]:
    return [f"{o.creneau.debut:%d/%m}" for o in occupations]


@pytest.mark.parametrize(
    ("ecarts", "occupe", "a_replacer"),
    [
        ({}, ["24/11", "01/12", "08/12", "15/12"], []),
        (ecart(Quoi.ANNULE), ["24/11", "08/12", "15/12"], []),
        (ecart(Quoi.SAUTE), ["24/11", "08/12", "15/12"], []),
        (ecart(Quoi.A_REPLACER), ["24/11", "08/12", "15/12"], ["01/12"]),
        (DEPLACEE, ["24/11", "02/12", "08/12", "15/12"], []),
    ],
)
def test_ce_qu_une_serie_occupe(ecarts: dict[str, Ecart], occupe: list[str], a_replacer: list[str]) -> None:
    une = serie(ecarts=ecarts)
    assert jours(series.toutes(une, RIEN)) == occupe
    assert jours(series.a_replacer(une, LOIN, RIEN)) == a_replacer
    depuis = series.vivantes(une, date(2026, 12, 2), RIEN)
    assert jours(depuis) == [j for j in occupe if j in ("02/12", "08/12", "15/12")]


def test_un_jour_exclu_ne_tient_rien() -> None:
    """Les vacances ôtent leurs dates de tout ce qui se demande à la série."""
    une, conges = serie(sauf=("conges",)), {"conges": {date(2026, 12, 1)}}
    restent = ["24/11", "08/12", "15/12"]
    assert jours(series.toutes(une, conges)) == restent
    assert jours(list(series.occupations(une, LOIN, conges))) == restent
    assert jours(series.vivantes(une, MARDI, conges)) == restent
    assert series.comme_une_reservation(une, date(2026, 12, 1), conges).etat is Etat.ANNULEE
    replacee = serie(sauf=("conges",), ecarts=ecart(Quoi.A_REPLACER))
    assert series.a_replacer(replacee, LOIN, conges) == []
    une_date = series.comme_une_reservation(une, MARDI, conges)
    assert (une_date.id, une_date.salle) == (series.occuper_le(une, MARDI).id, "cour")


def test_replacer_une_date_ne_dit_la_salle_que_si_elle_change() -> None:
    def vers(salle: str) -> Ecart:
        return series.vers(serie(), Proposition(salle=salle, seance=de(25, 9, 10)), "fête")

    assert vers("cour") == Ecart(
        quoi=Quoi.DEPLACE, debut="2026-11-25T09:00", fin="2026-11-25T10:00", motif="fête"
    )
    assert vers("rez").salles == ("rez",)


def test_une_serie_annulee_ne_tient_rien() -> None:
    annulee = structs.replace(serie(), etat=Etat.ANNULEE)
    assert series.vivantes(annulee, MARDI, RIEN) == []
    assert series.comme_une_reservation(annulee, MARDI, RIEN).etat is Etat.ANNULEE


def test_une_date_comme_une_reservation() -> None:
    une = structs.replace(serie(ecarts=DEPLACEE), montage=30, demontage=15, personnes=7)
    deplacee = series.comme_une_reservation(une, date(2026, 12, 1), RIEN)
    assert (deplacee.salle, deplacee.debut, deplacee.fin) == ("rez", "2026-12-02T18:00", "2026-12-02T19:00")
    assert (deplacee.objet, deplacee.montage, deplacee.demontage) == ("Chorale", 30, 15)
    assert deplacee.etat is Etat.CONFIRMEE
    assert series.jour_de(series.occuper_le(une, date(2026, 12, 1))) == date(2026, 12, 1)
    morte = series.comme_une_reservation(serie(ecarts=ecart(Quoi.ANNULE)), date(2026, 12, 1), RIEN)
    assert (morte.etat, morte.debut) == (Etat.ANNULEE, "2026-12-01T18:00")
    assert series.comme_une_reservation(serie(), date(2026, 12, 2), RIEN).etat is Etat.ANNULEE


def test_le_montage_compte_au_bord_de_la_fenetre() -> None:
    une = structs.replace(serie(), montage=60, demontage=30)
    apres = Creneau(datetime(2026, 11, 24, 20), datetime(2026, 11, 24, 21))
    avant = Creneau(datetime(2026, 11, 24, 16), datetime(2026, 11, 24, 17, 30))
    for fenetre in (avant, apres):
        assert jours(list(series.occupations(une, fenetre, RIEN))) == ["24/11"]
        assert list(series.occupations(serie(), fenetre, RIEN)) == []


def test_une_date_suit_ce_qu_un_autre_outil_en_dit() -> None:
    jour, une = date(2026, 12, 1), serie()
    telle = series.comme_une_reservation(une, jour, RIEN)
    annulee = series.suivre(une, jour, structs.replace(telle, etat=Etat.ANNULEE), RIEN)
    assert annulee.recurrence.ecarts["2026-12-01"].quoi is Quoi.ANNULE
    revenue = series.suivre(annulee, jour, telle, RIEN)
    assert jours(series.toutes(revenue, RIEN)) == jours(series.toutes(une, RIEN))
    ailleurs = series.suivre(une, jour, structs.replace(telle, salle="rez"), RIEN)
    assert ailleurs.recurrence.ecarts["2026-12-01"].salles == ("rez",)
    plus_tard = series.suivre(une, jour, structs.replace(telle, fin="2026-12-01T21:00"), RIEN)
    assert plus_tard.recurrence.ecarts["2026-12-01"].salles == ()
    assert series.occuper_le(plus_tard, jour).creneau.fin == datetime(2026, 12, 1, 21)


@pytest.mark.parametrize(
    ("ecarts", "absences", "dit"),
    [
        ({}, (), ""),
        ({}, (date(2026, 12, 1),), "absence"),
        (ecart(Quoi.ANNULE), (), "ANNULÉE"),
        (ecart(Quoi.ANNULE, motif="malade"), (date(2026, 12, 1),), "ANNULÉE (malade) · absence"),
        (ecart(Quoi.A_REPLACER), (), "à replacer"),
        (ecart(Quoi.SAUTE), (), "sautée"),
        (DEPLACEE, (), "au lieu du mardi 1er décembre, 18:00–20:00 (fête)"),
    ],
)
def test_un_ecart_se_dit(ecarts: dict[str, Ecart], absences: tuple[date, ...], dit: str) -> None:
    une, jour = structs.replace(serie(ecarts=ecarts), absences=absences), date(2026, 12, 1)
    fait = ecarts.get("2026-12-01")
    ou = fait.creneau if fait and fait.debut else une.recurrence.creneau(jour)
    assert series.dire_ecart(Occurrence(jour, ou, fait), une) == dit


def test_une_serie_dure_deux_ans_au_plus() -> None:
    def jusqu_au(au: date) -> Recurrence:
        return structs.replace(serie().recurrence, au=str(au))

    longue = MARDI + series.series.PROMISES
    assert series.exiger_assez_courte(jusqu_au(longue)).au == str(longue)
    with pytest.raises(ErreurUsage) as refus:
        series.exiger_assez_courte(jusqu_au(longue + timedelta(days=1)))
    assert refus.value.fait == "Une série dure deux ans au plus."
    assert refus.value.remede == "La reconduire le moment venu."


def test_rien_n_a_bouge_si_la_place_est_la_meme() -> None:
    un, autre = series.occuper_le(serie(), MARDI), series.occuper_le(serie(), MARDI)
    assert series.place(un) == series.place(autre)
    plus = structs.replace(serie(), personnes=3)
    assert series.place(series.occuper_le(plus, MARDI)) != series.place(un)


def test_une_promesse_est_toujours_une_promesse() -> None:
    assert isinstance(serie(), Promesse)
    assert isinstance(promise(), Promesse)
