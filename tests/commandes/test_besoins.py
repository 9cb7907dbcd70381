"""Des besoins aux activités, et ce que le programme attend de nous."""

from __future__ import annotations

from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.contexte import Poste, ouvrir_lieu
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.evenement import fiches as evenements
from tiers_lieu_cli.prog.idee import fiches as idees
from tiers_lieu_cli.prog.service import fiches as services

JOUR = date(2026, 11, 24)


def a_faire(lieu: Lieu) -> list[str]:
    """Toutes les échéances du programme, en phrases."""
    arbre = ArbreDisque(lieu.racine)
    sources = (evenements, equipes, idees, services)
    dites = [e for source in sources for e in sorted(source.a_faire(arbre, JOUR))]
    return [e.phrase for e in (*dites, *idees.a_rendre(ouvrir_lieu(lieu.racine, Poste()), JOUR))]


def test_un_besoin_est_servi_par_une_activite_un_service_ou_une_idee(lieu: Lieu) -> None:
    garde, banc, velo, pret = (
        lieu.id("accueil", "besoin", "creer", texte, *urgent)
        for texte, urgent in (("Garde", ("--urgent",)), ("Un banc", ()), ("Vélo", ()), ("Prêt", ()))
    )
    demain = ("--quand", "demain 9h-10h")
    sans = lieu.id("prog", "evenement", "creer", "Sans besoin", *demain)
    lieu.faire("prog", "evenement", "creer", "Vélo", *demain, "--besoin", velo)
    service = lieu.id("prog", "service", "creer", "Prêt d'outils", "--besoin", pret)
    lieu.faire("prog", "evenement", "creer", "Permanence", *demain, "--service", service)
    vus = lieu.faire("prog", "besoins", "--json").json
    assert vus == {
        "besoins_sans_activite": [garde, banc],
        "besoins_sans_parcours": [],
        "activites_sans_besoin": [sans],
    }
    idee = lieu.id("prog", "proposer", "Fabriquer un banc", "--besoin", banc)
    assert lieu.faire("prog", "besoins", "--json").json["besoins_sans_activite"] == [garde]
    accepte = lieu.faire("prog", "accepter", idee, *demain, "--json").json["id"]
    assert lieu.faire("prog", "evenement", "fiche", accepte, "--json").json["besoins"] == [banc]
    sortie = lieu.faire("prog", "besoins").sortie
    assert "urgent  Garde" in sortie
    lieu.faire("prog", "evenement", "creer", "x", *demain, "--besoin", "rien-de-tel", code=2)
    assert lieu.faire("verifier").code == 0


def test_une_serie_sans_besoin_n_est_dite_qu_une_fois(lieu: Lieu) -> None:
    serie = lieu.id(
        "prog", "serie", "creer", "Chorale", "--regle", "chaque mardi 19h-21h", "--du", "24 novembre 2026"
    )
    assert lieu.faire("prog", "besoins", "--json").json["activites_sans_besoin"] == [serie]


def test_ce_que_le_programme_attend_se_calcule_a_la_lecture(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Léa Petit")
    creer = ("prog", "evenement", "creer")
    lieu.faire(*creer, "Peut-être", "--quand", "demain 9h-10h", "--brouillon")
    conte = lieu.id(*creer, "Conte", "--quand", "demain 14h-15h", "--porteur", "@Léa")
    lieu.faire("prog", "equipe", "creneaux", conte, "--role", "accueil")
    passe = lieu.id(*creer, "Repas", "--quand", "10 novembre 2026 12h-14h", "--capacite", "20", "--passe")
    lieu.faire(*creer, "Sans suite", "--quand", "10 novembre 2026 12h-14h", "--passe")
    lieu.poser("prog/propositions-en-cours/2026-10-01-banc-2345.yaml", "texte: Un banc\n")
    lieu.faire("prog", "proposer", "Toute neuve")
    decline = lieu.id("prog", "proposer", "Piscine", "--de", "@Léa")
    lieu.faire("prog", "decliner", decline, "--reponse", "non")
    lieu.id("prog", "service", "creer", "Prêt", "--revoir", "demain")
    phrases = " | ".join(a_faire(lieu))
    for attendu in ("confirmer « Peut-être »", "ce que « Repas »", "l'accueil : « Conte »", "« Un banc »"):
        assert attendu in phrases
    for attendu in ("son idée « Piscine »", "reparler de « Prêt »"):
        assert attendu in phrases
    assert "Sans suite" not in phrases
    assert "Toute neuve" not in phrases
    lieu.faire("prog", "evenement", "tenir", passe, "--participants", "12")
    lieu.faire("prog", "repondu", decline)
    phrases = " | ".join(a_faire(lieu))
    assert "Repas" not in phrases
    assert "Piscine" not in phrases


@pytest.mark.parametrize(
    ("jour", "du"), [(date(2026, 11, 9), False), (date(2026, 11, 10), True), (date(2027, 3, 1), True)]
)
def test_soixante_jours_d_absence_ne_font_rien_manquer(lieu: Lieu, jour: date, du: bool) -> None:
    lieu.id("prog", "service", "creer", "Prêt", "--revoir", "24 novembre 2026")
    assert bool(list(services.a_faire(ArbreDisque(lieu.racine), jour))) is du


def test_un_evenement_passe_attend_sa_suite_soixante_jours_plus_tard(lieu: Lieu) -> None:
    creer = ("prog", "evenement", "creer", "Repas", "--quand", "26 septembre 2026 12h-14h", "--passe")
    lieu.faire(*creer, "--capacite", "20")
    serie = ("prog", "serie", "creer", "Chorale", "--regle", "chaque mardi 19h-21h", "--du", "1/10/2026")
    ident = lieu.id(*serie, "--au", "15/10/2026", "--capacite", "8", "--passe")
    phrases = [e.phrase for e in evenements.a_faire(ArbreDisque(lieu.racine), JOUR)]
    assert phrases == [
        "dire ce que « Repas », samedi 26 septembre, a donné",
        "dire ce que « Chorale », mardi 6 octobre, a donné",
        "dire ce que « Chorale », mardi 13 octobre, a donné",
    ]
    lieu.faire("prog", "evenement", "tenir", f"2026-10-06-{ident}", "--participants", "7")
    phrases = [e.phrase for e in evenements.a_faire(ArbreDisque(lieu.racine), JOUR)]
    assert "dire ce que « Chorale », mardi 6 octobre, a donné" not in phrases
    assert len(phrases) == 2
