"""Faire entrer un agenda : aperçu, idempotence, corrections gardées, agenda suivi."""

from __future__ import annotations

from pathlib import Path

import pytest
from soutien import AGENDAS_REELS, Lieu


def ecrire(chemin: Path, *evenements: dict[str, str]) -> Path:
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//fablab//FR", "X-WR-CALNAME:Fablab"]
    for n, e in enumerate(evenements):
        champs = {"UID": f"u{n}", "SUMMARY": f"Atelier {n}", "DTSTART": "20261130T180000Z", **e}
        lignes += [
            "BEGIN:VEVENT",
            *(f"{cle}:{valeur}" for cle, valeur in champs.items() if valeur),
            "END:VEVENT",
        ]
    chemin.write_bytes(("\r\n".join([*lignes, "END:VCALENDAR"]) + "\r\n").encode())
    return chemin


AILLEURS = {"LOCATION": "Fablab, rue X", "CATEGORIES": "bois"}
ANNULE = {"STATUS": "CANCELLED"}


@pytest.fixture
def agenda(tmp_path: Path) -> Path:
    return ecrire(
        tmp_path / "fablab.ics",
        {},
        {"LOCATION": "Fablab, rue X", "CATEGORIES": "bois"},
        {"STATUS": "CANCELLED"},
    )


def test_sans_oui_on_montre_et_on_n_ecrit_rien(lieu: Lieu, agenda: Path) -> None:
    avant = lieu.signature()
    reponse = lieu.faire("importer", "ics", str(agenda), code=2)
    assert "+ lundi 30 novembre, 19:00–19:30 · Atelier 0" in reponse.sortie
    assert "ANNULÉ" in reponse.sortie
    assert "--oui" in reponse.erreurs
    lieu.faire("importer", "ics", str(agenda), "--essai")
    assert lieu.signature() == avant


def test_importer_deux_fois_ne_change_rien(lieu: Lieu, agenda: Path) -> None:
    lieu.faire("importer", "ics", agenda.as_uri(), "--oui")
    avant = lieu.signature()
    reponse = lieu.faire("importer", "ics", str(agenda), "--oui")
    assert "Rien de neuf" in reponse.sortie
    assert lieu.signature() == avant
    semaine = lieu.faire("prog", "semaine", "--du", "2026-11-30").sortie
    assert semaine.count("Atelier") == 3
    assert "Fablab, rue X" in semaine


def test_un_seul_enregistrement_pour_tout_l_agenda(lieu: Lieu, agenda: Path) -> None:
    rendu = lieu.faire("importer", "ics", str(agenda), "--oui", "--json").json
    assert len(rendu["neufs"]) == 3
    assert rendu["commit"] == lieu.git("rev-parse", "HEAD").strip()
    assert len(lieu.git("show", "--format=", "--name-only").split()) == 3


def test_un_changement_la_bas_met_a_jour_ici(lieu: Lieu, agenda: Path) -> None:
    neufs = lieu.faire("importer", "ics", str(agenda), "--oui", "--json").json["neufs"]
    ecrire(agenda, {"DTSTART": "20261201T170000Z"}, {"SUMMARY": "Autre nom"}, {"STATUS": "CANCELLED"})
    rendu = lieu.faire("importer", "ics", str(agenda), "--oui", "--json").json
    assert sorted(rendu["changes"]) == sorted(neufs[:2])
    semaine = lieu.faire("prog", "semaine", "--du", "2026-11-30").sortie
    assert "18:00" in semaine
    assert "Autre nom" in semaine
    assert semaine.count("Atelier 0") == 1


def test_un_evenement_deplace_d_un_autre_mois_reste_un_seul(lieu: Lieu, agenda: Path) -> None:
    lieu.faire("importer", "ics", str(agenda), "--oui")
    ecrire(
        agenda,
        {"DTSTART": "20270301T170000Z"},
        {"LOCATION": "Fablab, rue X", "CATEGORIES": "bois"},
        {"STATUS": "CANCELLED"},
    )
    lieu.faire("importer", "ics", str(agenda), "--oui")
    assert "REPORTÉ" in lieu.faire("prog", "semaine", "--du", "2026-11-30").sortie
    assert "Atelier 0" in lieu.faire("prog", "semaine", "--du", "2027-03-01").sortie
    assert "Rien de neuf" in lieu.faire("importer", "ics", str(agenda), "--oui").sortie


def test_ce_que_la_concierge_a_corrige_n_est_pas_ecrase(lieu: Lieu, agenda: Path) -> None:
    neufs = lieu.faire("importer", "ics", str(agenda), "--oui", "--json").json["neufs"]
    lieu.faire("prog", "evenement", "modifier", neufs[0], "--titre", "Notre titre")
    assert "Rien de neuf" in lieu.faire("importer", "ics", str(agenda), "--oui").sortie
    ecrire(
        agenda,
        {"SUMMARY": "Leur titre"},
        {"LOCATION": "Fablab, rue X", "CATEGORIES": "bois"},
        {"STATUS": "CANCELLED"},
    )
    rendu = lieu.faire("importer", "ics", str(agenda), "--oui", "--json").json
    assert rendu["gardes"] == [neufs[0]]
    assert "Notre titre" in lieu.faire("prog", "evenement", "fiche", neufs[0]).sortie


def test_un_agenda_suivi_se_montre_a_part_et_ne_se_publie_pas(lieu: Lieu, agenda: Path) -> None:
    lieu.faire("importer", "ics", str(agenda), "--suivre", "Fablab d'à côté", "--oui")
    semaine = lieu.faire("prog", "semaine", "--du", "2026-11-30").sortie
    assert "Chez nos voisins" in semaine
    assert "0 activité" not in semaine
    assert "BEGIN:VEVENT" not in lieu.faire("prog", "ical").sortie
    ecrire(agenda, {})
    lieu.faire("importer", "ics", str(agenda), "--suivre", "Fablab d'à côté", "--oui")
    assert "retiré de l'agenda suivi" in lieu.faire("prog", "semaine", "--du", "2026-11-30").sortie


def test_un_evenement_qui_nomme_quelqu_un_est_laisse(lieu: Lieu, agenda: Path) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    ecrire(agenda, {"SUMMARY": "Cours de Karim HADDAD"}, {})
    reponse = lieu.faire("importer", "ics", str(agenda), "--oui")
    assert "1 laissés" in reponse.sortie
    assert "addad" not in lieu.git("log", "-p", "--all").lower()


@pytest.mark.parametrize(
    ("source", "dit"),
    [
        ("rien.ics", "pas de fichier"),
        ("/", "pas de fichier"),
        ("https://exemple.be/a.ics", "réseau"),
        ("webcal://exemple.be/a.ics", "réseau"),
        ("file://ailleurs/a.ics", "autre ordinateur"),
    ],
)
def test_une_source_impossible_est_refusee(lieu: Lieu, source: str, dit: str) -> None:
    assert dit in lieu.faire("importer", "ics", source, "--oui", code=2).erreurs


@pytest.mark.long
@pytest.mark.skipif(not AGENDAS_REELS.is_dir(), reason="les agendas réels ne sont pas à côté du dépôt")
def test_tous_les_agendas_reels_entrent_ou_sont_refuses_et_le_lieu_reste_sain(lieu: Lieu) -> None:
    for fichier in sorted(AGENDAS_REELS.glob("*.ics")):
        assert lieu.faire("importer", "ics", str(fichier), "--oui", code=None).code in (0, 1)
        avant = lieu.git("rev-parse", "HEAD")
        lieu.faire("importer", "ics", str(fichier), "--oui", code=None)
        assert lieu.git("rev-parse", "HEAD") == avant
    assert lieu.git("status", "--porcelain") == ""
    assert lieu.faire("prog", "ical").erreurs == ""
