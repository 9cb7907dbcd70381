"""La boîte à idées et les équipes : chaque règle, et la phrase de chaque refus."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from refus import refus

from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.equipe import regles as equipes
from tiers_lieu_cli.prog.equipe.modele import Engagement
from tiers_lieu_cli.prog.idee import regles as idees
from tiers_lieu_cli.prog.idee.modele import Idee, Sort, Soutien
from tiers_lieu_cli.prog.modele import Etat, Evenement, Quart

JOUR = date(2026, 11, 24)
LIEGE = ZoneInfo("Europe/Brussels")
VELO = Evenement(id="2026-11-24-velo-7k2m", titre="Vélo", debut="2026-11-24T18:30", fin="2026-11-24T20:00")


# -- la boîte à idées -----------------------------------------------------------


def idee(jour: date = JOUR, mot: str = "banc", **reste: Any) -> Idee:
    return Idee(id=f"{jour}-{mot}-7k2m", texte=f"{mot}\nsuite", **reste)


def test_le_texte_d_une_idee() -> None:
    assert idees.texte_propre(" Un banc  \r\n\r\n au soleil ") == "Un banc\n\n au soleil"
    assert idees.texte_propre("é" * 2000) == "é" * 2000
    for texte in (" \n", "é" * 2001):
        assert refus(idees.texte_propre, texte) == (
            "Une idée tient en 1 à 2000 caractères. → "
            'Exemple : tl prog proposer "Un café des langues le dimanche" --de @lea'
        )


def test_une_idee_neuve_ne_nomme_personne() -> None:
    neuve = idees.nouvelle(
        "Un café des langues avec @p-aaaaaa\nle soir", JOUR, "p-bbbbbb", ("b",), ("v",), Random(1)
    )
    assert neuve.id.startswith("2026-11-24-un-cafe-des-langues-")
    assert len(neuve.id) == len("2026-11-24-un-cafe-des-langues-") + 4
    assert (neuve.de, neuve.besoins, neuve.publics) == ("p-bbbbbb", ("b",), ("v",))
    assert neuve.texte.endswith("le soir")
    assert idees.nouvelle("😀", JOUR, "", (), (), Random(1)).id.startswith("2026-11-24-idee-")
    assert idees.nouvelle("Vu @p-aaaaaa là", JOUR, "", (), (), Random(1)).id.startswith("2026-11-24-vu-la-")


def test_le_programme_ne_nomme_personne() -> None:
    assert idees.titre_au_programme(idee()) == "banc"
    nomme = Idee(id="2026-11-24-x-7k2m", texte="Le banc de @p-aaaaaa")
    assert refus(idees.titre_au_programme, nomme) == (
        "L'idée nomme quelqu'un, et le programme est public. → Dire le titre à afficher : --titre \"…\""
    )


def test_les_soutiens_se_comptent() -> None:
    une, autre = idee(), idee(mot="four")
    elle = idees.soutien_de(une, "p-aaaaaa")
    assert elle == Soutien(id=f"{une.id}-p-aaaaaa", proposition=une.id, personne="p-aaaaaa")
    papiers = idees.soutien_sur_papier(une, 7, Random(1))
    assert papiers.id.startswith(f"{une.id}-papier-")
    assert len(papiers.id) == len(f"{une.id}-papier-") + 4
    assert (papiers.proposition, papiers.papiers) == (une.id, 7)
    assert idees.compter([elle, papiers, idees.soutien_de(autre, "p-aaaaaa")]) == {une.id: 8, autre.id: 1}
    assert [idees.dire_voix(n) for n in (0, 1, 3)] == ["sans soutien", "1 soutien", "3 soutiens"]


def test_une_reponse_se_donne_une_fois() -> None:
    neuve = idee(de="p-aaaaaa")
    acceptee = idees.accepter(neuve, JOUR, "oui", ("2026-12-01-banc-q2x7",), "serie")
    assert (acceptee.sort, acceptee.reponse, acceptee.decidee) == (Sort.ACCEPTEE, "oui", JOUR)
    assert (acceptee.evenements, acceptee.serie) == (("2026-12-01-banc-q2x7",), "serie")
    declinee = idees.decliner(neuve, JOUR, "trop cher")
    assert (declinee.sort, declinee.reponse, declinee.decidee) == (Sort.DECLINEE, "trop cher", JOUR)
    suite = f"Si c'est une erreur, défaire cette action : tl historique {neuve.id}"
    assert refus(idees.decliner, acceptee, JOUR, "") == (
        f"« banc » est déjà acceptée, depuis le mardi 24 novembre 2026. → {suite}"
    )
    assert "déjà déclinée" in refus(idees.accepter, declinee, JOUR, "", (), "")


def test_une_reponse_se_rend_une_fois() -> None:
    neuve = idee(de="p-aaaaaa")
    assert refus(idees.rendre, neuve, JOUR).startswith("« banc » n'a pas encore de réponse. → Accepter : tl ")
    declinee = idees.decliner(neuve, JOUR, "non")
    rendue = idees.rendre(declinee, JOUR)
    assert rendue.rendue == JOUR
    assert refus(idees.rendre, rendue, JOUR) == "La réponse à « banc » a été rendue le 2026-11-24. → "
    sans_nom = idees.decliner(idee(), JOUR, "non")
    assert refus(idees.rendre, sans_nom, JOUR) == (
        "La réponse à « banc » n'attend personne : l'idée est sans nom. → "
    )
    assert idees.suite_de_la_reponse(declinee) == f"le dire à p-aaaaaa, puis : tl prog repondu {neuve.id}"
    assert idees.suite_de_la_reponse(sans_nom) == "tl prog boite"


def test_qui_attend_depuis_un_mois_passe_devant() -> None:
    trente, trente_et_un = (idee(JOUR - timedelta(days=n), f"i{n}") for n in (30, 31))
    assert [idees.attend_trop(i, JOUR) for i in (trente, trente_et_un)] == [False, True]
    vieille, soutenue = idee(JOUR - timedelta(days=60), "vieille"), idee(mot="soutenue")
    jumelle = idee(mot="aussi")
    voix = {soutenue.id: 3, jumelle.id: 3, vieille.id: 0, trente.id: 1}
    rangees = idees.ranger([trente, soutenue, trente_et_un, jumelle, vieille], voix, JOUR)
    assert rangees == [vieille, trente_et_un, jumelle, soutenue, trente]
    assert idees.ranger([soutenue, trente], {}, JOUR) == [trente, soutenue]


# -- les équipes ---------------------------------------------------------------


def avec(*quarts: Quart, **reste: Any) -> Evenement:
    return structs.replace(VELO, equipe=quarts, **reste)


BAR, ACCUEIL = Quart(role="bar", combien=2), Quart(role="Accueil", heures="17:30-20:00")


def test_un_role_se_dit_en_un_mot() -> None:
    assert equipes.role_propre("  Le   BAR ") == "le bar"
    assert equipes.role_propre("é" * 30) == "é" * 30
    for role in (" ", "é" * 31, "a\x07b"):
        assert refus(equipes.role_propre, role) == (
            "Un rôle se dit en 1 à 30 caractères. → Par exemple : accueil, bar, matériel."
        )
    assert equipes.mot_du_role("Entrée") == "entree"
    assert equipes.mot_du_role("😀") == "role"
    assert equipes.mot_du_role("une équipe très nombreuse") == "une-equipe-tres-nomb"
    assert equipes.mot_du_role("une équipe de veille là-bas") == "une-equipe-de-veille"


@pytest.mark.parametrize(
    ("role", "ou"),
    [
        ("bar", "au bar"),
        ("Cuisine", "en cuisine"),
        ("rangement", "au rangement"),
        ("entrée", "à l'entrée"),
        ("technique", "à la technique"),
    ],
)
def test_ou_il_manque_du_monde(role: str, ou: str) -> None:
    (trou,) = equipes.trous(avec(Quart(role=role)), [])
    assert trou.dire() == f"il manque quelqu'un {ou}"


def test_prevoir_un_role() -> None:
    prevu = equipes.prevoir(avec(BAR), ACCUEIL, "Accueil")
    assert prevu.equipe == (BAR, ACCUEIL)
    assert equipes.prevoir(prevu, Quart(role="BAR"), "bar").equipe == (ACCUEIL, Quart(role="BAR"))
    assert equipes.prevoir(prevu, None, "accueil").equipe == (BAR,)
    assert equipes.quart(prevu, "ACCUEIL") is prevu.equipe[1]
    assert refus(equipes.quart, prevu, "Cuisine du bas") == (
        "« Vélo » n'a pas de rôle « Cuisine du bas ». Il a : bar, Accueil. → "
        "Le prévoir : tl prog equipe creneaux 2026-11-24-velo-7k2m --role cuisine-du-bas"
    )
    assert refus(equipes.prevoir, VELO, None, "bar").startswith("« Vélo » n'a pas de rôle « bar ». →")


def test_tenir_un_role() -> None:
    evenement = avec(BAR, ACCUEIL)
    une = equipes.engager(evenement, BAR, "p-aaaaaa")
    assert une == Engagement(
        id="2026-11-24-velo-7k2m-bar-p-aaaaaa", evenement=VELO.id, role="bar", personne="p-aaaaaa"
    )
    autre = equipes.engager(evenement, Quart(role="BAR"), "p-bbbbbb")
    partie = equipes.retirer(une)
    assert partie.retire
    assert equipes.tenu_par(BAR, [une, autre]) == [une, autre]
    assert equipes.tenu_par(BAR, [partie, autre, equipes.engager(evenement, ACCUEIL, "p-cccccc")]) == [autre]
    assert [(t.quart, t.manque) for t in equipes.trous(evenement, iter([autre]))] == [(BAR, 1), (ACCUEIL, 1)]
    plein = [une, autre, equipes.engager(evenement, BAR, "p-cccccc")]
    assert [t.quart for t in equipes.trous(evenement, plein)] == [ACCUEIL]
    for ailleurs in ({"etat": Etat.TENU}, {"etat": Etat.ANNULE}, {"calendrier": "voisins"}):
        assert list(equipes.trous(avec(BAR, **ailleurs), [])) == []


def test_ce_que_la_meme_personne_tient_deja() -> None:
    ici, annule = avec(BAR, ACCUEIL), avec(BAR, id="2026-11-24-annule-7k2m", etat=Etat.ANNULE)
    tient = {
        e.id: [equipes.engager(e, BAR, "p-aaaaaa"), equipes.engager(e, ACCUEIL, "p-bbbbbb")]
        for e in (ici, annule)
    }
    soir = Creneau(datetime(2026, 11, 24, 17), datetime(2026, 11, 24, 18))
    plus_tard = Creneau(datetime(2026, 11, 24, 19), datetime(2026, 11, 24, 22))
    assert list(equipes.ailleurs([ici, annule], tient, "p-bbbbbb", soir)) == [(ici, ACCUEIL)]
    assert list(equipes.ailleurs([ici, annule], tient, "p-aaaaaa", soir)) == []
    assert list(equipes.ailleurs([ici, annule], tient, "p-aaaaaa", plus_tard)) == [(ici, BAR)]
    assert list(equipes.ailleurs([ici], {}, "p-aaaaaa", plus_tard)) == []


def test_ce_que_chacun_a_donne() -> None:
    ici = avec(BAR, ACCUEIL)
    tous = [equipes.engager(ici, BAR, "p-aaaaaa"), equipes.engager(ici, ACCUEIL, "p-bbbbbb")]
    donne = {g.personne: d for g, d in equipes.durees(ici, iter(tous), LIEGE)}
    assert donne == {"p-aaaaaa": timedelta(minutes=90), "p-bbbbbb": timedelta(minutes=150)}
    # La nuit où l'on passe à l'heure d'hiver, de 23 h à 3 h, cinq heures passent.
    nuit = avec(BAR, debut="2026-10-24T23:00", fin="2026-10-25T03:00")
    assert [d for _, d in equipes.durees(nuit, tous[:1], LIEGE)] == [timedelta(hours=5)]
    un_jour = avec(BAR, debut="2026-11-24T10:00", fin="2026-11-25T10:00")
    assert len(list(equipes.durees(un_jour, tous[:1], LIEGE))) == 1
    trop = avec(BAR, debut="2026-11-24T10:00", fin="2026-11-25T10:01")
    assert list(equipes.durees(trop, tous[:1], LIEGE)) == []


def test_encore_a_venir() -> None:
    assert equipes.encore_a_venir(VELO, datetime(2026, 11, 24, 19, 59))
    assert not equipes.encore_a_venir(VELO, datetime(2026, 11, 24, 20))
