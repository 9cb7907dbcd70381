"""Importer et exporter : rien ne double, rien ne gêne en silence, rien ne devient une formule."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from agendas import agenda
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from soutien import MAINTENANT, Lieu, lancer

from tiers_lieu_cli.espace.echange import regles
from tiers_lieu_cli.espace.reservation.modele import Etat
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.temps import Creneau

IMPORTER = ("espace", "importer")

#: Comme GRR : point-virgules, titres français, encodage de Windows, dates chiffrées.
GRR = (
    "Domaine;Ressource;Brève description;Réservation au nom de;Date;Heure - Durée;Statut\r\n"
    "Rez;Salle du rez;Comité de quartier;Dupont;26/11/2026;18:30 - 2 heures;\r\n"
    "Rez;Cour;Fête d'été;;27/11/2026;14:00 - 1,5 heure;en attente de modération\r\n"
    "Rez;Cour;Supprimée;;28/11/2026;14:00 - 2 heures;annulée\r\n"
).encode("cp1252")
#: Comme MRBS : virgules, titres et dates anglais.
MRBS = (
    b"Brief description,Area,Room,Start time,End time,Created by,Confirmation status\n"
    b'"Yoga, doux",Maison,Salle du rez,"14:00:00 - Thursday 26 November 2026",'
    b'"15:30:00 - Thursday 26 November 2026",ana,Confirmed\n'
    b"Bal,Maison,Cour,10:00 PM - Saturday 28 November 2026,02:00 AM - Sunday 29 November 2026,ana,Tentative\n"
)


@pytest.mark.parametrize(
    ("dits", "debut", "fin"),
    [
        ({"debut": "24/11/2026 14:00", "fin": "24/11/2026 16:00"}, "24 14:00", "24 16:00"),
        ({"debut": "24/11/2026 22h", "fin": "2h"}, "24 22:00", "25 02:00"),
        ({"date": "24/11/2026", "heure": "18:30 - 2 heures"}, "24 18:30", "24 20:30"),
        ({"date": "24/11/2026", "heure": "9h-12h30"}, "24 09:00", "24 12:30"),
        ({"date": "24/11/2026", "debut": "9:00", "fin": "12:00"}, "24 09:00", "24 12:00"),
        ({"debut": "2026-11-24T14:00:00", "duree": "01:30"}, "24 14:00", "24 15:30"),
        ({"debut": "2:30 PM - 24 November 2026", "duree": "1,5 heure"}, "24 14:30", "24 16:00"),
        ({"debut": "24/11/2026", "fin": "25/11/2026"}, "24 00:00", "26 00:00"),
    ],
)
def test_un_creneau_d_un_autre_outil(dits: dict[str, str], debut: str, fin: str) -> None:
    lu = regles.lire_creneau(dits, UTC)
    assert (f"{lu.debut:%d %H:%M}", f"{lu.fin:%d %H:%M}") == (debut, fin)


@pytest.mark.parametrize(
    "dits",
    [{}, {"debut": "24/11/2026 14:00"}, {"date": "24/11/2026", "heure": "14:00", "fin": "23/11/2026 9:00"}],
)
def test_un_creneau_qui_ne_se_comprend_pas_est_laisse(dits: dict[str, str]) -> None:
    with pytest.raises(ErreurUsage):
        regles.lire_creneau(dits, UTC)


def test_les_etats_des_autres_outils() -> None:
    assert [
        regles.lire_etat(e) for e in ("", "Confirmed", "Tentative", "Annulée", "sous réserve", "refused")
    ] == [*(Etat.CONFIRMEE, Etat.CONFIRMEE, Etat.DEMANDEE, Etat.ANNULEE, Etat.DEMANDEE, Etat.ANNULEE)]


def fichier(dossier: Path, octets: bytes, nom: str = "x.csv") -> str:
    chemin = dossier / nom
    chemin.write_bytes(octets)
    return str(chemin)


def test_un_export_de_grr_entre_et_ne_double_pas(lieu: Lieu, tmp_path: Path) -> None:
    source = fichier(tmp_path, GRR)
    apercu = lieu.faire(*IMPORTER, source, code=2)
    assert "Comité de quartier" in apercu.erreurs
    assert "--oui" in apercu.erreurs
    fait = lieu.faire(*IMPORTER, source, "--oui", "--json").json
    assert (len(fait["neuves"]), fait["annulees"]) == (2, 1)
    vus = [
        b for r in lieu.faire("espace", "planning", "--json").json["rangees"] for j in r["jours"] for b in j
    ]
    assert {(b["debut"][11:16], b["fin"][11:16], b["nature"]) for b in vus} == {
        ("18:30", "20:30", None),
        ("14:00", "15:30", "à valider"),
    }
    avant = lieu.signature()
    encore = lieu.faire(*IMPORTER, source, "--oui", "--json").json
    assert (encore["neuves"], encore["connues"]) == ([], 2)
    assert lieu.signature() == avant
    assert "Dupont" not in lieu.git("log", "-p", "--all")
    assert lieu.faire("verifier").code == 0


def test_un_export_de_mrbs(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire(*IMPORTER, fichier(tmp_path, MRBS), "--oui")
    (yoga,) = (lieu.racine / "espace/reservations/2026/11").glob("2026-11-26-yoga-*.yaml")
    assert "Yoga, doux" in yoga.read_text("utf-8")
    assert "fin: 2026-11-29T02:00" in next(
        (lieu.racine / "espace/reservations/2026/11").glob("*-bal-*.yaml")
    ).read_text("utf-8")


def test_ce_qui_generait_est_laisse_et_dit(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("prog", "evenement", "creer", "Chorale", "--quand", "jeudi 19h-21h", "--salle", "salle-du-rez")
    double = GRR + "Rez;Cour;Autre fête;;27/11/2026;15:00 - 1 heure;\r\n".encode("cp1252")
    fait = lieu.faire(*IMPORTER, fichier(tmp_path, double), "--oui", "--json").json
    assert [g["objet"] for g in fait["genees"]] == ["Comité de quartier", "Autre fête"]
    assert fait["genees"][0]["conflit"].startswith("2026-11-26-chorale")
    assert len(fait["neuves"]) == 1


def test_les_colonnes_et_les_salles_dites_sont_retenues(lieu: Lieu, tmp_path: Path) -> None:
    source = fichier(tmp_path, b"Quoi,Ou,Depuis,Jusque\nYoga,Room 1,2026-11-26 10:00,2026-11-26 11:00\n")
    assert 'correspondance "salle=COLONNE"' in lieu.faire(*IMPORTER, source, code=2).erreurs
    dits = [
        f"{champ}={colonne}"
        for champ, colonne in (("salle", "Ou"), ("objet", "Quoi"), ("debut", "Depuis"), ("fin", "Jusque"))
    ]
    options = [mot for dit in dits for mot in ("--correspondance", dit)]
    refus = lieu.faire(*IMPORTER, source, *options, code=2).erreurs
    assert '--salle "Room 1=SALLE"' in refus
    lieu.faire(*IMPORTER, source, *options, "--salle", "Room 1=cour", "--oui")
    suite = fichier(
        tmp_path, b"Quoi,Ou,Depuis,Jusque\nTango,Room 1,2026-11-27 10:00,2026-11-27 11:00\n", "suite.csv"
    )
    assert len(lieu.faire(*IMPORTER, suite, "--oui", "--json").json["neuves"]) == 1
    assert lieu.faire("verifier").code == 0


def test_au_terminal_on_demande_ce_qui_manque_et_on_le_retient(lieu: Lieu, tmp_path: Path) -> None:
    lignes = b"Yoga,Room 1,2026-11-26 10:00,2026-11-26 11:00\nTango,Cave,2026-11-26 10:00,2026-11-26 11:00\n"
    source = fichier(tmp_path, b"Quoi,Ou,Depuis,Jusque\n" + lignes)
    maitre, esclave = pty.openpty()
    processus = subprocess.Popen(
        [sys.executable, "-m", "tiers_lieu_cli", "--lieu", str(lieu.racine), *IMPORTER, source],
        stdin=esclave,
        stdout=esclave,
        stderr=esclave,
        env={**os.environ, "TIERS_LIEU_MAINTENANT": MAINTENANT},
    )
    os.close(esclave)
    os.write(maitre, b"2\n1\n3\n4\n1\n3\no\n")
    assert processus.wait(30) == 0
    os.close(maitre)
    suite = lieu.faire(*IMPORTER, source, "--oui", "--json").json
    assert (suite["connues"], len(suite["laissees"])) == (1, 1)
    assert lieu.faire("verifier").code == 0


def test_une_personne_du_registre_est_reconnue_et_jamais_nommee(lieu: Lieu, tmp_path: Path) -> None:
    qui = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    source = fichier(
        tmp_path,
        "salle;objet;début;fin;bénéficiaire\n"
        "cour;Vélo;26/11/2026 10:00;26/11/2026 11:00;Karim Haddad\n"
        "cour;Anniversaire de Karim Haddad;27/11/2026 10:00;27/11/2026 11:00;\n"
        "cour;Loyer 50 €;28/11/2026 10:00;28/11/2026 11:00;\n".encode(),
    )
    fait = lieu.faire(*IMPORTER, source, "--oui", "--json").json
    assert fait["laissees"] == [{"ligne": 3, "raison": "nomme une personne du registre"}]
    assert len(fait["neuves"]) == 2
    assert f"pour: {qui}" in lieu.git("show", "HEAD")
    assert "Haddad" not in lieu.git("log", "-p", "--all")
    assert "50 €" not in lieu.git("log", "-p", "--all")


def test_un_nom_que_plusieurs_portent_se_dit_avec_sa_ligne_et_son_remede(lieu: Lieu, tmp_path: Path) -> None:
    for nom in ("Karim Haddad", "Karim Diallo"):
        lieu.faire("accueil", "personne", "creer", nom)
    source = fichier(
        tmp_path,
        "salle;objet;début;fin;bénéficiaire\n"
        "cour;Vélo;26/11/2026 10:00;26/11/2026 11:00;Karim\n"
        "cour;Four;26/11/2026 10:00;26/11/2026 11:00;Karim\n"
        "cour;Thé;27/11/2026 10:00;27/11/2026 11:00;Quelqu'un d'autre\n".encode(),
    )
    fait = lieu.faire(*IMPORTER, source, "--essai", "--json").json
    (pris,) = fait["a_designer"]
    assert pris["ligne"] == 2 and pris["id"] in fait["neuves"] and "velo" in pris["id"]
    dit = lieu.faire(*IMPORTER, source, "--oui").sortie
    assert "ligne 2 : plusieurs personnes portent ce nom" in dit
    remedes = re.findall(rf"→ tl (espace modifier {pris['id']} --pour .+)", dit)
    assert len(remedes) == 2 and "ligne 3 : plusieurs" not in dit
    lieu.faire(*shlex.split(remedes[0]))
    assert lieu.faire(*IMPORTER, source, "--oui", "--json").json["a_designer"] == []


def test_un_agenda_entre_dans_une_salle(lieu: Lieu, tmp_path: Path) -> None:
    ics = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Yoga\r\n"
        b"DTSTART;TZID=Europe/Brussels:20261126T100000\r\nDTEND;TZID=Europe/Brussels:20261126T110000\r\n"
        b"RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    source = fichier(tmp_path, ics, "a.ics")
    for combien in (3, 0):
        assert (
            len(lieu.faire(*IMPORTER, source, "--salle", "cour", "--oui", "--json").json["neuves"]) == combien
        )


def test_ce_qu_un_agenda_dit_prive_incertain_ou_annule_reste_ainsi(lieu: Lieu, tmp_path: Path) -> None:
    dits = [
        ["UID:p", "DTSTART:20261126T100000", "SUMMARY:Thérapie", "CLASS:CONFIDENTIAL"],
        ["UID:t", "DTSTART:20261126T120000", "SUMMARY:Peut-être", "STATUS:TENTATIVE"],
        ["UID:a", "DTSTART:20261126T140000", "SUMMARY:Annulé: Voisins"],
        ["UID:b", "DTSTART:20261126T160000", "SUMMARY:Bal"],
    ]
    avant = agenda(*([*li, "DURATION:PT1H"] for li in dits))
    source = fichier(tmp_path, avant, "a.ics")
    fait = lieu.faire(*IMPORTER, source, "--salle", "cour", "--oui", "--json").json
    assert len(fait["neuves"]) == 3
    fiches = lieu.git("show", "HEAD")
    assert "Thérapie" not in fiches
    assert "etat: demandee" in fiches
    assert "Voisins" not in fiches
    # Annulé là-bas depuis : montré, et pris si l'on veut.
    source = fichier(tmp_path, avant.replace(b"SUMMARY:Bal", b"SUMMARY:Bal\r\nSTATUS:CANCELLED"), "a.ics")
    assert "Bal" in lieu.faire(*IMPORTER, source, "--salle", "cour", "--essai").sortie


def test_exporter_puis_importer_ne_double_rien(lieu: Lieu, tmp_path: Path, modele: Path) -> None:
    lieu.faire("accueil", "personne", "creer", "Amina Benali")
    lieu.faire("espace", "reserver", "cour", "jeudi 10h-12h", "--objet", "=1+1", "--pour", "@Amina")
    lieu.faire("espace", "reserver", "cour", "samedi 22h-2h", "--objet", "Bal", "--montage", "30min")
    sortie = tmp_path / "export.csv"
    assert "2 réservations" in lieu.faire("espace", "exporter", "--sortie", str(sortie)).sortie
    texte = sortie.read_text("utf-8-sig")
    assert "'=1+1" in texte
    assert "Amina" not in texte
    assert "Amina" in lieu.faire("espace", "exporter", "--noms").sortie
    encore = lieu.faire(*IMPORTER, str(sortie), "--oui", "--json").json
    assert (encore["neuves"], encore["connues"]) == ([], 2)
    neuf = Lieu(tmp_path / "neuf")
    assert lancer("init", str(neuf.racine), "--nom", "Neuf", "--salle", "Cour").code == 0
    assert len(neuf.faire(*IMPORTER, str(sortie), "--oui", "--json").json["neuves"]) == 2
    assert "=1+1" in neuf.faire("espace", "jour", "2026-11-26").sortie


def test_le_flux_d_une_salle_ne_dit_que_ce_qui_est_public(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("espace", "reserver", "cour", "jeudi 10h-12h", "--objet", "Entretien privé")
    lieu.faire("prog", "evenement", "creer", "Fête", "--quand", "vendredi 18h-20h", "--salle", "cour")
    lieu.faire(
        "prog", "evenement", "creer", "Équipe", "--quand", "vendredi 9h-10h", "--salle", "cour", "--interne"
    )
    lieu.faire("espace", "flux")
    public = lieu.racine / "public/salles/cour.ics"
    octets = public.read_bytes()
    dits = sorted(str(e["SUMMARY"]) for e in Calendar.from_ical(octets).walk("VEVENT"))
    assert dits == ["Fête", "Réservée", "Réservée"]
    lieu.faire("espace", "flux", "cour", "--interne", "--sortie", str(tmp_path))
    assert "Entretien privé" in (tmp_path / "cour.ics").read_text("utf-8")
    modifie = public.stat().st_mtime_ns
    lieu.faire("espace", "flux")
    assert public.read_bytes() == octets
    assert public.stat().st_mtime_ns == modifie
    assert lieu.git("status", "--porcelain") == ""


def test_l_export_en_agenda(lieu: Lieu) -> None:
    lieu.faire("espace", "reserver", "cour", "jeudi 10h-12h", "--objet", "Vélo")
    (e,) = Calendar.from_ical(lieu.faire("espace", "exporter", "--format", "ics").sortie).walk("VEVENT")
    assert (str(e["SUMMARY"]), f"{e['DTSTART'].dt:%d %H}") == ("Vélo", "26 10")


@pytest.mark.parametrize(
    ("octets", "nom"),
    [
        (b"", "x.csv"),
        (b"\x89PNG\x00\x00", "x.csv"),
        (b"salle\ncour\n", "x.csv"),
        (b"salle;objet;debut\n", "x.csv"),
    ],
)
def test_un_fichier_qui_n_en_est_pas_un_est_refuse(
    lieu: Lieu, tmp_path: Path, octets: bytes, nom: str
) -> None:
    avant = lieu.signature()
    assert lieu.faire(*IMPORTER, fichier(tmp_path, octets, nom), "--oui", code=2).erreurs
    assert lieu.faire(*IMPORTER, "/nulle/part.csv", code=2).erreurs
    assert lieu.signature() == avant


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
        lambda d: d.replace(second=0, microsecond=0)
    ),
    st.integers(1, 47 * 60),
)
def test_un_creneau_exporte_se_relit(debut: datetime, minutes: int) -> None:
    fin = debut + timedelta(minutes=minutes)
    dits = {"debut": f"{debut:%d/%m/%Y %H:%M}", "fin": f"{fin:%d/%m/%Y %H:%M}"}
    assert regles.lire_creneau(dits, UTC) == Creneau(debut, fin)


@pytest.mark.parametrize(
    ("debut", "fin", "lu"),
    [
        ("15/12/2026 10.30", "15/12/2026 11.30", "15 10:30 15 11:30"),
        ("17/12/2026 10 h 30", "17/12/2026 11 h", "17 10:30 17 11:00"),
        ("19/12/2026 10u30", "19/12/2026 11u30", "19 10:30 19 11:30"),
        ("20/12/2026 midi", "20/12/2026 14h", "20 12:00 20 14:00"),
        ("21/12/2026 1030", "21/12/2026 1130", "21 10:30 21 11:30"),
        ("2027-07-05T10:00:00Z", "2027-07-05T11:00:00+00:00", "05 12:00 05 13:00"),
        ("2027-07-06T23:30:00Z", "2027-07-07T00:30:00Z", "07 01:30 07 02:30"),
        ("2027-07-08T10:00-04:00", "2027-07-08T11:00-04:00", "08 16:00 08 17:00"),
        ("23/12/2026 10:30", "23/12/2026 25:30", ""),
        ("24/12/2026 10:75", "24/12/2026 11:30", ""),
        ("26/12/2026 10:30", "", ""),
        ("20/01/2027 10:00", "20/01/2027 09:00", ""),
        ("22/01/2027 14:00", "22/01/2027 14:00", ""),
        ("25/01/2027 10:00", "24/01/2027 12:00", ""),
        ("28/02/2027 dix heures", "28/02/2027 11h", ""),
    ],
)
def test_une_heure_se_comprend_ou_se_dit_fautive(debut: str, fin: str, lu: str) -> None:
    try:
        creneau = regles.lire_creneau({"debut": debut, "fin": fin}, ZoneInfo("Europe/Brussels"))
    except ErreurUsage:
        assert not lu
    else:
        assert f"{creneau.debut:%d %H:%M} {creneau.fin:%d %H:%M}" == lu


def test_quatre_colonnes_disent_un_creneau(lieu: Lieu, tmp_path: Path) -> None:
    titres = b"Salle;Objet;Date d\xc3\xa9but;Heure d\xc3\xa9but;Date fin;Heure fin\n"
    source = fichier(tmp_path, titres + b"Cour;Bal;28/11/2026;22h;29/11/2026;2h\n")
    (neuve,) = lieu.faire(*IMPORTER, source, "--oui", "--json").json["neuves"]
    fiche = lieu.faire("espace", "fiche", neuve, "--json").json
    assert (fiche["debut"], fiche["fin"]) == ("2026-11-28T22:00:00+01:00", "2026-11-29T02:00:00+01:00")


def test_le_mois_d_abord_se_demande_pour_le_fichier_entier(lieu: Lieu, tmp_path: Path) -> None:
    lignes = b"Salle du rez,fin,12/31/2026 10:00,12/31/2026 12:00\nSalle du rez,x,12/05/2026 14:00,12/05/2026 15:00\n"  # noqa: E501
    source = fichier(tmp_path, b"Room,Brief description,Start time,End time\n" + lignes)
    refus = lieu.faire(*IMPORTER, source, "--oui", code=2).erreurs
    assert f"tl espace importer {source} --mois-dabord" in refus
    neuves = lieu.faire(*IMPORTER, source, "--mois-dabord", "--oui", "--json").json["neuves"]
    assert [n[:10] for n in neuves] == ["2026-12-31", "2026-12-05"]


def test_de_deux_lignes_qui_se_heurtent_la_premiere_l_emporte(lieu: Lieu, tmp_path: Path) -> None:
    lignes = "Cour;tard;26/11/2026 11:00;26/11/2026 13:00\nCour;tot;26/11/2026 10:00;26/11/2026 12:00\n"
    source = fichier(tmp_path, f"Salle;Objet;Début;Fin\n{lignes}".encode())
    bilan = lieu.faire(*IMPORTER, source, "--oui", "--json").json
    assert [n for n in bilan["neuves"] if "tard" in n]
    assert [g["objet"] for g in bilan["genees"]] == ["tot"]


def test_ce_qui_a_change_la_bas_se_montre_et_se_propose(lieu: Lieu, tmp_path: Path) -> None:
    titres = "N°;Salle;Objet;Début;Fin;Statut\n"
    ligne = "8;Cour;Bal;27/11/2026 20:00;27/11/2026 22:00;"
    avant = f"{titres}7;Cour;Yoga;26/11/2026 10:00;26/11/2026 12:00;\n{ligne}\n"
    source = fichier(tmp_path, avant.encode())
    yoga, bal = lieu.faire(*IMPORTER, source, "--oui", "--json").json["neuves"]
    apres = f"{titres}7;Cour;Yoga;3/12/2026 14:00;3/12/2026 16:00;\n{ligne}annulé\n"
    source = fichier(tmp_path, apres.encode())
    signature = lieu.signature()
    dit = lieu.faire(*IMPORTER, source, "--oui").sortie
    assert f"≠ « Yoga » ({yoga}) : ici Cour, jeudi 26 novembre, 10:00–12:00 ; là-bas Cour, jeudi 3" in dit
    assert f"≠ « Bal » ({bal})" in dit
    assert "là-bas annulée" in dit
    assert lieu.signature() == signature
    lieu.faire("espace", "reserver", "cour", "3/12 15h-17h", "--objet", "zumba")
    bilan = lieu.faire(*IMPORTER, source, "--changees", "--oui", "--json").json
    assert ([c["id"] for c in bilan["changees"]], [g["objet"] for g in bilan["genees"]]) == ([bal], ["Yoga"])
    lieu.faire("espace", "annuler", "zumba")
    lieu.faire(*IMPORTER, source, "--changees", "--oui")
    # Rangée à un autre mois, elle est suivie : rien ne double, et plus rien n'a changé.
    assert lieu.faire(*IMPORTER, source, "--oui", "--json").json["connues"] == 2
    assert lieu.faire("verifier").code == 0


def test_une_date_de_serie_changee_la_bas_se_montre_et_se_propose(lieu: Lieu, tmp_path: Path) -> None:
    regle = ("--regle", "chaque mardi 18h-20h", "--du", "1/12", "--au", "30/6", "--objet", "Chorale")
    serie = lieu.id("espace", "serie", "creer", "cour", *regle)
    sortie = tmp_path / "export.csv"
    lieu.faire("espace", "exporter", "--du", "1/12", "--au", "31/12", "--sortie", str(sortie))
    texte = sortie.read_text("utf-8-sig")
    assert lieu.faire(*IMPORTER, str(sortie), "--oui", "--json").json["connues"] == 5
    deplacee = texte.replace("08/12/2026 18:00;08/12/2026 20:00", "09/12/2026 19:00;09/12/2026 21:00")
    lignes = deplacee.splitlines()
    lignes = [li.replace("confirmee", "annulee") if "15/12/2026" in li else li for li in lignes]
    source = fichier(tmp_path, "\n".join(lignes).encode())
    signature = lieu.signature()
    dit = lieu.faire(*IMPORTER, source, "--oui").sortie
    assert "ici Cour, mardi 8 décembre, 18:00–20:00 ; là-bas Cour, mercredi 9 décembre, 19:00–21:00" in dit
    assert "mardi 15 décembre, 18:00–20:00 ; là-bas annulée" in dit
    assert lieu.signature() == signature
    assert len(lieu.faire(*IMPORTER, source, "--changees", "--oui", "--json").json["changees"]) == 2
    assert lieu.faire(*IMPORTER, source, "--oui", "--json").json["connues"] == 5
    montree = lieu.faire("espace", "fiche", serie).sortie
    assert "mercredi 9" in montree
    assert "ANNULÉE" in montree
    # L'autre outil revient à ce qui était prévu : la date aussi.
    retour = fichier(tmp_path, texte.encode())
    assert len(lieu.faire(*IMPORTER, retour, "--changees", "--oui", "--json").json["changees"]) == 2
    assert lieu.faire(*IMPORTER, retour, "--oui", "--json").json["connues"] == 5
    lieu.faire("espace", "annuler", serie, "--oui")
    assert "est annulée ici" in lieu.faire(*IMPORTER, retour, "--changees", "--oui").sortie
    assert lieu.faire("verifier").code == 0
