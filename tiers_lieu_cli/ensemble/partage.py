"""Réunir ce poste et les autres : prendre, réunir, garder les deux versions de ce qui s'oppose."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from tiers_lieu_cli.ensemble.desaccords import DESACCORDS, Desaccord
from tiers_lieu_cli.ensemble.genres import structure_de
from tiers_lieu_cli.noyau import fiche, histoire, ressources
from tiers_lieu_cli.noyau.controle import controler
from tiers_lieu_cli.noyau.depot import Depot
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.ecriture import Ecriture, empreinte_de
from tiers_lieu_cli.noyau.fusion import Fusion, fondre
from tiers_lieu_cli.noyau.git import GitRefuse
from tiers_lieu_cli.noyau.histoire import Changement
from tiers_lieu_cli.noyau.objets import Objets


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


def reunir(depot: Depot, ecriture: Ecriture, partage: str, moment: datetime) -> Reunion:
    """Faire entrer ce que le moyeu garde ; sous le verrou, en un enregistrement, ou pas du tout."""
    tete = depot.tete()
    base = base_commune(depot, partage)
    if base == partage:
        return Reunion()
    verifier_l_apport(depot, base, partage)
    apports = histoire.changements(depot, base, partage)
    les_notres = histoire.changements(depot, base, tete)
    objets = Objets(depot.racine)
    desaccords = []
    for chemin, apport in apports.items():
        notre = les_notres.get(chemin)
        if notre is None:
            _poser(ecriture, chemin, _contenu(objets, apport.apres))
            continue
        reunie = _fondre(objets, chemin, notre, apport)
        if reunie.octets != _contenu(objets, notre.apres):
            _poser(ecriture, chemin, reunie.octets)
        if reunie.desaccord:
            ident = _garder(ecriture, chemin, reunie, moment)
            desaccords.append(ident)
    if base == tete:
        ecriture.avancer(partage, "Prise de ce que les autres postes ont enregistré")
    else:
        phrase = "Mise en commun avec les autres postes"
        ecriture.enregistrer(phrase, "synchroniser", fond=partage)
    return Reunion(tuple(apports), tuple(desaccords))


def _fondre(objets: Objets, chemin: str, notre: Changement, apport: Changement) -> Fusion:
    base, ici, partage = (_contenu(objets, e) for e in (notre.avant, notre.apres, apport.apres))
    return fondre(base, ici, partage, chemin, structure_de(chemin))


def _poser(ecriture: Ecriture, chemin: str, contenu: bytes | None) -> None:
    present = ecriture.lire(chemin)
    if contenu is None and present is not None:
        ecriture.retirer(chemin)
    elif contenu is not None and present is None:
        ecriture.creer(chemin, contenu)
    elif contenu is not None and contenu != present:
        ecriture.remplacer(chemin, contenu)


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


def _contenu(objets: Objets, empreinte: str | None) -> bytes | None:
    lu = objets.lire(empreinte) if empreinte else None
    return lu[2] if lu else None
