"""Ce qu'une convention demande, phrase par phrase ; où en est un engagement."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec import structs

from tiers_lieu_cli.convention.convention import regles
from tiers_lieu_cli.convention.convention.modele import (
    Avenant,
    Compte,
    Convention,
    Decision,
    Modele,
    Quoi,
    Signature,
)
from tiers_lieu_cli.convention.engagement import regles as engagements
from tiers_lieu_cli.convention.engagement.modele import Cote, Engagement
from tiers_lieu_cli.convention.engagement.regles import Ou

JOUR = date(2026, 11, 24)
FIN = date(2026, 12, 31)
SIGNEE = (Signature(le=date(2026, 1, 1)),)


def bail(**dits: Any) -> Convention:
    donnes = {
        "modele": Modele.BAIL,
        "avec": "commune",
        "du": date(2026, 1, 1),
        "au": FIN,
        "signatures": SIGNEE,
    }
    return Convention(id="c-7k2m", **{**donnes, **dits})


def alertes(c: Convention, jour: date = JOUR) -> list[tuple[date, str, str, bool]]:
    vues = list(regles.alertes(c, "Commune", jour))
    assert {a.convention for a in vues} <= {"c-7k2m"}
    return [(a.jour, a.phrase, a.commande.removeprefix("tl convention "), a.rouge) for a in vues]


def le(jour: date, terme: date, quoi: Quoi = Quoi.VU) -> Decision:
    return Decision(le=jour, terme=terme, quoi=quoi)


CETTE_FIN = "le jeudi 31 décembre"


@pytest.mark.parametrize(
    ("dits", "jour", "attendues"),
    [
        (
            {},
            JOUR,
            [(FIN, f"décider : bail (Commune), fin au plus tard {CETTE_FIN} (dans 37 jours)", False)],
        ),
        ({}, date(2026, 10, 1), []),
        (
            {},
            date(2026, 12, 30),
            [(FIN, f"décider : bail (Commune), fin au plus tard {CETTE_FIN} (dans 1 jour)", True)],
        ),
        ({}, FIN, [(FIN, f"décider : bail (Commune), fin au plus tard {CETTE_FIN} (aujourd'hui)", True)]),
        (
            {"preavis": "2 mois"},
            date(2026, 10, 24),
            [
                (
                    date(2026, 10, 31),
                    "décider : bail (Commune), préavis au plus tard le samedi 31 octobre (dans 7 jours)",
                    True,
                )
            ],
        ),
        (
            {"preavis": "2 mois", "marge": 5},
            date(2026, 10, 23),
            [
                (
                    date(2026, 10, 31),
                    (
                        "décider : bail (Commune), préavis au plus tard le samedi 31 octobre "
                        "(dans 8 jours, à poster le lundi 26 octobre)"
                    ),
                    False,
                )
            ],
        ),
        (
            {"preavis": "2 mois"},
            JOUR,
            [(date(2026, 10, 31), f"préavis passé ; elle finit {CETTE_FIN} : bail (Commune)", True)],
        ),
        ({}, date(2027, 1, 5), [(FIN, "finie le jeudi 31 décembre 2026 : bail (Commune)", True)]),
        ({"decisions": (le(date(2027, 1, 2), FIN),)}, date(2027, 1, 5), []),
        ({"decisions": (le(JOUR, FIN, Quoi.RENOUVELER),)}, date(2026, 12, 30), []),
        ({"objet": "Loyer du rez", "decisions": (le(JOUR, FIN),)}, JOUR, []),
    ],
)
def test_ce_qu_un_terme_demande(
    dits: dict[str, Any], jour: date, attendues: list[tuple[date, str, bool]]
) -> None:
    assert [(j, phrase, rouge) for j, phrase, _, rouge in alertes(bail(**dits), jour)] == attendues


def test_chaque_demande_a_sa_commande() -> None:
    assert alertes(bail())[0][2] == "decider c-7k2m renouveler"
    assert alertes(bail(), date(2027, 1, 5))[0][2] == "decider c-7k2m vu"


def test_une_reconduction_sans_decision_se_lit() -> None:
    an = bail(reconduction="1 an", preavis="2 mois")
    ((jour, phrase, commande, rouge),) = alertes(an)
    assert (jour, commande, rouge) == (date(2026, 10, 31), "decider c-7k2m vu", True)
    assert phrase == "reconduite sans décision jusqu'au vendredi 31 décembre 2027 : bail (Commune)"
    sans = [phrase for _, phrase, *_ in alertes(bail(reconduction="1 an"), date(2027, 1, 5))]
    assert sans == [
        "reconduite jusqu'au vendredi 31 décembre : bail (Commune)",
        "dire le préavis, que rien ne suppose : bail (Commune)",
    ]
    assert alertes(structs.replace(an, decisions=(le(JOUR, FIN),))) == []
    vieille = structs.replace(an, decisions=(le(date(2026, 9, 1), FIN, Quoi.RENEGOCIER),))
    assert len(alertes(vieille)) == 1
    suivante = structs.replace(an, decisions=(le(JOUR, date(2027, 12, 31)),))
    assert alertes(suivante) == []


@pytest.mark.parametrize(
    ("dits", "jour", "phrase"),
    [
        ({}, date(2025, 12, 18), "faire signer : bail (Commune)"),
        (
            {"avenants": (Avenant(le=JOUR, version=2, objet="x"),)},
            JOUR,
            "faire signer l'avenant : bail (Commune)",
        ),
    ],
)
def test_ce_qui_n_est_pas_signe_se_rappelle(dits: dict[str, Any], jour: date, phrase: str) -> None:
    c = bail(signatures=(), **dits)
    premiere = alertes(c, jour)[0]
    assert premiere == (date(2026, 1, 1), phrase, "signer c-7k2m", False)
    assert alertes(bail(signatures=()), date(2025, 12, 17)) == []
    assert "signer" not in str(alertes(bail(signatures=()), date(2027, 2, 1)))


def test_resiliee_elle_se_tait() -> None:
    resiliee = bail(reconduction="1 an", resiliee_le=JOUR, finie_le=FIN)
    assert alertes(resiliee) == []
    assert alertes(resiliee, date(2027, 6, 1)) == []
    assert [t.fin for t in regles.termes(resiliee, date(2030, 1, 1))] == [FIN]


@pytest.mark.parametrize(
    ("jour", "recus", "phrase"),
    [
        (date(2026, 9, 29), (), ""),
        (date(2026, 9, 30), (), "avis de reconduction attendu d'ici le lundi 30 novembre : bail (Commune)"),
        (date(2026, 11, 30), (), "avis de reconduction attendu d'ici le lundi 30 novembre : bail (Commune)"),
        (
            date(2026, 12, 1),
            (),
            "avis de reconduction jamais reçu, résiliation sans frais possible : bail (Commune)",
        ),
        (date(2026, 12, 1), (date(2026, 10, 1),), ""),
        (date(2026, 12, 1), (date(2026, 9, 1),), "avis de reconduction jamais reçu"),
    ],
)
def test_l_avis_que_le_prestataire_doit(jour: date, recus: tuple[date, ...], phrase: str) -> None:
    c = bail(reconduction="1 an", preavis="2 mois", avis=True, avis_recus=recus)
    avis = [(j, dit, commande) for j, dit, commande, _ in alertes(c, jour) if "avis de" in dit]
    if not phrase:
        assert avis == []
    else:
        ((tard, dit, commande),) = avis
        assert tard == date(2026, 11, 30)
        assert dit.startswith(phrase)
        assert commande == ("avis c-7k2m" if "attendu" in phrase else "resilier c-7k2m")


def test_une_assurance_a_ses_preuves() -> None:
    police = bail(modele=Modele.ASSURANCE, risques=("incendie",), decisions=(le(JOUR, FIN),))
    assert [(j, phrase, commande) for j, phrase, commande, _ in alertes(police)] == [
        (
            JOUR,
            "il manque l'attestation : assurance (Commune)",
            "document creer attestation.pdf --convention c-7k2m --comme attestation",
        ),
        (
            JOUR,
            "il manque la preuve de paiement : assurance (Commune)",
            "document creer paiement.pdf --convention c-7k2m --comme paiement",
        ),
    ]
    assert alertes(structs.replace(police, attestation="d", paiement="d")) == []


@pytest.mark.parametrize(
    ("dits", "jour", "dit"),
    [
        ({}, JOUR, "jusqu'au jeudi 31 décembre"),
        ({"reconduction": "1 an"}, JOUR, "jusqu'au jeudi 31 décembre, puis 1 an"),
        ({"reconduction": "1 an", "resiliee_le": JOUR, "finie_le": FIN}, JOUR, "jusqu'au jeudi 31 décembre"),
        ({}, date(2025, 6, 1), "du jeudi 1er janvier 2026 au jeudi 31 décembre 2026"),
        ({}, date(2027, 1, 1), "finie le jeudi 31 décembre 2026"),
    ],
)
def test_sa_duree_se_dit(dits: dict[str, Any], jour: date, dit: str) -> None:
    assert regles.dire_duree(bail(**dits), jour) == dit


def test_ses_dates_se_disent() -> None:
    c = bail(reconduction="1 an", preavis="2 mois", marge=5, compte=Compte.RECEPTION)
    assert list(regles.dire_les_dates(c, regles.terme(c, FIN), JOUR)) == [
        ("à poster avant le", "lundi 26 octobre"),
        ("préavis au plus tard", "samedi 31 octobre"),
        ("dernier jour couvert", "jeudi 31 décembre"),
        ("reconduite le", "vendredi 1er janvier 2027, pour 1 an"),
    ]
    finie = structs.replace(c, marge=0, resiliee_le=JOUR, finie_le=FIN)
    assert list(regles.dire_les_dates(finie, regles.terme(finie, FIN), JOUR)) == [
        ("dernier jour couvert", "jeudi 31 décembre")
    ]


def test_de_quoi_l_on_decide_et_quand_on_peut_finir() -> None:
    c = bail(reconduction="1 an", preavis="2 mois")
    assert regles.a_decider(c, JOUR, vu=True).fin == FIN
    assert regles.a_decider(c, JOUR, vu=False).fin == date(2027, 12, 31)
    assert regles.a_decider(c, date(2026, 10, 31), vu=True).fin == FIN
    assert regles.a_decider(bail(), date(2027, 6, 1), vu=False).fin == FIN
    assert regles.fin_possible(c, date(2026, 10, 31)).fin == FIN
    assert regles.fin_possible(c, date(2026, 11, 1)).fin == date(2027, 12, 31)
    assert regles.fin_possible(bail(preavis="2 mois"), JOUR).fin == FIN


# -- engagements ----------------------------------------------------------------


def promesse(**dits: Any) -> Engagement:
    return structs.replace(MODELE, **dits)


MODELE = Engagement(
    id="2026-11-01-salle-7k2m",
    convention="c-7k2m",
    de=next(iter(Cote)),
    quoi="Prêter la salle",
    promis_le=date(2026, 11, 1),
)


@pytest.mark.parametrize(
    ("dits", "attendu", "quand", "voir"),
    [
        ({}, Ou.PROMIS, "toute la durée", False),
        ({"pour_le": date(2026, 12, 8)}, Ou.PROMIS, "pour le mardi 8 décembre", True),
        ({"pour_le": date(2026, 12, 9)}, Ou.PROMIS, "pour le mercredi 9 décembre", False),
        ({"pour_le": JOUR}, Ou.PROMIS, "aujourd'hui", True),
        ({"pour_le": date(2026, 11, 21)}, Ou.EN_RETARD, "en retard de 3 jours", True),
        ({"pour_le": JOUR, "tenu_le": JOUR}, Ou.TENU, "aujourd'hui", False),
        ({"pour_le": date(2026, 11, 23), "tenu_le": JOUR}, Ou.TENU_EN_RETARD, "en retard de 1 jour", False),
        ({"tenu_le": JOUR}, Ou.TENU, "toute la durée", False),
        ({"pour_le": JOUR, "abandonne_le": JOUR}, Ou.ABANDONNE, "aujourd'hui", False),
    ],
)
def test_ou_en_est_un_engagement(dits: dict[str, Any], attendu: Ou, quand: str, voir: bool) -> None:
    e = promesse(**dits)
    assert engagements.ou(e, JOUR) is attendu
    assert engagements.dire_quand(e, JOUR) == quand
    assert engagements.est_a_voir(e, JOUR) is voir


def test_le_compte_des_engagements() -> None:
    tous = [
        promesse(),
        promesse(tenu_le=JOUR),
        promesse(pour_le=date(2026, 11, 20), tenu_le=JOUR),
        promesse(pour_le=date(2026, 11, 20)),
        promesse(abandonne_le=JOUR),
    ]
    assert engagements.compter(tous, JOUR) == engagements.Compte(4, 2, 1)
