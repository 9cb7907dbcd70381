"""Les lignes d'un autre outil, règle par règle : quelle colonne dit quoi, et ce qu'une ligne devient."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tiers_lieu_cli.espace.echange.regles import (
    CHAMPS,
    Illisible,
    Ligne,
    cle,
    empreinte,
    lignes_d_agenda,
    lire_creneau,
    lire_etat,
    lire_lignes,
    manque,
    ordre_des_dates,
    proposer,
    reconnaitre,
)
from tiers_lieu_cli.espace.reservation.modele import Etat
from tiers_lieu_cli.noyau.agenda.agenda_lu import EvenementLu
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fichiers import Tableau
from tiers_lieu_cli.noyau.temps.colonnes import Ordre
from tiers_lieu_cli.noyau.temps.temps import INSTANT, Creneau

DIX_H = Creneau(datetime(2026, 11, 24, 10), datetime(2026, 11, 24, 12))


def tableau(colonnes: str, *lignes: str) -> Tableau:
    return Tableau(
        tuple(colonnes.split(";")), tuple((n, tuple(x.split(";"))) for n, x in enumerate(lignes, start=2))
    )


@pytest.mark.parametrize(
    ("colonnes", "propose"),
    [
        ("Salle;Objet;Début;Fin", {"salle": "Salle", "objet": "Objet", "debut": "Début", "fin": "Fin"}),
        (
            "Room;Brief description;Start time;End time;Created by",
            {
                "salle": "Room",
                "objet": "Brief description",
                "debut": "Start time",
                "fin": "End time",
                "pour": "Created by",
            },
        ),
        ("Date;Heure - Durée;Inconnue", {"date": "Date", "heure": "Heure - Durée"}),
        # Une colonne ne dit qu'une chose, la première des deux de même nom.
        ("Titre;titre", {"objet": "Titre"}),
        ("Description;Objet", {"objet": "Objet"}),
    ],
)
def test_quelle_colonne_dit_quoi(colonnes: str, propose: dict[str, str]) -> None:
    assert proposer(colonnes.split(";")) == propose


def test_chaque_nom_connu_est_reconnu() -> None:
    for champ, noms in CHAMPS.items():
        for nom in noms:
            assert nom in proposer([nom]).values(), (champ, nom)


@pytest.mark.parametrize(
    ("colonnes", "debut", "dite", "exige"),
    [
        ("salle;objet;debut;fin", "24/11/2026 10:00", False, ""),
        ("objet;debut;fin", "24/11/2026 10:00", False, "salle"),
        ("objet;debut;fin", "24/11/2026 10:00", True, ""),
        ("salle;debut;fin", "24/11/2026 10:00", False, "objet"),
        ("salle;objet;fin", "24/11/2026 10:00", False, "debut"),
        ("salle;objet;debut", "24/11/2026 10:00", False, "fin"),
        ("salle;objet;debut", "2026-11-24T10", False, "fin"),
        ("salle;objet;debut", "24/11/2026", False, ""),
        ("salle;objet;debut;heure_debut", "24/11/2026", False, "fin"),
        ("salle;objet;debut;duree", "24/11/2026 10:00", False, ""),
        ("salle;objet;date;heure", "", False, ""),
    ],
)
def test_ce_qui_manque_pour_lire(colonnes: str, debut: str, dite: bool, exige: str) -> None:
    noms = colonnes.split(";")
    ligne = ";".join(debut if nom == "debut" else "x" for nom in noms)
    assert manque(tableau(colonnes, ligne), {nom: nom for nom in noms}, salle_dite=dite) == exige


def test_l_ordre_des_dates_se_prouve_sur_toutes_les_colonnes() -> None:
    table = tableau("debut;fin;date", "01/02/2026;02/01/2026;", "03/02/2026;12/31/2026;")
    assert ordre_des_dates(table, {"debut": "debut", "fin": "fin"}) is Ordre.MOIS_DABORD
    assert ordre_des_dates(table, {"debut": "debut"}) is Ordre.INDECIDABLE
    assert ordre_des_dates(tableau("date", "31/12/2026"), {"date": "date"}) is Ordre.JOUR_DABORD


CASES = {
    "salle": "S",
    "objet": "O",
    "debut": "D",
    "fin": "F",
    "pour": "P",
    "personnes": "N",
    "etat": "E",
    "id": "I",
}


def lire(*lignes: str, salle: str = "") -> tuple[list[Ligne], list[Illisible]]:
    table = tableau("S;O;D;F;P;N;E;I", *lignes)
    return lire_lignes(table, CASES, UTC, Ordre.JOUR_DABORD, salle)


def test_une_ligne_lue() -> None:
    lues, laissees = lire(
        "Cour;  Fête \x07 d'été;24/11/2026 10:00;24/11/2026 12:00;Dupont;12 pers.;annulée;42"
    )
    assert laissees == []
    assert lues == [
        Ligne(
            rang=2,
            salle="Cour",
            objet="Fête d'été",
            creneau=DIX_H,
            pour="Dupont",
            personnes=12,
            etat=Etat.ANNULEE,
            nom="42",
        )
    ]
    ((nue,), _) = lire(f"x;{'é' * 300};24/11/2026 10:00;24/11/2026 12:00;;douze;;", salle="cour")
    assert (nue.salle, nue.objet, nue.personnes, nue.etat, nue.nom) == (
        "cour",
        "é" * 200,
        0,
        Etat.CONFIRMEE,
        "",
    )
    ((sans_objet,), _) = lire("x;;24/11/2026 10:00;24/11/2026 12:00;;;;")
    assert sans_objet.objet == "réservation"


def test_une_ligne_laissee_dit_pourquoi() -> None:
    lues, laissees = lire(
        ";a;24/11/2026 10:00;24/11/2026 12:00;;;;",
        "x;a;01/10/2026;30/11/2026;;;;",
        "x;a;24/11/2026 10:00;24/11/2026 12:00;;;;",
    )
    assert [x.rang for x in lues] == [4]
    assert laissees == [
        Illisible(2, "pas de salle"),
        Illisible(3, "dure plus d'un mois ; la dire à part (tl espace fermer)"),
    ]


@pytest.mark.parametrize(
    ("duree", "minutes"),
    [
        ("01:30", 90),
        ("1:30:00", 90),
        ("2 heures", 120),
        ("1,5 heure", 90),
        ("1.25 h", 75),
        ("2 hours", 120),
        ("90 min", 90),
        ("2 days", 2880),
    ],
)
def test_une_duree_d_un_autre_outil(duree: str, minutes: int) -> None:
    lu = lire_creneau({"debut": "24/11/2026 10:00", "duree": duree}, UTC)
    assert lu.fin - lu.debut == timedelta(minutes=minutes)
    avec_fin = lire_creneau({"debut": "24/11/2026 10:00", "fin": "24/11/2026 11:00", "duree": duree}, UTC)
    assert avec_fin.fin == datetime(2026, 11, 24, 11)


@pytest.mark.parametrize("heure", ["10:00 – 2 heures", "10:00 - 12:00", "10h‒12h", "10:00—120m", "10:00-2h"])
def test_une_heure_et_une_duree_ou_deux_heures(heure: str) -> None:
    dits = {"date": "24/11/2026", "heure": heure}
    if heure == "10:00-2h":
        # « 2h » peut être une heure : la nuit finirait avant d'avoir commencé.
        with pytest.raises(ErreurUsage):
            lire_creneau(dits, UTC)
    else:
        assert lire_creneau(dits, UTC) == DIX_H


@pytest.mark.parametrize(
    ("etat", "mots"),
    [
        (Etat.ANNULEE, ("Annulée", "cancelled", "REFUSÉ", "rejected", "supprimée", "déplacée")),
        (
            Etat.DEMANDEE,
            (
                "modération",
                "en attente",
                "pending",
                "provisoire",
                "tentative",
                "option",
                "réservé",
                "à valider",
            ),
        ),
        (Etat.CONFIRMEE, ("", "confirmé", "ok")),
    ],
)
def test_les_etats_d_ailleurs(etat: Etat, mots: tuple[str, ...]) -> None:
    assert {mot: lire_etat(mot) for mot in mots} == dict.fromkeys(mots, etat)


def test_la_meme_ligne_a_la_meme_cle() -> None:
    ligne = Ligne(rang=2, salle="x", objet="Fête", creneau=DIX_H)
    autre_rang = Ligne(rang=9, salle="y", objet="Fête", creneau=DIX_H)
    assert cle(ligne, "cour") == cle(autre_rang, "cour") == "rr5fpkyrtf"
    assert cle(ligne, "rez") != cle(ligne, "cour")
    nommee = Ligne(rang=2, salle="x", objet="Fête", creneau=DIX_H, nom="42")
    assert cle(nommee, "cour") == cle(nommee, "rez") != cle(ligne, "cour")


def test_une_salle_se_reconnait_a_son_nom_ou_son_identifiant() -> None:
    salles = {"cour": "La grande cour", "rez": "Salle du rez"}
    dits = {dit: reconnaitre(dit, salles) for dit in ("cour", "la grande COUR", "salle-du-rez", "cave", "")}
    assert dits == {"cour": "cour", "la grande COUR": "cour", "salle-du-rez": "rez", "cave": "", "": ""}


def test_des_colonnes_ont_une_empreinte() -> None:
    assert empreinte(["Début", "Fin"]) == empreinte(["debut", "FIN"])
    assert empreinte(["Début", "Fin"]) != empreinte(["Fin", "Début"])
    assert empreinte(["Début"]).startswith("c-")
    assert len(empreinte(["Début"])) == 12


def lu(**reste: Any) -> EvenementLu:
    return EvenementLu(**{"uid": "u", "titre": "Bal", "lieu": "Cour", "creneau": DIX_H, **reste})


@pytest.mark.parametrize(
    ("reste", "objet", "etat"),
    [
        ({}, "Bal", Etat.CONFIRMEE),
        ({"titre": ""}, "réservation", Etat.CONFIRMEE),
        ({"titre": "é" * 300}, "é" * 200, Etat.CONFIRMEE),
        ({"interne": True}, "privé", Etat.CONFIRMEE),
        ({"brouillon": True}, "Bal", Etat.DEMANDEE),
        ({"annule": True, "brouillon": True}, "Bal", Etat.ANNULEE),
        ({"douteux": True}, "Bal", Etat.ANNULEE),
    ],
)
def test_un_evenement_d_agenda_devient_une_ligne(reste: dict[str, Any], objet: str, etat: Etat) -> None:
    ((ligne,), laissees) = lignes_d_agenda([lu(**reste)], "")
    assert laissees == []
    assert (ligne.rang, ligne.salle, ligne.objet, ligne.etat) == (1, "Cour", objet, etat)
    assert (ligne.creneau, ligne.nom) == (DIX_H, "u ")


def test_ce_qu_un_agenda_ne_dit_pas_reste_dehors() -> None:
    mois = Creneau.de_jours(date(2026, 10, 1), date(2026, 10, 31))
    longs = [lu(creneau=mois), lu(creneau=Creneau(mois.debut, mois.fin + timedelta(minutes=1)))]
    instant = lu(creneau=Creneau(DIX_H.debut, DIX_H.debut + INSTANT))
    lignes, laissees = lignes_d_agenda([lu(lieu=""), *longs, instant], "")
    assert [x.rang for x in lignes] == [2]
    assert laissees == [
        Illisible(1, "pas de salle"),
        Illisible(3, "dure plus d'un mois"),
        Illisible(4, "ne dure pas"),
    ]
    assert [x.salle for x in lignes_d_agenda([lu(lieu="")], "rez")[0]] == ["rez"]
