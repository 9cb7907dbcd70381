"""SEQUENCE, DTSTAMP, LAST-MODIFIED bougent quand ce qu'un client voit bouge, et ne reculent jamais."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from icalendar import Calendar
from soutien import Lieu

Vus = dict[tuple[str, str], tuple[dict[str, Any], int, datetime]]


def lire(lieu: Lieu) -> Vus:
    """De chaque VEVENT : ce qu'un client y voit, son numéro, et quand il dit avoir changé."""
    agenda = Calendar.from_ical(lieu.faire("prog", "ical").sortie)
    vus: Vus = {}
    for v in agenda.walk("VEVENT"):
        montre = {
            nom: (valeur.to_ical() if hasattr(valeur, "to_ical") else repr(valeur))
            for nom, valeur in v.property_items(recursive=False)
            if nom not in ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "BEGIN", "END")
        }
        assert v["DTSTAMP"].dt == v["LAST-MODIFIED"].dt
        cle = (str(v["UID"]), str(v["RECURRENCE-ID"].dt) if "RECURRENCE-ID" in v else "")
        vus[cle] = (montre, int(v["SEQUENCE"]), v["LAST-MODIFIED"].dt)
    return vus


def adresse(lieu: Lieu, dite: str) -> None:
    reglages = (lieu.racine / "lieu.yaml").read_text("utf-8").splitlines()
    lignes = [li for li in reglages if not li.startswith("adresse:")]
    (lieu.racine / "lieu.yaml").write_text("\n".join([*lignes, f"adresse: {dite}", ""]), "utf-8")
    lieu.faire("enregistrer", "--oui")


def souche(lieu: Lieu) -> str:
    (serie,) = (lieu.racine / "prog/series").glob("*.yaml")
    return serie.stem


def cacher(lieu: Lieu, *, oui: bool) -> None:
    (fiche,) = (lieu.racine / "prog/evenements/2026/12").glob("2026-12-08-*.yaml")
    texte = fiche.read_text("utf-8").replace("interne: true\n", "")
    fiche.write_text(texte + "interne: true\n" * oui, "utf-8")
    lieu.faire("enregistrer", "--oui")


MINA = ("accueil", "personne", "modifier", "@aminata")
FERMER = ("espace", "fermer", "cour", "--du", "1/12", "--au", "9/12", "--motif", "travaux")
CONGE = ("espace", "periode", "conges", "--du", "2026-12-15", "--au", "2026-12-20")
GESTES: dict[str, list[Callable[[Lieu], object]]] = {
    "une salle change de nom, deux fois": [
        lambda li: li.faire("espace", "salle", "modifier", "cour", "--nom", "Grande cour"),
        lambda li: li.faire("espace", "salle", "modifier", "cour", "--nom", "Préau"),
        lambda li: li.faire("prog", "evenement", "modifier", "concert", "--salle", "salle-du-rez"),
    ],
    "le lieu change d'adresse": [lambda li: adresse(li, "Rue A 1"), lambda li: adresse(li, "Rue B 2")],
    "un nom public se dit, change, se retire": [
        lambda li: li.faire(*MINA, "--nom-public", "Mina"),
        lambda li: li.faire(*MINA, "--nom-public", "Mina S."),
        lambda li: li.faire(*MINA, "--retire", "nom-public"),
        lambda li: li.faire(*MINA, "--nom-public", "Minou"),
        lambda li: li.faire("donnees", "effacer", "@aminata", "--oui"),
    ],
    "une fermeture se pose, se lève, se défait ; on en part": [
        lambda li: li.faire(*FERMER),
        lambda li: li.faire("espace", "rouvrir", "cour", "--du", "2/12", "--au", "2/12"),
        lambda li: li.faire("defaire", "--oui"),
        lambda li: li.faire(
            "prog", "evenement", "modifier", "concert", "--quand", "jeudi 10 décembre 20h-22h"
        ),
        lambda li: li.faire("espace", "rouvrir", "cour"),
    ],
    "une fermeture posée par erreur se défait": [
        lambda li: li.faire(*FERMER),
        lambda li: li.faire("defaire", "--oui"),
    ],
    "un congé s'ajoute, s'ôte": [lambda li: li.faire(*CONGE), lambda li: li.faire(*CONGE, "--oter")],
    "une date de la série se cache, se montre": [
        lambda li: li.faire(
            "prog", "evenement", "modifier", f"2026-12-08-{souche(li)}", "--titre", "Ouverte"
        ),
        lambda li: cacher(li, oui=True),
        lambda li: cacher(li, oui=False),
    ],
}


@pytest.mark.parametrize("nom", GESTES)
def test_ce_que_voit_un_client_change_avec_son_numero(
    lieu: Lieu, nom: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lieu.faire("accueil", "personne", "creer", "Aminata Sow")
    lieu.faire("espace", "periode", "conges", "--du", "2027-02-15", "--au", "2027-02-20")
    ici = ("--salle", "cour")
    lieu.faire("prog", "evenement", "creer", "Concert de @aminata", "--quand", "mercredi 2/12 20h-22h", *ici)
    regle = ("--regle", "chaque mardi 18h-20h sauf conges", "--du", "1/12", "--au", "30/6")
    lieu.faire("prog", "serie", "creer", "Chorale", *regle, *ici)
    avant = lire(lieu)
    for minute, geste in enumerate(GESTES[nom], start=1):
        monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"2026-11-24T09:{minute:02}+01:00")
        geste(lieu)
        apres = lire(lieu)
        bouges = 0
        for cle, (montre, numero, quand) in apres.items():
            ancien, vieux, autrefois = avant.get(cle, ({}, -1, quand))
            assert (numero, quand) >= (vieux, autrefois), f"{cle} recule"
            if ancien and montre != ancien:
                bouges += 1
                assert numero > vieux, f"{cle} change sans le dire : {montre}"
                assert quand > autrefois
        assert bouges or len(avant) != len(apres), "rien n'a changé pour le client"
        avant = apres
