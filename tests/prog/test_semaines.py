"""Ce que le programme montre : chaque chose une fois, au jour où elle commence ; ce qui est fermé le dit."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from soutien import Lieu

from tiers_lieu_cli.noyau.lieu import Reglages
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes
from tiers_lieu_cli.prog import semaines
from tiers_lieu_cli.prog.modele import Evenement

LUNDI = date(2026, 11, 30)
REGLAGES = Reglages(id="lieu", format=1, nom="Lieu")
#: Les heures où les choses commencent, et combien elles durent, nuit et minuit compris.
DEBUTS = st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 20)).map(
    lambda d: d.replace(second=0, microsecond=0)
)
DUREES = st.sampled_from([1, 2, 4, 8, 12, 13, 24, 30, 47, 72]).map(lambda heures: timedelta(hours=heures))


def evenement(creneau: Creneau) -> Evenement:
    debut, fin = ecrire_bornes(creneau)
    return Evenement(id=f"{creneau.premier_jour}-bal-7k2m", titre="Bal", debut=debut, fin=fin)


def montre(e: Evenement, fenetre: Creneau) -> list[tuple[str, str]]:
    vue = semaines.vue([e], fenetre, REGLAGES, {}, {}, LUNDI, str)
    return [(jour.jour, ligne.heures) for jour in vue.jours for ligne in jour.evenements]


@given(DEBUTS, DUREES)
def test_ce_qui_tient_en_une_soiree_est_a_son_jour_et_a_lui_seul(debut: datetime, duree: timedelta) -> None:
    e = evenement(Creneau(debut, debut + duree))
    semaines_vues = [temps.semaine_de(LUNDI + timedelta(weeks=n)) for n in range(-3, 5)]
    jours = [jour for fenetre in semaines_vues for jour, _ in montre(e, fenetre)]
    assert jours[0] == str(debut.date())
    if duree <= timedelta(hours=12):
        assert jours == [str(debut.date())]
    for n in range(-20, 30):
        jour = LUNDI + timedelta(days=n)
        vu = bool(montre(e, Creneau.de_jours(jour, jour)))
        assert vu is (
            jour == debut.date()
            or (duree > timedelta(hours=12) and debut.date() <= jour <= e.creneau.dernier_jour)
        )


def test_une_liste_de_la_description_reste_une_liste(lieu: Lieu, tmp_path: Path) -> None:
    """Les règles de la page ne touchent que ses propres listes."""
    liste = "Apporter :\n\n- un vélo\n- une clé"
    lieu.faire("prog", "evenement", "creer", "Vélo", "--quand", "jeudi 9h-10h", "--description", liste)
    lieu.faire("prog", "semaine", "--sortie", str(tmp_path / "semaine.html"))
    page = (tmp_path / "semaine.html").read_text("utf-8")
    assert "<li>un vélo</li>" in page
    style = re.sub(r"@media[^{]*\{", "", page.partition("<style>")[2].partition("</style>")[0])
    selecteurs = [s.strip() for regle in re.findall(r"([^{}]+)\{", style) for s in regle.split(",")]
    assert not {"ul", "ol", "li", "li p", "li > p"} & {*selecteurs}


@pytest.mark.parametrize(
    ("debut", "fin", "dit"),
    [
        ("2026-12-06T22:00", "2026-12-07T02:00", "22:00–02:00"),
        ("2026-12-06T20:00", "2026-12-07T00:00", "20:00–00:00"),
        ("2026-12-04T18:00", "2026-12-06T17:00", "du ven 4 à 18:00 au dim 6 à 17:00"),
        ("2026-12-04T18:00", "2026-12-06T00:00", "du ven 4 à 18:00 au sam 5 à minuit"),
        ("2026-11-30T18:00", "2026-12-02T17:00", "du lun 30/11 à 18:00 au mer 2/12 à 17:00"),
        ("2026-12-04", "2026-12-06", "du ven 4 au dim 6"),
        ("2026-12-04", "2026-12-04", "la journée"),
    ],
)
def test_ce_qui_dure_dit_quand_il_commence_et_quand_il_finit(debut: str, fin: str, dit: str) -> None:
    e = Evenement(id=f"{debut[:10]}-bal-7k2m", titre="Bal", debut=debut, fin=fin)
    assert [heures for _, heures in montre(e, temps.semaine_de(e.creneau.premier_jour))] == [dit]
    assert [
        heures for _, heures in montre(e, Creneau.de_jours(e.creneau.dernier_jour, e.creneau.dernier_jour))
    ] in ([dit], [])


# -- les fermetures -----------------------------------------------------------


@pytest.fixture
def promis(lieu: Lieu) -> Lieu:
    """Une soirée dans la cour, une série dans la cour, un atelier sans salle, une sortie ailleurs."""
    creer = ("prog", "evenement", "creer")
    lieu.faire(*creer, "Bal", "--quand", "dimanche 6 décembre 22h-2h", "--salle", "cour")
    lieu.faire(*creer, "Couture", "--quand", "dimanche 6 décembre 14h-16h")
    lieu.faire(*creer, "Sortie", "--quand", "dimanche 6 décembre 9h-10h", "--ailleurs", "Place")
    serie = ("prog", "serie", "creer", "Chorale", "--regle", "chaque dimanche 18h-19h", "--du", "29/11")
    lieu.faire(*serie, "--salle", "cour")
    return lieu


def ecarts(lieu: Lieu, *mots: str) -> dict[str, str]:
    vue = lieu.faire("prog", *mots, "--json").json
    return {e["titre"]: e["ecart"] for jour in vue["jours"] for e in jour["evenements"]}


def test_une_salle_fermee_se_dit_partout_et_rouverte_rend_tout(promis: Lieu) -> None:
    promis.faire("espace", "fermer", "cour", "--du", "6/12", "--au", "6/12", "--motif", "travaux")
    ferme = "FERMÉ, à replacer (travaux)"
    voulus = {"Sortie": None, "Couture": None, "Chorale": ferme, "Bal": ferme}
    for mots in (("semaine", "--du", "6/12"), ("jour", "6/12"), ("mois", "--du", "6/12")):
        vus = ecarts(promis, *mots)
        assert {titre: vus[titre] for titre in voulus} | {"Chorale": ferme} == voulus
    assert promis.faire("prog", "semaine", "--du", "6/12", "--format", "html").sortie.count(ferme) == 2
    assert ferme in promis.faire("prog", "evenement", "fiche", "bal").sortie
    assert f"Attention : {ferme}" in promis.faire("prog", "inscrire", "bal", "--groupe", "3").sortie
    assert ferme in promis.faire("prog", "serie", "fiche", "chorale").sortie
    promis.faire("espace", "rouvrir", "cour")
    assert not any(ecarts(promis, "semaine", "--du", "6/12").values())


def test_le_lieu_ferme_l_est_pour_tout_ce_qui_s_y_tient(
    promis: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    promis.faire("prog", "equipe", "creneaux", "bal", "--role", "bar")
    promis.faire("espace", "fermer", "--du", "6/12", "--au", "6/12", "--motif", "neige")
    assert promis.faire("prog", "equipe", "trous", "--json").json == []
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-01T09:00+01:00")
    dus = [e["phrase"] for e in promis.faire("aujourdhui", "--json").json["a_faire"]]
    for titre in ("Couture", "Bal", "Chorale"):
        assert sum(dit.startswith(f"replacer « {titre} »") for dit in dus) == 1, dus
    assert not any("Couture" in dit and "porte" in dit for dit in dus)
    vus = ecarts(promis, "jour", "6/12")
    assert {titre for titre, ecart in vus.items() if ecart} == {"Couture", "Chorale", "Bal"}
    promis.faire("espace", "rouvrir", "cour", "--du", "6/12", "--au", "6/12")
    assert {titre for titre, ecart in ecarts(promis, "jour", "6/12").items() if ecart} == {"Couture"}


def agenda(lieu: Lieu) -> dict[tuple[str, str], tuple[str, str, int]]:
    """Par titre nu et date remplacée : l'état, le titre, la séquence."""
    lus = {}
    for v in Calendar.from_ical(lieu.faire("prog", "ical").sortie).walk("VEVENT"):
        remplace = v.get("RECURRENCE-ID")
        titre = str(v["SUMMARY"])
        lus[titre.rpartition(" — ")[2], str(remplace.dt.date()) if remplace else ""] = (
            str(v["STATUS"]),
            titre,
            int(v["SEQUENCE"]),
        )
    return lus


def test_le_flux_ne_dit_jamais_confirme_ce_qui_est_ferme(promis: Lieu) -> None:
    avant = agenda(promis)
    promis.faire("espace", "fermer", "cour", "--du", "6/12", "--au", "13/12", "--motif", "travaux")
    ferme = agenda(promis)
    assert ferme["Bal", ""][:2] == ("CANCELLED", "FERMÉ, À REPLACER — Bal")
    assert {jour for titre, jour in ferme if titre == "Chorale"} == {"", "2026-12-06", "2026-12-13"}
    assert ferme["Chorale", "2026-12-13"][0] == "CANCELLED" and ferme["Chorale", ""][0] == "CONFIRMED"
    assert ferme["Couture", ""] == avant["Couture", ""]
    promis.faire("espace", "rouvrir", "cour", "--du", "6/12", "--au", "7/12")
    rouvert = agenda(promis)
    assert rouvert["Bal", ""][:2] == ("CONFIRMED", "Bal")
    assert {jour for titre, jour in rouvert if titre == "Chorale"} == {"", "2026-12-13"}
    for cle in (("Bal", ""), ("Chorale", "")):
        assert avant[cle][2] < ferme[cle][2] < rouvert[cle][2]


def test_une_fermeture_sans_fin_se_publie_bornee(promis: Lieu) -> None:
    promis.faire("espace", "fermer", "--du", "6/12", "--sans-fin", "--motif", "incendie")
    dates = [jour for titre, jour in agenda(promis) if titre == "Chorale" and jour]
    assert dates[0] == "2026-12-06" and 150 < len(dates) < 160
    (evenement,) = (
        e for e in promis.faire("prog", "publier", "--json").json["fichiers"] if e.endswith("programme.json")
    )
    assert "EventPostponed" in Path(evenement).read_text("utf-8")
