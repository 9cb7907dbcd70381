"""Changer sur place : seul ce qu'on donne change, la fiche garde son nom, et l'on dit « avant → après »."""

from __future__ import annotations

import shlex

import pytest
from soutien import Lieu

from tiers_lieu_cli.ensemble.genres import structure_de
from tiers_lieu_cli.noyau.fiches import fiche


@pytest.fixture
def garni(lieu: Lieu) -> Lieu:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--surnom", "karim")
    lieu.faire("accueil", "personne", "creer", "Amina Benali", "--surnom", "amina")
    return lieu


#: (ce qui la crée, ce qui la change, ce qui se dit).
CHANGEMENTS = [
    (
        'espace reserver cour "jeudi 9h-11h" --objet Réunion --pour @amina',
        "espace modifier ID --objet Assemblée --personnes 12 --pour membres --montage 30min",
        [
            "objet : Réunion → Assemblée",
            "pour : amina → membres",
            "personnes : — → 12",
            "montage : — → 30 min",
        ],
    ),
    (
        "accueil passage riverains 3",
        "accueil modifier-passage --nombre 4",
        ["nombre : 3 → 4"],
    ),
    (
        "accueil heures noter @karim 2h --activite bar",
        "accueil heures modifier ID --duree 3h --activite cuisine",
        ["durée : 2 h → 3 h", "activité : bar → cuisine"],
    ),
    (
        'accueil suivi noter @karim "Dossier relu" --prochain "Le déposer" --pour jeudi',
        "accueil suivi modifier ID --pour vendredi --par @amina",
        ["pour : jeudi 26 novembre → vendredi 27 novembre", "par : — → amina"],
    ),
    (
        "espace cle creer cave --exemplaires 2",
        'espace cle modifier ID --exemplaires 3 --rangee "crochet 4" --ouvre cour',
        ["exemplaires : 2 → 3", "rangée : — → crochet 4", "ouvre : — → cour"],
    ),
    (
        'espace entretien creer "Purger" --tous-les "1 an"',
        'espace entretien modifier ID --pour "15/12" --note "au sous-sol"',
        ["pour le : — → mardi 15 décembre", "note : — → au sous-sol"],
    ),
    (
        'prog reseau creer Fablab "https://fablab.example/agenda.ics"',
        'prog reseau modifier ID --nom "Fablab du canal" --public membres',
        ["nom : Fablab → Fablab du canal", "publics : — → membres"],
    ),
    (
        'prog evenement creer Vélo --quand "jeudi 18h-20h"',
        "prog evenement modifier ID --interne",
        ["interne : non → oui"],
    ),
]


@pytest.mark.parametrize(
    ("creer", "changer", "dits"), CHANGEMENTS, ids=[c[1].partition(" ID")[0] for c in CHANGEMENTS]
)
def test_seul_ce_qu_on_donne_change(garni: Lieu, creer: str, changer: str, dits: list[str]) -> None:
    ident = garni.id(*shlex.split(creer))
    (chemin,) = garni.git("show", "--name-only", "--format=").split()
    trouve = structure_de(chemin)
    assert trouve
    mots = [ident if mot == "ID" else mot for mot in shlex.split(changer)]
    essai = garni.faire(*mots, "--essai").sortie
    dit = garni.faire(*mots).sortie
    for attendu in dits:
        assert f"  {attendu}\n" in dit
        assert attendu in essai
    assert dit.count("→") == len(dits), dit
    (apres,) = garni.git("show", "--name-only", "--format=").split()
    assert apres == chemin, "la même fiche, sous le même nom"
    assert fiche.lire((garni.racine / chemin).read_bytes(), trouve[1], ident, chemin).id == ident
    avant = garni.signature()
    assert "Rien ne change" in garni.faire(*mots, code=2).erreurs
    assert garni.signature() == avant


@pytest.mark.parametrize(
    ("creer", "changer", "dit"),
    [
        ("", "espace salle modifier cour --capacite 20", "capacité : — → 20"),
        ("espace regle creer fixe --moderation", "espace regle modifier ID --duree-max 4h", "→ 4h"),
        (
            'accueil besoin creer "Un vélo"',
            'accueil besoin modifier ID --texte "Deux vélos"',
            "→ Deux vélos",
        ),
        ("stock article creer Café --unite kg", "stock article modifier ID --nom Moka", "nom : Café → Moka"),
        ("stock objet creer Perceuse", 'stock objet modifier ID --place "casier 5"', "→ casier 5"),
        (
            'espace serie creer cour --regle "chaque mardi 9h-10h" --du 1/12 --au 31/12 --objet Chorale',
            "espace serie modifier ID --objet Chœur",
            "objet : Chorale → Chœur",
        ),
        (
            'prog serie creer Chorale --regle "chaque mardi 9h-10h"',
            "prog serie modifier ID --titre Chœur",
            "titre : Chorale → Chœur",
        ),
        (
            "accueil personne creer Zoé",
            "accueil personne modifier ID --telephone 0470121314",
            "— → 0470121314",
        ),
    ],
)
def test_tout_ce_qui_se_modifie_le_dit_de_meme(garni: Lieu, creer: str, changer: str, dit: str) -> None:
    ident = garni.id(*shlex.split(creer)) if creer else ""
    assert dit in garni.faire(*(ident if mot == "ID" else mot for mot in shlex.split(changer))).sortie


def test_une_reservation_agrandie_garde_les_regles(garni: Lieu) -> None:
    garni.faire("espace", "salle", "modifier", "cour", "--capacite", "20")
    ident = garni.id("espace", "reserver", "cour", "jeudi 9h-11h", "--objet", "Réunion", "--personnes", "12")
    refus = garni.faire("espace", "modifier", ident, "--personnes", "40", "--json", code=1)
    assert refus.json["refus"]["code"] == "pas_possible"
    garni.faire("espace", "modifier", ident, "--personnes", "40", "--forcer", "--motif", "debout")
    garni.faire("espace", "modifier", ident, "--objet", "Fête")
    garni.faire("espace", "reserver", "cour", "jeudi 11h-12h", "--objet", "Autre")
    assert "Autre" in garni.faire("espace", "modifier", ident, "--demontage", "1h", code=1).erreurs


def test_un_jour_corrige_range_la_fiche_a_son_jour(garni: Lieu) -> None:
    garni.faire("accueil", "passage", "riverains", "3")
    garni.faire("accueil", "modifier-passage", "--quand", "hier 18h")
    (fiche,) = (garni.racine / "accueil/passages/2026/11").iterdir()
    assert fiche.name.startswith("2026-11-23-1800-riverains-")
    assert (
        garni.faire("accueil", "passages", "--du", "hier", "--au", "hier", "--json").json["compte"]["total"]
        == 3
    )
    ident = garni.id("accueil", "heures", "noter", "@karim", "2h", "--activite", "bar")
    garni.faire("accueil", "heures", "modifier", ident, "--le", "2026-10-30")
    assert list((garni.racine / "accueil/heures/2026/10").iterdir())
    assert not list((garni.racine / "accueil/heures").glob("2026/11/*"))
    assert "lieu" not in garni.faire("verifier").erreurs


def test_un_groupe_change_de_taille_sans_perdre_sa_place(garni: Lieu) -> None:
    velo = garni.id("prog", "evenement", "creer", "Vélo", "--quand", "jeudi 18h-20h", "--capacite", "30")
    groupe = garni.id("prog", "inscrire", velo, "--groupe", "22")
    code = groupe.rpartition("-")[2]
    garni.faire("prog", "inscrire", velo, "--groupe", "6")
    attend = garni.id("prog", "inscrire", velo, "--groupe", "5")
    refus = garni.faire("prog", "inscrire", velo, "--code", code, "--groupe", "25", code=2)
    assert "24 places pour 25" in refus.erreurs
    assert (
        "groupe : 22 → 24" in garni.faire("prog", "inscrire", velo, "--code", code, "--groupe", "24").sortie
    )
    garni.faire("prog", "inscrire", velo, "--code", code, "--groupe", "19")
    etats = {
        i["fiche"]["id"]: i["fiche"]
        for i in garni.faire("prog", "inscrits", velo, "--json").json["inscriptions"]
    }
    assert etats[groupe]["etat"] == "inscrite"
    assert etats[attend]["etat"] == "inscrite", "la place rendue va à qui attend"
    assert etats[groupe]["demandee"] < etats[attend]["demandee"]
    garni.faire("prog", "inscrire", velo, "--personne", "@karim", "--accompagne", "3", code=None)
    assert (
        "Aucun groupe"
        in garni.faire("prog", "inscrire", velo, "--code", "zzzz", "--groupe", "3", code=2).erreurs
    )


def test_une_salle_retiree_garde_son_passe_et_ne_se_promet_plus(garni: Lieu) -> None:
    ident = garni.id("espace", "reserver", "cour", "jeudi 9h-11h", "--objet", "Réunion")
    velo = garni.id("prog", "evenement", "creer", "Vélo", "--quand", "vendredi 18h-20h", "--salle", "cour")
    avant = garni.signature()
    refus = garni.faire("espace", "salle", "retirer", "cour", code=2)
    assert "2 promesses" in refus.erreurs
    assert garni.signature() == avant
    dit = garni.faire(
        "espace", "salle", "retirer", "cour", "--motif", "travaux lourds", "--oui", "--json"
    ).json
    assert {a["reservation"] for a in dit["a_replacer"]} == {ident, velo}
    assert "cour" not in garni.faire("espace", "salle", "liste").sortie
    assert "cour" in garni.faire("espace", "salle", "liste", "--tout").sortie
    refus = garni.faire("espace", "reserver", "cour", "samedi 9h-11h", "--objet", "X", code=1)
    assert "travaux lourds" in refus.erreurs
    garni.faire("verifier", code=None)
    garni.faire("defaire", "--oui")
    garni.faire("espace", "reserver", "cour", "samedi 9h-11h", "--objet", "X")


def test_une_cle_retiree_ne_se_remet_plus(garni: Lieu) -> None:
    garni.faire("espace", "cle", "creer", "cave", "--exemplaires", "2")
    garni.faire("espace", "cle", "remettre", "cave", "--a", "@karim")
    assert "karim" in garni.faire("espace", "cle", "retirer", "cave", code=2).erreurs
    garni.faire("espace", "cle", "rendre", "cave")
    garni.faire("espace", "cle", "retirer", "cave")
    assert "retirée" in garni.faire("espace", "cle", "remettre", "cave", "--a", "@karim", code=2).erreurs
    assert "Aucune clé" in garni.faire("espace", "cle", "liste").sortie
    assert "cave" in garni.faire("espace", "cle", "liste", "--tout").sortie
