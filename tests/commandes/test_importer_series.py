"""Une série venue d'ailleurs entre d'un bloc ; ce que nous publions revient tel quel."""

from __future__ import annotations

import datetime as jours
import re
import shutil
from pathlib import Path

import pytest
from agendas import lu
from soutien import Lieu

from tiers_lieu_cli.noyau.agenda.agenda_lu import developper
from tiers_lieu_cli.noyau.temps.temps import Creneau

ZONE = "TZID=Europe/Brussels"


def ecrire(chemin: Path, *composants: list[str]) -> Path:
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//fablab//FR"]
    for champs in composants:
        lignes += ["BEGIN:VEVENT", "UID:u1", *champs, "END:VEVENT"]
    chemin.write_bytes(("\r\n".join([*lignes, "END:VCALENDAR"]) + "\r\n").encode())
    return chemin


def maitre(*autres: str, regle: str = "FREQ=WEEKLY;BYDAY=TU;COUNT=10", zone: str = ZONE) -> list[str]:
    return [
        "SUMMARY:Tricot",
        f"DTSTART;{zone}:20261201T190000",
        f"DTEND;{zone}:20261201T210000",
        f"RRULE:{regle}",
        *autres,
    ]


def date(jour: str, debut: str, *autres: str, titre: str = "Tricot") -> list[str]:
    heures = [f"DTSTART;{ZONE}:{debut}0000", f"DTEND;{ZONE}:{debut[:-2]}{int(debut[-2:]) + 2:02}0000"]
    return [f"SUMMARY:{titre}", f"RECURRENCE-ID;{ZONE}:{jour}T190000", *heures, *autres]


@pytest.fixture
def agenda(tmp_path: Path) -> Path:
    return ecrire(
        tmp_path / "a.ics",
        maitre(f"EXDATE;{ZONE}:20261222T190000"),
        date("20261208", "20261210T20"),
        date("20261215", "20261215T19", "STATUS:CANCELLED"),
    )


def semaine(lieu: Lieu, du: str) -> str:
    return lieu.faire("prog", "semaine", "--du", du).sortie


def test_une_serie_entre_d_un_bloc_avec_ses_exceptions(lieu: Lieu, agenda: Path) -> None:
    sortie = lieu.faire("importer", "ics", str(agenda), "--oui").sortie
    assert "+ chaque mardi, 19:00–21:00, du mardi 1er décembre 2026 au mardi 2 février 2027" in sortie
    assert "Importé : 1 série neuve" in sortie
    (fiche,) = (lieu.racine / "prog/series").iterdir()
    assert lieu.git("show", "--format=", "--name-only").split() == [f"prog/series/{fiche.name}"]
    # Une date déplacée reste une seule date, et laisse sa trace.
    assert "jeu 10  20:00–22:00  Tricot" in semaine(lieu, "2026-12-08")
    assert "Tricot · REPORTÉ au jeudi 10 décembre" in semaine(lieu, "2026-12-08")
    assert semaine(lieu, "2026-12-08").count("Tricot") == 2
    assert "ANNULÉ" in semaine(lieu, "2026-12-15")
    assert "Tricot" not in semaine(lieu, "2026-12-22")


def test_importer_deux_fois_ne_change_rien_et_un_changement_met_a_jour(lieu: Lieu, agenda: Path) -> None:
    importer = ("importer", "ics", str(agenda), "--oui")
    lieu.faire(*importer)
    avant = lieu.signature()
    assert "Rien de neuf" in lieu.faire(*importer).sortie
    assert lieu.signature() == avant
    ecrire(agenda, maitre(f"EXDATE;{ZONE}:20261229T190000"))
    assert "1 mis à jour" in lieu.faire(*importer).sortie
    assert "mar 8" in semaine(lieu, "2026-12-08")
    assert "Tricot" not in semaine(lieu, "2026-12-29")


def test_ce_que_la_concierge_a_change_dans_la_serie_n_est_pas_ecrase(lieu: Lieu, agenda: Path) -> None:
    importer = ("importer", "ics", str(agenda), "--oui")
    (serie,) = lieu.faire(*importer, "--json").json["neufs"]
    lieu.faire("prog", "serie", "sauter", serie, "5/1")
    assert "Rien de neuf" in lieu.faire(*importer).sortie
    ecrire(agenda, maitre(f"EXDATE;{ZONE}:20261229T190000"))
    # Sauter une date ici n'empêche pas l'agenda d'en ôter une autre.
    rendu = lieu.faire(*importer, "--json").json
    assert (rendu["changes"], rendu["gardes"]) == ([serie], [])
    assert "Tricot" not in semaine(lieu, "2027-01-05")
    assert "Tricot" not in semaine(lieu, "2026-12-29")
    ecrire(agenda, maitre(), date("20270105", "20270106T20"))
    assert lieu.faire(*importer, "--json").json["gardes"] == [serie]
    assert "Tricot" not in semaine(lieu, "2027-01-05")


def test_une_date_d_un_autre_contenu_a_sa_propre_fiche(lieu: Lieu, tmp_path: Path) -> None:
    fichier = ecrire(
        tmp_path / "a.ics", maitre(), date("20261208", "20261208T19", titre="Tricot avec la mairie")
    )
    neufs = lieu.faire("importer", "ics", str(fichier), "--oui", "--json").json["neufs"]
    serie, seule = neufs
    assert seule == f"2026-12-08-{serie}"
    assert semaine(lieu, "2026-12-08").count("Tricot") == 1
    assert "avec la mairie" in semaine(lieu, "2026-12-08")
    assert "Rien de neuf" in lieu.faire("importer", "ics", str(fichier), "--oui").sortie


@pytest.mark.parametrize(
    "composants",
    [
        # Un autre fuseau : l'heure d'ici changerait d'une saison à l'autre.
        [maitre(regle="FREQ=WEEKLY;COUNT=30", zone="TZID=America/Montreal")],
        # Une première date hors de la règle.
        [maitre(regle="FREQ=WEEKLY;BYDAY=WE;COUNT=5")],
        [maitre(regle="FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2;WKST=SU;COUNT=6")],
        [maitre(f"RDATE;{ZONE}:20261224T100000")],
        [maitre(regle="FREQ=YEARLY;BYWEEKNO=49;BYDAY=TU;COUNT=3")],
        [
            maitre(),
            [
                *date("20261208", "20261209T19")[:1],
                f"RECURRENCE-ID;RANGE=THISANDFUTURE;{ZONE}:20261208T190000",
                f"DTSTART;{ZONE}:20261209T190000",
                f"DTEND;{ZONE}:20261209T210000",
            ],
        ],
    ],
    ids=["fuseau", "premiere", "semaine", "heure", "numero", "suivantes"],
)
def test_ce_que_notre_moteur_ne_sait_pas_dire_est_une_serie_telle_quelle(
    lieu: Lieu, tmp_path: Path, composants: list[list[str]]
) -> None:
    """Une fiche, suivie par un autre moteur : à l'écran, dans l'agenda, relue, et changée d'une date."""
    importer = ("importer", "ics", str(ecrire(tmp_path / "a.ics", *composants)), "--oui")
    neufs = lieu.faire(*importer, "--json").json["neufs"]
    assert len(neufs) == 1 + ("RANGE" in str(composants))
    assert "Rien de neuf" in lieu.faire(*importer).sortie
    avant = semaine(lieu, "2026-12-01")
    assert "Tricot" in avant
    for serie in neufs:
        assert "Prochaines dates" in lieu.faire("prog", "serie", "fiche", serie).sortie
    assert lieu.faire("verifier").code == 0
    # Publiée, puis relue dans un lieu neuf : les mêmes dates.
    sortie = tmp_path / "sortie.ics"
    lieu.faire("prog", "ical", "--sortie", str(sortie))
    autre = [(e.debut, e.fin) for e in vues(sortie.read_bytes())]
    assert autre == [(e.debut, e.fin) for e in vues((tmp_path / "a.ics").read_bytes())]
    # Une de ses dates se saute et revient, comme d'une autre.
    jour = lieu.faire("prog", "serie", "fiche", neufs[-1], "--json").json["dates"][1]["jour"]
    lieu.faire("prog", "serie", "sauter", neufs[-1], jour)
    assert len(vues(exporter(lieu, sortie))) == len(autre) - 1
    lieu.faire("prog", "serie", "ajouter", neufs[-1], jour)
    assert len(vues(exporter(lieu, sortie))) == len(autre)


def exporter(lieu: Lieu, sortie: Path) -> bytes:
    lieu.faire("prog", "ical", "--sortie", str(sortie))
    return sortie.read_bytes()


def vues(octets: bytes) -> list[Creneau]:
    fenetre = Creneau.de_jours(jours.date(2026, 1, 1), jours.date(2028, 12, 31))
    return sorted(e.creneau for e in developper(lu(octets), fenetre) if not e.annule)


def test_plusieurs_dates_un_meme_jour(lieu: Lieu, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path / "a.ics", maitre(regle="FREQ=DAILY;BYHOUR=15,19;COUNT=6"))
    (serie,) = lieu.faire("importer", "ics", str(fichier), "--oui", "--json").json["neufs"]
    assert semaine(lieu, "2026-12-01").count("Tricot") == 6
    autre = f"2026-12-02-{serie}-1500"
    lieu.faire("prog", "evenement", "modifier", autre, "--titre", "Matinée")
    assert semaine(lieu, "2026-12-01").count("Tricot") == 5
    assert "Matinée" in semaine(lieu, "2026-12-01")
    assert "Rien de neuf" in lieu.faire("importer", "ics", str(fichier), "--oui").sortie
    assert lieu.faire("verifier").code == 0


def test_un_agenda_suivi_garde_ses_series_d_un_bloc(lieu: Lieu, agenda: Path) -> None:
    importer = ("importer", "ics", str(agenda), "--suivre", "Fablab", "--oui")
    lieu.faire(*importer)
    (fiche,) = (lieu.racine / "prog/series").iterdir()
    assert "calendrier: fablab" in fiche.read_text()
    assert "Chez nos voisins" in semaine(lieu, "2026-12-01")
    assert "BEGIN:VEVENT" not in lieu.faire("prog", "ical").sortie
    assert "Rien de neuf" in lieu.faire(*importer).sortie
    assert "finit" not in lieu.faire("aujourdhui").sortie
    lieu.faire("prog", "reseau", "retirer", "fablab", "--oui")
    assert "Tricot" not in semaine(lieu, "2026-12-01")


#: Ce qui vient de l'histoire d'un lieu, qu'un autre lieu n'a pas.
_HISTOIRE = re.compile(r"^(SEQUENCE|DTSTAMP|CREATED|LAST-MODIFIED):.*\r\n", re.MULTILINE)


def test_exporter_importer_exporter_rend_les_memes_octets(lieu: Lieu, modele: Path, tmp_path: Path) -> None:
    evenement, serie = ("prog", "evenement", "creer"), ("prog", "serie", "creer")
    lieu.faire(
        *evenement,
        "Vélo; C:\\New, « ici »",
        "--quand",
        "jeudi 18h-20h",
        "--salle",
        "cour",
        "--public",
        "membres",
    )
    lieu.faire(*evenement, "Fête", "--quand", "du 3 au 5 décembre", "--description", "Venez !\n\nTous.")
    lieu.faire(
        "prog", "evenement", "annuler", lieu.id(*evenement, "Bal", "--quand", "vendredi 22h-2h"), "--oui"
    )
    lieu.faire("prog", "evenement", "modifier", "fete", "--quand", "du 3 au 5 mars 2027")
    chorale = lieu.id(*serie, "Chorale", "--regle", "chaque mardi 19h-21h", "--du", "1/12", "--salle", "cour")
    lieu.faire("prog", "serie", "sauter", chorale, "8/12")
    lieu.faire("prog", "serie", "deplacer", chorale, "15/12", "--quand", "jeudi 20h")
    lieu.faire("prog", "serie", "annuler", chorale, "22/12")
    lieu.faire("prog", "serie", "ajouter", chorale, "24/12")
    lieu.faire("prog", "evenement", "modifier", f"2026-12-29-{chorale}", "--titre", "Chorale ouverte")
    lieu.faire("prog", "serie", "depuis", chorale, "2/2/2027", "--regle", "chaque mercredi 19h-21h")
    lieu.faire(*serie, "Congé", "--regle", "le dernier vendredi du mois", "--du", "1/12", "--au", "30/6/2027")
    premier, second = tmp_path / "1.ics", tmp_path / "2.ics"
    lieu.faire("prog", "ical", "--sortie", str(premier))
    autre = Lieu(tmp_path / "autre")
    shutil.copytree(modele, autre.racine)
    autre.faire("importer", "ics", str(premier), "--oui")
    autre.faire("prog", "ical", "--sortie", str(second))
    attendu, obtenu = (_HISTOIRE.sub("", f.read_bytes().decode()) for f in (premier, second))
    assert obtenu == attendu
    # Et notre propre flux, chez nous, ne change rien.
    avant = lieu.signature()
    assert "Rien de neuf" in lieu.faire("importer", "ics", str(premier), "--oui").sortie
    assert lieu.signature() == avant
