"""Les règles d'une fiche de personne, en tableaux et en propriétés."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.accueil.personne.recherche import chercher, doublons
from tiers_lieu_cli.accueil.personne.regles import Dit, a_surnommer, changer, nouvelle_personne, reunir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.annuaire import Entree
from tiers_lieu_cli.noyau.gens.personnes import BUTS, Consentement, Personne
from tiers_lieu_cli.noyau.texte import clef

JOUR = date(2026, 11, 24)
KARIM = Personne(id="p-aaaaaa", nom="Karim Haddad", surnom="Karim", telephone="0470 12 34 56")
GENS = (
    KARIM,
    Personne(id="p-bbbbbb", nom="Léa D'Hondt", surnom="Léa", courriel="lea@exemple.be"),
    Personne(id="p-cccccc", nom="Marie-Ange Van de Velde"),
    Personne(id="p-dddddd", nom="Zoë Ørsted"),
    Personne(id="p-eeeeee", nom="花子 田中", surnom="Hanako"),
)


def neuve(nom: str, **dit: object) -> Personne:
    return nouvelle_personne(nom, Dit(**dit), JOUR, GENS, Random(1))  # type: ignore[arg-type]


def test_un_nom_suffit() -> None:
    personne = neuve("  Omar   Yıldız ")
    assert (personne.nom, personne.surnom, personne.depuis) == ("Omar Yıldız", "Omar", JOUR)


@pytest.mark.parametrize(
    ("noms", "surnoms"),
    [
        (("Karim Haddad", "Karim Bel"), ("Karim-H", "Karim-B")),
        (("Karim Haddad", "Karim Hamidi"), ("Karim-H", "Karim-Ha")),
        (("Karim", "Karim Bel"), ("Karim-2", "Karim-B")),
        (("Omar Yıldız", "Omar Yıldız", "Omar Yıldız"), ("Omar-Y", "Omar-Yı", "Omar-Yıl")),
        (("Ann Li", "Ann Li", "Ann Li", "Ann Li"), ("Ann-L", "Ann-Li-2", "Ann-2", "Ann-3")),
    ],
)
def test_des_homonymes_ont_chacun_de_quoi_etre_cites(noms: tuple[str, ...], surnoms: tuple[str, ...]) -> None:
    gens: list[Personne] = []
    for nom in noms:
        arrive = nouvelle_personne(nom, Dit(), JOUR, gens, Random(len(gens)))
        donnes = a_surnommer(nom, arrive.surnom, gens)
        gens = [structs.replace(p, surnom=donnes.get(p.id, p.surnom)) for p in gens] + [arrive]
    assert len({clef(p.surnom) for p in gens}) == len(gens)
    assert gens[0].surnom.startswith(noms[0].split()[0] + "-")
    if len(noms) == 2:
        assert {p.surnom for p in gens} == set(surnoms)


@pytest.mark.parametrize(
    ("dit", "mot"),
    [
        ({"mineur": True}, "mineur"),
        ({"portrait": "Jardinière"}, "accord"),
        ({"retire": ("lettre",)}, "n'avait pas accepté"),
        ({"surnom": "KARIM"}, "désigne déjà"),
    ],
)
def test_ce_qui_ne_va_pas_se_dit(dit: dict[str, object], mot: str) -> None:
    with pytest.raises(ErreurUsage, match=mot):
        neuve("Omar", **dit)


def test_un_accord_retire_reste_date_et_emporte_le_portrait() -> None:
    avec = changer(KARIM, Dit(accepte=("portrait",), portrait="Répare tout."), JOUR, GENS)
    sans = changer(avec, Dit(retire=("portrait",)), date(2027, 1, 2), GENS)
    assert sans.portrait == ""
    assert sans.consentements == (Consentement(but="portrait", donne=JOUR, retire=date(2027, 1, 2)),)
    encore = changer(sans, Dit(accepte=("portrait",)), date(2027, 3, 1), GENS)
    assert encore.accepte("portrait")
    assert len(encore.consentements) == 2


def test_devenir_majeur_ote_le_tuteur() -> None:
    zoe = neuve("Zoé", mineur=True, tuteur=KARIM.id)
    assert changer(zoe, Dit(mineur=False), JOUR, GENS).tuteur == ""


@pytest.mark.parametrize(
    ("mot", "attendu"),
    [
        ("velde", "p-cccccc"),
        ("Van de Velde", "p-cccccc"),
        ("vandevelde", "p-cccccc"),
        ("marie ange", "p-cccccc"),
        ("dhondt", "p-bbbbbb"),
        ("D’HONDT", "p-bbbbbb"),
        ("lea", "p-bbbbbb"),
        ("Karime", "p-aaaaaa"),
        ("hadad", "p-aaaaaa"),
        ("kairm", "p-aaaaaa"),
        ("zoe", "p-dddddd"),
        ("hanako", "p-eeeeee"),
        ("田中", "p-eeeeee"),
        ("0470/12", "p-aaaaaa"),
        ("lea@ex", "p-bbbbbb"),
    ],
)
def test_on_retrouve_malgre_la_faute(mot: str, attendu: str) -> None:
    assert chercher(mot, [Entree.de(p) for p in GENS])[:1] == [attendu]


@pytest.mark.parametrize("mot", ["", "!", "xylophone", "0499"])
def test_on_n_invente_personne(mot: str) -> None:
    assert chercher(mot, [Entree.de(p) for p in GENS]) == []


@pytest.mark.parametrize(
    ("autre", "raison"),
    [
        (Personne(id="p-ffffff", nom="K. H.", telephone="+32 470 12.34.56"), "même numéro"),
        (Personne(id="p-ffffff", nom="Lea", courriel="LEA@exemple.be"), "même courriel"),
        (Personne(id="p-ffffff", nom="HADDAD Karim"), "même nom"),
        (Personne(id="p-ffffff", nom="Lea Dhondt"), "noms presque pareils"),
        (Personne(id="p-ffffff", nom="Karim Hadad"), "noms presque pareils"),
    ],
)
def test_un_doublon_dit_pourquoi(autre: Personne, raison: str) -> None:
    assert [d.raison for d in doublons((*GENS, autre))] == [raison]


def test_des_gens_differents_ne_sont_pas_des_doublons() -> None:
    assert doublons(GENS) == []


def test_reunir_ne_perd_rien() -> None:
    autre = Personne(
        id="p-ffffff",
        nom="Karim H.",
        publics=("membres",),
        telephone="0499 00 00 00",
        courriel="k@exemple.be",
        depuis=date(2020, 1, 1),
    )
    reunie = reunir(KARIM, autre)
    assert (reunie.id, reunie.courriel, reunie.autre) == (KARIM.id, "k@exemple.be", "0499 00 00 00")
    assert reunie.publics == ("membres",)
    assert reunie.depuis == date(2020, 1, 1)


jours = st.dates(date(2024, 1, 1), date(2024, 1, 9))
consentements = st.lists(
    st.builds(
        lambda but, a, b: Consentement(but=but, donne=min(a, b or a), retire=b and max(a, b)),
        st.sampled_from(BUTS[:2]),
        jours,
        st.none() | jours,
    ),
    max_size=4,
).map(tuple)


@given(consentements, consentements)
def test_un_retrait_n_est_jamais_oublie(
    siens: tuple[Consentement, ...], autres: tuple[Consentement, ...]
) -> None:
    un = Personne(id="p-aaaaaa", nom="A", consentements=siens)
    deux = Personne(id="p-bbbbbb", nom="B", consentements=autres)
    reunie = reunir(un, deux)
    for but in BUTS[:2]:
        retraits = [c.retire for c in (*siens, *autres) if c.but == but and c.retire]
        dons = [c.donne for c in (*siens, *autres) if c.but == but and c.retire is None]
        assert reunie.accepte(but) == bool(dons and (not retraits or max(dons) > max(retraits)))
    assert {(c.but, c.donne) for c in reunie.consentements} == {
        (c.but, c.donne) for c in reunir(deux, un).consentements
    }
