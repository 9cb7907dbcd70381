"""Le programme, par la vraie commande."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar
from soutien import Lieu

VELO = ("prog", "evenement", "creer", "Atelier vélo", "--quand", "2026-11-24 18h30-20h", "--salle", "cour")


def test_creer_dit_ce_qui_est_fait_et_la_suite(lieu: Lieu) -> None:
    sortie = lieu.faire(*VELO).sortie
    assert sortie.startswith("« Atelier vélo » est au programme, mardi 24 novembre, 18:30–20:00 (2026-11-24-")
    assert "tl prog semaine 2026-11-24" in sortie


def test_la_fiche_est_lisible_sans_outil(lieu: Lieu) -> None:
    ident = lieu.id(*VELO, "--public", "riverains", "--description", "On répare.\nVenez !")
    assert (lieu.racine / f"prog/evenements/2026/11/{ident}.yaml").read_text("utf-8") == (
        "titre: Atelier vélo\ndebut: 2026-11-24T18:30\nfin: 2026-11-24T20:00\nsalles:\n  - cour\n"
        "publics:\n  - riverains\ndescription: |-\n  On répare.\n  Venez !\n"
    )


def test_une_salle_prise_est_refusee_et_le_refus_dit_par_quoi(lieu: Lieu) -> None:
    ident = lieu.id(*VELO)
    refus = lieu.faire(
        "prog", "evenement", "creer", "Chorale", "--quand", "mardi 19h-21h", "--salle", "cour", code=1
    )
    assert "Cour est prise mardi 24 novembre 2026, 18:30–20:00 (Atelier vélo" in refus.erreurs
    assert ident in refus.erreurs
    lieu.faire("prog", "evenement", "creer", "Chorale", "--quand", "mardi 20h-21h", "--salle", "cour")
    lieu.faire("prog", "evenement", "annuler", ident, "--oui")
    lieu.faire("prog", "evenement", "creer", "Tricot", "--quand", "mardi 19h-20h", "--salle", "cour")


def test_annule_reste_visible_partout(lieu: Lieu) -> None:
    ident = lieu.id(*VELO)
    lieu.faire("prog", "evenement", "annuler", ident, "--motif", "pluie", "--oui")
    assert "ANNULÉ (pluie)" in lieu.faire("prog", "semaine").sortie
    assert "**ANNULÉ (pluie)**" in lieu.faire("prog", "semaine", "--format", "md").sortie
    agenda = lieu.faire("prog", "ical").sortie
    assert "SUMMARY:ANNULÉ — Atelier vélo" in agenda
    assert "STATUS:CANCELLED" in agenda
    assert "SEQUENCE:1" in agenda
    assert "déjà annulé" in lieu.faire("prog", "evenement", "annuler", ident, "--oui", code=2).erreurs


def test_modifier_dans_le_mois_garde_l_identifiant_et_avance_la_sequence(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    ident = lieu.id(*VELO)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T10:00+01:00")
    lieu.faire("prog", "evenement", "modifier", ident, "--quand", "jeudi 18h", "--titre", "Vélo")
    (evenement,) = Calendar.from_ical(lieu.faire("prog", "ical").sortie).walk("VEVENT")
    assert str(evenement["UID"]) == f"{ident}@lieu.invalid"
    assert evenement["SEQUENCE"] == 1
    assert f"{evenement['DTSTART'].dt:%d %H:%M}-{evenement['DTEND'].dt:%H:%M}" == "26 18:00-19:30"
    assert f"{evenement['LAST-MODIFIED'].dt:%H:%M}" == "09:00"
    assert f"{evenement['CREATED'].dt:%H:%M}" == "07:52"


def test_changer_de_mois_est_un_report_et_l_ancienne_date_le_dit(lieu: Lieu) -> None:
    ident = lieu.id(*VELO)
    nouveau = lieu.id("prog", "evenement", "modifier", ident, "--quand", "12 février 18h-20h")
    assert nouveau.startswith("2027-02-12-atelier-velo-")
    assert "REPORTÉ au vendredi 12 février 2027" in lieu.faire("prog", "semaine").sortie
    assert "Atelier vélo" in lieu.faire("prog", "semaine", "--du", "12/2/2027").sortie
    assert lieu.faire("prog", "ical").sortie.count("BEGIN:VEVENT") == 2


def test_modifier_a_la_main_puis_par_la_commande_garde_les_commentaires(lieu: Lieu) -> None:
    ident = lieu.id(*VELO)
    fiche = lieu.racine / f"prog/evenements/2026/11/{ident}.yaml"
    lieu.poser(
        str(fiche.relative_to(lieu.racine)), fiche.read_text("utf-8").replace("fin:", "# sans faute\nfin:")
    )
    lieu.faire("prog", "evenement", "modifier", ident, "--titre", "Vélo pour tous")
    assert lieu.git("show", "--format=", "--numstat").split()[:2] == ["1", "1"]
    assert "# sans faute" in fiche.read_text("utf-8")


def test_ne_rien_changer_n_enregistre_rien(lieu: Lieu) -> None:
    ident = lieu.id(*VELO)
    avant = lieu.signature()
    lieu.faire("prog", "evenement", "modifier", ident, "--titre", "Atelier vélo", code=2)
    assert lieu.signature() == avant


def test_un_mot_suffit_s_il_n_a_qu_un_sens(lieu: Lieu) -> None:
    lieu.faire(*VELO)
    assert "Atelier vélo" in lieu.faire("prog", "evenement", "fiche", "velo").sortie
    lieu.faire("prog", "evenement", "creer", "Balade à vélo", "--quand", "samedi 9h-12h")
    assert lieu.faire("prog", "evenement", "fiche", "velo", code=2).erreurs.count("2026-11-2") == 2


def test_soiree_de_22_h_a_2_h_est_montree_une_fois(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "dimanche 22h-2h")
    assert lieu.faire("prog", "semaine").sortie.count("Bal") == 1
    assert "Bal" in lieu.faire("prog", "jour", "29/11").sortie
    for ailleurs in (("semaine", "--du", "lundi prochain"), ("jour", "30/11"), ("mois", "--du", "1/12")):
        assert "Bal" not in lieu.faire("prog", *ailleurs).sortie


def test_un_long_evenement_se_voit_a_chaque_semaine(lieu: Lieu) -> None:
    ident = lieu.id("prog", "evenement", "creer", "Exposition", "--quand", "du 28 novembre au 20 janvier")
    assert (lieu.racine / f"prog/longs/{ident}.yaml").is_file()
    for du in ("2026-11-28", "2026-12-24", "2027-01-20"):
        assert "Exposition" in lieu.faire("prog", "semaine", "--du", du).sortie
    assert "Exposition" not in lieu.faire("prog", "semaine", "--du", "2027-01-25").sortie
    lieu.faire("prog", "evenement", "annuler", ident, "--oui")


@pytest.mark.parametrize("quand", ["29 mars 2026 9h-12h", "25 octobre 2026 19h-21h", "28 mars 2027 19h-20h"])
def test_19_heures_reste_19_heures_a_travers_le_changement_d_heure(lieu: Lieu, quand: str) -> None:
    lieu.faire("prog", "evenement", "creer", "Cours", "--quand", quand)
    (e,) = Calendar.from_ical(lieu.faire("prog", "ical").sortie).walk("VEVENT")
    heures = quand.split()[-1].split("-")
    assert [f"{e[n].dt.hour}h" for n in ("DTSTART", "DTEND")] == heures


def test_ce_qui_est_interne_ou_brouillon_ne_sort_pas(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Réunion d'équipe", "--quand", "mercredi 9h-10h", "--interne")
    lieu.faire("prog", "evenement", "creer", "Peut-être", "--quand", "mercredi 11h-12h", "--brouillon")
    for forme in (["semaine", "--format", "md"], ["semaine", "--format", "html"], ["ical"]):
        sortie = lieu.faire("prog", *forme).sortie
        assert "Réunion" not in sortie
        assert "Peut-être" not in sortie
    assert lieu.faire("prog", "ical", "--interne").sortie.count("BEGIN:VEVENT") == 2
    assert "Réunion" in lieu.faire("prog", "semaine").sortie


def test_les_memes_donnees_donnent_les_memes_octets(lieu: Lieu, tmp_path: Path, commande: Callable) -> None:
    for n in range(4):
        lieu.faire(
            "prog", "evenement", "creer", f"Fête {n}", "--quand", f"2{n + 5}/11", "--public", "membres"
        )
    sorties = [tmp_path / f"{n}.ics" for n in range(3)]
    lieu.faire("prog", "ical", "--sortie", str(sorties[0]))
    import os

    for graine, sortie in zip("12", sorties[1:], strict=True):
        env = {**os.environ, "PYTHONHASHSEED": graine, "TZ": "Asia/Tokyo"}
        commande("--lieu", str(lieu.racine), "prog", "ical", "--sortie", str(sortie), env=env)
    assert len({sortie.read_bytes() for sortie in sorties}) == 1


def test_la_page_et_le_markdown_ont_leur_fichier_d_or(lieu: Lieu, or_: Callable[[str, bytes], None]) -> None:
    qui = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire(*VELO, "--porteur", qui, "--description", "On répare **ensemble**.", "--public", "riverains")
    annule = lieu.id("prog", "evenement", "creer", "Conseil", "--quand", "jeudi 20h-22h")
    lieu.faire("prog", "evenement", "annuler", annule, "--motif", "neige", "--oui")
    lieu.faire("prog", "evenement", "creer", "Fête", "--quand", "du 28 au 29 novembre", "--ailleurs", "Place")
    for forme in ("md", "html"):
        or_(f"semaine.{forme}", lieu.faire("prog", "semaine", "--format", forme).sortie.encode())
    or_("semaine.txt", lieu.faire("prog", "semaine").sortie.encode())


def test_le_json_de_la_semaine_ne_depend_ni_de_l_ecran_ni_de_la_langue(lieu: Lieu) -> None:
    lieu.faire(*VELO)
    vue = lieu.faire("prog", "semaine", "--json").json
    assert vue == lieu.faire("prog", "semaine", "--format", "json").json
    assert vue["jours"][0]["evenements"][0]["debut"] == "2026-11-24T18:30:00+01:00"


def test_un_gabarit_du_lieu_remplace_celui_de_l_outil(lieu: Lieu) -> None:
    lieu.faire(*VELO)
    lieu.poser("gabarits/semaine.md.j2", "{{ jours[0].evenements[0].titre }}\n")
    assert lieu.faire("prog", "semaine", "--format", "md").sortie == "Atelier vélo\n"


def test_une_semaine_ne_lit_que_ses_mois(lieu: Lieu) -> None:
    """Une fiche illisible d'un autre mois ne la concerne pas : elle n'est même pas ouverte."""
    lieu.poser("prog/evenements/2025/03/2025-03-01-vieux-abcd.yaml", "titre: [")
    lieu.poser("prog/evenements/2027/03/2027-03-01-loin-abcd.yaml", "titre: [")
    assert lieu.faire("prog", "semaine").erreurs == ""
    assert "2025-03-01-vieux-abcd.yaml" in lieu.faire("prog", "semaine", "--du", "2025-03-05").erreurs


def test_essai_ne_change_rien(lieu: Lieu) -> None:
    ident = lieu.id(*VELO)
    avant = lieu.signature()
    for mots in (
        ["creer", "x", "--quand", "demain"],
        ["modifier", ident, "--titre", "y"],
        ["annuler", ident],
    ):
        assert "rien n'est écrit" in lieu.faire("prog", "evenement", *mots, "--essai").sortie
        assert (
            json.loads(lieu.faire("prog", "evenement", *mots, "--essai", "--json").sortie)["commit"] is None
        )
    assert lieu.signature() == avant
