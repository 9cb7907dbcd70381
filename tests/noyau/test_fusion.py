"""Réunir deux versions d'une fiche : rien n'est perdu sans être montré (propriété), la main est gardée."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.ensemble.genres import GENRES, structure_de
from tiers_lieu_cli.journal.modele import Note
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.fusion import Fusion, fondre
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.prog.modele import Etat, Evenement

CHEMIN = "prog/evenements/2026/11/2026-11-28-fete-k3p9.yaml"
IDENT = "2026-11-28-fete-k3p9"
GENRE = (IDENT, Evenement)
BASE = "titre: Fête\ndebut: 2026-11-28T10:00\nfin: 2026-11-28T12:00\n"


def fusion(base: str | None, ici: str | None, partage: str | None) -> Fusion:
    octets = (None if v is None else v.encode() for v in (base, ici, partage))
    return fondre(*octets, CHEMIN, GENRE)


def lire(reunie: Fusion) -> Evenement:
    assert reunie.octets is not None
    return fiche.lire(reunie.octets, Evenement, IDENT, CHEMIN)


def test_chacun_son_champ_tout_est_pris() -> None:
    reunie = fusion(BASE, BASE + "interne: true\n", BASE.replace("Fête", "Grande fête"))
    assert not reunie.desaccord
    assert (lire(reunie).titre, lire(reunie).interne) == ("Grande fête", True)


def test_le_meme_champ_autrement_garde_les_deux() -> None:
    ici = BASE.replace("Fête", "Bal")
    reunie = fusion(BASE, ici, BASE.replace("Fête", "Kermesse"))
    assert reunie.champs == ("titre",)
    assert lire(reunie).titre == "Kermesse"
    assert reunie.autre == ici.encode()


def test_deux_salles_ajoutees_sont_reunies_et_un_retrait_est_tenu() -> None:
    base = BASE + "salles: [rez, cour]\n"
    ici, partage = base.replace("cour", "cour, bleue"), base.replace("[rez, cour]", "[cour, cave]")
    assert lire(fusion(base, ici, partage)).salles == ("cour", "cave", "bleue")


def test_debut_et_fin_ne_se_changent_pas_chacun_pour_moitie() -> None:
    ici = BASE.replace("10:00", "11:00")
    reunie = fusion(BASE, ici, BASE.replace("12:00", "14:00"))
    assert set(reunie.champs) == {"debut", "fin"}
    assert (lire(reunie).debut, lire(reunie).fin) == ("2026-11-28T10:00", "2026-11-28T14:00")


class Serie(Fiche, frozen=True):
    titre: str
    recurrence: Recurrence


def test_deux_dates_d_une_serie_ecartees_par_deux_postes_le_sont_toutes_deux() -> None:
    def reunir(ici: str, partage: str) -> tuple[Serie, Fusion]:
        chemin = "prog/series/chorale-7k2m.yaml"
        genre = ("chorale-7k2m", Serie)
        trois = ((BASE_DE_SERIE + v).encode() for v in ("", ici, partage))
        reunie = fondre(*trois, chemin, genre)
        assert reunie.octets is not None
        return fiche.lire(reunie.octets, Serie, "chorale-7k2m", chemin), reunie

    base = "  ecarts:\n"
    saute, annule = "    '2026-12-08': {quoi: saute}\n", "    '2026-12-15': {quoi: annule, motif: grève}\n"
    serie, reunie = reunir(base + saute, base + annule)
    assert not reunie.desaccord
    assert set(serie.recurrence.ecarts) == {"2026-12-08", "2026-12-15"}
    _, reunie = reunir(base + saute, base + saute.replace("saute", "annule"))
    assert reunie.desaccord


_ECARTS = st.dictionaries(
    st.sampled_from(["2026-12-01", "2026-12-08", "2026-12-15"]),
    st.sampled_from(["saute", "annule", "a-replacer"]).map(lambda quoi: Ecart(quoi=Quoi(quoi))),
)


@given(_ECARTS, _ECARTS, _ECARTS)
def test_une_date_en_desaccord_n_emporte_pas_les_autres(
    base: dict[str, Ecart], ici: dict[str, Ecart], partage: dict[str, Ecart]
) -> None:
    """Quelle que soit la version qu'on garde, les dates que l'autre poste seul a changées y sont."""
    chemin, ident = "prog/series/chorale-7k2m.yaml", "chorale-7k2m"
    trois = [
        Serie(
            id=ident,
            titre="Chorale",
            recurrence=Recurrence(regle="FREQ=WEEKLY;BYDAY=TU", du="2026-11-24", ecarts=ecarts),
        )
        for ecarts in (base, ici, partage)
    ]
    reunie = fondre(*(fiche.ecrire(s, chemin) for s in trois), chemin, (ident, Serie))
    opposees = {
        d
        for d in {*base, *ici, *partage}
        if base.get(d) != ici.get(d) != partage.get(d) and base.get(d) != partage.get(d)
    }
    assert reunie.desaccord == bool(opposees)
    for octets, prefere in ((reunie.octets, partage), (reunie.autre, ici)):
        if octets is None:
            assert not opposees
            continue
        ecarts = fiche.lire(octets, Serie, ident, chemin).recurrence.ecarts
        for d in {*base, *ici, *partage, *ecarts}:
            change = ici if partage.get(d) == base.get(d) else partage
            assert ecarts.get(d) == (prefere if d in opposees else change).get(d), d


def test_deux_regles_opposees_gardent_chacune_ses_ecarts() -> None:
    chemin, ident = "prog/series/chorale-7k2m.yaml", "chorale-7k2m"
    saute = "  ecarts:\n    '2026-12-08': {quoi: saute}\n"
    ici = BASE_DE_SERIE.replace("BYDAY=TU", "BYDAY=WE") + saute
    partage = BASE_DE_SERIE.replace("BYDAY=TU", "BYDAY=TH")
    octets = (version.encode() for version in (BASE_DE_SERIE, ici, partage))
    reunie = fondre(*octets, chemin, (ident, Serie))
    assert reunie.champs == ("recurrence",)
    assert (reunie.octets, reunie.autre) == (partage.encode(), ici.encode())


BASE_DE_SERIE = (
    "titre: Chorale\nrecurrence:\n  regle: FREQ=WEEKLY;BYDAY=TU\n  du: '2026-11-24'\n"
    "  debut: '19:00'\n  fin: '21:00'\n"
)


#: Par genre : une fiche, ce qui y met fin, et ce qu'un autre poste y change pendant ce temps.
FINIES = {
    "espace/reservations/2026/11/2026-11-26-reunion-7k2m.yaml": (
        "salle: cour\nobjet: réunion\ndebut: 2026-11-26T14:00\nfin: 2026-11-26T16:00\n",
        "etat: annulee\nmotif: malade\n",
        ("debut: 2026-11-26T14:00\nfin: 2026-11-26T16:00", "debut: 2026-11-27T10:00\nfin: 2026-11-27T12:00"),
    ),
    "espace/series/chorale-7k2m.yaml": (
        "salle: cour\nobjet: x\nrecurrence: {regle: FREQ=WEEKLY;BYDAY=MO, du: 2026-11-30, au: 2027-06-30}\n",
        "etat: annulee\n",
        ("au: 2027-06-30", "au: 2027-07-31"),
    ),
    "prog/evenements/2026/11/2026-11-28-fete-k3p9.yaml": (
        BASE,
        "etat: annule\nmotif: pluie\n",
        ("fin: 2026-11-28T12:00", "fin: 2026-11-28T13:00\nsalles: [cour]"),
    ),
    "prog/series/chorale-7k2m.yaml": (
        "titre: Chorale\nrecurrence: {regle: FREQ=WEEKLY;BYDAY=MO, du: 2026-11-30}\n",
        "etat: annule\n",
        ("du: 2026-11-30", "du: 2026-12-07"),
    ),
    "convention/conventions/ville-7k2m.yaml": (
        "modele: bail\navec: ville-7k2m\ndu: 2026-01-01\nau: 2026-12-31\n",
        "resiliee_le: 2026-11-24\nfinie_le: 2026-12-31\n",
        ("au: 2026-12-31", "au: 2027-12-31"),
    ),
    "prog/formations/velo-7k2m.yaml": (
        "titre: Vélo\n",
        "arretee_le: 2026-11-24\n",
        ("titre: Vélo", "titre: Vélo\nseances: [2026-12-01-velo-7k2m]"),
    ),
}


@pytest.mark.parametrize("chemin", FINIES)
@pytest.mark.parametrize("ici_finit", [True, False])
def test_finir_d_un_cote_ce_que_l_autre_deplace_est_a_trancher(chemin: str, ici_finit: bool) -> None:
    """Chacun a prévenu les mêmes gens du contraire : rien n'est réuni, et chaque version reste entière."""
    debut, fin, change = FINIES[chemin]
    genre = structure_de(chemin)
    assert genre
    finie, deplacee = debut + fin, debut.replace(*change)
    assert deplacee != debut
    ici, partage = (finie, deplacee) if ici_finit else (deplacee, finie)
    reunie = fondre(debut.encode(), ici.encode(), partage.encode(), chemin, genre)
    assert reunie.desaccord and reunie.octets
    lues = [fiche.lire(o.encode(), genre[1], genre[0], chemin) for o in (debut, ici, partage)]
    assert fiche.lire(reunie.octets, genre[1], genre[0], chemin) == lues[2]
    differents = {n for n in genre[1].__struct_fields__ if getattr(lues[1], n) != getattr(lues[2], n)}
    assert set(reunie.champs) == differents


@pytest.mark.parametrize("chemin", FINIES)
def test_finir_ce_que_nul_ne_deplace_se_reunit(chemin: str) -> None:
    debut, fin, _ = FINIES[chemin]
    reunie = fondre(
        debut.encode(), (debut + fin).encode(), (debut + "# vu\n").encode(), chemin, structure_de(chemin)
    )
    assert not reunie.desaccord


def test_ce_qui_finit_une_fiche_est_l_un_de_ses_champs() -> None:
    vues = 0
    for declare in GENRES:
        for rangement in declare.rangements:
            formes = {champ.name: champ.type for champ in msgspec.structs.fields(rangement.structure)}
            for fin in rangement.structure.FINS:
                vues += 1
                assert {fin.champ, *fin.contre} <= formes.keys()
                for valeur in fin.valeurs:
                    assert msgspec.convert(str(valeur), formes[fin.champ]) == valeur
    assert vues >= len(FINIES)


def test_les_commentaires_des_deux_mains_sont_gardes() -> None:
    ici = "# vu avec l'école\n" + BASE.replace("Fête", "Fête d'hiver")
    partage = BASE + "# le traiteur confirme\ninterne: true\n"
    texte = (fusion(BASE, ici, partage).octets or b"").decode()
    assert "# vu avec l'école" in texte
    assert "# le traiteur confirme" in texte
    conflit = (fusion(BASE, ici, "# traiteur\n" + BASE.replace("Fête", "Bal")).octets or b"").decode()
    assert "# vu avec l'école" in conflit
    assert "# traiteur" in conflit


@pytest.mark.parametrize(
    ("ici", "partage"), [(None, BASE + "interne: true\n"), (BASE + "interne: true\n", None)]
)
def test_retiree_d_un_cote_changee_de_l_autre_est_gardee(ici: str | None, partage: str | None) -> None:
    reunie = fusion(BASE, ici, partage)
    assert reunie.desaccord
    assert lire(reunie).interne


def test_nee_deux_fois_sous_le_meme_nom() -> None:
    reunie = fusion(None, BASE, BASE.replace("Fête", "Bal"))
    assert reunie.champs == ("titre",)


def test_deux_textes_longs_se_reunissent_ligne_a_ligne() -> None:
    texte = "---\nmoment: 2026-11-24T08:12\n---\n\nun\ndeux\ntrois\nquatre\n"
    genre = ("2026-11-24-x-aaaa", Note)
    chemin = "journal/notes/2026/11/2026-11-24-x-aaaa.md"
    ici, partage = texte.replace("un\n", "1\n"), texte.replace("quatre", "4")
    reunie = fondre(texte.encode(), ici.encode(), partage.encode(), chemin, genre)
    assert not reunie.desaccord
    assert b"1\ndeux\ntrois\n4\n" in (reunie.octets or b"")


mots = st.text("abcé #:'\"-", min_size=1, max_size=6).map(lambda t: f"x{t}x")
jours = st.integers(1, 27).map(lambda j: f"2026-11-{j:02}")
evenements = st.builds(
    lambda **champs: Evenement(id=IDENT, **champs),
    titre=mots,
    debut=jours.map(lambda j: f"{j}T10:00"),
    fin=st.integers(1, 9).map(lambda h: f"2026-11-28T1{h}:00"),
    salles=st.lists(st.sampled_from(["rez", "cour", "cave"]), unique=True).map(tuple),
    publics=st.lists(st.sampled_from(["riverains", "membres"]), unique=True).map(tuple),
    ailleurs=st.sampled_from(["", "parc"]),
    interne=st.booleans(),
    etat=st.sampled_from([Etat.CONFIRME, Etat.BROUILLON, Etat.ANNULE]),
    description=st.lists(mots, max_size=4).map("\n".join),
)
CHAMPS = [n for n in Evenement.__struct_fields__ if n != "id"]


def edition(depart: Evenement, voulu: Evenement, changes: set[str]) -> Evenement:
    return msgspec.structs.replace(depart, **{nom: getattr(voulu, nom) for nom in changes})


@given(
    base=evenements,
    ici=evenements,
    partage=evenements,
    change_ici=st.sets(st.sampled_from(CHAMPS)),
    change_la=st.sets(st.sampled_from(CHAMPS)),
)
def test_aucun_champ_n_est_perdu_sans_etre_montre(
    base: Evenement, ici: Evenement, partage: Evenement, change_ici: set[str], change_la: set[str]
) -> None:
    ici, partage = edition(base, ici, change_ici), edition(base, partage, change_la)
    octets = [fiche.ecrire(e, CHEMIN) for e in (base, ici, partage)]
    reunie = fondre(*octets, CHEMIN, GENRE)
    finale = lire(reunie)
    for nom in CHAMPS:
        b, i, p, f = (getattr(e, nom) for e in (base, ici, partage, finale))
        montre = reunie.autre == octets[1] and nom in reunie.champs
        if i != b and f != i:
            assert montre or _garde(b, i, f), nom
        if p != b and f != p:
            assert _garde(b, p, f), nom
        if i == b and p == b:
            assert f == b, nom


def _garde(base: Any, voulue: Any, finale: Any) -> bool:
    """Une liste garde les ajouts et les retraits ; un texte, chaque ligne ajoutée."""
    if isinstance(voulue, tuple):
        retires = set(base) - set(voulue)
        return set(voulue) - set(base) <= set(finale) and not retires & set(finale)
    if isinstance(voulue, str):
        return all(ligne in finale for ligne in voulue.split("\n") if ligne not in base.split("\n"))
    return False
