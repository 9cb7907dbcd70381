"""La garde lit tout : chaque champ d'un enregistrement, chaque ascendant, chaque octet de chaque fichier."""

from __future__ import annotations

import io
import os
import random
import string
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from soutien import Lieu, envoyer_a_la_main, git, lancer

from tiers_lieu_cli.ensemble import garde
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.depot import DepotNu

ICI = datetime(2026, 11, 24, 7, 52, tzinfo=UTC)
INSTANT = int(ICI.timestamp())
ROLE = "concierge <concierge@lieu.invalid>"
NOTE = "journal/notes/2026/11/2026-11-24-0812-x-aaaa.md"
CORPS = "---\nmoment: 2026-11-24T08:12\n---\n\n{}\n"


@dataclass
class Moyeu:
    """Un moyeu où l'on dépose directement, comme le ferait un envoi fait à la main."""

    racine: Path
    index: Path

    def git(self, *mots: str, entree: bytes = b"", **env: str) -> str:
        fini = subprocess.run(
            ["git", "-C", str(self.racine), *mots],
            input=entree,
            capture_output=True,
            check=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **env},
        )
        return fini.stdout.decode().strip()

    @property
    def tete(self) -> str:
        return self.git("rev-parse", "refs/heads/main")

    def blob(self, contenu: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", entree=contenu)

    def arbre(
        self, fichiers: dict[str, bytes | str | None], *, mode: str = "100644", depuis: str = ""
    ) -> str:
        """L'arbre de `depuis` (la tête), où ces fichiers ont ce contenu ; `None` les ôte."""
        index = {"GIT_INDEX_FILE": str(self.index)}
        self.git("read-tree", depuis or self.tete, **index)
        for chemin, contenu in fichiers.items():
            octets = contenu.encode() if isinstance(contenu, str) else contenu
            info = f"0 {'0' * 40}\t{chemin}" if octets is None else f"{mode} {self.blob(octets)}\t{chemin}"
            self.git("update-index", "--index-info", entree=f"{info}\n".encode(), **index)
        return self.git("write-tree", **index)

    def commit(
        self,
        arbre: str = "",
        *,
        parents: tuple[str, ...] | None = None,
        auteur: str = ROLE,
        depose: str = "",
        date: str = f"{INSTANT} +0100",
        entetes: str = "",
        texte: bytes | str = "Une note\n\nAction: journal.noter\n",
    ) -> str:
        ascendants = "".join(f"parent {p}\n" for p in (parents if parents is not None else (self.tete,)))
        arbre = arbre or self.arbre({NOTE: CORPS.format("Bonjour")})
        qui = f"author {auteur} {date}\ncommitter {depose or auteur} {date}\n"
        tete = f"tree {arbre}\n{ascendants}{qui}{entetes}\n"
        octets = texte if isinstance(texte, bytes) else texte.encode()
        mots = ("hash-object", "-w", "-t", "commit", "--literally", "--stdin")
        return self.git(*mots, entree=tete.encode() + octets)

    def raisons(self, neuf: str, ancien: str = "") -> str:
        ligne = f"{ancien or self.tete} {neuf} refs/heads/main"
        return "\n".join(garde.raisons(DepotNu(self.racine), [ligne], ICI))


@pytest.fixture(scope="module")
def moyeu(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Moyeu:
    """Un moyeu qui connaît Karim Haddad, et où rien de mauvais n'entre : il sert à toute la table."""
    a_part = tmp_path_factory.mktemp("garde")
    lieu = Lieu(a_part / "lieu")
    subprocess.run(["cp", "-a", str(modele), str(lieu.racine)], check=True)
    assert lancer("moyeu", "init", str(a_part / "moyeu")).code == 0
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--courriel", "karim@exemple.be")
    lieu.faire("moyeu", "relier", str(a_part / "moyeu"))
    lieu.faire("synchroniser")
    return Moyeu(a_part / "moyeu", a_part / "index")


def test_ce_que_l_outil_ecrit_passe(moyeu: Moyeu) -> None:
    assert moyeu.raisons(moyeu.commit()) == ""
    seul = moyeu.commit(texte="Bonjour\n")
    assert moyeu.raisons(seul) == ""
    complet = moyeu.commit(
        texte=f"Annulé\n\nAction: annuler\nAnnule: {'a' * 40}\nFiche: {NOTE}\n", parents=(seul,)
    )
    assert moyeu.raisons(complet, seul) != ""  # le même arbre : rien ne change


#: Chaque champ d'un enregistrement, faux : ce que la garde en dit.
CHAMPS: dict[str, tuple[dict[str, object], str]] = {
    "auteur-nomme": ({"auteur": "Marie Dupont <concierge@lieu.invalid>"}, "rôle de la maison"),
    "auteur-adresse": ({"auteur": "concierge <marie@exemple.be>"}, "rôle de la maison"),
    "deposant-nomme": ({"depose": "Marie Dupont <m@exemple.be>"}, "rôle de la maison"),
    "deposant-autre": ({"depose": "accueil <accueil@lieu.invalid>"}, "déposé par"),
    "auteur-vide": ({"auteur": " <>"}, "rôle de la maison"),
    "date-avant-1970": ({"date": "-5 +0000"}, "date"),
    "date-illisible": ({"date": "hier +0000"}, "date"),
    "date-geante": ({"date": "9" * 30 + " +0000"}, "date"),
    "date-a-venir": ({"date": f"{INSTANT + 2 * 86400} +0000"}, "à venir"),
    "en-tete-codage": ({"entetes": "encoding latin-1\n"}, "en-tête « encoding »"),
    "en-tete-inconnu": ({"entetes": "x-cache Karim\n"}, "en-tête « x-cache »"),
    "en-tete-mergetag": ({"entetes": f"mergetag object {'a' * 40}\n type commit\n"}, "mergetag"),
    "en-tete-double": ({"entetes": f"author {ROLE} 1 +0000\n"}, "deux fois"),
    "phrase-vide": ({"texte": ""}, "autre chose qu'une phrase"),
    "phrase-nommee": ({"texte": "Vu Karim Haddad\n"}, "le nom ou le contact"),
    "phrase-montant": ({"texte": "Une amende de 50 €\n"}, "un montant"),
    "phrase-latin": ({"texte": "Caf\xe9\n".encode("latin-1")}, "UTF-8"),
    "phrase-controle": ({"texte": "Un \x1b[31m rouge\n"}, "autre chose qu'une phrase"),
    "phrase-nul": ({"texte": b"Un \x00 nul\n"}, "autre chose qu'une phrase"),
    "phrase-geante": ({"texte": "x" * 5000}, "autre chose qu'une phrase"),
    "corps-libre": ({"texte": "Une note\n\nUn long discours\n\nAction: x\n"}, "autre chose qu'une phrase"),
    "suite-inconnue": ({"texte": "Une note\n\nCo-authored-by: M <m@x.be>\n"}, "autre chose qu'une phrase"),
    "suite-action": ({"texte": "Une note\n\nAction: Karim Haddad\n"}, "autre chose qu'une phrase"),
    "suite-nommee": ({"texte": "Une note\n\nFiche: regles/karim-haddad.md\n"}, "le nom ou le contact"),
    "suite-fiche": ({"texte": "Une note\n\nFiche: ../../etc/passwd\n"}, "autre chose qu'une phrase"),
    "suite-annule": ({"texte": "Une note\n\nAnnule: HEAD~3\n"}, "autre chose qu'une phrase"),
}


@pytest.mark.parametrize("champ", CHAMPS)
def test_chaque_champ_d_un_enregistrement(moyeu: Moyeu, champ: str) -> None:
    faux, dit = CHAMPS[champ]
    assert dit in moyeu.raisons(moyeu.commit(**faux))  # type: ignore[arg-type]


def photo() -> bytes:
    from PIL import Image

    flux = io.BytesIO()
    Image.effect_noise((40, 30), 60).convert("RGB").save(flux, "JPEG")
    return flux.getvalue()


def a_son_nom(octets: bytes) -> dict[str, bytes | str | None]:
    return {photos.chemin(photos.empreinte(octets)): octets}


SALLE = "espace/salles/cave.yaml"
#: Chaque sorte de contenu qui n'a pas sa place : les fichiers, leur mode, ce que la garde en dit.
CONTENUS: dict[str, tuple[Callable[[], dict[str, bytes | str | None]], str, str]] = {
    "nom-echappe": (lambda: {SALLE: 'nom: "Salle \\x4barim H\\u0061ddad"\n'}, "100644", "le nom"),
    "nom-replie": (lambda: {SALLE: "nom: >-\n  Salle Karim\n  Haddad\n"}, "100644", "le nom"),
    "nom-double-replie": (lambda: {SALLE: 'nom: "Salle Kar\\\n  im Haddad"\n'}, "100644", "le nom"),
    "nom-en-commentaire": (lambda: {SALLE: "nom: Cave\n# Karim Haddad\n"}, "100644", "le nom"),
    "nom-en-clef": (lambda: {SALLE: 'nom: Cave\n"Karim Haddad": 1\n'}, "100644", "le nom"),
    "courriel": (lambda: {NOTE: CORPS.format("karim@exemple.be")}, "100644", "le nom ou le contact"),
    "montant-echappe": (lambda: {SALLE: 'nom: "12\\u20ac"\n'}, "100644", "un montant"),
    "nom-de-fichier": (lambda: {"regles/karim-haddad.md": "Bonjour\n"}, "100644", "le nom"),
    "fichier-latin": (lambda: {"regles/x.md": "été\n".encode("latin-1")}, "100644", "UTF-8"),
    "binaire": (lambda: {"regles/x.md": b"\x7fELF\x00\xff"}, "100644", "UTF-8"),
    "photo-allongee": (lambda: a_son_nom(photo() + b"Karim Haddad"), "100644", "JPEG"),
    "photo-double-fin": (lambda: a_son_nom(photo() + b"Karim\xff\xd9"), "100644", "JPEG"),
    "photo-mal-nommee": (lambda: {photos.chemin("0" * 64): photo()}, "100644", "empreinte"),
    "programme": (lambda: {"regles/x.md": "x\n"}, "100755", "programme"),
    "lien": (lambda: {"regles/x.md": "/etc/passwd"}, "120000", "lien"),
    "geant": (lambda: {"regles/x.md": "x" * 70_000}, "100644", "64 Kio"),
    "bombe": (lambda: {"regles/x.md": b"\0" * 50_000_000}, "100644", "64 Kio"),
    "inconnu": (lambda: {"divers/x.yaml": "a: 1\n"}, "100644", "pas une fiche"),
    "caisse": (lambda: {"finance/x.yaml": "a: 1\n"}, "100644", "pas permis"),
}


@pytest.mark.parametrize("sorte", CONTENUS)
def test_chaque_octet_de_chaque_fichier(moyeu: Moyeu, sorte: str) -> None:
    fichiers, mode, dit = CONTENUS[sorte]
    assert dit in moyeu.raisons(moyeu.commit(moyeu.arbre(fichiers(), mode=mode)))


def test_une_bonne_photo_passe(moyeu: Moyeu) -> None:
    assert moyeu.raisons(moyeu.commit(moyeu.arbre(a_son_nom(photo())))) == ""


def test_un_enregistrement_vide_et_un_dossier_vide(moyeu: Moyeu) -> None:
    vide = moyeu.git("rev-parse", f"{moyeu.tete}^{{tree}}")
    assert "ne change rien" in moyeu.raisons(moyeu.commit(vide))
    entrees = moyeu.git("ls-tree", moyeu.tete).encode()
    rien = moyeu.git("mktree", entree=b"")
    cache = moyeu.git("mktree", entree=entrees + f"\n040000 tree {rien}\tkarim-haddad\n".encode())
    assert "dossier vide" in moyeu.raisons(moyeu.commit(cache))


def test_chaque_version_se_lit_meme_corrigee(moyeu: Moyeu) -> None:
    un = moyeu.commit(moyeu.arbre({NOTE: CORPS.format("Vu Karim Haddad")}))
    deux = moyeu.commit(moyeu.arbre({NOTE: CORPS.format("Vu quelqu'un")}, depuis=un), parents=(un,))
    assert "le nom" in moyeu.raisons(deux)


BENEVOLE = "benevole <benevole@lieu.invalid>"


def test_une_fusion_se_lit_contre_chaque_ascendant(moyeu: Moyeu) -> None:
    """Réunir n'est pas changer : ce qui vient d'un côté passe, ce qui n'est d'aucun se lit."""
    un = moyeu.commit(moyeu.arbre({NOTE: CORPS.format("Merci")}), auteur=BENEVOLE)
    la_bas = moyeu.commit(moyeu.arbre({SALLE: "nom: Cave\n"}))
    bonne = moyeu.arbre({NOTE: CORPS.format("Merci")}, depuis=la_bas)
    reunie = moyeu.commit(bonne, parents=(un, la_bas), auteur=BENEVOLE)
    assert moyeu.raisons(reunie, la_bas) == ""
    cas: dict[str, tuple[dict[str, bytes | str | None], str]] = {
        # Le travail des autres, défait en douce au nom de la fusion.
        "rendu": ({SALLE: None}, "« benevole » ne change pas espace/salles/cave.yaml"),
        "change": ({SALLE: "nom: Grotte\n"}, "« benevole » ne change pas espace/salles/cave.yaml"),
        "ajoute": ({"espace/salles/x.yaml": "nom: X\n"}, "« benevole » ne change pas espace/salles/x.yaml"),
        "ote": ({"lieu.yaml": None}, "« benevole » ne change pas lieu.yaml"),
        "nomme": ({NOTE: CORPS.format("Merci Karim Haddad")}, "le nom"),
    }
    for change, dit in cas.values():
        mauvaise = moyeu.commit(
            moyeu.arbre(change, depuis=bonne), parents=(un, la_bas), auteur=BENEVOLE, texte="Mise en commun\n"
        )
        assert dit in moyeu.raisons(mauvaise, la_bas)
    trois = moyeu.commit(bonne, parents=(un, la_bas, moyeu.tete))
    assert "plus de deux histoires" in moyeu.raisons(trois, la_bas)


def test_tout_revenir_en_arriere_par_une_fusion_est_un_choix(moyeu: Moyeu) -> None:
    """« ours » : la fusion est identique à son premier ascendant, et défait tout l'autre."""
    un = moyeu.commit(moyeu.arbre({NOTE: CORPS.format("Merci")}), auteur=BENEVOLE)
    la_bas = moyeu.commit(moyeu.arbre({SALLE: "nom: Cave\n"}))
    arbre = moyeu.git("rev-parse", f"{un}^{{tree}}")
    mauvaise = moyeu.commit(arbre, parents=(un, la_bas), auteur=BENEVOLE)
    assert "« benevole » ne change pas espace/salles/cave.yaml" in moyeu.raisons(mauvaise, la_bas)


def porter(poste: Lieu, moyeu: Path, *mots: str, tete: str = "HEAD") -> str:
    """Porter à la main ; rend ce que le moyeu en dit, vide s'il accepte."""
    fini = subprocess.run(
        ["git", "-C", str(poste.racine), "push", *mots, str(moyeu), f"{tete}:refs/heads/main"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    return fini.stderr if fini.returncode else ""


@pytest.fixture
def poste(lieu: Lieu, tmp_path: Path) -> tuple[Lieu, Path]:
    assert lancer("moyeu", "init", str(tmp_path / "moyeu"), "--quota", "1").code == 0
    lieu.faire("moyeu", "relier", str(tmp_path / "moyeu"))
    lieu.faire("synchroniser")
    return lieu, tmp_path / "moyeu"


def test_ce_qu_aucun_enregistrement_n_atteint_n_entre_pas(poste: tuple[Lieu, Path], tmp_path: Path) -> None:
    """Un paquet bâti à la main porte un contenu de plus : il resterait au moyeu sans qu'on l'ait lu."""
    lieu, moyeu = poste
    lieu.faire("journal", "noter", "Bonjour")
    cache = tmp_path / "cache"
    cache.write_text("Karim Haddad, 0470 12 34 56\n", "utf-8")
    blob = lieu.git("hash-object", "-w", str(cache)).strip()
    ancien, neuf = (lieu.git("rev-parse", nom).strip() for nom in ("HEAD~1", "HEAD"))
    portes = lieu.git("rev-list", "--objects", "--no-object-names", neuf, f"^{ancien}").split()
    dit = envoyer_a_la_main(lieu, moyeu, (ancien, neuf, "refs/heads/main"), *portes, blob)
    assert "contient plus que l'histoire du lieu" in dit
    assert lieu.faire("synchroniser", "--json").json["envoyees"] == 1


def test_ce_qui_ne_passe_pas_d_un_coup_passe_en_plusieurs(poste: tuple[Lieu, Path]) -> None:
    """Le quota borne un envoi, non un lieu : le poste porte la moitié, puis l'autre."""
    lieu, moyeu = poste
    # Un quota de moyeu, à l'échelle de ce qu'un essai peut relire.
    git(moyeu, "config", "receive.maxInputSize", "200k")
    hasard = random.Random(4)
    for tour in range(3):
        for rang in range(2):
            fichier = lieu.racine / f"regles/gros-{tour}-{rang}.md"
            fichier.write_text("".join(hasard.choices(string.ascii_letters, k=62_000)), "utf-8")
        lieu.git("add", "-A")
        lieu.git("commit", "-qm", f"De longues règles, {tour}")
    assert "maximum allowed size" in porter(lieu, moyeu)
    lieu.faire("synchroniser")
    assert lieu.git("rev-parse", "HEAD") == git(moyeu, "rev-parse", "main")
