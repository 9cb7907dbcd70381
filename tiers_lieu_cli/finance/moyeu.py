"""Le moyeu de la caisse : à elle seule, fermé à qui ne tient pas les comptes.

L'histoire s'y réunit ; le coffre s'y porte, toujours chiffré, là où le moyeu est un dossier. La chaîne des
pièces, elle, ne se réunit pas : un numéro n'est pris que par un poste à jour, et porté aussitôt.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tiers_lieu_cli.finance.caisse import Caisse, DepotDeLaCaisse
from tiers_lieu_cli.finance.coffre import DOSSIER as COFFRE
from tiers_lieu_cli.finance.piece import livre
from tiers_lieu_cli.finance.piece.modele import BROUILLONS
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire, moyeu
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.histoire import Changement
from tiers_lieu_cli.noyau.depot.moyeu import MoyeuAbsent, MoyeuEnAvance
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets
from tiers_lieu_cli.noyau.depot.roles import TRESORIER
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches import controle
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.fusion import fondre

#: Le dossier du moyeu où va le coffre, comme celui des documents d'un lieu.
AU_MOYEU = "documents"
DESACCORDS = "desaccords"
_ESSAIS = 6
_COMMANDE = "tl finance synchroniser"


class MoyeuMuet(Echec):
    """Le moyeu de la caisse ne répond pas."""

    def __init__(self, quoi: str) -> None:
        super().__init__(f"Le moyeu de la caisse ne répond pas : {quoi}.", f"Quand il sera là : {_COMMANDE}")


class PasAJour(Echec):
    """Un autre poste a enregistré : un numéro ne se prend pas sans l'avoir lu."""

    def __init__(self) -> None:
        super().__init__(
            "Un autre poste de la caisse a enregistré depuis : deux pièces porteraient le même numéro.",
            f"Le recevoir d'abord : {_COMMANDE}",
        )


class ApportRefuse(Echec):
    """Ce que le moyeu propose n'est pas une suite honnête de cette caisse."""

    def __init__(self, fait: str) -> None:
        super().__init__(
            f"Ce que le moyeu de la caisse propose n'est pas pris : {fait}.", "Ce poste n'a pas changé."
        )


class DejaSuivies(Echec):
    """Des pièces émises des deux côtés à la fois, et celles d'ici ont déjà une suite."""

    def __init__(self, numeros: str) -> None:
        super().__init__(
            f"Deux postes ont émis sans se voir, et celles d'ici ont déjà une suite ({numeros}).",
            "Défaire ici ce qui les suit (paiement, rappel, transmission), puis recommencer.",
        )


class Bilan(msgspec.Struct, frozen=True):
    """Ce qu'une mise en commun a fait ; `demises` : à émettre de nouveau ; `coffre` : y va-t-il ?"""

    envoyees: int = 0
    recues: int = 0
    demises: tuple[str, ...] = ()
    desaccords: tuple[str, ...] = ()
    portes: int = 0
    pris: int = 0
    coffre: bool = True


def mettre_en_commun(c: Contexte) -> Bilan:
    """Prendre, réunir, porter, jusqu'à ce que ce poste et le moyeu disent la même chose."""
    depot = DepotDeLaCaisse(c)
    url, fait = moyeu.liee(depot), Bilan()
    try:
        for _ in range(_ESSAIS):
            distant = moyeu.prendre(depot, url)
            if distant:
                with c.ecriture(depot, reunit=True) as e:
                    fait = _reunir(Caisse(c, depot, ArbreDisque(depot.racine)), e, distant, fait)
            if depot.tete() == distant:
                break
            envoyees = depot.combien(f"{distant}..HEAD" if distant else "HEAD")
            # Ce que l'histoire cite arrive avant elle.
            portes, pris, porte = _echanger_le_coffre(c, depot, url)
            fait = msgspec.structs.replace(
                fait, portes=fait.portes + portes, pris=fait.pris + pris, coffre=porte
            )
            try:
                moyeu.porter(depot, url)
            except MoyeuEnAvance:
                continue
            fait = msgspec.structs.replace(fait, envoyees=envoyees)
            break
        else:
            raise MoyeuMuet("d'autres postes y déposent sans cesse")
    except MoyeuAbsent:
        raise MoyeuMuet("tout est gardé sur ce poste") from None
    portes, pris, porte = _echanger_le_coffre(c, depot, url)
    return msgspec.structs.replace(fait, portes=fait.portes + portes, pris=fait.pris + pris, coffre=porte)


# -- un numéro n'est pris qu'une fois ------------------------------------------------------


def exiger_a_jour(depot: Depot) -> None:
    """Avant de prendre un numéro : ce poste a tout ce que le moyeu garde ; sans moyeu, rien à attendre."""
    url = moyeu.liee(depot)
    if not url:
        return
    try:
        distant = moyeu.prendre(depot, url)
    except MoyeuAbsent:
        raise MoyeuMuet("sans lui, un numéro pourrait être pris deux fois") from None
    if distant and not _a_deja(depot, distant):
        raise PasAJour


def porter_ensuite(c: Contexte, depot: Depot, e: Ecriture) -> None:
    """Une fois la pièce enregistrée, la porter : elle n'est sûre qu'au moyeu. Sinon, le dire."""
    if url := moyeu.liee(depot):
        e.ensuite(lambda: _porter(c, depot, url))


def _porter(c: Contexte, depot: Depot, url: str) -> None:
    try:
        _echanger_le_coffre(c, depot, url)
        moyeu.porter(depot, url)
    except (Echec, MoyeuEnAvance, OSError):
        dire = f"Ce qui vient d'être émis n'est pas encore au moyeu : ne rien envoyer avant {_COMMANDE}."
        c.ecran.a_la_fin.append(lambda: c.ecran.avertir(dire))


def _a_deja(depot: Depot, commit: str) -> bool:
    try:
        depot.git("merge-base", "--is-ancestor", commit, "HEAD")
    except GitRefuse:
        return False
    return True


# -- réunir -------------------------------------------------------------------------------


def lire(depot: Depot, base: str, distant: str) -> dict[str, Changement]:
    """Ce que le moyeu apporte depuis `base`, lu avant d'y toucher ; `ApportRefuse` s'il n'entre pas."""
    bornes = f"{base}..{distant}" if base else distant
    # L'ouverture, qui n'a rien avant elle, a pu l'être par qui ouvrait le lieu.
    lus = depot.git("log", "--min-parents=1", "--format=%an%n%cn", bornes).decode()
    roles = set(lus.split("\n")) - {"", TRESORIER}
    if roles:
        raise ApportRefuse(f"« {min(roles)[:40]} » y a écrit, et seul le trésorier tient la caisse")
    apports = histoire.changements(depot, base, distant)
    for defaut, _, _ in controle.controler(apports.items(), Objets(depot.racine), ""):
        if defaut:
            raise ApportRefuse(str(defaut))
    for rupture in livre.ruptures(ArbreEnregistre(depot.racine, distant)):
        raise ApportRefuse(f"sa chaîne est rompue, {rupture}")
    return apports


def _reunir(caisse: Caisse, e: Ecriture, distant: str, fait: Bilan) -> Bilan:
    depot = caisse.depot
    try:
        base = depot.git("merge-base", "HEAD", distant).decode().strip()
    except GitRefuse:
        raise ApportRefuse("c'est une autre caisse") from None
    if base == distant:
        return fait
    apports = lire(depot, base, distant)
    notres = histoire.changements(depot, base, "HEAD")
    objets = Objets(depot.racine)
    demises = _demettre(caisse, e, objets, notres, apports)
    desaccords = []
    for chemin, apport in apports.items():
        octets = objets.contenu(apport.apres)
        notre = notres.get(chemin)
        if notre is None or _de_la_chaine(chemin):
            e.donner(chemin, octets)
            continue
        avant, ici = objets.contenu(notre.avant), objets.contenu(notre.apres)
        reunie = fondre(avant, ici, octets, chemin, _structure_de(chemin))
        e.donner(chemin, reunie.octets)
        if reunie.desaccord:
            desaccords.append(_garder(e, chemin, reunie.autre or b""))
    if base == depot.tete():
        e.avancer(distant, "Prise de ce qu'un autre poste de la caisse a enregistré")
    else:
        e.enregistrer("Mise en commun de la caisse", "finance.synchroniser", fond=distant)
    return msgspec.structs.replace(
        fait,
        recues=fait.recues + depot.combien(f"{base}..{distant}"),
        demises=(*fait.demises, *demises),
        desaccords=(*fait.desaccords, *desaccords),
    )


def _de_la_chaine(chemin: str) -> bool:
    return chemin.startswith(f"{livre.DOSSIER}/")


def _demettre(
    caisse: Caisse,
    e: Ecriture,
    objets: Objets,
    notres: dict[str, Changement],
    apports: dict[str, Changement],
) -> list[str]:
    """Deux postes ont émis sans se voir : le moyeu garde les siennes, les nôtres redeviennent brouillons.

    On ne dit une pièce émise qu'une fois portée : personne n'a encore reçu celles-ci.
    """
    if not any(map(_de_la_chaine, apports)):
        return []
    fourchues = [chemin for chemin in notres if _de_la_chaine(chemin)]
    idents = {chemin.rpartition("/")[2].removesuffix(".json").encode() for chemin in fourchues}
    numeros = [caisse.livre.lire(chemin).numero for chemin in fourchues]
    for chemin, notre in notres.items():
        octets = b"" if _de_la_chaine(chemin) else objets.contenu(notre.apres) or b""
        if any(ident in octets for ident in idents):
            raise DejaSuivies(", ".join(numeros))
    for chemin in fourchues:
        if chemin not in apports:
            e.lire(chemin)
            e.retirer(chemin)
    for chemin, notre in notres.items():
        if (
            chemin.startswith(f"{BROUILLONS.genre.dossier}/")
            and notre.apres is None
            and chemin not in apports
        ):
            e.donner(chemin, objets.contenu(notre.avant))
    return numeros


def _structure_de(chemin: str) -> tuple[str, type[Fiche]] | None:
    from tiers_lieu_cli.finance.schemas import structure_de

    return structure_de(chemin)


def _garder(e: Ecriture, chemin: str, autre: bytes) -> str:
    """Ce que ce poste disait d'autre, gardé à côté ; rend le fichier."""
    marque = hashlib.sha256(chemin.encode() + b"\0" + autre).hexdigest()[:8]
    nom, _, suffixe = chemin.rpartition("/")[2].rpartition(".")
    ou = f"{DESACCORDS}/{nom[-60:].lstrip('-.')}-{marque}.{suffixe}"
    e.donner(ou, autre or b"\n")
    return ou


# -- le coffre ----------------------------------------------------------------------------


def _echanger_le_coffre(c: Contexte, depot: Depot, url: str) -> tuple[int, int, bool]:
    """(portés, pris, faisable) : chaque contenu chiffré va où il manque ; ce qui est purgé part des deux."""
    if not Path(url).is_absolute():
        return 0, 0, False
    ici, la_bas = depot.racine / COFFRE, Path(url) / AU_MOYEU
    la_bas.mkdir(mode=0o700, exist_ok=True)
    for empreinte in Caisse(c, depot, ArbreDisque(depot.racine)).purges:
        nom = empreinte.removeprefix("sha256:")
        for dossier in (ici, la_bas):
            (dossier / nom[:2] / f"{nom}.age").unlink(missing_ok=True)
    noms = {dossier: set(_contenus(dossier)) for dossier in (ici, la_bas)}
    portes, pris = noms[ici] - noms[la_bas], noms[la_bas] - noms[ici]
    for source, cible, lesquels in ((ici, la_bas, portes), (la_bas, ici, pris)):
        for nom in sorted(lesquels):
            _copier(source / nom, cible / nom)
    return len(portes), len(pris), True


def _contenus(dossier: Path) -> Iterator[str]:
    return (f"{f.parent.name}/{f.name}" for f in dossier.glob("[0-9a-f][0-9a-f]/*.age") if not f.is_symlink())


def _copier(source: Path, cible: Path) -> None:
    systeme.creer_dossier(cible.parent, 0o700)
    provisoire = cible.with_name(f".tmp-{os.urandom(6).hex()}")
    systeme.ecrire_abrite(provisoire, source.read_bytes(), 0o600)
    os.replace(provisoire, cible)
    systeme.abriter(cible.parent)


# -- relier, rejoindre -----------------------------------------------------------------------


def ouvrir(dossier: Path) -> None:
    """Un moyeu neuf, que ce compte seul lit et écrit ; il n'accepte ni réécriture ni oubli."""
    moyeu.creer(dossier, effacable=False, partage=False, prive=True)


def prendre_tout(racine: Path, url: str) -> None:
    """Une caisse neuve dans ce dossier, telle que le moyeu la garde ; lue avant d'être posée."""
    depot = Depot.creer(racine)
    moyeu.relier(depot, url)
    depot.regler("user.name", TRESORIER)
    try:
        distant = moyeu.prendre(depot, url)
    except MoyeuAbsent:
        raise MoyeuMuet("rien n'est pris") from None
    if not distant:
        raise MoyeuMuet("il est encore vide")
    lire(depot, "", distant)
    depot.git("update-ref", "refs/heads/main", distant)
    depot.git("read-tree", "--reset", "-u", "HEAD")


def poser_la_clef(racine: Path, clef: Path | None) -> bool:
    """Ranger la clef du coffre, reçue autrement que par le moyeu ; dit si elle est là."""
    coffre = racine / COFFRE
    coffre.mkdir(mode=0o700, exist_ok=True)
    if clef is None:
        return False
    shutil.copyfile(clef, coffre / "clef.txt")
    (coffre / "clef.txt").chmod(0o600)
    return True
