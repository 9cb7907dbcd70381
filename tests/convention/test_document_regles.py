"""Un document : jusqu'à quand il se garde, ce qui tombe, où un mot s'y trouve, et qui l'on efface."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tiers_lieu_cli.convention.convention.modele import Convention, Modele, Signature
from tiers_lieu_cli.convention.document import regles
from tiers_lieu_cli.convention.document.modele import Classe, Document, Durees, Sorte
from tiers_lieu_cli.noyau.fiches.echeances import Echeance

JOUR = date(2026, 11, 24)
DUREES = Durees(courant=3, contrat=10)


def document(ident: str = "bail-1", **dits: Any) -> Document:
    donnes = {"titre": "Bail", "empreinte": "a" * 64, "taille": 9, "suffixe": ".pdf", "le": date(2026, 1, 15)}
    return Document(id=ident, **{**donnes, **dits})


def convention(au: date) -> Convention:
    signee = (Signature(le=date(2020, 1, 1)),)
    return Convention(
        id="c-1", modele=Modele.BAIL, avec="commune", du=date(2020, 1, 1), au=au, signatures=signee
    )


@pytest.mark.parametrize(
    ("dits", "liee", "attendu"),
    [
        ({}, None, date(2030, 1, 1)),
        ({"le": date(2020, 12, 31)}, None, date(2024, 1, 1)),
        ({"le": date(2020, 1, 1), "echeance": date(2022, 3, 1)}, None, date(2026, 1, 1)),
        ({"echeance": date(2025, 3, 1)}, None, date(2030, 1, 1)),
        ({"classe": Classe.CONTRAT}, None, date(2037, 1, 1)),
        ({"classe": Classe.TOUJOURS}, None, None),
        # Une preuve se garde tant que court ce qu'elle prouve, puis se compte de sa fin.
        ({}, date(2027, 6, 30), None),
        ({"le": date(2020, 1, 1)}, date(2025, 6, 30), date(2029, 1, 1)),
        ({}, date(2025, 6, 30), date(2030, 1, 1)),
    ],
)
def test_jusqu_a_quand_un_document_se_garde(
    dits: dict[str, Any], liee: date | None, attendu: date | None
) -> None:
    assert regles.terme(document(**dits), DUREES, convention(liee) if liee else None, JOUR) == attendu


EXPIRE = "tl convention document creer nouveau.pdf --remplace bail-1"


@pytest.mark.parametrize(
    ("documents", "attendues"),
    [
        ([document()], []),
        (
            [document(le=date(2022, 1, 1))],
            [
                Echeance(
                    date(2026, 1, 1),
                    "détruire « Bail », gardé assez longtemps",
                    "tl convention document detruire bail-1",
                )
            ],
        ),
        ([document(le=date(2022, 1, 1), detruit_le=JOUR)], []),
        # Un terme qui tombe aujourd'hui est atteint.
        (
            [document(echeance=JOUR)],
            [Echeance(JOUR, "« Bail » expire le mardi 24 novembre : le remplacer", EXPIRE)],
        ),
        (
            [document(echeance=date(2026, 12, 24))],
            [Echeance(date(2026, 12, 24), "« Bail » expire le jeudi 24 décembre : le remplacer", EXPIRE)],
        ),
        ([document(echeance=date(2026, 12, 25))], []),
        (
            [document(echeance=date(2026, 11, 23))],
            [Echeance(date(2026, 11, 23), "« Bail » a expiré le lundi 23 novembre : le remplacer", EXPIRE)],
        ),
        ([document(echeance=JOUR), document("neuf-2", remplace="bail-1")], []),
        # Celui qui remplaçait n'est plus : rien ne remplace.
        (
            [document(echeance=JOUR), document("neuf-2", remplace="bail-1", detruit_le=JOUR)],
            [Echeance(JOUR, "« Bail » expire le mardi 24 novembre : le remplacer", EXPIRE)],
        ),
    ],
)
def test_ce_qui_tombe(documents: list[Document], attendues: list[Echeance]) -> None:
    assert list(regles.a_faire(documents, DUREES, {}, JOUR)) == attendues


def test_ce_qu_une_convention_en_cours_fait_garder() -> None:
    vieux = document(le=date(2021, 1, 1), convention="c-1")
    assert list(regles.a_faire([vieux], DUREES, {"c-1": convention(date(2027, 6, 30))}, JOUR)) == []
    assert len(list(regles.a_faire([vieux], DUREES, {}, JOUR))) == 1


def test_le_jour_du_terme_on_le_dit() -> None:
    (dite,) = regles.a_faire([document(le=date(2022, 5, 1))], DUREES, {}, date(2026, 1, 1))
    assert dite.phrase.startswith("détruire")
    assert list(regles.a_faire([document(le=date(2022, 5, 1))], DUREES, {}, date(2025, 12, 31))) == []


TEXTE = f"{'avant ' * 20}la chaudière à gaz du théâtre {'après ' * 20}la chaudière"


@pytest.mark.parametrize(
    ("mots", "dits", "noms", "attendu"),
    [
        (["bail"], {}, (), ("", 0)),
        (["BÂIL"], {}, (), ("", 0)),
        (["commune"], {}, ("Commune de Liège",), ("", 1)),
        (["bail", "liege"], {}, ("Commune de Liège",), ("", 1)),
        (["toiture"], {"etiquettes": ("toiture",)}, (), ("", 1)),
        (["attestation"], {"sorte": Sorte.ATTESTATION}, (), ("", 1)),
        (["c-1"], {"convention": "c-1"}, (), ("", 1)),
        (["bail-1"], {}, (), ("", 1)),
        (["absent"], {}, (), None),
        (["bail", "absent"], {}, (), None),
        (["avant"], {}, (), (f"…{' '.join(['avant'] * 8)} av…", 1)),
        (
            ["bail", "theatre"],
            {},
            (),
            (f"…vant {'avant ' * 3}la chaudière à gaz du théâtre {'après ' * 7}ap…", 1),
        ),
    ],
)
def test_ou_un_mot_se_trouve(
    mots: list[str], dits: dict[str, Any], noms: tuple[str, ...], attendu: tuple[str, int] | None
) -> None:
    d = document(**dits)
    trouve = regles.chercher(mots, d, TEXTE, noms)
    assert (trouve and (trouve.extrait, trouve.rang)) == attendu
    assert trouve is None or trouve.document is d


def test_l_extrait_est_autour_du_premier_mot_qui_n_est_que_dans_le_texte() -> None:
    trouve = regles.chercher(["bail", "chaudiere", "theatre"], document(), TEXTE, ())
    assert trouve and trouve.rang == 2
    assert trouve.extrait.startswith("…") and trouve.extrait.endswith("…")
    assert "chaudière à gaz du théâtre" in trouve.extrait
    debut, fin = trouve.extrait[1:-1].split("chaudière", 1)
    assert len(debut) <= regles.AUTOUR and len(fin) <= regles.AUTOUR
    assert min(len(debut), len(fin)) >= regles.AUTOUR - 6


PROUVE, AUTRES = "il prouve ce que la maison a convenu", "il nomme aussi d'autres gens"


@pytest.mark.parametrize(
    ("dits", "detruit", "pourquoi", "jusque"),
    [
        ({"nomme": ("p-aaaaaa",)}, True, "", None),
        ({"nomme": ("p-aaaaaa", "p-bbbbbb")}, False, AUTRES, date(2030, 1, 1)),
        ({"nomme": ("p-aaaaaa",), "classe": Classe.CONTRAT}, False, PROUVE, date(2037, 1, 1)),
        ({"nomme": ("p-aaaaaa",), "classe": Classe.ASSURANCE}, False, PROUVE, date(2037, 1, 1)),
        ({"nomme": ("p-aaaaaa",), "classe": Classe.TOUJOURS}, False, PROUVE, None),
        # Son terme est passé : plus rien n'oblige à le garder.
        ({"nomme": ("p-aaaaaa",), "classe": Classe.CONTRAT, "le": date(2010, 1, 1)}, True, "", None),
        ({"nomme": ("p-aaaaaa",), "classe": Classe.CONTRAT, "le": date(2015, 2, 1)}, True, "", None),
        (
            {"nomme": ("p-bbbbbb",), "classe": Classe.CONTRAT, "le": date(2010, 1, 1)},
            False,
            AUTRES,
            date(2021, 1, 1),
        ),
    ],
)
def test_ce_que_devient_un_document_qui_nomme_quelqu_un(
    dits: dict[str, Any], detruit: bool, pourquoi: str, jusque: date | None
) -> None:
    d = document(**dits)
    attendu = regles.Sort(d, detruit, pourquoi, jusque)
    assert regles.sort(d, {"p-aaaaaa", "p-cccccc"}, DUREES, None, JOUR) == attendu


def test_une_convention_qui_court_retient_ce_qui_la_prouve() -> None:
    d = document(classe=Classe.CONTRAT, le=date(2010, 1, 1), nomme=("p-aaaaaa",))
    dit = regles.sort(d, {"p-aaaaaa"}, DUREES, convention(date(2027, 6, 30)), JOUR)
    assert dit == regles.Sort(d, False, PROUVE, None)
    le_jour_meme = document(classe=Classe.CONTRAT, le=date(2015, 2, 1), nomme=("p-aaaaaa",))
    assert regles.sort(le_jour_meme, {"p-aaaaaa"}, DUREES, None, date(2026, 1, 1)).detruit
    assert not regles.sort(le_jour_meme, {"p-aaaaaa"}, DUREES, None, date(2025, 12, 31)).detruit
