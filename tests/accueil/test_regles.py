"""Les règles de l'accueil, en tables et en propriétés : ni fichier, ni commande."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.accueil.annonce import regles as annonces
from tiers_lieu_cli.accueil.annonce.modele import Besoin, EtatBesoin, EtatOffre, Offre
from tiers_lieu_cli.accueil.bienvenue import regles as bienvenues
from tiers_lieu_cli.accueil.bienvenue.modele import EtapePrevue, Parcours
from tiers_lieu_cli.accueil.bilan import regles as bilans
from tiers_lieu_cli.accueil.habilitation import regles as habilitations
from tiers_lieu_cli.accueil.habilitation.modele import Habilitation
from tiers_lieu_cli.accueil.heures import regles as heures
from tiers_lieu_cli.accueil.heures.modele import Heures
from tiers_lieu_cli.accueil.heures.regles import Par
from tiers_lieu_cli.accueil.lien import regles as liens
from tiers_lieu_cli.accueil.lien.modele import Lien, Suite
from tiers_lieu_cli.accueil.passage import regles as passages
from tiers_lieu_cli.accueil.passage.modele import Mouvement, Passage
from tiers_lieu_cli.accueil.passage.regles import Dit
from tiers_lieu_cli.accueil.suivi import regles as suivis
from tiers_lieu_cli.noyau.echecs import ErreurUsage

JOUR = date(2026, 11, 24)
HIER = JOUR - timedelta(days=1)
LEA, KARIM = "p-222222", "p-333333"


def besoin(**champs: object) -> Besoin:
    return Besoin(**{"id": "2026-11-20-velo-7k2m", "texte": "Un vélo", "entendu": HIER, **champs})  # type: ignore[arg-type]


def offre(**champs: object) -> Offre:
    return Offre(**{"id": "2026-11-20-reparer-q2x7", "texte": "Réparer", "entendu": HIER, **champs})  # type: ignore[arg-type]


# -- besoins et offres --------------------------------------------------------


@pytest.mark.parametrize("depuis", list(EtatBesoin))
@pytest.mark.parametrize("vers", list(EtatBesoin))
def test_un_besoin_passe_a_tout_autre_etat_et_date_ce_qu_il_devient(
    depuis: EtatBesoin, vers: EtatBesoin
) -> None:
    ancien = besoin(etat=depuis, clos_le=None if depuis in (EtatBesoin.EXPRIME, EtatBesoin.RELIE) else HIER)
    if depuis is vers:
        with pytest.raises(ErreurUsage, match="déjà"):
            annonces.mettre(ancien, vers, JOUR, "")
        return
    mis = annonces.mettre(ancien, vers, JOUR, "parce que")
    assert (mis.etat, mis.motif) == (vers, "parce que")
    assert (mis.clos_le == JOUR) is (vers in (EtatBesoin.COMBLE, EtatBesoin.SANS_SUITE))
    assert mis.est_ouvert is (mis.clos_le is None)
    assert (mis.relie_le == JOUR) is (vers is EtatBesoin.RELIE)


@pytest.mark.parametrize("etat", list(EtatBesoin))
def test_relier_delier_combler_ne_rouvrent_jamais_ce_qui_est_clos(etat: EtatBesoin) -> None:
    b = besoin(etat=etat)
    for suivi in (annonces.relier(b, JOUR), annonces.delier(b), annonces.combler(b, JOUR)):
        assert b.est_ouvert or suivi == b
    assert (annonces.relier(b, JOUR).etat is EtatBesoin.RELIE) is (
        etat in (EtatBesoin.EXPRIME, EtatBesoin.RELIE)
    )
    assert annonces.delier(annonces.relier(b, JOUR)).etat is (EtatBesoin.EXPRIME if b.est_ouvert else b.etat)


def test_une_offre_se_retire_et_se_remet() -> None:
    retiree = annonces.proposer(offre(), EtatOffre.RETIREE, JOUR, "en mars")
    assert (retiree.retiree_le, retiree.est_ouvert, annonces.dire_etat(retiree)) == (JOUR, False, "retirée")
    remise = annonces.proposer(retiree, EtatOffre.DISPONIBLE, JOUR, "")
    assert remise.retiree_le is None and remise.est_ouvert
    with pytest.raises(ErreurUsage, match="déjà"):
        annonces.proposer(remise, EtatOffre.DISPONIBLE, JOUR, "")


@given(st.lists(st.sampled_from(["Vélo", "velo", " VÉLO ", "langues, vélo", "Néerlandais", "", ","])))
def test_les_themes_ne_se_repetent_pas_et_restent_les_memes(dits: list[str]) -> None:
    propres = annonces.themes_propres(dits)
    assert annonces.themes_propres(propres) == propres
    assert {"vélo", "velo"} != {"vélo", "velo"} & set(propres)


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({}, ""),
        ({"personne": LEA, "public": "membres"}, LEA),
        ({"public": "membres"}, "membres"),
        ({"territoire": True}, "le territoire"),
    ],
)
def test_de_qui_vient_une_annonce(champs: dict[str, object], dit: str) -> None:
    assert besoin(**champs).de_qui == dit


def test_le_nom_d_une_annonce_ne_nomme_personne_et_les_urgents_passent_devant() -> None:
    ident = annonces.ident(JOUR, f"Aider @{LEA} à garder ses trois enfants demain", "besoin", "7k2m")
    assert ident == "2026-11-24-aider-a-garder-ses-trois-7k2m"
    ranges = annonces.dans_l_ordre(
        [
            besoin(id="c", etat=EtatBesoin.COMBLE, urgent=True),
            besoin(id="b"),
            besoin(id="a", urgent=True, entendu=JOUR),
        ]
    )
    assert [b.id for b in ranges] == ["a", "b", "c"]


# -- mises en lien ------------------------------------------------------------


def lien(*personnes: str, accords: tuple[str, ...] = ()) -> Lien:
    return liens.nouveau(besoin(), offre(), personnes, accords, JOUR, Random(1))


def test_nul_n_est_presente_sans_l_accord_de_chacun() -> None:
    assert lien().presente == JOUR
    attend = lien(LEA, KARIM, accords=(KARIM,))
    assert (attend.presente, attend.a_demander, liens.dire_suite(attend)) == (
        None,
        (LEA,),
        "accord à demander",
    )
    with pytest.raises(ErreurUsage, match="déjà noté"):
        liens.accorder(attend, KARIM, JOUR)
    with pytest.raises(ErreurUsage, match="n'est pas de cette"):
        liens.accorder(attend, "p-444444", JOUR)
    assert liens.accorder(attend, LEA, JOUR).presente == JOUR
    with pytest.raises(ErreurUsage, match="même personne"):
        lien(LEA, LEA)
    for annonce in ((besoin(etat=EtatBesoin.COMBLE), offre()), (besoin(), offre(etat=EtatOffre.RETIREE))):
        with pytest.raises(liens.DejaClos):
            liens.nouveau(*annonce, (), (), JOUR, Random(1))


@pytest.mark.parametrize(
    ("suite", "accordes", "permis", "etat", "revoir"),
    [
        (Suite.EN_COURS, True, True, EtatBesoin.RELIE, JOUR + timedelta(days=14)),
        (Suite.COMBLE, True, True, EtatBesoin.COMBLE, None),
        (Suite.SANS_SUITE, True, True, EtatBesoin.EXPRIME, None),
        (Suite.SANS_SUITE, False, True, EtatBesoin.EXPRIME, None),
        (Suite.COMBLE, False, False, None, None),
        (Suite.EN_COURS, False, False, None, None),
    ],
)
def test_ce_qu_une_mise_en_lien_donne_le_besoin_le_suit(
    suite: Suite, accordes: bool, permis: bool, etat: EtatBesoin | None, revoir: date | None
) -> None:
    ouvert = lien(LEA, accords=(LEA,) if accordes else ())
    if not permis:
        with pytest.raises(ErreurUsage, match="pas encore accepté"):
            liens.donner_suite(ouvert, suite, JOUR, "")
        return
    relie = liens.besoin_apres(besoin(), ouvert, HIER, autres=False)
    clos = liens.donner_suite(ouvert, suite, JOUR, "note")
    assert liens.besoin_apres(relie, clos, JOUR, autres=False).etat is etat
    assert liens.a_revoir_le(clos) == revoir
    if suite is Suite.SANS_SUITE:
        assert liens.besoin_apres(relie, clos, JOUR, autres=True) == relie
    if not clos.est_ouvert:
        with pytest.raises(ErreurUsage, match="déjà close"):
            liens.donner_suite(clos, Suite.EN_COURS, JOUR, "")


@pytest.mark.parametrize(
    ("b", "o", "dit"),
    [
        (besoin(personne=LEA), offre(personne=KARIM), f"{LEA} ↔ {KARIM}"),
        (besoin(), offre(personne=KARIM), f"« Un vélo » ↔ {KARIM}"),
        (None, offre(), "? ↔ « Réparer »"),
    ],
)
def test_les_deux_cotes_se_disent(b: Besoin | None, o: Offre | None, dit: str) -> None:
    assert liens.dire_les_deux(b, o) == dit


# -- bienvenue, suivi ---------------------------------------------------------

PARCOURS = Parcours(
    id="bienvenue",
    publics={
        "tous": (EtapePrevue(etape="Faire le tour"), EtapePrevue(etape="La charte", jours=7)),
        "benevoles": (EtapePrevue(etape="Choisir", qui="Référent", jours=-3),),
    },
)


def test_un_parcours_se_commence_et_s_avance_etape_par_etape() -> None:
    neuve = bienvenues.commencer(LEA, "riverains", KARIM, PARCOURS, JOUR, Random(1))
    assert [e.pour for e in neuve.etapes] == [JOUR, JOUR + timedelta(days=7)]
    avancee, visee = bienvenues.faire(neuve, "", JOUR)
    assert visee.etape == "Faire le tour" and avancee.est_ouverte
    assert "La charte (accueil, mardi 1er décembre)" in bienvenues.dire_la_suite(avancee, JOUR)
    finie, _ = bienvenues.faire(avancee, "CHARTE", JOUR)
    assert not finie.est_ouverte and bienvenues.dire_la_suite(finie, JOUR) == "Le parcours est fini."
    with pytest.raises(ErreurUsage, match="Aucune étape"):
        bienvenues.faire(finie, "charte", JOUR)
    with pytest.raises(ErreurUsage, match="plusieurs étapes"):
        bienvenues.faire(neuve, "a", JOUR)
    assert bienvenues.en_cours([neuve], ["p-999999", LEA]) == neuve
    assert bienvenues.en_cours([neuve], [KARIM]) is None


def test_le_referent_est_celui_qu_on_a_designe() -> None:
    (etape,) = bienvenues.commencer(LEA, "benevoles", KARIM, PARCOURS, JOUR, Random(1)).etapes
    avec = bienvenues.commencer(LEA, "benevoles", KARIM, PARCOURS, JOUR, Random(1))
    sans = structs.replace(avec, referent="")
    assert (etape.pour, bienvenues.qui_fait(etape, avec), bienvenues.qui_fait(etape, sans)) == (
        JOUR,
        KARIM,
        "Référent",
    )
    with pytest.raises(ErreurUsage, match="Aucun parcours"):
        bienvenues.commencer(LEA, "x", "", Parcours(id="b", publics={}), JOUR, Random(1))


@pytest.mark.parametrize(
    ("prochain", "pour", "permis"),
    [("", None, True), ("relire", JOUR, True), ("relire", None, False), (" ", JOUR, False)],
)
def test_un_prochain_pas_a_sa_date(prochain: str, pour: date | None, permis: bool) -> None:
    if not permis:
        with pytest.raises(ErreurUsage, match="a une date"):
            suivis.nouveau(LEA, "Vu", "", prochain, pour, JOUR, Random(1))
        return
    suivi = suivis.nouveau(LEA, "Vu", "", prochain, pour, JOUR, Random(1))
    assert suivi.est_ouvert is bool(prochain)
    if not prochain:
        assert suivis.dire_la_suite(suivi, JOUR) == ""
        with pytest.raises(ErreurUsage, match="pas de prochain pas"):
            suivis.faire(suivi, JOUR)
        return
    assert suivis.dire_la_suite(suivi, JOUR) == "relire, mardi 24 novembre"
    fait = suivis.faire(suivi, JOUR)
    assert not fait.est_ouvert
    assert suivis.dire_la_suite(fait, JOUR) == "relire, fait mardi 24 novembre"


# -- habilitations ------------------------------------------------------------


def habilitation(**champs: object) -> Habilitation:
    faits = {"id": f"{LEA}-four", "personne": LEA, "sujet": "four", "obtenue": JOUR}
    return Habilitation(**{**faits, **champs})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("champs", "vaut", "dit", "a_renouveler"),
    [
        ({}, True, "sans limite", False),
        ({"obtenue": JOUR + timedelta(days=1)}, False, "à partir de mercredi 25 novembre", False),
        ({"expire": JOUR}, True, "jusqu'au mardi 24 novembre", True),
        ({"expire": JOUR + timedelta(days=21)}, True, "jusqu'au mardi 15 décembre", True),
        ({"expire": JOUR + timedelta(days=22)}, True, "jusqu'au mercredi 16 décembre", False),
        ({"obtenue": date(2025, 1, 1), "expire": HIER}, False, "expirée depuis lundi 23 novembre", True),
        (
            {"obtenue": date(2025, 1, 1), "expire": JOUR - timedelta(days=91)},
            False,
            "expirée depuis mardi 25 août",
            False,
        ),
        ({"retiree": JOUR}, False, "retirée mardi 24 novembre", False),
        ({"retiree": JOUR, "expire": JOUR}, False, "retirée mardi 24 novembre", False),
    ],
)
def test_ce_que_vaut_une_habilitation(
    champs: dict[str, object], vaut: bool, dit: str, a_renouveler: bool
) -> None:
    h = habilitation(**champs)
    assert (h.vaut(JOUR), habilitations.dire_etat(h, JOUR), habilitations.est_a_renouveler(h, JOUR)) == (
        vaut,
        dit,
        a_renouveler,
    )


def test_une_habilitation_se_nomme_d_un_mot_et_ne_se_retire_qu_une_fois() -> None:
    assert habilitations.sujet_propre("Clé de la cave") == "cle-de-la-cave"
    with pytest.raises(ErreurUsage, match="sujet"):
        habilitations.sujet_propre(" !! ")
    with pytest.raises(ErreurUsage, match="avant d'être obtenue"):
        habilitations.nouvelle(LEA, "four", JOUR, "", HIER)
    retiree = habilitations.retirer(habilitation(), JOUR, "à reprendre")
    with pytest.raises(ErreurUsage, match="déjà retirée"):
        habilitations.retirer(retiree, JOUR, "")


# -- heures, passages, bilan --------------------------------------------------

durees = st.tuples(
    st.sampled_from(["bar", "atelier"]),
    st.sampled_from([LEA, KARIM]),
    st.dates(date(2026, 10, 20), date(2026, 12, 10)),
    st.integers(1, 1440),
)


@given(st.lists(durees, max_size=8), st.sampled_from(Par))
def test_les_totaux_font_le_compte_et_sont_ranges(faits: list[tuple[str, str, date, int]], par: Par) -> None:
    toutes = [
        Heures(id=f"{jour}-{quoi}-{n:04}", personne=qui, activite=quoi, jour=jour, duree=minutes)
        for n, (quoi, qui, jour, minutes) in enumerate(faits)
    ]
    totaux = heures.totaux(toutes, par)
    assert sum(totaux.values()) == sum(h.duree for h in toutes)
    rangs = list(totaux) if par is Par.MOIS else [-n for n in totaux.values()]
    assert rangs == sorted(rangs)
    du, au = date(2026, 11, 1), date(2026, 11, 30)
    siennes = heures.de_la_periode(toutes, du, au, {LEA})
    assert all(du <= h.jour <= au and h.personne == LEA for h in siennes)
    assert siennes == sorted(siennes, key=lambda h: (h.jour, h.id))
    assert len(heures.de_la_periode(toutes, du, au)) == sum(du <= h.jour <= au for h in toutes)


@pytest.mark.parametrize(
    ("activite", "duree", "permis"),
    [
        ("bar", timedelta(hours=2, minutes=30), True),
        ("bar", timedelta(hours=24), True),
        ("bar", timedelta(hours=24, minutes=1), False),
        (" ", timedelta(hours=1), False),
        ("a" * 81, timedelta(hours=1), False),
    ],
)
def test_des_heures_tiennent_dans_un_jour(activite: str, duree: timedelta, permis: bool) -> None:
    if permis:
        neuves = heures.nouvelles(LEA, activite, JOUR, duree, "", Random(1))
        assert timedelta(minutes=neuves.duree) == duree
    else:
        with pytest.raises(ErreurUsage):
            heures.nouvelles(LEA, activite, JOUR, duree, "", Random(1))
    assert heures.dire_mois("2026-02") == "février 2026"


@pytest.mark.parametrize(
    ("dits", "phrase", "sans_nom"),
    [
        ([Dit("riverains", 3)], "Trois riverains accueillis", "trois riverains"),
        ([Dit("riverains", 1)], "Un riverain accueilli", "un riverain"),
        ([Dit("riverains", 13)], "13 riverains accueillis", "13 riverains"),
        ([Dit(personne=LEA)], f"{LEA} est là", "une personne"),
        ([Dit(personne=LEA), Dit(personne=KARIM)], f"{LEA} et {KARIM} sont là", "une personne, une personne"),
        (
            [Dit(personne=LEA), Dit("membres", 2), Dit("riverains", 1)],
            f"Deux membres, un riverain et {LEA} accueillis",
            "une personne, deux membres, un riverain",
        ),
    ],
)
def test_qui_entre_se_dit_et_l_histoire_ne_nomme_personne(
    dits: list[Dit], phrase: str, sans_nom: str
) -> None:
    assert (passages.dire_arrivee(dits), passages.dire_sans_nom(dits)) == (phrase, sans_nom)


def test_un_bilan_ne_compte_que_sa_periode() -> None:
    du, au = date(2026, 11, 1), date(2026, 11, 30)
    hors = date(2026, 12, 1)
    c = bilans.compter(
        du,
        au,
        passages=[
            Passage(id="a", moment="2026-11-24T10:00", public="riverains", nombre=3),
            Passage(id="b", moment="2026-11-24T10:30", public="membres", personne=LEA),
            Passage(id="c", moment="2026-11-24T11:00", public="riverains", sens=Mouvement.DEPART),
            Passage(id="d", moment="2026-12-01T10:00", public="riverains"),
            Passage(id="e", moment="2026-11-25", public="riverains"),
        ],
        besoins=[
            besoin(themes=("vélo",)),
            besoin(etat=EtatBesoin.COMBLE, entendu=date(2026, 1, 1), relie_le=JOUR, clos_le=JOUR),
            besoin(etat=EtatBesoin.SANS_SUITE, entendu=date(2026, 1, 1), clos_le=hors),
            besoin(entendu=hors),
        ],
        liens=[lien(), structs.replace(lien(), suite=Suite.COMBLE), lien(LEA)],
        heures=[
            Heures(id="h", personne=LEA, activite="bar", jour=JOUR, duree=60),
            Heures(id="i", personne=LEA, activite="atelier", jour=JOUR, duree=90),
            Heures(id="j", personne=KARIM, activite="bar", jour=hors, duree=60),
        ],
        obtenues=[JOUR, hors],
        arrivees=[du, au, hors],
    )
    assert c.passages == {"riverains": 4, "membres": 1} and c.total_des_passages == 5
    assert c.moments == {(1, 10): 4}
    assert (c.personnes, c.exprimes, c.relies, c.combles, c.sans_suite) == (1, 1, 1, 1, 0)
    assert (c.attendent, c.themes, c.liens, c.liens_combles) == (2, {"vélo": 1}, 2, 1)
    assert (c.heures, c.benevoles) == ({"atelier": 90, "bar": 60}, {"atelier": 1, "bar": 1})
    assert (c.tous_les_benevoles, c.habilitations, c.bienvenues) == (1, 1, 2)
