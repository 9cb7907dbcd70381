"""Exporter puis importer redonne les mêmes fiches ; un tableau d'ailleurs entre sans doubler ni nommer."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date
from pathlib import Path

import msgspec
import pytest
from contrat import exiger_le_contrat, genre
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.ensemble.echanges import genres, tables
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.espace.entretien.modele import Intervention
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.stock.objet.modele import Objet


def fiches(lieu: Lieu, dossier: str) -> dict[str, object]:
    racine = lieu.racine / "registre" if genres.est_du_registre(dossier) else lieu.racine
    return {f.id: f for f in GENRES.declare(dossier).toutes(ArbreDisque(racine)).fiches}


@pytest.fixture(scope="module")
def demo(la_passerelle: Path) -> Lieu:
    """Le lieu inventé, qu'on ne fait que lire."""
    return Lieu(la_passerelle)


def test_l_aller_retour_redonne_les_memes_fiches(demo: Lieu, lieu: Lieu, tmp_path: Path) -> None:
    """Tous les genres importables, dans l'ordre de la table : ce qu'une fiche cite suit peut-être."""
    demo.faire("exporter", "csv", str(tmp_path / "export"), "--avec-noms")
    lieu.poser("lieu.yaml", (demo.racine / "lieu.yaml").read_bytes())
    for ancienne in (lieu.racine / "espace/salles").iterdir():
        ancienne.unlink()
    lieu.git("commit", "-qam", "un lieu vide")
    for dossier in genres.IMPORTABLES:
        fichier = tmp_path / "export" / f"{genres.table(dossier)}.csv"
        if fichier.exists():
            dit = lieu.faire("importer", "csv", genres.table(dossier), str(fichier), "--oui", "--json").json
            assert dit["laissees"] == [], dossier
        assert fiches(lieu, dossier) == fiches(demo, dossier), dossier
    assert "Tout est en ordre" in lieu.faire("verifier", code=None).sortie
    # Une fois de plus, il n'y a rien à faire.
    un = tmp_path / "export" / "prog-series.csv"
    assert "tout y est déjà" in lieu.faire("importer", "csv", "prog-series", str(un), "--oui").sortie


def tableau(tmp_path: Path, *lignes: str, nom: str = "t.csv") -> str:
    fichier = tmp_path / nom
    fichier.write_text("\n".join(lignes) + "\n", "utf-8")
    return str(fichier)


def test_un_tableau_de_membres(lieu: Lieu, tmp_path: Path) -> None:
    """Deux colonnes font un nom ; la seconde fois met à jour, une case vide ne change rien."""
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--telephone", "0470 12 34 56")
    un = tableau(
        tmp_path,
        "Prénom;Nom;E-mail;GSM;Groupe;Cotisation",
        "Karim;Haddad;karim@exemple.be;;riverains;12",
        "Zoé;D'Hondt;zoe@exemple.be;0471 00 00 00;membres, benevoles;12",
        "Luc;;;;inconnus;",
    )
    essai = lieu.faire("importer", "csv", "personnes", un, "--essai").sortie
    assert "nom ← Nom" not in essai and "courriel ← E-mail" in essai and "laissées : Cotisation" in essai
    assert fiches(lieu, "personnes").keys() == {next(iter(fiches(lieu, "personnes")))}
    avant = lieu.signature()
    refus = lieu.faire("importer", "csv", "personnes", un, code=2).erreurs
    assert "--oui" in refus and lieu.signature() == avant
    dit = lieu.faire("importer", "csv", "personnes", un, "--oui").sortie
    assert "1 fiche neuve, 1 mise à jour" in dit and "≠ Karim Haddad : publics, courriel" in dit
    assert "ligne 4, laissée : « inconnus »" in dit
    gens = {p["nom"]: p for p in lieu.faire("accueil", "personne", "liste", "--json").json}
    assert gens["Karim Haddad"]["courriel"] == "karim@exemple.be"
    assert gens["Karim Haddad"]["telephone"] == "0470 12 34 56"
    assert gens["Zoé D'Hondt"]["publics"] == ["membres", "bénévoles"]
    assert "tout y est déjà" in lieu.faire("importer", "csv", "personnes", un, "--oui").sortie
    # Rien n'en est dans l'archive, et l'histoire du registre n'est pas la sienne.
    assert "Zoé" not in lieu.git("log", "-p", "--all") and lieu.git("status", "--porcelain") == ""
    autre = tableau(tmp_path, "nom;courriel", "Zoé D'Hondt;autre@exemple.be")
    assert "avec un autre contact" in lieu.faire("importer", "csv", "personnes", autre, "--oui").sortie


def test_des_heures_et_leur_correspondance_retenue(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    titres = "Bénévole;Tâche;Date;Combien de temps"
    un = tableau(tmp_path, titres, "Karim Haddad;Accueil;24/11/2026;90", "Inconnue;Bar;23/11/2026;30")
    refus = lieu.faire("importer", "csv", "heures", un, "--oui", code=2).erreurs
    assert "Aucune colonne ne dit « duree »" in refus and "duree=COLONNE" in refus
    dites = ("--correspondance", "duree=Combien de temps")
    dit = lieu.faire("importer", "csv", "heures", un, *dites, "--oui").sortie
    assert "1 fiche neuve" in dit and "ligne 3, laissée" in dit
    (fait,) = fiches(lieu, "accueil/heures").values()
    assert (fait.duree, str(fait.jour)) == (90, "2026-11-24") and fait.id.startswith("2026-11-24-")  # type: ignore[attr-defined]
    # La correspondance est retenue ; les mêmes heures ne se doublent pas, d'autres entrent.
    deux = tableau(tmp_path, titres, "@karim;Accueil;24/11/2026;90", "@karim;Bar;2026-11-20;30")
    assert "1 fiche neuve" in lieu.faire("importer", "csv", "heures", deux, "--oui").sortie
    assert len(fiches(lieu, "accueil/heures")) == 2
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_un_nom_n_entre_pas_et_le_reste_entre(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    un = tableau(
        tmp_path,
        "nom;note;lot",
        "Scie;à Karim Haddad;1",
        "Perceuse;;2",
        "Ponceuse;rendue par @karim;",
        "Meuleuse;12 €;1",
        "Sans nombre;;deux",
    )
    dit = lieu.faire("importer", "csv", "objets", un, "--oui", "--json").json
    assert sorted(dit["neuves"]) == ["perceuse", "ponceuse"]
    assert [laissee["ligne"] for laissee in dit["laissees"]] == [2, 5, 6]
    assert "Haddad" not in lieu.git("log", "-p", "--all")


def test_une_salle_prise_est_dite_et_laissee(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("espace", "reserver", "cour", "demain 18h-20h", "--objet", "Chorale")
    un = tableau(
        tmp_path,
        "Titre;Date de début;Date de fin;Salle",
        "Bal;25/11/2026 19h;25/11/2026 22h;Cour",
        "Fête;26/11/2026 19h;26/11/2026 22h;Cour",
        "Repas;26/11/2026 19h;26/11/2026 22h;Grenier",
    )
    dit = lieu.faire("importer", "csv", "evenements", un, "--oui", "--json").json
    assert len(dit["neuves"]) == 1 and [x["ligne"] for x in dit["laissees"]] == [2, 4]
    (fait,) = fiches(lieu, "prog/evenements").values()
    assert (fait.debut, fait.salles) == ("2026-11-26T19:00", ("cour",))  # type: ignore[attr-defined]


def test_le_numero_d_un_autre_outil_n_est_pas_un_nom_de_fiche(lieu: Lieu, tmp_path: Path) -> None:
    membres = tableau(tmp_path, "id;Nom complet", "17;Karim Haddad", "18;Zoé D'Hondt")
    lieu.faire("importer", "csv", "personnes", membres, "--oui")
    assert all(ident.startswith("p-") for ident in fiches(lieu, "personnes"))
    assert "tout y est déjà" in lieu.faire("importer", "csv", "personnes", membres, "--oui").sortie
    heures = tableau(tmp_path, "id;Qui;Tâche;Date;Durée", "17;Karim;Bar;24/11/2026;1h", nom="h.csv")
    for _ in range(2):
        lieu.faire("importer", "csv", "heures", heures, "--oui")
    assert [f[:11] for f in fiches(lieu, "accueil/heures")] == ["2026-11-24-"]
    grr = tableau(tmp_path, "id;Salle;Objet;Début;Durée", "3;Cour;Bal;25/11/2026 18:00;2 heures", nom="g.csv")
    assert "1 réservation importée" in lieu.faire("importer", "csv", "reservations", grr, "--oui").sortie


@pytest.mark.parametrize(
    ("titre", "case", "minutes"),
    [
        ("Minutes", "90", 90),
        ("Durée", "1h30", 90),
        ("Durée", "45 min", 45),
        ("Heures", "1,5", 90),
        ("Nombre d'heures", "2", 120),
        ("Minutes", "1,5", None),
        ("Durée", "longtemps", None),
    ],
)
def test_une_duree_se_dit_en_minutes_ou_en_heures(
    lieu: Lieu, tmp_path: Path, titre: str, case: str, minutes: int | None
) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    un = tableau(tmp_path, f"Qui;Tâche;Date;{titre}", f"Karim;Bar;24/11/2026;{case}")
    mots = ("importer", "csv", "heures", un, "--correspondance", f"duree={titre}", "--oui")
    lieu.faire(*mots)
    assert [f.duree for f in fiches(lieu, "accueil/heures").values()] == ([minutes] if minutes else [])  # type: ignore[attr-defined]


def test_une_affaire_se_clot_par_un_tableau(lieu: Lieu, tmp_path: Path) -> None:
    """Elle change de dossier, et ne se double pas."""
    ident = lieu.id("accueil", "besoin", "creer", "Un four", "--public", "riverains")
    un = tableau(tmp_path, "id;texte;entendu;etat;clos_le", f"{ident};;;comble;24/11/2026")
    dit = lieu.faire("importer", "csv", "besoins", un, "--oui", "--json").json
    assert (dit["changees"], dit["laissees"]) == ([ident], [])
    (clos,) = fiches(lieu, "accueil/besoins").values()
    assert clos.etat == "comble"  # type: ignore[attr-defined]
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_un_mot_qui_est_peut_etre_quelqu_un_est_laisse_et_dit(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("accueil", "personne", "creer", "Maëlle Petit")
    un = tableau(tmp_path, "nom;place", "Voile;sur le Maëlle", "Vis;casier 2")
    dit = lieu.faire("importer", "csv", "objets", un, "--oui").sortie
    assert "1 fiche neuve" in dit and "tl accueil personne mot Maëlle" in dit


FORMULES = (
    "=1+1",
    "+32 470",
    "-5",
    "@SOMME(A1)",
    "'=1",
    '"cité"',
    " ;a",
    "a ; b",
    "[x]",
    "é\nè",
    "1,5",
    "oui",
)


def test_aucune_case_n_est_une_formule_et_toutes_se_relisent(lieu: Lieu, tmp_path: Path) -> None:
    for rang, texte in enumerate(FORMULES):
        lieu.poser(
            f"stock/objets/o{rang}.yaml", json.dumps({"nom": f"O{rang}", "place": texte, "serie": texte})
        )
    lieu.faire("exporter", "csv", str(tmp_path / "csv"), "--genre", "objets")
    fichier = tmp_path / "csv" / "stock-objets.csv"
    with fichier.open(encoding="utf-8-sig", newline="") as flux:
        assert not any(
            case.startswith(("=", "+", "-", "@")) for li in csv.reader(flux, delimiter=";") for case in li
        )
    avant = fiches(lieu, "stock/objets")
    lieu.git("rm", "-q", "-r", "stock/objets")
    lieu.git("commit", "-qm", "vidé")
    lieu.faire("importer", "csv", "objets", str(fichier), "--oui")
    assert fiches(lieu, "stock/objets") == avant


def test_les_reservations_et_les_besoins_d_un_autre_outil_gardent_leur_lecture(
    lieu: Lieu, tmp_path: Path
) -> None:
    grr = tableau(tmp_path, "Salle;Brève description;Début;Durée", "Cour;Chorale;25/11/2026 18:00;2 heures")
    assert "1 réservation importée" in lieu.faire("importer", "csv", "reservations", grr, "--oui").sortie
    besoins = tableau(tmp_path, "besoin;public", "Un four;riverains", nom="b.csv")
    assert "1 besoin" in lieu.faire("importer", "csv", "besoins", besoins, "--oui").sortie


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (("series", "x.csv"), "désigne plusieurs genres"),
        (("chaussettes", "x.csv"), "n'est pas un genre"),
        (("documents", "x.csv"), "n'est pas un genre"),
        (("objets", "absent.csv"), "Il n'y a pas de fichier"),
    ],
)
def test_ce_qui_ne_s_importe_pas_se_dit(lieu: Lieu, mots: tuple[str, ...], dit: str) -> None:
    assert dit in lieu.faire("importer", "csv", *mots, code=2).erreurs


@pytest.mark.parametrize("forme", ["csv", "ods", "json"])
def test_les_noms_se_demandent_expres_et_jamais_dans_le_lieu(lieu: Lieu, tmp_path: Path, forme: str) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("journal", "noter", "Livré par @karim")
    lieu.faire("exporter", forme, str(tmp_path / "sans"))
    assert not any("personne" in f.name for f in (tmp_path / "sans").iterdir())
    assert (
        "nomme des gens"
        in lieu.faire("exporter", forme, str(tmp_path / "x"), "--genre", "personnes", code=2).erreurs
    )
    for ou in ("ici", "public/ici", "registre/ici"):
        lieu.faire("exporter", forme, str(lieu.racine / ou), "--avec-noms", code=2)
    avec = tmp_path / "avec"
    assert "porte des noms" in lieu.faire("exporter", forme, str(avec), "--avec-noms").sortie
    assert avec.stat().st_mode & 0o077 == 0 and all(f.stat().st_mode & 0o077 == 0 for f in avec.iterdir())


def relire(fiche: Objet) -> dict[str, object]:
    """Une fiche écrite dans un vrai CSV, lu comme celui de n'importe qui."""
    colonnes = tables.colonnes(Objet)
    octets = fichiers.ecrire_tableau([c.nom for c in colonnes], [tables.en_cases(fiche)])
    ((_, cases),) = fichiers.lire_tableau(octets, "t.csv").lignes
    par_nom = zip(colonnes, cases, strict=True)
    return {c.nom: tables.lire(c, case, UTC) for c, case in par_nom if case}


textes = st.text(max_size=12) | st.sampled_from(
    [*FORMULES, "a;b", '"', "'+", "\t", "\r\n", "\u202e", "null", "["]
)


@given(textes, st.lists(textes, max_size=4), st.integers(0, 9999), st.booleans())
def test_toute_case_se_relit_a_l_identique(texte: str, mots: list[str], lot: int, caution: bool) -> None:
    fiche = Objet(id="o", nom="O", place=texte, note=texte, contient=tuple(mots), lot=lot, caution=caution)
    relue = msgspec.convert(relire(fiche), Objet)
    assert relue == fiche


@pytest.mark.parametrize("conforme", [None, True, False])
def test_ce_qu_on_ne_sait_pas_n_est_pas_non(conforme: bool | None) -> None:
    su = Intervention(id="i", entretien="extincteurs", le=date(2026, 11, 24), conforme=conforme)
    cases = dict(zip((c.nom for c in tables.colonnes(Intervention)), tables.en_cases(su), strict=True))
    assert cases["conforme"] == {None: "", True: "oui", False: "non"}[conforme]


def test_toute_colonne_de_tout_genre_relit_son_defaut() -> None:
    """Une case vide est le défaut ; tout autre défaut s'écrit, et se relit."""
    for rangee in GENRES.collections():
        for c in tables.colonnes(rangee.structure):
            case = tables.en_case(c, c.defaut)
            assert (tables.lire(c, case, UTC) == c.defaut) if case else not c.defaut, (
                rangee.genre.nom,
                c.nom,
            )


def test_le_json_exporte_est_celui_du_contrat(demo: Lieu, tmp_path: Path) -> None:
    demo.faire("exporter", "json", str(tmp_path / "json"), "--avec-noms")
    fichiers_ecrits = sorted((tmp_path / "json").iterdir())
    assert len(fichiers_ecrits) > 20
    for fichier in fichiers_ecrits:
        lues = json.loads(fichier.read_bytes())
        exiger_le_contrat(lues)
        assert all(genre(lue) for lue in lues), fichier.name
