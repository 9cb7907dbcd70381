"""Réunir ce poste et les autres : prendre, réunir, garder les deux versions de ce qui s'oppose."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from tiers_lieu_cli.ensemble.desaccords import DESACCORDS, Desaccord
from tiers_lieu_cli.ensemble.genres import structure_de
from tiers_lieu_cli.ensemble.lecture import Faute, Lecture, Nature
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.histoire import Changement
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets
from tiers_lieu_cli.noyau.depot.poses import empreinte_de
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.controle import controler
from tiers_lieu_cli.noyau.fiches.fusion import Fusion, fondre
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES
from tiers_lieu_cli.noyau.gens.registre import Registre


class Reunion(msgspec.Struct, frozen=True):
    """Ce qu'une mise en commun a changé ici : fichiers pris ou réunis, désaccords gardés."""

    chemins: tuple[str, ...] = ()
    desaccords: tuple[str, ...] = ()


class AutreLieu(Echec):
    """Le moyeu garde l'histoire d'un autre lieu."""

    def __init__(self) -> None:
        super().__init__(
            "Ce moyeu garde un autre lieu que celui-ci.",
            "Vérifier l'adresse, ou prendre ce lieu dans un dossier neuf : tl moyeu rejoindre",
        )


class ApportRefuse(Echec):
    """Ce que le moyeu propose ne doit pas entrer."""

    def __init__(self, fait: str) -> None:
        super().__init__(
            f"Ce que le moyeu propose n'est pas pris : {fait}.",
            "Prévenir la personne qui tient le moyeu ; ce poste n'a pas changé.",
        )


def base_commune(depot: Depot, partage: str) -> str:
    """Le dernier enregistrement que ce poste et le moyeu ont en commun ; `AutreLieu` s'il n'y en a pas."""
    try:
        return depot.git("merge-base", "HEAD", partage).decode().strip()
    except GitRefuse:
        raise AutreLieu from None


def verifier_l_apport(depot: Depot, base: str, partage: str) -> None:
    """Refuser un lien, un programme, un nom de fichier impossible, un géant : avant d'y toucher."""
    attributs = empreinte_de((ressources.dossier("data_template") / "_gitattributes").read_bytes()) or ""
    objets = Objets(depot.racine)
    for defaut, _, _ in controler(histoire.changements(depot, base, partage).items(), objets, attributs):
        if defaut:
            raise ApportRefuse(str(defaut))


def lire_l_apport(
    lecture: Lecture,
    ici: str,
    partage: str,
    *,
    admis: Callable[[Faute], bool],
    suivre: Callable[[list[str]], Iterable[str]] = iter,
) -> list[Faute]:
    """Lire ce que le moyeu propose comme sa garde l'aurait lu ; rend ce qui se dit sans l'empêcher.

    `admis` : un nom a pu y entrer avant qu'on sache le reconnaître, un champ avant que cet outil le
    connaisse ; cela ne ferme la porte à personne.
    """
    a_dire = []
    for faute in lecture.fautes(ici, partage, suivre):
        if not admis(faute):
            raise ApportRefuse(faute.fait.rstrip("."))
        a_dire.append(faute)
    return a_dire


def admis(garde: bool, inscription: Callable[[str], datetime | None]) -> Callable[[Faute], bool]:
    """Ce qu'on prend quand même : tout ce que la garde a vu, et ce qui fut écrit avant l'inscription de qui
    il nomme ; `inscription` : depuis quand le registre connaît cette personne.
    """

    def juger(faute: Faute) -> bool:
        if faute.nature is Nature.SCHEMA:
            return True
        if faute.nature not in (Nature.NOM, Nature.MONTANT):
            return False
        inscrites = [inscription(qui) for qui in faute.personnes]
        return garde or (faute.nature is Nature.NOM and all(le and faute.moment < le for le in inscrites))

    return juger


def inscriptions(registre: Registre) -> Callable[[str], datetime | None]:
    """Depuis quand le registre de ce poste connaît quelqu'un ; cherché seulement si on le demande."""

    def depuis(qui: str) -> datetime | None:
        if not qui:
            return None
        toutes = histoire.revisions(registre.depot, [PERSONNES.genre.dossier])
        connue = toutes.get(PERSONNES.genre.chemin(qui))
        return connue.cree if connue else None

    return depuis


def reunir(depot: Depot, ecriture: Ecriture, partage: str, moment: datetime) -> Reunion:
    """Faire entrer ce que le moyeu garde ; sous le verrou, en un enregistrement, ou pas du tout."""
    base = base_commune(depot, partage)
    if base == partage:
        return Reunion()
    reunion = _poser_les_apports(depot, ecriture, base, partage, moment)
    if base == depot.tete():
        ecriture.avancer(partage, "Prise de ce que les autres postes ont enregistré")
    else:
        phrase = "Mise en commun avec les autres postes"
        ecriture.enregistrer(phrase, "synchroniser", fond=partage)
    return reunion


def repartir(
    depot: Depot,
    ecriture: Ecriture,
    base: str,
    vers: str,
    moment: datetime,
    perdu: Callable[[str], bool],
    nettoyage: Nettoyage,
) -> Reunion:
    """Quitter notre histoire pour `vers`, en y reprenant ce qui a changé ici depuis `base`.

    `perdu` : ce chemin ne se reprend pas, `vers` en décide ; `nettoyage` : sans quoi le reste se reprend.
    """
    verifier_l_apport(depot, base, vers)
    reunion = _poser_les_apports(depot, ecriture, base, vers, moment, perdu)
    objets = Objets(depot.racine)
    la_bas = ArbreEnregistre(depot.racine, vers)
    a_nous = {chemin for chemin in histoire.changements(depot, base, "HEAD") if not perdu(chemin)}
    for chemin in sorted(a_nous | set(ecriture.poses)):
        octets = ecriture.poses.get(chemin, objets.contenu(ecriture.enregistre(chemin)))
        if octets is not None:
            _nettoyer(ecriture, chemin, octets, nettoyage)
    for chemin in sorted(a_nous | set(ecriture.poses)):
        ici = ecriture.poses.get(chemin, objets.contenu(ecriture.enregistre(chemin)))
        if ici != la_bas.lire(chemin):
            ecriture.enregistrer(
                "Reprise de ce poste après un effacement", "synchroniser", fond=vers, repart=True
            )
            break
    else:
        ecriture.avancer(vers, "Prise de l'histoire d'après un effacement")
    return reunion


class Nettoyage(Protocol):
    """Ce qu'un fichier devient quand des gens en partent ; voir `donnees.reecriture`."""

    def chemin(self, chemin: str) -> str:
        """Où ce fichier se range ; vide s'il part."""
        ...

    def contenu(self, chemin: str, octets: bytes) -> bytes:
        """Ce fichier sans eux ; vide s'il part."""
        ...


def _nettoyer(ecriture: Ecriture, chemin: str, octets: bytes, nettoyage: Nettoyage) -> None:
    """Reprendre ce fichier sans ceux qui partent."""
    ou, neufs = nettoyage.chemin(chemin), nettoyage.contenu(chemin, octets)
    if ou == chemin and neufs == octets:
        return
    if ou != chemin and ecriture.lire(chemin) is None:
        del ecriture.poses[chemin]
    elif ou != chemin:
        ecriture.retirer(chemin)
    if ou and neufs:
        (ecriture.creer if ecriture.lire(ou) is None else ecriture.remplacer)(ou, neufs)


def _poser_les_apports(
    depot: Depot,
    ecriture: Ecriture,
    base: str,
    partage: str,
    moment: datetime,
    perdu: Callable[[str], bool] = lambda _: False,
) -> Reunion:
    """Poser ce que `partage` apporte depuis `base`, réuni à ce que nous avons changé."""
    apports = histoire.changements(depot, base, partage)
    les_notres = histoire.changements(depot, base, "HEAD")
    objets = Objets(depot.racine)
    la_bas = ArbreEnregistre(depot.racine, partage)
    desaccords: dict[str, str] = {}
    for chemin in ecriture.montrer(list(apports), "Réunit"):
        apport = apports[chemin]
        notre = les_notres.get(chemin)
        if notre is None:
            ecriture.donner(chemin, objets.contenu(apport.apres))
            continue
        if perdu(chemin):
            continue
        reunie = _fondre(objets, chemin, notre, apport)
        if reunie.octets != objets.contenu(notre.apres):
            ecriture.donner(chemin, reunie.octets)
        if reunie.desaccord:
            desaccords[chemin] = _garder(ecriture, chemin, reunie, moment)
    for chemin in filter(perdu, les_notres):
        ecriture.donner(chemin, la_bas.lire(chemin))
    clos = [chemin for chemin in apports.keys() & les_notres.keys() if not perdu(chemin)]
    for chemin, reunie in _tranches_autrement(objets, sorted(clos), apports, les_notres, ecriture):
        if chemin not in desaccords:
            ecriture.donner(chemin, reunie.octets)
            desaccords[chemin] = _garder(ecriture, chemin, reunie, moment)
    return Reunion(tuple(apports), tuple(desaccords.values()))


def _fondre(objets: Objets, chemin: str, notre: Changement, apport: Changement) -> Fusion:
    base, ici, partage = (objets.contenu(e) for e in (notre.avant, notre.apres, apport.apres))
    return fondre(base, ici, partage, chemin, structure_de(chemin))


def _tranches_autrement(
    objets: Objets,
    changes: Iterable[str],
    apports: Mapping[str, Changement],
    les_notres: Mapping[str, Changement],
    ecriture: Ecriture,
) -> Iterator[tuple[str, Fusion]]:
    """Les fiches d'un désaccord que deux postes ont tranché, l'un pour une version, l'autre pour l'autre.

    Garder la version en place ne change pas sa fiche : l'autre choix l'emporterait sans que rien le dise.
    """
    for chemin in changes:
        ident, notre = DESACCORDS.genre.ident(chemin), les_notres[chemin]
        if ident is None or notre.apres or apports[chemin].apres or not (clos := objets.contenu(notre.avant)):
            continue
        try:
            tranche = fiche.lire(clos, Desaccord, ident, chemin)
        except FicheFautive:
            continue
        ici, la = les_notres.get(tranche.fiche), apports.get(tranche.fiche)
        if not (change := ici or la):
            continue
        avant = objets.contenu(change.avant)
        a_nous, a_eux = (objets.contenu(cote.apres) if cote else avant for cote in (ici, la))
        choix = [tranche.dit_par(avant), tranche.dit_par(tranche.autre)]
        faits = [tranche.dit_par(a_nous), tranche.dit_par(a_eux)]
        if choix[0] != choix[1] and faits in (choix, choix[::-1]):
            present = ecriture.poses.get(tranche.fiche, a_nous)
            octets = tranche.choisir(present, a_eux)
            yield tranche.fiche, Fusion(octets, desaccord=True, autre=a_nous, champs=tranche.champs)


def _garder(ecriture: Ecriture, chemin: str, reunie: Fusion, moment: datetime) -> str:
    """Garder l'autre version dans une fiche de désaccord ; rend son identifiant."""
    autre = (reunie.autre if reunie.autre is not None else b"").decode("utf-8", "replace")
    marque = hashlib.sha256(f"{chemin}\0{autre}".encode()).hexdigest()[:8]
    mot = chemin.rpartition("/")[2].rpartition(".")[0].lower()[-40:].strip("-.") or "fichier"
    neuf = Desaccord(
        id=f"{moment:%Y-%m-%d}-{mot}-{marque}", fiche=chemin, champs=reunie.champs, texte=autre.rstrip("\n")
    )
    chemin_du_desaccord = DESACCORDS.genre.chemin(neuf.id)
    if ecriture.lire(chemin_du_desaccord) is None:
        ecriture.creer(chemin_du_desaccord, fiche.ecrire(neuf, chemin_du_desaccord))
    return neuf.id
