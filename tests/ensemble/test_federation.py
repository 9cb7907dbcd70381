"""Ce qu'une maison publie d'elle, et ce qu'on réunit de beaucoup : sans personne, quoi qu'il arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import federation
import msgspec
import pytest
from federation import Serveur, maison
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu, lancer

from tiers_lieu_cli.ensemble.federation import agendas, prendre, regles
from tiers_lieu_cli.ensemble.federation.modele import LIGNES, Federation, Gardee, Maison, Reunie
from tiers_lieu_cli.noyau.contexte import Poste, ouvrir_lieu
from tiers_lieu_cli.noyau.liens import CITE

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with federation.serveur() as ouvert:
        yield ouvert


# -- ce qu'elle publie -------------------------------------------------------------------------


@pytest.fixture
def vecue(lieu: Lieu) -> Lieu:
    """Octobre : sept besoins de vélo, un de traduction, six bénévoles, une salle prise."""
    lieu.faire("lieu", "--commune", "Saint-Gilles")
    for n in range(7):
        theme = ("--theme", "vélo", *(("--theme", "traduction") if n == 0 else ()))
        lieu.faire("accueil", "besoin", "creer", f"Réparer {n}", *theme, "--le", "12/10")
    for n in range(6):
        lieu.faire("accueil", "offre", "creer", f"Coudre {n}", "--theme", "couture", "--le", "12/10")
        qui = lieu.id("accueil", "personne", "creer", f"Zoé Zorglub{n}")
        lieu.faire("accueil", "heures", "noter", qui, "5h", "--activite", "bar", "--le", "13/10")
    lieu.faire("espace", "reserver", "cour", "15 octobre 2026 14h-16h", "--objet", "zorglub", "--passe")
    return lieu


def test_sans_commune_rien_ne_se_publie(lieu: Lieu) -> None:
    lieu.faire("site")
    publie = lieu.racine / "public/federation.json"
    assert not publie.exists()
    lieu.faire("lieu", "--commune", "Mons")
    lieu.faire("site")
    assert json.loads(publie.read_bytes())["commune"] == "Mons"
    avant = publie.read_bytes()
    (lieu.racine / ".git/tiers-lieu.site").unlink()
    lieu.faire("site")
    assert publie.read_bytes() == avant
    lieu.faire("lieu", "--commune", "")
    lieu.faire("site")
    assert not publie.exists()


def test_elle_publie_ce_que_son_bilan_public_dit_et_personne(vecue: Lieu) -> None:
    vecue.faire("site")
    octets = (vecue.racine / "public/federation.json").read_bytes()
    dite = regles.comprendre(octets)
    assert [(x.annee, x.theme, x.nombre) for x in dite.besoins] == [(2026, "vélo", 5)]
    assert [(x.theme, x.nombre) for x in dite.offres] == [("couture", 5)]
    assert [(x.minutes, x.benevoles) for x in dite.heures] == [(1800, 5)]
    assert {x.salle: x.prises for x in dite.salles}["cour"] == 120
    assert str(dite.jusqu_au) == "2026-10-31"
    assert b"orglub" not in octets and b"traduction" not in octets
    assert not CITE.search(octets.decode())
    bilan = vecue.faire("bilan", "periode", "--du", "2026-01-01", "--au", "2026-10-31", "--public", "--json")
    parties = {p["titre"]: p for p in bilan.json["parties"]}
    (velo,) = [x for x in parties["Thèmes des besoins"]["lignes"] if x["nom"] == "vélo"]
    assert velo["nombre"] == dite.besoins[0].nombre
    (bar,) = [x for x in parties["Heures données"]["lignes"] if x["nom"] == "bar"]
    assert bar["nombre"] == dite.heures[0].minutes


def test_ce_que_peu_de_gens_ont_fait_est_tu(vecue: Lieu) -> None:
    """Une seule au jardin : le bilan tait le total, sans quoi une soustraction la dirait ; ici aussi."""
    qui = vecue.id("accueil", "personne", "creer", "Max Zorglub")
    vecue.faire("accueil", "heures", "noter", qui, "9h", "--activite", "jardin", "--le", "13/10")
    vecue.faire("site")
    dite = regles.comprendre((vecue.racine / "public/federation.json").read_bytes())
    assert [(x.minutes, x.benevoles) for x in dite.heures] == [(None, 5)]


def test_ce_qu_elle_publie_se_lit_ailleurs_quoi_qu_elle_s_appelle(lieu: Lieu) -> None:
    """Un nom démesuré, un thème illisible : le fichier suit toujours la forme."""
    lieu.faire("lieu", "--commune", "Mons", "--nom", "Maison " * 25)
    lieu.faire("espace", "salle", "creer", "grande", "--nom", "La grande salle " * 11)
    for n in range(6):
        lieu.poser(
            f"accueil/besoins-en-cours/b{n}.yaml",
            f'texte: b\nentendu: 2026-10-0{n + 1}\nthemes: ["{"x" * 200}", "a\\tb", couture, p-7k2m9x]\n',
        )
    lieu.faire("espace", "reserver", "cour", "15 octobre 2026 14h-16h", "--objet", "x", "--passe")
    lieu.faire("site")
    dite = regles.comprendre((lieu.racine / "public/federation.json").read_bytes())
    assert dite.nom.startswith("Maison Maison") and [x.theme for x in dite.besoins] == ["couture"]
    assert any(x.nom.startswith("La grande salle La") for x in dite.salles)


# -- ce qu'on lit d'une autre ------------------------------------------------------------------

BONNE = msgspec.to_builtins(maison(1))


@pytest.mark.parametrize(
    ("autrement", "dit"),
    [
        ({"format": 2, "besoins": "autrement"}, "forme plus récente"),
        ({"format": 2}, "forme plus récente"),
        ({"genre": "autre"}, "(genre)"),
        ({"nom": "a\u202eb"}, "(nom)"),
        ({"commune": "x" * 121}, "(commune)"),
        ({"pays": "be"}, "(pays)"),
        ({"besoins": [{"annee": 2026, "theme": "v", "nombre": -1}]}, "(besoins[0].nombre)"),
        ({"besoins": [{"annee": 2026, "theme": "v", "nombre": 10**8}]}, "(besoins[0].nombre)"),
        ({"besoins": [{"annee": 1999, "theme": "v", "nombre": 5}]}, "(besoins[0].annee)"),
        ({"besoins": [{"annee": 2026, "theme": "v", "nombre": 5}] * 2}, "schéma"),
        (
            {"besoins": [{"annee": 2026, "theme": f"{n}", "nombre": 5} for n in range(LIGNES + 1)]},
            "(besoins)",
        ),
        ({"jusqu_au": "hier"}, "(jusqu_au)"),
    ],
)
def test_ce_qui_ne_suit_pas_le_schema_est_refuse(autrement: dict[str, object], dit: str) -> None:
    with pytest.raises(regles.Refusee) as refus:
        regles.comprendre(msgspec.json.encode(BONNE | autrement))
    assert dit in refus.value.fait, refus.value.fait


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"", "n'est pas du JSON"),
        (b"<html>", "page web"),
        (b"[1]", "schéma"),
        (b"\xff\xfe", "JSON"),
        (msgspec.json.encode(BONNE).replace(b"Maison 1", b"\\ud800"), ""),
        (msgspec.json.encode(BONNE).replace(b'"format":1', b'"format":1' + b"0" * 400), ""),
        (b'{"besoins":' + b"[" * 100_000, "JSON"),
    ],
)
def test_ce_qui_n_est_pas_du_json_est_dit(octets: bytes, dit: str) -> None:
    with pytest.raises(regles.Refusee) as refus:
        regles.comprendre(octets)
    assert dit in refus.value.fait


@given(st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=6)), min_size=1, max_size=4))
def test_des_octets_abimes_se_refusent_ou_se_lisent(abimes: list[tuple[int, bytes]]) -> None:
    """Jamais autre chose qu'un refus en une phrase ; ce qui se lit s'écrit en tables."""
    octets = bytearray(msgspec.json.encode(BONNE))
    for ou, quoi in abimes:
        octets[ou % len(octets) : ou % len(octets) + len(quoi) // 2] = quoi
    try:
        dite = regles.comprendre(bytes(octets))
    except regles.Refusee:
        return
    lignes = regles.tables(regles.reunir({"x": Gardee(source="x", lue_le="2026-11-24T08:52", publiee=dite)}))
    assert json.dumps(lignes, default=str).encode()


def test_un_champ_de_plus_est_laisse() -> None:
    """Une forme qui grandit se lit encore ; ce qu'elle ajoute n'entre pas."""
    dite = regles.comprendre(msgspec.json.encode(BONNE | {"formule": "=cmd()", "p": "p-7k2m9x"}))
    assert dite == maison(1)
    assert b"cmd" not in msgspec.json.encode(dite)


@pytest.mark.parametrize(
    ("source", "fichier"),
    [
        ("https://a.example", "https://a.example/federation.json"),
        ("https://a.example/x/", "https://a.example/x/federation.json"),
        ("https://a.example/autre.json", "https://a.example/autre.json"),
        ("/mnt/moulin", "/mnt/moulin/federation.json"),
    ],
)
def test_ou_une_maison_se_lit(source: str, fichier: str) -> None:
    assert regles.ou_lire(source) == fichier


# -- les réunir --------------------------------------------------------------------------------

LIRE = ("federation", "lire", "--telecharger")


def table(lieu: Lieu, nom: str) -> list[tuple[object, ...]]:
    fichier = lieu.racine / f"interne/federation/{nom}.parquet"
    return list(duckdb.sql(f"SELECT * FROM '{fichier}' ORDER BY ALL").fetchall())


def suivre(lieu: Lieu, serveur: Serveur, *rangs: int) -> None:
    for rang in rangs:
        lieu.faire("federation", "creer", f"Maison {rang}", f"{serveur.adresse}/{rang}/")


def test_une_maison_en_panne_garde_sa_version_et_n_empeche_pas_les_autres(
    lieu: Lieu, serveur: Serveur
) -> None:
    suivre(lieu, serveur, 1, 2, 3)
    rendu = lieu.faire(*LIRE)
    assert "3 maisons : 3 neuves." in rendu.sortie
    assert [m[0] for m in table(lieu, "maisons")] == ["maison-1", "maison-2", "maison-3"]
    assert "3 maisons : 3 inchangées." in lieu.faire(*LIRE).sortie
    assert all(etag for _, etag in serveur.demandes[3:])
    serveur.autres |= {"1": 500, "2": b"<html>"}
    serveur.autres["3"] = msgspec.json.encode(msgspec.structs.replace(maison(3), nom="Le Moulin"))
    sortie = lieu.faire(*LIRE).sortie
    assert "3 maisons : 1 changée, 2 en panne." in sortie
    assert "maison-1 : 127.0.0.1 : répond 500" in sortie and "page web" in sortie
    assert sortie.count("Sa dernière version reste.") == 2
    assert [m[1] for m in table(lieu, "maisons")] == ["Maison 1", "Maison 2", "Le Moulin"]
    dites = {x["id"]: x["etat"] for x in lieu.faire(*LIRE, "--json").json["maisons"]}
    assert dites == {"maison-1": "panne", "maison-2": "panne", "maison-3": "inchangee"}


def test_on_ne_va_sur_le_reseau_que_si_on_le_dit(lieu: Lieu, serveur: Serveur, tmp_path: Path) -> None:
    suivre(lieu, serveur, 1)
    assert "--telecharger" in lieu.faire("federation", "lire", code=1).erreurs
    assert serveur.demandes == []
    (tmp_path / "moulin").mkdir()
    (tmp_path / "moulin/federation.json").write_bytes(msgspec.json.encode(maison(5)))
    lieu.faire("federation", "creer", "Le Moulin", str(tmp_path / "moulin"))
    assert "1 neuve, 1 laissée sur le réseau" in lieu.faire("federation", "lire").sortie
    assert [m[0] for m in table(lieu, "maisons")] == ["le-moulin"]
    assert serveur.demandes == []


def test_coupe_on_reprend_ou_l_on_en_etait(lieu: Lieu, serveur: Serveur) -> None:
    """Trois maisons sont arrivées quand tout s'arrête : la suite ne redemande entièrement que les autres."""
    suivre(lieu, serveur, *range(8))
    c = ouvrir_lieu(lieu.racine, Poste())
    ou = prendre.dossier(c, None)
    suivies = [Maison(id=f"maison-{n}", nom="x", source=f"{serveur.adresse}/{n}") for n in range(8)]
    arrivent = prendre.prendre(c, ou, suivies, {}, telechargement=True)
    vues = [next(arrivent)[0].id for _ in range(3)]
    arrivent.close()  # type: ignore[attr-defined]
    posees = {f.stem for f in (ou / "maisons").glob("*.json")}
    assert posees == set(vues)
    serveur.demandes.clear()
    assert "5 neuves, 3 inchangées" in lieu.faire(*LIRE).sortie
    assert sum(etag is not None for _, etag in serveur.demandes) == 3
    assert not list((ou / "maisons").glob(".tmp-*"))


def test_ce_qui_n_est_plus_suivi_s_en_va_et_le_reste_est_a_l_abri(lieu: Lieu, serveur: Serveur) -> None:
    suivre(lieu, serveur, 1, 2)
    lieu.faire(*LIRE)
    dossier = lieu.racine / "interne/federation"
    (dossier / "maisons/maison-1.json").write_bytes(b"{")
    (dossier / "notes.txt").write_text("à moi", "utf-8")
    lieu.faire("federation", "retirer", "maison-2", "--oui")
    assert "1 maison : 1 neuve." in lieu.faire(*LIRE).sortie
    assert [f.name for f in (dossier / "maisons").iterdir()] == ["maison-1.json"]
    assert (dossier / "notes.txt").read_text("utf-8") == "à moi"
    assert lieu.git("status", "--porcelain") == ""
    assert lieu.faire("verifier").code == 0


@pytest.mark.parametrize("reste", ["personne", "une en panne"])
def test_la_derniere_maison_lue_s_en_va_aussi(lieu: Lieu, serveur: Serveur, reste: str) -> None:
    suivre(lieu, serveur, 1)
    lieu.faire(*AGENDAS)
    assert table(lieu, "maisons")
    if reste != "personne":
        serveur.autres["4"] = 500
        suivre(lieu, serveur, 4)
    lieu.faire("federation", "retirer", "maison-1", "--oui")
    lieu.faire(*LIRE, code=0 if reste == "personne" else 1)
    assert not [*(lieu.racine / "interne/federation").rglob("maison-1.json")]
    assert all(table(lieu, nom) == [] for nom in ("maisons", "salles", "evenements"))
    lieu.faire(*LIRE, code=2 if reste == "personne" else 1)


def test_une_meme_maison_ne_compte_pas_deux_fois(lieu: Lieu, serveur: Serveur) -> None:
    suivre(lieu, serveur, 1)
    refus = lieu.faire("federation", "creer", "Autre nom", f"{serveur.adresse}/1", code=2).erreurs
    assert "elle compterait double" in refus


def test_changer_d_endroit_relit_tout(lieu: Lieu, serveur: Serveur) -> None:
    """Ce qu'un autre serveur disait de sa version ne vaut plus."""
    suivre(lieu, serveur, 1)
    lieu.faire(*LIRE)
    lieu.poser("federation/maisons/maison-1.yaml", f"nom: Maison 1\nsource: {serveur.adresse}/2\n")
    serveur.demandes.clear()
    assert "1 neuve" in lieu.faire(*LIRE).sortie
    assert serveur.demandes == [("/2/federation.json", None)]


def test_on_n_ecrit_qu_au_bon_endroit(lieu: Lieu, serveur: Serveur, tmp_path: Path) -> None:
    suivre(lieu, serveur, 1)
    (tmp_path / "lien").symlink_to(tmp_path)
    for dit in (str(tmp_path / "lien"), str(lieu.racine / "prog"), str(lieu.racine / ".git/x")):
        lieu.faire(*LIRE, "--vers", dit, code=2)
    (tmp_path / "la").mkdir()
    (tmp_path / "la/maisons").symlink_to(tmp_path)
    lieu.faire(*LIRE, "--vers", str(tmp_path / "la"), code=2)
    assert serveur.demandes == []
    lieu.faire(*LIRE, "--vers", str(tmp_path / "ici"))
    assert (tmp_path / "ici/maisons.parquet").is_file()


def test_beaucoup_d_un_coup_par_un_tableau(lieu: Lieu, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("nom;source\nLe Moulin;https://moulin.example\n", "utf-8")
    lieu.faire("importer", "csv", "federation-maisons", str(tmp_path / "m.csv"), "--oui")
    assert "https://moulin.example" in lieu.faire("federation", "liste").sortie


def test_sans_pyarrow_le_remede_se_dit(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    assert "tiers-lieu-cli[analyse]" in lancer("--lieu", str(lieu.racine), *LIRE).erreurs


def test_une_gardee_se_relit_telle_quelle() -> None:
    gardee = Gardee(source="x", lue_le="2026-11-24T08:52", publiee=maison(3))
    assert msgspec.json.decode(msgspec.json.encode(gardee), type=Gardee) == gardee


# -- leurs agendas -----------------------------------------------------------------------------

AGENDAS = (*LIRE, "--agendas")


def test_leurs_agendas_date_par_date_et_une_panne_n_arrete_que_le_sien(lieu: Lieu, serveur: Serveur) -> None:
    suivre(lieu, serveur, 1, 2)
    assert "3 agendas" not in lieu.faire(*LIRE).sortie and table(lieu, "evenements") == []
    assert "2 agendas : 2 neufs." in lieu.faire(*AGENDAS).sortie
    ateliers = [x for x in table(lieu, "evenements") if x[1] == "atelier-1@x"]
    # Chaque mardi, de trois mois en arrière (le 24 août) à la fin de l'année.
    assert [str(x[3])[:10] for x in ateliers][::18] == ["2026-08-25", "2026-12-29"] and len(ateliers) == 19
    (concert,) = [x for x in table(lieu, "evenements") if x[1] == "concert-1@x"]
    assert concert[2:] == ("Concert 1", datetime(2026, 11, 28, 20), datetime(2026, 11, 28, 22), None, True)
    avant = table(lieu, "evenements")
    serveur.demandes.clear()
    assert "2 agendas : 2 inchangés." in lieu.faire(*AGENDAS).sortie
    assert all(etag for _, etag in serveur.demandes)
    serveur.fichiers["/1/programme.ics"] = b"<html>"
    serveur.fichiers["/2/programme.ics"] = federation.agenda(2).replace(b"Bal", b"Grand bal")
    rendu = lieu.faire(*AGENDAS)
    assert "2 agendas : 1 changé, 1 en panne." in rendu.sortie
    assert "maison-1 : programme.ics n'est pas un agenda" in rendu.sortie
    apres = table(lieu, "evenements")
    assert [x for x in apres if x[0] == "maison-1"] == [x for x in avant if x[0] == "maison-1"]
    assert "Grand bal, de 2" in {x[2] for x in apres}
    # Sans --agendas, ce qu'on en avait reste.
    lieu.faire(*LIRE)
    assert table(lieu, "evenements") == apres
    lieu.faire("federation", "retirer", "maison-2", "--oui")
    lieu.faire(*LIRE)
    assert {x[0] for x in table(lieu, "evenements")} == {"maison-1"}
    assert not (lieu.racine / "interne/federation/agendas/maison-2.json").exists()


def test_un_agenda_developpe_trop_court_se_relit_entier(
    lieu: Lieu, serveur: Serveur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deux mois plus tard, rien n'a changé là-bas : ses dates vont pourtant plus loin."""
    suivre(lieu, serveur, 1)
    sans_fin = federation.agenda(1).replace(b";UNTIL=20261231T220000Z", b"")
    serveur.fichiers["/1/programme.ics"] = sans_fin
    lieu.faire(*AGENDAS)
    derniere = max(str(x[3]) for x in table(lieu, "evenements"))
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-24T08:52+01:00")
    serveur.demandes.clear()
    lieu.faire(*AGENDAS)
    assert ("/1/programme.ics", None) in serveur.demandes
    assert max(str(x[3]) for x in table(lieu, "evenements")) > derniere


def test_un_agenda_hostile_n_arrete_que_lui(lieu: Lieu, tmp_path: Path) -> None:
    """Celui du milieu demande tant de calcul que son lecteur est arrêté : un autre lit la suite."""
    lourd = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + b"".join(
        b"BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:20200101T000000Z\r\nDURATION:PT1M\r\nSUMMARY:x\r\n"
        b"RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO\r\nEND:VEVENT\r\n" % n
        for n in range(4000)
    )
    lus = agendas._lire(
        [federation.agenda(1), lourd + b"END:VCALENDAR\r\n", federation.agenda(2)],
        "Europe/Brussels",
        regles.fenetre(date(2026, 11, 24)),
    )
    assert [bool(x.evenements) for x in lus] == [True, False, True], [x.refus for x in lus]


# -- par d'autres fédérations ------------------------------------------------------------------


@pytest.fixture
def region(lieu: Lieu, serveur: Serveur, tmp_path: Path) -> Path:
    """Les tables d'une fédération qui suit les maisons 1, 2 et 3 : faites par la vraie commande."""
    pytest.importorskip("pyarrow")
    ailleurs = Lieu(tmp_path / "region")
    assert lancer("init", str(ailleurs.racine), "--nom", "Région").code == 0
    suivre(ailleurs, serveur, 1, 2, 3)
    ailleurs.faire(*AGENDAS)
    serveur.demandes.clear()
    return Path(ailleurs.racine, "interne/federation")


def test_une_federation_se_lit_comme_une_maison_et_rien_ne_compte_double(
    lieu: Lieu, serveur: Serveur, region: Path
) -> None:
    """La maison 2 est suivie d'ici, sous un autre nom : elle l'emporte ; les autres viennent de la région."""
    lieu.faire("federation", "creer", "La deux", f"{serveur.adresse}/2")
    lieu.faire("federation", "creer", "Région", str(region))
    assert "maisons.parquet" in lieu.faire("federation", "liste").sortie
    sortie = lieu.faire(*LIRE).sortie
    assert "region : 3 maisons, dont 1 déjà lue ailleurs" in sortie
    assert [m[0] for m in table(lieu, "maisons")] == ["la-deux", "region/maison-1", "region/maison-3"]
    assert {x[0] for x in table(lieu, "salles")} == {"la-deux", "region/maison-1", "region/maison-3"}
    assert {x[0] for x in table(lieu, "evenements")} == {"region/maison-1", "region/maison-3"}
    une = [x[1:] for x in table(lieu, "salles") if x[0] == "region/maison-1"]
    assert len(une) == len(maison(1).salles)
    assert "2 inchangées" in lieu.faire(*LIRE).sortie
    assert "2 inchangées" in lieu.faire("federation", "lire", "--telecharger").sortie
    lieu.faire("federation", "retirer", "la-deux", "--oui")
    lieu.faire(*LIRE)
    assert [m[0] for m in table(lieu, "maisons")] == [f"region/maison-{n}" for n in (1, 2, 3)]


def test_deux_federations_qui_suivent_la_meme_maison() -> None:
    """La plus récente compte ; à égalité, la moins indirecte. Un homonyme lu ailleurs en est une autre."""

    def lue(rang: int, adresse: str = "", jusqu_au: str = "2026-10-31") -> Reunie:
        dite = msgspec.structs.replace(maison(rang), jusqu_au=date.fromisoformat(jusqu_au))
        return Reunie(adresse=adresse, lue_le="2026-11-24T08:52", publiee=dite)

    def federation(**maisons: Reunie) -> Federation:
        return Federation(
            source="x", lue_le="", maisons={nom.replace("_", "/"): m for nom, m in maisons.items()}
        )

    a, b = "https://A.example/", "https://a.example/federation.json"
    dites = regles.reunir(
        {
            "une": federation(x=lue(1, a), y=lue(2, jusqu_au="2026-04-30"), z=lue(3, "https://z.example")),
            "autre": federation(b_x=lue(9, b), y=lue(2), z=lue(3, "https://ailleurs.example")),
        }
    )
    assert sorted(dites) == ["autre/y", "autre/z", "une/x", "une/z"]
    ici = Gardee(source="~/moulin", lue_le="2026-11-24T08:52", publiee=maison(3))
    assert sorted(regles.reunir({"ici": ici, "une": federation(z=lue(3, a))})) == ["ici"]


def test_ses_tables_en_ligne_ne_se_redemandent_que_changees(
    lieu: Lieu, serveur: Serveur, region: Path
) -> None:
    for fichier in region.glob("*.parquet"):
        serveur.fichiers[f"/tables/{fichier.name}"] = fichier.read_bytes()
    lieu.faire("federation", "creer", "Région", f"{serveur.adresse}/tables/maisons.parquet")
    lieu.faire(*LIRE)
    avant = table(lieu, "maisons")
    serveur.demandes.clear()
    assert "1 inchangée" in lieu.faire(*LIRE).sortie
    assert len(serveur.demandes) == len(regles.TABLES) and all(etag for _, etag in serveur.demandes)
    # Une seule table change : les autres se relisent aussi, et le compte y est.
    sans = duckdb.sql(f"SELECT * FROM '{region}/besoins.parquet' WHERE maison <> 'maison-1'")
    sans.write_parquet(str(region / "neuve.parquet"))
    serveur.fichiers["/tables/besoins.parquet"] = (region / "neuve.parquet").read_bytes()
    assert "1 changée" in lieu.faire(*LIRE).sortie
    assert table(lieu, "maisons") == avant
    assert "region/maison-1" not in {x[0] for x in table(lieu, "besoins")}
    del serveur.fichiers["/tables/salles.parquet"]
    serveur.autres["tables"] = 404
    sortie = lieu.faire(*LIRE).sortie
    assert "répond 404 (salles.parquet)" in sortie and "Sa dernière version reste." in sortie
    assert table(lieu, "maisons") == avant


@pytest.mark.parametrize(
    ("fichier", "autrement", "dit"),
    [
        ("maisons", "SELECT * EXCLUDE (pays) FROM t", "colonne « pays »"),
        ("besoins", "SELECT * REPLACE (nombre::DOUBLE AS nombre) FROM t", "« nombre » de type BIGINT"),
        ("maisons", "FROM t UNION ALL FROM t", "deux fois une maison"),
        ("besoins", "SELECT * REPLACE ('x' AS maison) FROM t", "n'y est pas"),
        ("besoins", "SELECT * REPLACE (-1::BIGINT AS nombre) FROM t", "nombre"),
        ("besoins", "SELECT maison, annee, theme, nombre FROM t, range(2)", "schéma"),
        ("besoins", "SELECT maison, annee, theme, nombre FROM t, range(100000)", "500 000 lignes"),
        ("maisons", "SELECT * REPLACE (chr(27) AS nom) FROM t", "nom"),
        ("maisons", "SELECT * REPLACE ('../x' AS maison) FROM t LIMIT 1", "parle d'une maison"),
        ("maisons", "SELECT * REPLACE ('javascript:x' AS adresse) FROM t", "adresse"),
        ("maisons", "SELECT * REPLACE (NULL AS lue_le) FROM t", "lue_le"),
        ("evenements", "SELECT * REPLACE (chr(8238) AS titre) FROM t", "titre"),
        ("evenements", "SELECT * REPLACE (debut::VARCHAR AS debut) FROM t", "« debut » de type TIMESTAMP"),
        ("besoins", "SELECT maison, annee, repeat('x', 999) AS theme, nombre FROM t", "theme"),
    ],
)
def test_des_tables_qui_ne_suivent_pas_la_forme_sont_refusees(
    lieu: Lieu, region: Path, fichier: str, autrement: str, dit: str
) -> None:
    ou = region / f"{fichier}.parquet"
    lignes = duckdb.sql(f"SELECT * FROM '{ou}'").arrow()
    t = lignes.read_all() if hasattr(lignes, "read_all") else lignes
    assert t.num_rows
    duckdb.sql(autrement).write_parquet(str(ou))
    lieu.faire("federation", "creer", "Région", str(region))
    refus = lieu.faire("federation", "lire", code=1).erreurs
    assert dit in refus and "region : " in refus, refus


@pytest.mark.parametrize("octets", [b"", b"<html>", b"PAR1" + bytes(60) + b"PAR1"])
def test_ce_qui_n_est_pas_du_parquet_est_dit(lieu: Lieu, region: Path, octets: bytes) -> None:
    (region / "salles.parquet").write_bytes(octets)
    lieu.faire("federation", "creer", "Région", str(region))
    assert "n'est pas du Parquet" in lieu.faire("federation", "lire", code=1).erreurs


def test_des_tables_demesurees_sont_refusees(lieu: Lieu, region: Path) -> None:
    """Quelques Kio qui valent cent Gio une fois dépliés : refusés, sans que la machine y passe."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rangs = pyarrow.array([0] * 400_000, pyarrow.int32())
    mots = pyarrow.DictionaryArray.from_arrays(rangs, pyarrow.array(["x" * 300_000]))
    nombres = pyarrow.array([5] * 400_000, pyarrow.int64())
    demesuree = pyarrow.table({"maison": mots, "annee": nombres, "theme": mots, "nombre": nombres})
    ou = region / "besoins.parquet"
    parquet.write_table(demesuree, ou, store_schema=False)
    assert ou.stat().st_size < 2**20
    lieu.faire("federation", "creer", "Région", str(region))
    refus = lieu.faire("federation", "lire", code=1).erreurs
    assert "trop de temps ou de mémoire" in refus or "pas du Parquet" in refus, refus
