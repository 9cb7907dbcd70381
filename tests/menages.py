"""De quoi éprouver le ménage d'un dépôt : un lieu que la prochaine action range, et ce qui y reste."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import coupure
from pannes import Issue, Juger, Panne, Vue, eprouver, fautes_apres, fautes_de_la_suite, preparer, tetes
from soutien import Lieu, git

from tiers_lieu_cli.noyau.depot import menage

NOTER = ("journal", "noter", "Du bois")


def remplir(depot: Path, depuis: int = 0) -> set[str]:
    """Assez de contenus que rien ne nomme, tous du dossier qui dit combien il y en a partout."""
    textes = (b"essai %d" % n for n in count(depuis))
    bruts = (b"blob %d\0%b" % (len(texte), texte) for texte in textes)
    nommes = ((hashlib.sha1(brut).hexdigest(), brut) for brut in bruts)
    temoins = ((nom, brut) for nom, brut in nommes if nom.startswith(menage.TEMOIN))
    poses = dict(islice(temoins, menage.ASSEZ + 1))
    for nom, brut in poses.items():
        fichier = depot / "objects" / nom[:2] / nom[2:]
        fichier.parent.mkdir(exist_ok=True)
        fichier.write_bytes(zlib.compress(brut))
    return {*poses}


def contenus(depot: Path) -> set[str]:
    """Tout ce que ce dépôt garde, nommé ou non, relu."""
    git(depot, "fsck", "--full", "--strict", "--no-dangling")
    return set(git(depot, "cat-file", "--batch-check=%(objectname)", "--batch-all-objects").split())


def juger_de(lieu: Lieu) -> Juger:
    """Rien n'y manque de ce qu'il avait, ni après la panne, ni après l'action suivante."""
    a_moi = preparer(lieu, "noter")
    remplir(lieu.racine / ".git")
    avant, la = tetes(lieu), contenus(lieu.racine)

    def juger(copie: Lieu, issue: Issue) -> tuple[list[str], bool]:
        fautes = [f"{nom} manque" for nom in la - contenus(copie.racine)]
        fautes += fautes_apres(copie, issue, avant, a_moi)
        de_la_suite, demande = fautes_de_la_suite(copie)
        fautes += (f"ensuite, {nom} manque" for nom in la - contenus(copie.racine))
        return [*fautes, *de_la_suite], demande

    return juger


def pas_du_menage(lieu: Lieu, juger: Juger, sorte: str, dossier: Path, combien: int) -> Iterator[Vue]:
    """Cette panne aux derniers pas d'une action qui range."""
    (dossier / "entier").mkdir(parents=True, exist_ok=True)
    (entiere,) = eprouver(lieu, NOTER, [Panne()], dossier / "entier", juger)
    pas = range(max(1, entiere.issue.pas - combien), entiere.issue.pas + 1)
    yield from eprouver(lieu, NOTER, [Panne(sorte, n) for n in pas], dossier, juger)


def courant_coupe(lieu: Lieu, juger: Juger, dossier: Path, entre: int = 1) -> Iterator[Vue]:
    """Le courant coupé sous la même action."""
    return coupure.eprouver(lieu, NOTER, dossier, juger, entre)
