"""Publier : des flux stables, réécrits seulement s'ils changent, et rien d'interne en ligne."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from icalendar import Calendar
from soutien import Lieu

from tiers_lieu_cli.noyau.liens import CITE


@pytest.fixture
def programme(lieu: Lieu) -> Lieu:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    creer = ("prog", "evenement", "creer")
    lieu.faire(*creer, "Vélo", "--quand", "jeudi 18h-20h", "--salle", "cour", "--public", "riverains")
    lieu.faire(*creer, "Réunion", "--quand", "vendredi 9h-10h", "--interne", "--porteur", "@Karim")
    lieu.faire(*creer, "Peut-être", "--quand", "vendredi 11h-12h", "--brouillon")
    regle = ("--regle", "chaque mardi 19h-21h", "--du", "1/12")
    lieu.faire("prog", "serie", "creer", "Chorale", *regle, "--etiquette", "Musique", "--public", "membres")
    lieu.faire("prog", "publier")
    return lieu


def fichiers(lieu: Lieu) -> dict[str, tuple[bytes, int]]:
    return {
        str(f.relative_to(lieu.racine)): (f.read_bytes(), f.stat().st_mtime_ns)
        for dossier in ("public", "interne")
        for f in sorted((lieu.racine / dossier).rglob("*.*"))
    }


def titres(lieu: Lieu, fichier: str) -> list[str]:
    agenda = Calendar.from_ical((lieu.racine / fichier).read_bytes())
    return [str(e["SUMMARY"]) for e in agenda.walk("VEVENT")]


def test_un_agenda_par_public_par_salle_par_etiquette_par_personne(programme: Lieu) -> None:
    noms = set(fichiers(programme))
    assert noms > {
        "public/programme.ics",
        "public/programme.json",
        "public/agendas/public-riverains.ics",
        "public/agendas/public-membres.ics",
        "public/agendas/salle-cour.ics",
        "public/agendas/mot-musique.ics",
        "interne/programme-interne.ics",
    }
    assert titres(programme, "public/programme.ics") == ["Vélo", "Chorale"]
    assert titres(programme, "public/agendas/mot-musique.ics") == ["Chorale"]
    assert titres(programme, "interne/programme-interne.ics") == ["Vélo", "Réunion", "Peut-être", "Chorale"]
    (karim,) = [n for n in noms if n.startswith("interne/equipe/")]
    assert titres(programme, karim) == ["Réunion"]


def test_rien_d_interne_ni_de_nom_dans_ce_qui_est_public(programme: Lieu) -> None:
    for nom, (octets, _) in fichiers(programme).items():
        texte = octets.decode()
        assert "Haddad" not in texte
        if nom.startswith("public/"):
            assert "Réunion" not in texte
            assert "Peut-être" not in texte
            assert not CITE.search(texte)
    assert programme.git("status", "--porcelain") == ""
    refus = programme.faire("prog", "publier", "--interne", str(programme.racine / "public/equipe"), code=2)
    assert "en ligne" in refus.erreurs


def test_publier_encore_ne_reecrit_que_ce_qui_change(programme: Lieu) -> None:
    avant = fichiers(programme)
    assert "Rien n'a changé" in programme.faire("prog", "publier").sortie
    assert fichiers(programme) == avant
    (serie,) = (f.stem for f in (programme.racine / "prog/series").iterdir())
    programme.faire("prog", "serie", "sauter", serie, "8/12")
    programme.faire("prog", "publier")
    apres = fichiers(programme)
    changes = {nom for nom in apres if apres[nom] != avant.get(nom)}
    assert changes == {
        "public/programme.ics",
        "public/programme.json",
        "public/agendas/public-membres.ics",
        "public/agendas/mot-musique.ics",
        "interne/programme-interne.ics",
    }
    velo = avant["public/programme.ics"][0].partition(b"BEGIN:VEVENT")[2].partition(b"END:VEVENT")[0]
    assert velo in apres["public/programme.ics"][0]
    assert b"SEQUENCE:1" in apres["public/agendas/mot-musique.ics"][0]


def test_une_date_a_part_remplace_celle_de_la_serie_dans_le_flux(programme: Lieu) -> None:
    (serie,) = (f.stem for f in (programme.racine / "prog/series").iterdir())
    programme.faire("prog", "evenement", "modifier", f"2026-12-08-{serie}", "--titre", "Chorale ouverte")
    programme.faire("prog", "publier")
    assert titres(programme, "public/programme.ics") == ["Vélo", "Chorale", "Chorale ouverte"]
    agenda = Calendar.from_ical((programme.racine / "public/programme.ics").read_bytes())
    *_, maitresse, date = agenda.walk("VEVENT")
    assert date["UID"] == maitresse["UID"] == f"{serie}@lieu.invalid"
    assert f"{date['RECURRENCE-ID'].dt:%Y-%m-%d %H:%M}" == "2026-12-08 19:00"
    assert date["SEQUENCE"] > maitresse["SEQUENCE"]


def test_un_agenda_qui_n_a_plus_rien_reste_vide_et_garde_son_nom(programme: Lieu) -> None:
    (serie,) = (f.stem for f in (programme.racine / "prog/series").iterdir())
    programme.faire("prog", "serie", "modifier", serie, "--etiquette", "Chant")
    programme.faire("prog", "publier")
    vide = Calendar.from_ical((programme.racine / "public/agendas/mot-musique.ics").read_bytes())
    assert vide["X-WR-CALNAME"] == "La Passerelle · Musique"
    assert vide.walk("VEVENT") == []
    assert titres(programme, "public/agendas/mot-chant.ics") == ["Chorale"]


def test_le_programme_en_schema_org(programme: Lieu, tmp_path: Path) -> None:
    graphe = json.loads((programme.racine / "public/programme.json").read_bytes())["@graph"]
    velo, chorale = graphe
    assert (velo["@type"], velo["startDate"]) == ("Event", "2026-11-26T18:00+01:00")
    assert velo["eventStatus"] == "https://schema.org/EventScheduled"
    assert chorale["@type"] == "EventSeries"
    assert chorale["eventSchedule"] == {
        "@type": "Schedule",
        "scheduleTimezone": "Europe/Brussels",
        "startDate": "2026-12-01",
        "repeatFrequency": "P1W",
        "byDay": ["TU"],
        "startTime": "19:00",
        "endTime": "21:00",
    }


def test_un_benevole_a_dans_son_agenda_ses_roles_et_rien_d_autre_de_la_serie(programme: Lieu) -> None:
    qui = programme.id("accueil", "personne", "creer", "Amina Benali")
    (serie,) = (f.stem for f in (programme.racine / "prog/series").iterdir())
    ident = f"2026-12-08-{serie}"
    programme.faire("prog", "equipe", "creneaux", ident, "--role", "bar")
    programme.faire("prog", "equipe", "inscrire", ident, "--role", "bar", "--personne", "@Amina")
    programme.faire("prog", "publier")
    agenda = Calendar.from_ical((programme.racine / f"interne/equipe/{qui}.ics").read_bytes())
    (date,) = agenda.walk("VEVENT")
    assert str(date["SUMMARY"]) == "Chorale (bar)"
    assert date["DTSTART"].dt.day == 8
    assert "RRULE" not in date


def test_une_date_que_la_serie_n_a_plus_reste_dans_le_flux(programme: Lieu) -> None:
    (serie,) = (f.stem for f in (programme.racine / "prog/series").iterdir())
    programme.faire("prog", "evenement", "modifier", f"2026-12-08-{serie}", "--titre", "Chorale ouverte")
    # La commande le refuserait : la règle est changée à la main, ou sur un autre poste.
    fiche = (programme.racine / f"prog/series/{serie}.yaml").read_text("utf-8")
    programme.poser(f"prog/series/{serie}.yaml", fiche.replace("BYDAY=TU", "BYDAY=WE"))
    programme.faire("prog", "publier")
    assert "Chorale ouverte" in titres(programme, "public/programme.ics")
    assert "Chorale ouverte" in programme.faire("prog", "semaine", "--du", "8/12").sortie


def test_l_agenda_d_un_autre_dans_le_dossier_n_est_pas_touche(programme: Lieu) -> None:
    autre = programme.racine / "public/agendas/a-moi.ics"
    autre.write_bytes(b"BEGIN:VCALENDAR\r\nPRODID:autre\r\nNAME:X\r\nEND:VCALENDAR\r\n")
    programme.faire("prog", "publier")
    assert b"PRODID:autre" in autre.read_bytes()


def test_un_agenda_tient_treize_mois_et_les_annees_d_avant_sont_a_part(programme: Lieu) -> None:
    for an in (2023, 2024, 2025):
        for mois in ("02", "12"):
            programme.poser(
                f"prog/evenements/{an}/{mois}/{an}-{mois}-05-bal-{mois}kk.yaml",
                f"titre: Bal {an}-{mois}\nailleurs: Place\n"
                f"debut: {an}-{mois}-05T20:00\nfin: {an}-{mois}-05T22:00\n",
            )
    programme.faire("prog", "publier")
    assert titres(programme, "public/programme.ics")[:2] == ["Bal 2025-12", "Vélo"]
    assert titres(programme, "public/archives/2024.ics") == ["Bal 2024-02", "Bal 2024-12"]
    assert titres(programme, "public/archives/2025.ics") == ["Bal 2025-02"]
    programme.faire("prog", "publier", "--depuis", "1/12/2024")
    assert titres(programme, "public/programme.ics")[0] == "Bal 2024-12"
    assert titres(programme, "public/archives/2024.ics") == ["Bal 2024-02"]
    assert titres(programme, "public/archives/2025.ics") == []


#: Ce qui change ce qu'un agenda dit, ou pas ; `defaire` revient au même état, mais l'agenda l'a vu changer.
GESTES = (
    ("journal", "noter", "Rien à voir"),
    ("espace", "salle", "modifier", "cour", "--nom", "La grande cour"),
    (
        "prog",
        "evenement",
        "creer",
        "Bal",
        "--quand",
        "samedi 20h-22h",
        "--salle",
        "cour",
        "--public",
        "riverains",
    ),
    ("defaire", "--oui"),
    ("espace", "fermer", "--du", "26/11", "--au", "27/11", "--motif", "travaux"),
    (
        "prog",
        "serie",
        "creer",
        "Yoga",
        "--regle",
        "chaque lundi 8h-9h",
        "--du",
        "lundi",
        "--etiquette",
        "corps",
    ),
    ("accueil", "personne", "modifier", "@karim", "--nom-public", "DJ Karim"),
)


def test_publier_apres_chaque_geste_vaut_tout_refaire(programme: Lieu) -> None:
    programme.faire("prog", "publier")
    for geste in GESTES:
        programme.faire(*geste)
        programme.faire("prog", "publier")
        peu_a_peu = {nom: octets for nom, (octets, _) in fichiers(programme).items()}
        assert "Rien n'a changé" in programme.faire("prog", "publier").sortie
        for oublie in (programme.racine / ".git").glob("tiers-lieu.*"):
            oublie.unlink()
        for dossier in ("public", "interne"):
            shutil.rmtree(programme.racine / dossier)
        programme.faire("prog", "publier")
        tout = {nom: octets for nom, (octets, _) in fichiers(programme).items()}
        # Un agenda qui n'a plus rien reste, vide, pour ses abonnés : le reste est le même, à l'octet près.
        assert {nom: peu_a_peu[nom] for nom in tout} == tout, geste


def test_ce_qu_on_abime_se_refait(programme: Lieu) -> None:
    programme.faire("prog", "publier")
    agenda = programme.racine / "public/programme.ics"
    entier = agenda.read_bytes()
    agenda.unlink()
    programme.faire("prog", "publier")
    assert agenda.read_bytes() == entier
    fiche = next((programme.racine / "prog/evenements").rglob("*velo*.yaml"))
    fiche.write_text(fiche.read_text("utf-8").replace("titre: Vélo", "titre: Vélo cargo"), "utf-8")
    programme.faire("prog", "publier")
    assert b"cargo" in agenda.read_bytes()
