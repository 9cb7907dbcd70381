"""La lettre : ce qu'elle dit, à qui, et un courriel que tout lecteur garde."""

from __future__ import annotations

import email
import email.policy
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from courriels import courriel
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from soutien import Lieu

from tiers_lieu_cli.ensemble.lettre import courriels, vue
from tiers_lieu_cli.noyau.gens.personnes import Consentement, Personne

JOUR = date(2026, 11, 24)


def personne(ident: str, *buts: str, **champs: object) -> Personne:
    accords = tuple(Consentement(but=but, donne=JOUR) for but in buts)
    return Personne(id=ident, nom=ident, consentements=accords, **champs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dite", "code"),
    [("fr", "fr"), ("Néerlandais", "nl"), ("Nederlands", "nl"), ("anglais", "en"), ("arabe", ""), ("", "")],
)
def test_une_langue_dite_comme_on_veut(dite: str, code: str) -> None:
    assert vue.code_de(dite) == code


def test_qui_recoit_la_lettre_et_dans_quelle_langue() -> None:
    retire = Personne(
        id="p-retire",
        nom="R",
        courriel="r@x.be",
        consentements=(Consentement(but="lettre", donne=JOUR, retire=JOUR),),
    )
    gens = [
        personne("p-fr", "lettre", courriel="b@x.be"),
        personne("p-nl", "lettre", courriel="a@x.be", langues=("arabe", "néerlandais", "fr")),
        personne("p-de", "lettre", courriel="c@x.be", langues=("allemand",)),
        personne("p-sans-accord", courriel="d@x.be"),
        personne("p-sans-adresse", "lettre"),
        personne("p-enfant", "lettre", courriel="e@x.be", mineur=True, tuteur="p-abcdef"),
        retire,
    ]
    vus = vue.destinataires(gens, ["fr", "nl"])
    assert {code: [p.id for p in siens] for code, siens in vus.items()} == {
        "fr": ["p-fr", "p-de"],
        "nl": ["p-nl"],
    }


def test_chacun_son_tour_est_mis_en_avant() -> None:
    gens = [personne(f"p-{n}") for n in range(5)]
    lundis = [date.fromordinal(JOUR.toordinal() // 7 * 7 + 7 * n) for n in range(5)]
    vus = [p.id for lundi in lundis for p in vue.en_avant(gens, lundi, ())]
    assert sorted(vus) == sorted([p.id for p in gens] * 2)
    assert vue.en_avant([], JOUR, ()) == []
    assert [p.id for p in vue.en_avant(gens[:1], JOUR, ())] == ["p-0"]


class Mots(HTMLParser):
    """Les mots d'une page, et ses balises."""

    def __init__(self) -> None:
        super().__init__()
        self.dits, self.balises = "", list[str]()

    def handle_data(self, data: str) -> None:
        self.dits += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.balises.append(tag)


@given(st.text(min_size=1, max_size=80))
def test_un_titre_se_lit_lettre_pour_lettre(titre: str) -> None:
    """Ni gras, ni lien, ni balise : quoi qu'on y écrive, le courriel montre ces lettres-là."""
    if not (attendu := " ".join(titre.split())) or any(ord(c) < 32 or c in "\x7f\ufffd" for c in attendu):
        return
    mots = Mots()
    mots.feed(MarkdownIt("js-default").render(f"- **18:30** {vue.echapper(titre)}, ici"))
    assert set(mots.balises) <= {"ul", "li", "strong"}
    assert (
        " ".join(mots.dits.split()) == f"18:30 {attendu}, ici".replace("\xa0", " ")
        or not attendu.isprintable()
    )


@pytest.mark.parametrize(
    "adresse", ["http://x.be", "javascript:alert(1)", "https://", "https://x.be/\n>", "x"]
)
def test_on_ne_se_desabonne_qu_en_https(lieu: Lieu, adresse: str) -> None:
    assert "https" in lieu.faire("prog", "lettre", "--desabonnement", adresse, code=2).erreurs


@pytest.fixture
def garni(lieu: Lieu) -> Lieu:
    lieu.faire("lieu", "--contact", "bonjour@passerelle.be")
    lieu.faire(
        "prog",
        "evenement",
        "creer",
        "Atelier *vélo* <script>",
        "--quand",
        "jeudi 18h30-20h",
        "--salle",
        "cour",
    )
    lieu.faire("prog", "evenement", "creer", "Réunion d'équipe", "--quand", "jeudi 20h-21h", "--interne")
    lieu.faire(
        "accueil", "personne", "creer", "Karim Haddad", "--courriel", "k@exemple.be", "--accepte", "lettre"
    )
    lieu.faire("accueil", "personne", "creer", "Léa Secrète", "--courriel", "lea@exemple.be")
    mina = ("--accepte", "portrait", "--portrait", "Elle répare tout.", "--nom-public", "Mina")
    lieu.faire("accueil", "personne", "creer", "Amina Benali", *mina)
    return lieu


def test_la_lettre_s_ecrit_et_ne_part_pas(garni: Lieu, tmp_path: Path) -> None:
    dite = garni.faire("prog", "lettre").sortie
    assert "Mina" in dite and "Benali" not in dite and "Réunion d'équipe" not in dite
    assert "tl prog lettre --sortie" in dite
    sortie = tmp_path / "lettre"
    mots = ("prog", "lettre", "--sortie", str(sortie), "--desabonnement", "https://passerelle.be/non")
    garni.faire(*mots)
    assert (sortie / "destinataires-fr.txt").read_text("utf-8") == "Karim Haddad <k@exemple.be>\n"
    assert sortie.stat().st_mode & 0o077 == 0
    recu = email.message_from_bytes((sortie / "lettre-fr.eml").read_bytes(), policy=email.policy.default)
    assert "Haddad" not in recu.as_string() and "exemple.be" not in recu.as_string()
    assert str(recu["List-Unsubscribe"]).startswith(
        "<https://passerelle.be/non>, <mailto:bonjour@passerelle.be?subject="
    )
    assert recu["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    texte, html = (recu.get_body((sorte,)).get_content() for sorte in ("plain", "html"))  # type: ignore[union-attr]
    assert "Atelier *vélo* <script>" in texte and "https://passerelle.be/non" in texte
    assert "<script" not in html and "&lt;script&gt;" in html
    # Le style est dans les balises : les lecteurs qui ôtent la feuille le gardent.
    assert '<h1 style="' in html and 'href="mailto:bonjour@passerelle.be?subject=S%27inscrire' in html
    assert "http-equiv" not in html and "src=" not in html
    # Les mêmes données donnent les mêmes octets.
    garni.faire("prog", "lettre", "--sortie", str(tmp_path / "deux"), *mots[4:])
    assert (tmp_path / "deux/lettre-fr.eml").read_bytes() == (sortie / "lettre-fr.eml").read_bytes()
    assert (
        "ne s'écrit pas dans le dossier du lieu"
        in garni.faire("prog", "lettre", "--sortie", str(garni.racine / "public/lettre"), code=2).erreurs
    )


def test_qui_n_a_rien_accepte_ne_parait_pas(garni: Lieu) -> None:
    assert "n'a pas accepté de paraître" in garni.faire("prog", "lettre", "--membre", "@léa", code=2).erreurs


def test_sans_adresse_https_le_desabonnement_est_un_courriel(garni: Lieu, tmp_path: Path) -> None:
    garni.faire("prog", "lettre", "--sortie", str(tmp_path / "l"))
    recu = email.message_from_bytes((tmp_path / "l/lettre-fr.eml").read_bytes(), policy=email.policy.default)
    assert str(recu["List-Unsubscribe"]).startswith("<mailto:") and recu["List-Unsubscribe-Post"] is None
    # Ce courriel, lu au retour, retire son accord.
    (tmp_path / "non.eml").write_bytes(
        courriel("", de="K <k@exemple.be>", objet="Ne plus recevoir la lettre [desabonnement]")
    )
    (ident,) = garni.faire("courrier", "lire", str(tmp_path / "non.eml"), "--json").json["courriers"]
    assert "ne recevra plus la lettre" in garni.faire("courrier", "accepter", ident).sortie
    assert "ne recevrez plus" in garni.faire("courrier", "repondre", ident).sortie
    assert garni.faire("prog", "lettre", "--json").json["lettres"][0]["destinataires"] == 0


def test_en_texte_un_lien_est_son_adresse() -> None:
    assert courriels.en_texte(r"- **9h** [Vélo \*x\*](<https://x.be>) · [Oui](<mailto:a@b.be>)") == (
        "- 9h Vélo *x* (https://x.be) · Oui"
    )


def test_une_lettre_par_langue(garni: Lieu, tmp_path: Path) -> None:
    garni.faire("lieu", "--langue", "fr", "--langue", "nl", "--langue", "de")
    jan = ("--courriel", "jan@exemple.be", "--langue", "néerlandais", "--accepte", "lettre")
    garni.faire("accueil", "personne", "creer", "Jan Peeters", *jan)
    garni.faire("prog", "lettre", "--sortie", str(tmp_path / "l"))
    # Celle que personne ne reçoit ne s'écrit pas.
    assert {f.name for f in (tmp_path / "l").glob("*.eml")} == {"lettre-fr.eml", "lettre-nl.eml"}
    assert (tmp_path / "l/destinataires-nl.txt").read_text("utf-8") == "Jan Peeters <jan@exemple.be>\n"
    texte = (tmp_path / "l/lettre-nl.md").read_text("utf-8")
    assert "## Donderdag 26 november" in texte and "[Inschrijven](" in texte
