"""La commande de confirmation est celle qu'on a tapée, plus --oui : rien de ce qu'on a dit n'y manque."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from commandes_dites import dans, litteraux
from soutien import Lieu, lancer

#: Ces deux-là ne prennent rien d'autre ; le cours fait taper les siennes.
EN_DUR = {"tl reprise --oui"}
COURS = "ensemble/apprendre/"


def test_aucune_confirmation_n_est_ecrite_a_la_main() -> None:
    ecrites = {
        f"{ou} : {c}"
        for ou, texte in litteraux()
        for c in dans(texte)
        if "--oui" in c and c not in EN_DUR and not ou.startswith(COURS)
    }
    assert not ecrites, ecrites


def proposee(erreurs: str) -> list[str]:
    """La commande que ce refus donne à coller, telle que le terminal la lirait."""
    dite = re.search(r"(?:Pour le faire|L'effacer) : (.*)", erreurs)
    assert dite, erreurs
    return shlex.split(dite[1])


def agenda(nom: str, *evenements: tuple[str, str]) -> None:
    """Un agenda de ces événements : leur titre, et ce qui suit DTSTART."""
    corps = "".join(f"BEGIN:VEVENT\nUID:{t}\nSUMMARY:{t}\nDTSTART{q}\nEND:VEVENT\n" for t, q in evenements)
    Path(nom).write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{corps}END:VCALENDAR\n", "utf-8")


@pytest.fixture
def garni(lieu: Lieu) -> Lieu:
    """De quoi demander : une donnerie, du café, une salle promise, des gens, un agenda au nom difficile."""
    agenda("agenda d'à côté.ics", ("Vélo", ":20261202T130000Z"), ("Laser", ":20270201T180000Z"))
    agenda("congés 2027.ics", *((f"Vacances {n}", f";VALUE=DATE:2027020{n}") for n in (1, 3, 5)))
    for mots in (
        ("accueil", "personne", "creer", "Zoé Plume", "--surnom", "zoe"),
        ("prog", "service", "creer", "Donnerie"),
        ("prog", "service", "essai", "donnerie"),
        ("prog", "serie", "creer", "Tri", "--regle", "chaque lundi 10h-12h", "--service", "donnerie"),
        ("prog", "reseau", "creer", "Le Phare", "congés 2027.ics"),
        ("stock", "article", "creer", "Café", "--unite", "kg"),
        ("espace", "reserver", "cour", "5/12 20h-23h", "--objet", "Bal"),
    ):
        lieu.faire(*mots)
    Path("membres d'ici.csv").write_text("Membre;Tel\nMaëlle Grand;0470 12 34 56\n", "utf-8")
    return lieu


@pytest.mark.parametrize(
    "mots",
    [
        ("importer", "ics", "agenda d'à côté.ics", "--suivre", "Fablab d'à côté", "--au", "31/12"),
        ("importer", "ics", "congés 2027.ics", "--programme", "--du", "1/1/2027"),
        ("importer", "ics", "congés 2027.ics", "--periode", "congés d'hiver"),
        ("importer", "csv", "personnes", "membres d'ici.csv", "--correspondance", "nom=Membre"),
        ("prog", "service", "finir", "donnerie", "--motif", 'plus de "place" ni de $'),
        ("prog", "reseau", "retirer", "le-phare"),
        ("stock", "sortir", "cafe", "0,5 kg", "--motif", "repas du jeudi"),
        ("espace", "salle", "retirer", "cour", "--le", "1er décembre", "--motif", "devient un atelier"),
        ("donnees", "effacer", "@zoe", "--recu", "reçu de Zoé.md"),
        ("defaire",),
    ],
    ids=lambda mots: " ".join(mots[:3]),
)
def test_la_confirmation_redit_ce_qui_a_ete_tape(garni: Lieu, mots: tuple[str, ...]) -> None:
    avant = garni.signature()
    dite = proposee(garni.faire(*mots, code=2).erreurs)
    assert garni.signature() == avant
    assert dite[:3] == ["tl", "--lieu", str(garni.racine)] and dite[-1] == "--oui"
    # « La dernière action » change avec le temps : elle se nomme en plus.
    assert dite[3:-1] == [*mots] or (mots == ("defaire",) and len(dite) == 6)
    assert lancer(*dite[1:]).code == 0
    assert garni.signature() != avant
