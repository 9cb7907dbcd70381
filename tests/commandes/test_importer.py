"""Faire entrer un agenda : aperçu, idempotence, corrections gardées, agenda suivi."""

from __future__ import annotations

import re
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
    assert "+ lundi 30 novembre, 19:00 · Atelier 0" in reponse.erreurs
    assert "ANNULÉ" in reponse.erreurs
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
    # Le reste de l'événement suit : seul le titre est à nous.
    ecrire(agenda, {"SUMMARY": "Leur titre", "DTSTART": "20261130T200000Z"}, AILLEURS, ANNULE)
    assert lieu.faire("importer", "ics", str(agenda), "--oui", "--json").json["gardes"] == []
    fiche = lieu.faire("prog", "evenement", "fiche", neufs[0]).sortie
    assert "Notre titre" in fiche
    assert "21:00" in fiche


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
    assert "1 laissé : il nomme" in reponse.sortie
    assert "addad" not in lieu.git("log", "-p", "--all").lower()


@pytest.mark.parametrize("options", [(), ("--suivre", "Fablab d'à côté")], ids=["ours", "suivi"])
def test_ce_qui_nomme_quelqu_un_depuis_s_annule_encore(
    lieu: Lieu, agenda: Path, options: tuple[str, ...]
) -> None:
    """Son titre n'entre plus ; qu'il n'ait pas lieu ne nomme personne."""
    concert = {"SUMMARY": "Concert Nadia Dupuis"}
    ecrire(agenda, concert, {})
    ident = lieu.faire("importer", "ics", str(agenda), *options, "--oui", "--json").json["neufs"]
    (ident,) = (i for i in ident if "concert" in i)
    lieu.faire("accueil", "personne", "creer", "Nadia Dupuis")
    # Rien n'a changé là-bas : rien ne change ici, fût-il d'un agenda suivi où il semble avoir disparu.
    dit = lieu.faire("importer", "ics", str(agenda), *options, "--oui").sortie
    assert ident in dit and "Rien de neuf" not in dit
    assert lieu.faire("prog", "evenement", "fiche", ident, "--json").json["etat"] == "confirme"
    ecrire(agenda, {**concert, "STATUS": "CANCELLED"}, {})
    lieu.faire("importer", "ics", str(agenda), *options, "--oui")
    assert lieu.faire("prog", "evenement", "fiche", ident, "--json").json["etat"] == "annule"
    avant = lieu.signature()
    lieu.faire("importer", "ics", str(agenda), *options, "--oui")
    assert lieu.signature() == avant


def semaine(lieu: Lieu, du: str) -> str:
    return lieu.faire("prog", "semaine", "--du", du).sortie


def test_ce_qui_est_prive_ou_incertain_n_est_pas_publie(lieu: Lieu, agenda: Path) -> None:
    """RFC 5545 § 3.8.1.3 et § 3.8.1.11, dans l'import comme d'un agenda suivi."""
    ecrire(agenda, {"CLASS": "PRIVATE"}, {"CLASS": "CONFIDENTIAL"}, {"STATUS": "TENTATIVE"})
    lieu.faire("importer", "ics", str(agenda), "--oui")
    assert "BEGIN:VEVENT" not in lieu.faire("prog", "ical").sortie
    lieu.faire("prog", "publier")
    assert "Atelier" not in "".join(f.read_text() for f in (lieu.racine / "public").rglob("*") if f.is_file())
    interne = lieu.faire("prog", "ical", "--interne").sortie
    assert interne.count("SUMMARY:Atelier") == 3
    assert (interne.count("CLASS:PRIVATE"), interne.count("STATUS:TENTATIVE")) == (2, 1)
    ecrire(agenda, {"CLASS": "PUBLIC"}, {"CLASS": "CONFIDENTIAL"}, {})
    lieu.faire("importer", "ics", str(agenda), "--oui")
    assert lieu.faire("prog", "ical").sortie.count("SUMMARY:Atelier") == 2


def test_annule_dans_le_titre_n_est_pas_pris_pour_actif(lieu: Lieu, agenda: Path) -> None:
    ecrire(agenda, {"SUMMARY": "Annulé: Réunion"}, {"SUMMARY": "Canceled: Meeting"}, {})
    refus = lieu.faire("importer", "ics", str(agenda), code=2).erreurs
    assert refus.count("ANNULÉ") == 2
    lieu.faire("importer", "ics", str(agenda), "--oui")
    vue = semaine(lieu, "2026-11-30")
    assert vue.count("ANNULÉ") == 2
    assert "Annulé:" not in vue
    assert "Rien de neuf" in lieu.faire("importer", "ics", str(agenda), "--oui").sortie


def test_rien_de_neuf_ne_se_dit_que_si_tout_y_est(lieu: Lieu, agenda: Path) -> None:
    importer = ("importer", "ics", str(agenda), "--oui")
    ecrire(agenda, {}, {"DTSTART": "hier"})
    reponse = lieu.faire(*importer)
    assert "Atelier 1 » laissé" in reponse.sortie
    encore = lieu.faire(*importer).sortie
    assert "Rien de neuf" not in encore
    assert "1 déjà là ; le reste n'entre pas" in encore
    rendu = lieu.faire(*importer, "--json").json
    assert (rendu["commit"], rendu["inchanges"], len(rendu["laisses"])) == (None, 1, 1)
    ecrire(agenda)
    assert "vide" in lieu.faire(*importer).sortie


def test_une_mise_a_jour_qui_heurte_une_salle_est_laissee_et_dite(lieu: Lieu, agenda: Path) -> None:
    importer = ("importer", "ics", str(agenda), "--oui")
    ecrire(agenda, {"DURATION": "PT1H"}, AILLEURS)
    ident = lieu.faire(*importer, "--json").json["neufs"][0]
    lieu.faire("prog", "evenement", "modifier", ident, "--salle", "cour")
    lieu.faire("espace", "reserver", "cour", "1er décembre 10h-12h", "--objet", "Fête")
    ecrire(agenda, {"DTSTART": "20261201T100000Z", "DURATION": "PT1H"}, {**AILLEURS, "SUMMARY": "Autre"})
    reponse = lieu.faire(*importer)
    assert "laissé, car" in reponse.sortie
    assert "Fête" in reponse.sortie
    assert f"tl prog evenement modifier {ident}" in reponse.sortie
    assert "30 nov" in lieu.faire("prog", "evenement", "fiche", ident).sortie
    assert lieu.faire(*importer, "--json").json["heurts"] == [ident]
    assert "Autre" in semaine(lieu, "2026-11-30")


def conges(chemin: Path, *lesquels: tuple[str, str, str], nom: str = "AgendaAmi") -> Path:
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", f"X-WR-CALNAME:{nom}"]
    for titre, du, au in lesquels:
        lignes += ["BEGIN:VEVENT", f"UID:{titre}", f"SUMMARY:{titre}", f"DTSTART;VALUE=DATE:{du}"]
        lignes += [f"DTEND;VALUE=DATE:{au}", "END:VEVENT"]
    chemin.write_bytes("\r\n".join([*lignes, "END:VCALENDAR", ""]).encode())
    return chemin


HIVER, DETENTE, PRINTEMPS = (
    ("Vacances d'hiver", "20261221", "20270102"),
    ("Congé de détente", "20270222", "20270306"),
    ("Vacances de printemps", "20270426", "20270508"),
)


def test_des_vacances_sont_une_periode_et_non_des_activites(lieu: Lieu, tmp_path: Path) -> None:
    fichier = str(conges(tmp_path / "vacances.ics", HIVER, DETENTE, PRINTEMPS))
    refus = lieu.faire("importer", "ics", fichier, code=2).erreurs
    assert "--periode vacances-scolaires" in refus
    assert "--programme" in refus
    rendu = lieu.faire("importer", "ics", fichier, "--oui", "--json").json
    assert (rendu["periode"], rendu["plages"]) == ("vacances-scolaires", 3)
    assert "Vacances" not in semaine(lieu, "2026-12-21")
    assert "BEGIN:VEVENT" not in lieu.faire("prog", "ical").sortie
    periode = lieu.faire("espace", "periode", "vacances-scolaires").sortie
    assert "du lundi 21 décembre 2026 au vendredi 1er janvier 2027 (Vacances d'hiver)" in periode
    assert "Rien de neuf" in lieu.faire("importer", "ics", fichier, "--oui").sortie
    # Une date corrigée remplace celle qu'on avait.
    conges(tmp_path / "vacances.ics", (HIVER[0], "20261219", "20270103"), DETENTE, PRINTEMPS)
    lieu.faire("importer", "ics", fichier, "--oui")
    assert lieu.faire("espace", "periode", "vacances-scolaires").sortie.count("hiver") == 1
    # Et qui y tient les met au programme.
    lieu.faire("importer", "ics", fichier, "--programme", "--oui")
    assert "Vacances d'hiver" in semaine(lieu, "2026-12-21")


def test_une_fete_de_trois_jours_reste_une_activite(lieu: Lieu, tmp_path: Path) -> None:
    fichier = conges(tmp_path / "a.ics", ("Fête du quartier", "20261211", "20261214"))
    lieu.faire("importer", "ics", str(fichier), "--oui")
    assert "Fête du quartier" in semaine(lieu, "2026-12-07")


def test_un_contact_est_ote_du_texte_et_une_adresse_d_uid_ne_gene_pas(lieu: Lieu, agenda: Path) -> None:
    texte = "Infos : bal@mairie.be ou 0470/12.34.56\\, entrée 5 €"
    ecrire(agenda, {"UID": "ev1@mairie.be", "DESCRIPTION": texte}, {"UID": "0470123456@x"})
    reponse = lieu.faire("importer", "ics", str(agenda), "--oui")
    assert "contacts ou montants ôtés" in reponse.sortie
    assert not re.search(r"@mairie|0470|5 €", lieu.git("log", "-p"))
    assert "Infos : … ou …, entrée (montant retiré)" in lieu.git("log", "-p")
    assert "Rien de neuf" in lieu.faire("importer", "ics", str(agenda), "--oui").sortie


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
        assert lieu.git("rev-parse", "HEAD") == avant, fichier.name
    assert lieu.git("status", "--porcelain") == ""
    assert lieu.faire("prog", "ical").erreurs == ""
    assert lieu.faire("verifier", code=None).code == 0
