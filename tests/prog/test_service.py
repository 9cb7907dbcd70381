"""Les services : de l'idée à l'arrêt, et ce que devient leur permanence."""

from __future__ import annotations

from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.prog.service import regles
from tiers_lieu_cli.prog.service.modele import Etape, Service, Stade

JOUR = date(2026, 11, 24)


def service(*stades: Stade) -> Service:
    etapes = tuple(Etape(stade=s, le=date(2026, mois, 1)) for mois, s in enumerate(stades, start=1))
    return Service(id="pret", nom="Prêt", etapes=etapes)


IDEE, ESSAI, PERENNE, ARRETE = Stade.IDEE, Stade.ESSAI, Stade.PERENNE, Stade.ARRETE


@pytest.mark.parametrize(
    ("depuis", "vers", "permis", "revoir"),
    [
        (IDEE, ESSAI, True, date(2027, 2, 24)),
        (ESSAI, PERENNE, True, date(2027, 11, 24)),
        (IDEE, PERENNE, False, None),
        (PERENNE, ESSAI, False, None),
        (ARRETE, PERENNE, False, None),
        (ARRETE, ESSAI, True, date(2027, 2, 24)),
        (IDEE, ARRETE, True, None),
        (ESSAI, ARRETE, True, None),
        (PERENNE, ARRETE, True, None),
        (ESSAI, ESSAI, False, None),
        (ARRETE, ARRETE, False, None),
    ],
)
def test_d_un_stade_a_l_autre(depuis: Stade, vers: Stade, permis: bool, revoir: date | None) -> None:
    if not permis:
        with pytest.raises(regles.PassageRefuse):
            regles.passer(service(depuis), vers, JOUR, "", None)
        return
    passe = regles.passer(service(depuis), vers, JOUR, "parce que", None)
    assert (passe.stade, passe.depuis, passe.revoir_le, passe.etapes[-1].raison) == (
        vers,
        JOUR,
        revoir,
        "parce que",
    )
    assert regles.passer(service(depuis), vers, JOUR, "", date(2027, 1, 1)).revoir_le == date(2027, 1, 1)


@pytest.fixture
def permanence(lieu: Lieu) -> tuple[str, str]:
    """Un service à l'essai, et sa permanence, commencée."""
    ident = lieu.id("prog", "service", "creer", "Permanence numérique")
    lieu.faire("prog", "service", "essai", ident)
    regle = ("--regle", "chaque mercredi 14h-17h", "--du", "11/11/2026", "--passe")
    return ident, lieu.id("prog", "serie", "creer", "Permanence", *regle, "--service", ident)


def test_arreter_un_service_annule_la_suite_de_ses_permanences(
    lieu: Lieu, permanence: tuple[str, str]
) -> None:
    ident, serie = permanence
    lieu.faire("accueil", "personne", "creer", "Léa Petit")
    lieu.faire("prog", "inscrire", f"2026-11-25-{serie}", "--personne", "@Léa")
    refus = lieu.faire("prog", "service", "finir", ident, code=2).erreurs
    assert "« Permanence », chaque mercredi" in refus and f"prog service finir {ident} --oui" in refus
    assert "à l'essai" in lieu.faire("prog", "service", "liste").sortie
    dit = lieu.faire("prog", "service", "finir", ident, "--oui", "--motif", "repris ailleurs").sortie
    assert "annulée pour la suite" in dit and "Y étaient attendus : 1 inscrit" in dit
    assert "ANNULÉ (repris ailleurs)" in lieu.faire("prog", "jour", "25/11").sortie
    assert "ANNULÉ" not in lieu.faire("prog", "jour", "2026-11-18").sortie
    assert lieu.faire("verifier").code == 0


def test_on_peut_garder_la_permanence(lieu: Lieu, permanence: tuple[str, str]) -> None:
    lieu.faire("prog", "service", "finir", permanence[0], "--garder")
    assert "ANNULÉ" not in lieu.faire("prog", "jour", "25/11").sortie
