"""Une formation est un chemin : du besoin au parcours, à la présence, à l'habilitation, à l'attestation."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.accueil.annonce.modele import Besoin
from tiers_lieu_cli.accueil.habilitation.modele import Habilitation
from tiers_lieu_cli.prog.formation import regles
from tiers_lieu_cli.prog.formation.modele import Formation
from tiers_lieu_cli.prog.inscription import regles as places
from tiers_lieu_cli.prog.modele import Etat, Evenement

LEA = "p-7k2m9x"


def seance(jour: int, titre: str, etat: Etat = Etat.TENU) -> Evenement:
    quand = f"2026-11-{jour:02}"
    return Evenement(
        id=f"{quand}-{titre}-7k2m", titre=titre, debut=f"{quand}T18:00", fin=f"{quand}T20:00", etat=etat
    )


THEORIE = (seance(3, "theorie"), seance(5, "theorie"))
PRATIQUE = seance(10, "pratique")
DATES = tuple(seance(jour, "atelier") for jour in (2, 9, 16, 23))


def parcours(
    seances: tuple[Evenement, ...], combien: int, venue: set[int], tenue: Habilitation | None = None
) -> regles.Avancee:
    f = Formation(id="f", titre="F", serie="atelier" if combien else "", combien=combien)
    etapes = regles.etapes(f, seances, DATES if combien else ())
    moment = datetime(2026, 11, 1)
    listes = {}
    for s in (*seances, *DATES):
        presente = int(s.creneau.premier_jour.day in venue)
        listes[s.id] = [places.venir(places.de_personne(s, LEA, moment), presente)]
    (vue,) = regles.avancees(etapes, listes, lambda _: tenue)
    return vue


def avancee(qui: str, finie: date | None, *restent: regles.Etape) -> regles.Avancee:
    return regles.Avancee(qui, (), restent, finie)


def test_qui_a_fini_d_abord_passe_d_abord() -> None:
    finies = [avancee(qui, date(2026, 11, jour)) for qui, jour in (("p-c", 10), ("p-b", 3), ("p-a", 10))]
    trouvees = regles.a_habiliter([avancee("p-d", None), *finies])
    assert [a.personne for a in trouvees] == ["p-b", "p-a", "p-c"]


@pytest.mark.parametrize(
    ("enseigne", "vaut", "avec", "expire"),
    [
        ((), "", "", None),
        (("p-e",), "2 ans", "p-e", date(2028, 11, 10)),
        (("p-e", "p-f"), "", "", None),
    ],
)
def test_ce_que_donne_un_parcours_fini(
    enseigne: tuple[str, ...], vaut: str, avec: str, expire: date | None
) -> None:
    f = Formation(id="f", titre="F", habilite="fraiseuse", vaut=vaut, enseigne=enseigne)
    assert regles.habilitation(f, avancee(LEA, date(2026, 11, 10))) == Habilitation(
        id=f"{LEA}-fraiseuse",
        personne=LEA,
        sujet="fraiseuse",
        obtenue=date(2026, 11, 10),
        avec=avec,
        expire=expire,
    )


def test_ce_qui_reste_a_suivre_refuse_et_dit_comment_passer_outre() -> None:
    reste = (regles.Etape("atelier", (), 2), regles.Etape("examen", ()))
    with pytest.raises(regles.PasFinie) as refus:
        regles.habilitation(Formation(id="f", titre="F", habilite="four"), avancee(LEA, None, *reste))
    assert refus.value.fait == f"{LEA} n'a pas fini « F » : reste 2 fois atelier, examen."
    assert refus.value.remede == f"L'habiliter sans parcours : tl accueil habilitation creer @{LEA} four"
    with pytest.raises(regles.PasFinie) as refus:
        regles.habilitation(Formation(id="f", titre="F"), avancee(LEA, None, *reste))
    assert refus.value.remede == ""


def test_une_etape_de_serie_porte_le_nom_de_ses_dates_et_se_range_a_sa_place() -> None:
    f = Formation(id="f", titre="F", serie="atelier-7k2m", combien=1)
    assert [e.titre for e in regles.etapes(f, [PRATIQUE], DATES)] == ["atelier", "pratique"]
    assert [e.titre for e in regles.etapes(f, [PRATIQUE], ())] == ["pratique", "atelier-7k2m"]


def test_chacun_a_son_avancee_et_ce_qu_il_tient_deja() -> None:
    moment = datetime(2026, 11, 1)
    theorie, pratique = THEORIE[0], PRATIQUE
    inscrits = {
        theorie.id: [places.venir(places.de_personne(theorie, q, moment), 1) for q in ("p-b", "p-a")],
        pratique.id: [places.venir(places.de_personne(pratique, "p-b", moment), 1)],
    }
    tient = Habilitation(id="h", personne="p-a", sujet="four", obtenue=date(2026, 11, 4))
    etapes = regles.etapes(Formation(id="f", titre="F"), [theorie, pratique], ())
    un, deux = regles.avancees(etapes, inscrits, lambda qui: tient if qui == "p-a" else None)
    # Ce qu'elle a suivi avant son habilitation ne compte plus.
    assert (un.personne, un.suivies, len(un.restent), un.tenue) == ("p-a", (), 2, tient)
    assert (deux.personne, deux.suivies, deux.restent, deux.tenue) == ("p-b", (theorie, pratique), (), None)
    assert deux.finie_le == date(2026, 11, 10)


def test_les_besoins_sans_parcours_les_urgents_d_abord() -> None:
    def besoin(ident: str, jour: int, *, urgent: bool = False) -> Besoin:
        entendu = date(2026, 11, jour)
        return Besoin(id=ident, texte="Coudre", entendu=entendu, themes=("formation",), urgent=urgent)

    dits = [besoin("c", 2), besoin("b", 3, urgent=True), besoin("a", 1), besoin("d", 1)]
    assert [b.id for b in regles.sans_parcours(dits, [])] == ["b", "a", "d", "c"]


@pytest.mark.parametrize(
    ("seances", "combien", "venue", "finie", "reste"),
    [
        ((*THEORIE, PRATIQUE), 0, {3, 10}, 10, ""),
        ((*THEORIE, PRATIQUE), 0, {5, 10}, 10, ""),
        # Deux fois la théorie n'est pas la pratique.
        ((*THEORIE, PRATIQUE), 0, {3, 5}, None, "pratique"),
        ((*THEORIE, PRATIQUE), 0, set(), None, "theorie, pratique"),
        ((), 2, {2, 16, 23}, 16, ""),
        ((), 3, {2}, None, "2 fois atelier"),
        ((PRATIQUE,), 1, {9, 10}, 10, ""),
        ((PRATIQUE,), 1, {10}, None, "atelier"),
        # Ce qui n'a plus lieu ne se suit plus : il manque une date, on n'a pas fini.
        ((seance(3, "theorie", Etat.ANNULE),), 0, {3}, None, "theorie"),
    ],
)
def test_qui_a_fini_et_ce_qui_reste(
    seances: tuple[Evenement, ...], combien: int, venue: set[int], finie: int | None, reste: str
) -> None:
    vue = parcours(seances, combien, venue)
    assert vue.finie_le == (date(2026, 11, finie) if finie else None)
    assert regles.dire_le_reste(vue) == reste


def test_ce_qui_a_fait_une_habilitation_ne_la_refait_pas() -> None:
    tenue = Habilitation(id=f"{LEA}-tour", personne=LEA, sujet="tour", obtenue=date(2026, 11, 9))
    assert parcours((), 2, {2, 9}, tenue).finie_le is None
    assert parcours((), 2, {2, 9, 16, 23}, tenue).finie_le == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("themes", "du_parcours", "sert"),
    [
        (("formation", "vélo"), ("velo",), True),
        (("formation", "vélo"), ("bois",), False),
        # « formation » seul ne dit pas quoi : aucun thème n'y répond.
        (("formation",), ("formation",), False),
        (("vélo",), ("vélo",), True),
    ],
)
def test_un_parcours_repond_a_un_theme(
    themes: tuple[str, ...], du_parcours: tuple[str, ...], sert: bool
) -> None:
    besoin = Besoin(id="2026-11-24-b-7k2m", texte="…", entendu=date(2026, 11, 24), themes=themes)
    f = Formation(id="f", titre="F", themes=du_parcours)
    assert regles.repond(f, besoin) is sert
    assert (besoin in regles.sans_parcours([besoin], [f])) is ("formation" in themes and not sert)


def test_du_besoin_a_l_attestation(lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Léa veut apprendre l'accueil : on bâtit, elle suit, on l'habilite ; deux ans après, on le rappelle."""
    for nom in ("Léa Petit", "Karim Haddad"):
        lieu.faire("accueil", "personne", "creer", nom)
    besoin = lieu.id(
        "accueil", "besoin", "creer", "Tenir l'accueil", "--personne", "@Léa", "--theme", "formation"
    )
    assert "Tenir l'accueil" in lieu.faire("prog", "besoins").sortie.partition("sans parcours")[2]
    gestes, journee = (
        lieu.id("prog", "evenement", "creer", titre, "--quand", quand)
        for titre, quand in (("Les gestes", "demain 18h-20h"), ("Une journée", "jeudi 9h-12h"))
    )
    dit = lieu.faire(
        *("prog", "formation", "creer", "Tenir l'accueil", "--seance", gestes, "--seance", journee),
        *("--habilite", "accueil", "--vaut", "2 ans", "--enseigne", "@Karim", "--besoin", besoin),
    ).sortie
    assert "Il répond à 1 besoin." in dit
    assert lieu.faire("prog", "besoins", "--json").json["besoins_sans_parcours"] == []
    assert "Séance de : Tenir l'accueil" in lieu.faire("prog", "evenement", "fiche", gestes).sortie
    lieu.faire("accueil", "suivi", "noter", "@Léa", "Veut apprendre", "--formation", "tenir-l-accueil")
    assert "formation tenir-l-accueil" in lieu.faire("accueil", "suivi", "liste", "@Léa").sortie
    assert "2 sur 2" not in lieu.faire("prog", "formation", "inscrire", "tenir-l-accueil", "@Léa").sortie
    # La journée est reportée : le parcours et l'inscription y suivent.
    journee = lieu.id("prog", "evenement", "reporter", journee, "--quand", "1er décembre 9h-12h")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-27T09:00+01:00")
    assert "a fini" not in lieu.faire("prog", "emarger", gestes, "@Léa").sortie
    refus = lieu.faire("prog", "formation", "habiliter", "tenir-l-accueil", "@Léa", code=2).erreurs
    assert "reste Une journée" in refus
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-02T09:00+01:00")
    assert "mardi 1er décembre" in lieu.faire("prog", "formation", "fiche", "tenir-l-accueil").sortie
    assert "tl prog formation habiliter" in lieu.faire("prog", "emarger", journee, "@Léa", "@Karim").sortie
    assert "habiliter Léa : « Tenir l'accueil » est fini" in lieu.faire("aujourdhui", "--tout").sortie
    dit = lieu.faire("prog", "formation", "habiliter", "tenir-l-accueil").sortie
    assert "jusqu'au vendredi 1er décembre 2028" in dit
    assert "habiliter Léa" not in lieu.faire("aujourdhui", "--tout").sortie
    assert lieu.faire("accueil", "habilitation", "liste", "--json").json[0]["vaut"]
    page = tmp_path / "attestation.md"
    lieu.faire("prog", "formation", "attestation", "tenir-l-accueil", "--sortie", str(page))
    assert "**Léa Petit** a suivi en entier" in page.read_text() and "En tout : 5 h" in page.read_text()
    pdf = tmp_path / "attestation.pdf"
    lieu.faire("prog", "formation", "attestation", "tenir-l-accueil", "@Léa", "--sortie", str(pdf))
    assert pdf.read_bytes().startswith(b"%PDF")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2028-11-10T09:00+01:00")
    assert "tl prog formation inscrire tenir-l-accueil @Léa" in lieu.faire("aujourdhui", "--tout").sortie
    lieu.faire("prog", "formation", "finir", "tenir-l-accueil")
    assert lieu.faire("verifier").code == 0


def test_une_serie_dit_combien_de_dates_suivre(lieu: Lieu) -> None:
    """Toutes, si elle finit ; sinon il faut le dire."""
    regle = ("--regle", "chaque mardi 19h-21h", "--du", "1/12/2026")
    lieu.faire("prog", "serie", "creer", "Sans fin", *regle)
    lieu.faire("prog", "serie", "creer", "Quatre leçons", *regle, "--au", "22/12/2026")
    creer = ("prog", "formation", "creer", "Le tour", "--serie")
    assert "--combien" in lieu.faire(*creer, "sans-fin", code=2).erreurs
    assert lieu.faire(*creer, "quatre", "--json").json["fiche"]["combien"] == 4


@pytest.mark.parametrize("serie", [False, True])
def test_qui_s_est_inscrit_a_une_date_annulee_reste_a_replacer(lieu: Lieu, *, serie: bool) -> None:
    lieu.faire("accueil", "personne", "creer", "Léa Petit")
    dates = ("demain 18h-20h", "jeudi 18h-20h")
    seances = [lieu.id("prog", "evenement", "creer", "Les gestes", "--quand", quand) for quand in dates]
    quoi = [mot for s in seances for mot in ("--seance", s)]
    if serie:
        regle = ("--regle", "chaque mardi 19h-21h", "--du", "1/12/2026", "--au", "22/12/2026")
        ident = lieu.id("prog", "serie", "creer", "Quatre leçons", *regle)
        seances, quoi = [f"2026-12-01-{ident}"], ["--serie", ident]
    formation = lieu.id("prog", "formation", "creer", "L'accueil", *quoi)
    lieu.faire("prog", "inscrire", seances[0], "--personne", "@Léa")
    lue = ("prog", "formation", "fiche", formation)
    (avant,) = lieu.faire(*lue, "--json").json["gens"]
    lieu.faire("prog", "evenement", "annuler", seances[0], "--motif", "pluie", "--oui")
    (apres,) = lieu.faire(*lue, "--json").json["gens"]
    assert apres == avant and "Léa" in lieu.faire(*lue).sortie
