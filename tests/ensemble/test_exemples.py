"""Tout exemple de tout `--help` se joue : il est bien dit, et s'il est refusé, c'est à cause du lieu."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from invente import copier
from lectures import lectures
from repertoire import TOUTES
from soutien import lancer

#: Elles bâtissent un lieu ou un moyeu, écoutent, appellent au loin : leurs propres essais les jouent.
AILLEURS = {
    *("init", "demo", "completion", "moyeu", "sauvegarder", "restaurer", "adopter", "apprendre", "finance"),
    *("synchroniser", "site"),
}
_EXEMPLES = re.compile(r"^Exemples? :\n(.*?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
#: Ce que l'exemple nomme n'est pas à La Passerelle, ou pas dans cet état : il est bien dit quand même.
_DU_LIEU = re.compile(
    r"Aucune? |Aucun·e |existe déjà|Il n'y a pas de |C'est une série|personne de présent|Pas possible"
    r"|pas de bienvenue|clos|dehors|encore chez|n'est pas perdu|n'est pas libre|ne peut pas être écrit"
    r"|aucun moyeu|jours au plus|code d'aucune action|déjà|Rien n|Personne n|en réparation|n'est pas relié"
    r"|n'a pas (?:eu|encore)|n'est pas de |n'y a rien|Personne|pas commencé|n'a rien"
    r"|ni fichier ni dossier|n'avait pas accepté|n'est pas un thème|mot de passe de|n'ont pas changé"
)


def exemples() -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Chaque commande, et les mots de chacun de ses exemples qui ne passent pas par un tube."""
    for nom, commande in TOUTES.items():
        trouve = _EXEMPLES.search(re.sub(r"^ +", "", commande.help or "", flags=re.MULTILINE))
        assert trouve, nom
        for ligne in trouve[1].splitlines():
            mots = shlex.split(ligne)
            if mots[0] == "tl" and not {">", ">>", "|", "<"} & set(mots):
                yield nom, mots[1:]


TOUS = list(exemples())


def commande_de(mots: list[str], sinon: tuple[str, ...]) -> tuple[str, ...]:
    """La commande que cette ligne nomme : la plus longue qui existe."""
    connues = (tuple(mots[:n]) for n in range(len(mots), 0, -1))
    return next((nom for nom in connues if nom in TOUTES), sinon)


def test_tout_exemple_est_bien_dit(
    la_passerelle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lieu = copier(la_passerelle, tmp_path / "la-passerelle")
    # Là où le cours et `init` mènent : dans le lieu.
    monkeypatch.chdir(lieu)
    monkeypatch.setenv("HOME", str(tmp_path))
    for editeur in ("VISUAL", "EDITOR"):
        monkeypatch.setenv(editeur, "true")
    assert len(TOUS) > 400
    fautes = []
    for celle, mots in TOUS:
        nom = commande_de(mots, celle)
        options = {o for p in TOUTES[nom].params for o in p.opts}
        if nom[0] in AILLEURS or nom == ("courrier", "lire"):
            continue
        # Rien ne s'écrit, rien ne se demande.
        plus = [o for o in ("--essai", "--oui") if o in options and o not in mots]
        reponse = lancer("--lieu", str(lieu), *mots, *plus)
        if reponse.code and not _DU_LIEU.search(reponse.erreurs + reponse.sortie):
            fautes.append(f"tl {shlex.join(mots)} → {reponse.erreurs or reponse.sortie}")
    assert not fautes, "\n".join(fautes)


_A_ECRIRE = re.compile(r"\btl [^:;,·`«»]*? --sortie [^\s,;`»]+")
#: De quoi faire dire « Ensuite » d'autres façons que la plus simple.
PERIODES = (
    *(("bilan", "mois", jour) for jour in ("2026-11-10", "2026-10-10")),
    *(("bilan", "annee", jour) for jour in ("2026-05-01", "2025-05-01")),
    *(("bilan", "periode", *bornes) for bornes in (("--du", "1/9", "--au", "30/11"), ("--du", "2/11"))),
    *((qui, "bilan", "--du", "1/9", "--au", "30/11") for qui in ("accueil", "prog")),
    *((qui, "bilan", "--du", "2/9", "--au", "10/11") for qui in ("accueil", "prog")),
    ("accueil", "bilan", "--du", "2/11"),
)


def test_ce_qui_est_propose_a_ecrire_se_colle_depuis_le_lieu(
    la_passerelle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chaque « --sortie » qu'une lecture propose, collé tel quel, là où l'on est : dans le lieu."""
    lieu = copier(la_passerelle, tmp_path / "la-passerelle")
    monkeypatch.chdir(lieu)
    monkeypatch.setenv("HOME", str(tmp_path))
    vues = [(*nom, *mots) for nom, facons in lectures().items() for mots in facons]
    dites = [(mots, lancer(*mots).sortie) for mots in (*vues, *PERIODES) if mots[0] not in AILLEURS]
    colles = {colle: mots for mots, dite in dites for colle in _A_ECRIRE.findall(dite)}
    assert len(colles) > 8
    for colle, mots in colles.items():
        fait = lancer(*shlex.split(colle)[1:])
        assert fait.code == 0, (mots, colle, fait.erreurs)
