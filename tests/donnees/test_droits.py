"""Rendre à quelqu'un ce qu'on sait de lui, ne pas garder trop, tenir le registre des traitements."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.ensemble.donnees.conservation import Conservation, a_revoir
from tiers_lieu_cli.noyau.depot import dossiers
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.gens import mentions
from tiers_lieu_cli.noyau.gens.personnes import Consentement, Personne

PERSONNE = ("accueil", "personne")
JOUR = date(2026, 11, 24)


@pytest.fixture
def peuple(lieu: Lieu) -> Lieu:
    lieu.faire(*PERSONNE, "creer", "Karim Haddad", "--telephone", "0470 12 34 56", "--accepte", "lettre")
    lieu.faire(*PERSONNE, "creer", "Léa | <b>Dupont</b>", "--surnom", "lea")
    lieu.faire("journal", "noter", "@karim aide @lea pour son vélo")
    lieu.faire("journal", "noter", "Rien sur personne")
    creer = ("prog", "evenement", "creer", "Vélo", "--quand", "demain 18h-20h")
    lieu.faire(*creer, "--porteur", "@karim")
    return lieu


def test_exporter_rend_tout_a_la_personne_et_rien_des_autres(peuple: Lieu, tmp_path: Path) -> None:
    peuple.faire(*PERSONNE, "modifier", "@karim", "--courriel", "k@exemple.be")
    dossier = tmp_path / "pour-karim"
    peuple.faire("donnees", "exporter", "@karim", "--vers", str(dossier))
    assert {f.name for f in dossier.iterdir()} == {"donnees.html", "donnees.json", "donnees.md"}
    donnees = json.loads((dossier / "donnees.json").read_text("utf-8"))
    assert donnees["personne"]["courriel"] == "k@exemple.be"
    assert len(donnees["versions"]) == 2
    assert [f["genre"] for f in donnees["archive"]] == ["Note", "Événement"]
    assert "une autre personne" in donnees["archive"][0]["contenu"]["texte"]
    for fichier in dossier.iterdir():
        texte = fichier.read_text("utf-8")
        assert "0470 12 34 56" in texte
        assert "trésorier" in texte
        assert "lea" not in texte.casefold()
        assert "Dupont" not in texte
    assert (
        "existe déjà" in peuple.faire("donnees", "exporter", "@karim", "--vers", str(dossier), code=2).erreurs
    )


def test_exporter_ne_rend_pas_a_qui_l_a_ecrit_ce_qui_parle_d_un_autre(peuple: Lieu, tmp_path: Path) -> None:
    peuple.faire("accueil", "suivi", "noter", "@lea", "Dettes de loyer, à voir", "--par", "@karim")
    peuple.faire("accueil", "habilitation", "creer", "@lea", "fraiseuse", "--avec", "@karim")
    peuple.faire("accueil", "besoin", "creer", "Un jardin avec @karim", "--personne", "@lea")
    peuple.faire("donnees", "exporter", "@karim", "--vers", str(tmp_path / "k"))
    peuple.faire("donnees", "exporter", "@lea", "--vers", str(tmp_path / "l"))
    lea = json.loads(peuple.faire("accueil", "personne", "chercher", "Dupont", "--json").sortie)[0]["id"]
    for fichier in (tmp_path / "k").iterdir():
        texte = fichier.read_text("utf-8").casefold()
        assert "suivi" in texte and "habilitation" in texte
        for autrui in ("dettes", "loyer", "fraiseuse", "jardin", lea):
            assert autrui not in texte, (fichier.name, autrui)
    sien = (tmp_path / "l/donnees.md").read_text("utf-8")
    assert "Dettes de loyer" in sien and "fraiseuse" in sien and "mardi 24 novembre 2026" in sien


def test_exporter_echappe_ce_qu_un_nom_contient(peuple: Lieu, tmp_path: Path) -> None:
    peuple.faire("donnees", "exporter", "@lea", "--vers", str(tmp_path / "x"))
    page = (tmp_path / "x/donnees.html").read_text("utf-8")
    assert "&lt;b&gt;Dupont" in page
    assert "<b>" not in page


def test_conserver_propose_sans_rien_faire(peuple: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Rien n'est gardé" in peuple.faire("donnees", "conserver").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2029-11-24T12:00+01:00")
    dit = peuple.faire("donnees", "conserver").sortie
    assert "lea" in dit
    assert "Karim" not in dit, "il porte un événement du lendemain"
    assert "tl donnees effacer @lea" in dit
    peuple.poser("regles/conservation.yaml", "sans_nouvelle: 60\n")
    assert peuple.faire("donnees", "conserver", "--json").json["propositions"] == []
    peuple.poser("regles/conservation.yaml", "sans_nouvelle: jamais\n")
    assert "regles/conservation.yaml, ligne 1" in peuple.faire("donnees", "conserver", code=1).erreurs
    assert len(peuple.faire(*PERSONNE, "liste", "--json").json) == 2


def gens(**champs: object) -> Personne:
    return Personne(id="p-aaaaaa", nom="A", **champs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("personne", "vue", "propose"),
    [
        (gens(), date(2023, 11, 24), True),
        (gens(), date(2023, 11, 25), False),
        (gens(mineur=True, tuteur="p-bbbbbb"), date(2025, 11, 24), True),
        (gens(publics=("benevoles",)), date(2022, 1, 1), False),
        (gens(publics=("benevoles",)), date(2021, 11, 24), True),
        (gens(publics=("riverains", "benevoles")), date(2022, 1, 1), False),
    ],
)
def test_les_durees_sont_des_frontieres(personne: Personne, vue: date, propose: bool) -> None:
    regle = Conservation(publics={"benevoles": 60})
    assert bool(a_revoir([personne], {personne.id: vue}, regle, JOUR)) is propose


def test_qui_repond_d_un_enfant_reste_avec_lui() -> None:
    parent = Personne(id="p-bbbbbb", nom="B")
    enfant = gens(mineur=True, tuteur="p-bbbbbb")
    vues = {"p-bbbbbb": date(2020, 1, 1), "p-aaaaaa": date(2026, 11, 1)}
    assert a_revoir([parent, enfant], vues, Conservation(), JOUR) == []


def test_un_vieil_accord_de_portrait_se_redemande() -> None:
    accord = Consentement(but="portrait", donne=date(2020, 1, 1))
    (proposition,) = a_revoir(
        [gens(consentements=(accord,), portrait="Jardine.")], {"p-aaaaaa": JOUR}, Conservation(), JOUR
    )
    assert "redemander" in proposition.raison


@pytest.mark.parametrize(
    ("nom", "jour"),
    [
        ("2026-11-20-0812-x-aaaa.md", "2026-11-20"),
        ("velo.yaml", mentions.TOUJOURS),
        ("2026-02-31-x-aaaa.yaml", mentions.TOUJOURS),
    ],
)
def test_une_fiche_parle_de_son_jour(nom: str, jour: str) -> None:
    assert mentions.jour_de(nom) == jour


def test_les_mentions_retenues_sont_celles_qu_on_relirait(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un mois passé ne se relit que s'il a changé : ajouté, ôté, réuni, enregistré à la main."""
    ancien = "journal/notes/2026/0{}/2026-0{}-05-0812-vu-{}.md"
    memoire = lieu.racine / ".git/tiers-lieu.mentions"

    def note(mois: int, qui: str, code: str) -> None:
        dit = f"---\nmoment: 2026-0{mois}-05T08:12\n---\n\nVu @{qui}\n"
        lieu.poser(ancien.format(mois, mois, code), dit)

    def mentionnes() -> set[tuple[str, str, str]]:
        """Avec le souvenir, puis sans : la même chose."""
        vues = []
        for _ in range(2):
            lues = mentions.de_l_archive(Depot(lieu.racine), JOUR)
            vues.append(
                {
                    (dossier, qui, dit)
                    for dossier, m in lues
                    if "/2026/" in dossier
                    for qui, dit in m.qui.items()
                }
            )
            memoire.unlink(missing_ok=True)
        assert vues[0] == vues[1]
        list(mentions.de_l_archive(Depot(lieu.racine), JOUR))
        return vues[0]

    # Ce qui vient de changer n'est pas retenu ; ici, tout est vieux.
    monkeypatch.setattr(dossiers, "_TROP_RECENT", -1)
    note(3, "p-aaaaaa", "b2c3")
    note(4, "p-bbbbbb", "d4f5")
    assert {qui for _, qui, _ in mentionnes()} == {"p-aaaaaa", "p-bbbbbb"}
    note(3, "p-cccccc", "b2c3")
    assert {qui for _, qui, _ in mentionnes()} == {"p-cccccc", "p-bbbbbb"}
    # Récrit sur place : le dossier n'a pas changé, le fichier si.
    with (lieu.racine / ancien.format(4, 4, "d4f5")).open("r+b") as sur_place:
        dit = sur_place.read().replace(b"p-bbbbbb", b"p-dddddd")
        sur_place.seek(0)
        sur_place.write(dit)
        sur_place.truncate()
    assert {qui for _, qui, _ in mentionnes()} == {"p-cccccc", "p-dddddd"}
    (lieu.racine / ancien.format(4, 4, "d4f5")).unlink()
    assert {qui for _, qui, _ in mentionnes()} == {"p-cccccc"}
    memoire.write_bytes(b"abime")
    assert {qui for _, qui, _ in mentionnes()} == {"p-cccccc"}


def test_le_registre_des_traitements_dit_ce_que_le_lieu_note(peuple: Lieu) -> None:
    vue = peuple.faire("donnees", "registre-traitements", "--json").json
    noms = [t["nom"] for t in vue["traitements"]]
    assert noms == [
        *(
            "Registre des personnes",
            "Ce à quoi les gens consentent",
            "Journal : note",
            "Programme : événement",
        )
    ]
    assert vue["traitements"][0]["donnees"] == "nom, téléphone"
    for format in ("md", "html"):
        page = peuple.faire("donnees", "registre-traitements", "--format", format).sortie
        assert "article 30" in page
        assert "Haddad" not in page
        assert "Karim" not in page
    peuple.faire("donnees", "effacer", "@karim", "--oui")
    assert peuple.faire("donnees", "registre-traitements", "--json").json["effacees"] == 1


#: Tout ce qui lit, sur un poste qui n'a pas les noms.
LECTURES = (
    ("aujourdhui",),
    ("journal", "jour"),
    ("prog", "semaine"),
    ("prog", "evenement", "fiche", "velo"),
    ("prog", "ical", "--interne"),
    ("espace", "salle", "liste"),
    ("historique",),
    ("historique", "{karim}"),
    ("verifier",),
    ("reprise",),
    ("trancher",),
    ("accueil", "personne", "liste"),
    ("accueil", "personne", "chercher", "karim"),
    ("accueil", "personne", "doublons"),
    ("donnees", "conserver"),
    ("donnees", "registre-traitements"),
)


def test_un_poste_sans_registre_montre_des_identifiants(peuple: Lieu, tmp_path: Path) -> None:
    karim = next(
        p["id"] for p in peuple.faire(*PERSONNE, "liste", "--json").json if p["nom"] == "Karim Haddad"
    )
    (peuple.racine / "registre").rename(tmp_path / "ailleurs")
    for mots in LECTURES:
        reponse = peuple.faire(*(mot.format(karim=karim) for mot in mots))
        assert "Karim" not in reponse.sortie.replace("« karim »", "")
    assert karim in peuple.faire("journal", "jour").sortie
    assert karim in peuple.faire("prog", "evenement", "fiche", "velo").sortie
    peuple.faire("journal", "noter", f"Vu @{karim}")
    for mots in (("exporter", karim), ("effacer", karim, "--oui")):
        assert "n'a pas le registre" in peuple.faire("donnees", *mots, code=2).erreurs
