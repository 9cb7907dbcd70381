"""Changer une fiche, en réunir deux : ce qu'un accord permet, ce qui se refuse et avec quelle phrase."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec import structs
from refus import refus

from tiers_lieu_cli.accueil.personne.regles import Dit, changer, reunir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.personnes import NOM_PUBLIC, PORTRAIT, Consentement, Personne

JOUR = date(2026, 11, 24)
KARIM = Personne(id="p-aaaaaa", nom="Karim Haddad", surnom="Karim", tuteur="p-bbbbbb", mineur=True)
LEA = Personne(id="p-bbbbbb", nom="Léa D'Hondt", surnom="Léa")
MINA = Personne(
    id="p-cccccc",
    nom="Aminata Sow",
    nom_public="Mina",
    portrait="Jardinière",
    consentements=(Consentement(but=NOM_PUBLIC, donne=JOUR), Consentement(but=PORTRAIT, donne=JOUR)),
)


def dire(personne: Personne = LEA, **dit: Any) -> Personne:
    return changer(personne, Dit(**dit), JOUR, [KARIM, LEA, MINA])


def vivants(personne: Personne) -> set[str]:
    return {c.but for c in personne.consentements if c.retire is None}


def test_ce_qu_on_ne_dit_pas_ne_change_pas() -> None:
    assert dire(KARIM) == KARIM
    assert dire(MINA) == MINA
    change = dire(nom="  Léa   Dupont ", publics=("membres",), depuis=date(2020, 1, 1), telephone=" 04 70 ")
    assert (change.nom, change.publics, change.depuis) == ("Léa Dupont", ("membres",), date(2020, 1, 1))
    assert change.telephone == "04 70"
    assert change.surnom == "Léa"


@pytest.mark.parametrize(
    ("qui", "dit", "phrase"),
    [
        (LEA, {"surnom": "KARIM"}, "« @KARIM » désigne déjà quelqu'un. → Choisir un autre surnom."),
        (
            LEA,
            {"portrait": "Répare tout."},
            "Un portrait public demande son accord. → S'il est donné : --accepte portrait",
        ),
        (
            LEA,
            {"accepte": (NOM_PUBLIC,)},
            'Sous quel nom veut-elle paraître ? → Le donner : --nom-public "Mina"',
        ),
        (
            LEA,
            {"tuteur": "p-bbbbbb"},
            "Une personne ne répond pas d'elle-même. → Donner une autre personne : --tuteur",
        ),
        (LEA, {"mineur": True}, "Un mineur a une personne qui répond de lui. → La donner : --tuteur @prénom"),
        (KARIM, {"tuteur": ""}, "Un mineur a une personne qui répond de lui. → La donner : --tuteur @prénom"),
        (
            LEA,
            {"retire": ("lettre",)},
            "Elle n'avait pas accepté « lettre ». → Voir : tl accueil personne fiche",
        ),
    ],
)
def test_ce_qui_se_refuse(qui: Personne, dit: dict[str, Any], phrase: str) -> None:
    assert refus(dire, qui, **dit) == phrase


def test_un_nom_public_est_un_accord() -> None:
    nommee = dire(nom_public="Léa du bar")
    assert nommee.nom_public == "Léa du bar"
    assert vivants(nommee) == {NOM_PUBLIC}
    assert vivants(dire(nom_public="Léa", accepte=("lettre",))) == {NOM_PUBLIC, "lettre"}
    assert dire(MINA, accepte=(NOM_PUBLIC,)).nom_public == "Mina"
    with pytest.raises(ErreurUsage):
        dire(nom_public="é" * 121)


@pytest.mark.parametrize("dit", [{"nom_public": ""}, {"retire": (NOM_PUBLIC,)}])
def test_ne_plus_vouloir_paraitre_efface_le_nom(dit: dict[str, Any]) -> None:
    taite = dire(MINA, **dit)
    assert taite.nom_public == ""
    assert vivants(taite) == {PORTRAIT}
    assert taite.portrait == "Jardinière"
    assert dire(nom_public="") == LEA


def test_retirer_l_accord_emporte_le_portrait() -> None:
    sans = dire(MINA, retire=(PORTRAIT,))
    assert (sans.portrait, sans.nom_public) == ("", "Mina")
    assert [c.retire for c in sans.consentements] == [None, JOUR]
    encore = dire(sans, accepte=(PORTRAIT,), portrait="Revenue")
    assert (encore.portrait, len(encore.consentements)) == ("Revenue", 3)
    assert dire(encore, accepte=(PORTRAIT,)).consentements == encore.consentements


def test_devenir_majeur_libere_du_tuteur() -> None:
    grand = dire(KARIM, mineur=False)
    assert (grand.mineur, grand.tuteur) == (False, "")
    assert dire(KARIM, mineur=False, tuteur="p-cccccc").tuteur == "p-cccccc"
    assert dire(KARIM, telephone="112").tuteur == "p-bbbbbb"


def test_reunir_garde_tout() -> None:
    un = Personne(
        id="p-aaaaaa", nom="Karim", courriel="a@b.be", publics=("membres",), langues=("fr",), depuis=JOUR
    )
    autre = Personne(
        id="p-dddddd",
        nom="Karim H.",
        surnom="Kim",
        courriel="c@d.be",
        telephone="0470",
        publics=("voisins", "membres"),
        langues=("nl",),
        depuis=date(2020, 1, 1),
        autre="allergique",
        mineur=True,
        tuteur="p-bbbbbb",
    )
    deux = reunir(un, autre)
    assert (deux.id, deux.nom, deux.surnom) == ("p-aaaaaa", "Karim", "Kim")
    assert (deux.courriel, deux.telephone, deux.autre) == ("a@b.be", "0470", "allergique ; c@d.be")
    assert (deux.publics, deux.langues) == (("membres", "voisins"), ("fr", "nl"))
    assert (deux.mineur, deux.tuteur, deux.depuis) == (True, "p-bbbbbb", date(2020, 1, 1))


def test_reunir_ne_montre_que_ce_qui_reste_accepte() -> None:
    retrait = (Consentement(but=NOM_PUBLIC, donne=JOUR, retire=JOUR),)
    retiree = structs.replace(MINA, id="p-dddddd", portrait="", nom_public="", consentements=retrait)
    deux = reunir(structs.replace(LEA, portrait=""), MINA)
    assert (deux.nom_public, deux.portrait) == ("Mina", "Jardinière")
    une = reunir(MINA, retiree)
    assert (une.nom_public, une.portrait) == ("", "Jardinière")


def test_ce_qui_ne_se_reunit_pas() -> None:
    assert refus(reunir, LEA, LEA) == (
        "C'est déjà une seule et même personne. → Voir : tl accueil personne doublons"
    )
    deux = "L'une répond de l'autre : ce sont deux personnes. → Revoir leurs fiches."
    assert refus(reunir, LEA, KARIM) == deux
    assert refus(reunir, KARIM, LEA) == deux
