"""Changer d'époque : quitter l'histoire du registre pour celle où quelqu'un est effacé, sans rien en garder.

L'époque est l'ensemble des personnes effacées. Un poste en change en effaçant, ou en découvrant au
moyeu qu'un autre a effacé : il repart alors de la nouvelle histoire, avec ce qu'il n'avait pas encore
envoyé. Une personne réunie à une autre est cette autre, quel que soit le poste qui les a réunies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime

import msgspec
from msgspec import structs

from tiers_lieu_cli.ensemble import partage
from tiers_lieu_cli.ensemble.donnees import reecriture
from tiers_lieu_cli.ensemble.donnees.reecriture import Effacement, Nettoyage, Reecriture, Registres, concerne
from tiers_lieu_cli.ensemble.donnees.traces import Traces
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import histoire, moyeu, purge, verrous
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot, DepotNu
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets
from tiers_lieu_cli.noyau.depot.poses import empreinte_de
from tiers_lieu_cli.noyau.depot.purge import COMMUN, NEUVE, Oubli
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.gens.personnes import DOSSIER, EFFACEES, RENVOIS, effacees


class Realignement(msgspec.Struct, frozen=True):
    """Ce qu'un changement d'époque a fait : combien d'effacés ici, combien au moyeu, et le reste.

    `perdues` : les fiches d'effacés que ce poste avait changées, et qui ne se reprennent pas ;
    `traces` : de qui, effacé ici, chercher ce qui reste.
    """

    ici: int = 0
    au_moyeu: int = 0
    perdues: int = 0
    desaccords: tuple[str, ...] = ()
    traces: tuple[Traces, ...] = ()


def meme_personne(idents: Iterable[str], *arbres: Arbre) -> frozenset[str]:
    """Tous les identifiants réunis à ceux-là, dans un sens ou dans l'autre, d'après tous ces registres."""
    voisins: dict[str, set[str]] = {}
    for arbre in arbres:
        for renvoi in RENVOIS.toutes(arbre).fiches:
            voisins.setdefault(renvoi.id, set()).add(renvoi.vers)
            voisins.setdefault(renvoi.vers, set()).add(renvoi.id)
    trouves, a_suivre = set(idents), list(idents)
    while a_suivre:
        for voisin in voisins.get(a_suivre.pop(), ()):
            if voisin not in trouves:
                trouves.add(voisin)
                a_suivre.append(voisin)
    return frozenset(trouves)


def prevoir(depot: Depot, ident: str) -> tuple[list[Traces], Callable[[str], bool]]:
    """De quoi chercher une personne avant de l'effacer, et ce qui, du registre (« registre/… »), restera."""
    effacement = Effacement(ident, meme_personne([ident], ArbreDisque(depot.racine)), date.min)
    tete = depot.tete()
    registres = Registres(depot, (tete, depot.empreinte(COMMUN)), tete)
    traces = registres.traces([effacement])
    nettoyage = Nettoyage(effacement.anciens, traces, registres.presents())
    enregistre = ArbreEnregistre(depot.racine, tete)
    recherche = frozenset(f"{DOSSIER}/.git/{nom}" for nom in ("config", "description", "info/exclude"))

    def restera(chemin: str) -> bool:
        if chemin.startswith(f"{DOSSIER}/.git/"):
            return chemin in recherche
        dedans = chemin.partition("/")[2]
        if any(ancien in chemin.rpartition("/")[2] for ancien in effacement.anciens):
            return False
        try:
            octets = enregistre.lire(dedans)
        except FicheFautive:
            return True
        if octets is None:
            return (depot.racine / dedans).is_file()
        return nettoyage.chemin(dedans) == dedans and nettoyage.contenu(dedans, octets) == octets

    return traces, restera


def effacer(
    depot: Depot, ecriture: Ecriture, ident: str, jour: date, moment: datetime
) -> tuple[str, tuple[Traces, ...]]:
    """Effacer une personne sur ce poste, sous le verrou : réécrire à part, basculer, ne rien garder.

    Rend la nouvelle tête, et de quoi chercher ce qui parle encore d'elle.
    """
    effacement = Effacement(ident, meme_personne([ident], ArbreDisque(depot.racine)), jour)
    neuve, refs, refaite = _refaire(depot, [effacement], moment)
    prepares = tuple(_prepares(depot, refaite.nettoyage))
    suivies = tuple(filter(None, map(refaite.neuve, purge.suivies(depot.interne))))
    purge.noter(depot.interne, Oubli(neuve, refs, tuple(sorted(effacement.anciens)), prepares, suivies))
    objets = Objets(depot.racine)
    for chemin, change in histoire.changements(depot, "HEAD", neuve).items():
        ecriture.donner(chemin, objets.contenu(change.apres))
    ecriture.avancer(neuve, f"Effacement de {ident}")
    objets.fermer()
    purge.finir(depot.racine)
    return neuve, tuple(refaite.traces)


def _refaire(
    depot: Depot, effacements: list[Effacement], moment: datetime
) -> tuple[str, dict[str, str], Reecriture]:
    """Refaire à part toute l'histoire de ce poste ; rend sa tête, ses autres références, et la réécriture.

    Les contenus neufs entrent dans le dépôt ; rien n'y renvoie encore qu'une référence d'attente.
    """
    verrous.oter(depot.interne)
    les_siennes = purge.a_lui(depot.racine)
    branche = depot.git("symbolic-ref", "HEAD").decode().strip()
    tete, commun = depot.tete(), depot.empreinte(COMMUN)
    try:
        with reecriture.a_part(depot) as part:
            registres = Registres(part, (tete, commun, *les_siennes.values()), tete)
            refaite = Reecriture(part, registres, effacements)
            neuve = refaite.faire(depot.identite(moment), depot.signature())
            les_siennes.pop(branche, None)
            refs = {refaite.nettoyage.texte(nom): refaite.neuve(e) for nom, e in les_siennes.items()}
            refs |= {COMMUN: refaite.neuve(commun)}
            refs = {nom: empreinte for nom, empreinte in refs.items() if empreinte}
            _rapporter(depot, part, neuve, *refs.values())
    except GitRefuse as refus:
        raise EchecDuDepot(
            "L'histoire du registre n'a pas pu être réécrite.",
            "Rien n'est effacé. Voir s'il reste de la place sur le disque, puis : tl verifier",
            str(refus),
        ) from None
    return neuve, refs, refaite


def _rapporter(depot: Depot, part: DepotNu, neuve: str, *autres: str) -> None:
    """Les contenus de la nouvelle histoire, et eux seuls, entrent dans le dépôt."""
    paquet = purge.empaqueter(part.racine, part.racine, (neuve, *autres), env=part.env)
    purge.installer(part.racine, depot.interne, paquet)
    depot.git("update-ref", NEUVE, neuve)


def _prepares(depot: Depot, nettoyage: Nettoyage) -> list[str]:
    """Ce que l'usager avait préparé pour l'enregistrer à la main, et qui ne nomme pas l'effacé."""
    sortie = depot.git("diff-index", "--cached", "-z", "--no-renames", "HEAD").decode("utf-8", "replace")
    objets = Objets(depot.racine)
    gardes = []
    for chemin, change in histoire.lire_changements(sortie.split("\0")):
        lu = objets.lire(change.apres) if change.apres else None
        if lu and nettoyage.est_propre(chemin, lu[0], lu[2]):
            gardes.append(lu[0])
    objets.fermer()
    return gardes


def accorder(depot: Depot, ecriture: Ecriture, url: str, moment: datetime) -> tuple[str, Realignement | None]:
    """Prendre ce que le moyeu garde, une fois ce poste et lui à la même époque.

    Ce que ce poste a effacé et que le moyeu garde encore ne repasse jamais par ici : c'est à part
    que l'histoire du moyeu se réécrit.
    """
    verrous.oter(depot.interne)
    disque = ArbreDisque(depot.racine)
    ici = effacees(disque)
    connues = effacees(ArbreEnregistre(depot.racine, COMMUN)) if depot.empreinte(COMMUN) else frozenset[str]()
    if not ici <= connues:
        return _effacer_au_moyeu(depot, ecriture, url, moment)
    distant = moyeu.prendre(depot, url)
    if not distant:
        return "", None
    la_bas = ArbreEnregistre(depot.racine, distant)
    partis = effacees(la_bas)
    if not meme_personne(ici | partis, disque, la_bas) <= partis:
        # Quelqu'un d'effacé était réuni, ici, à quelqu'un qui ne l'est pas encore : c'est la même personne.
        return _effacer_au_moyeu(depot, ecriture, url, moment)
    return distant, None if partis <= ici else _repartir(depot, ecriture, distant, moment)


def _effacer_au_moyeu(
    depot: Depot, ecriture: Ecriture, url: str, moment: datetime
) -> tuple[str, Realignement | None]:
    with reecriture.a_part(depot) as part:
        distant = moyeu.prendre(part, url)
        if not distant:
            return "", None
        part.git("update-ref", "refs/heads/main", distant)
        part.git("update-ref", "-d", moyeu.PARTAGE)
        disque, la_bas = ArbreDisque(depot.racine), ArbreEnregistre(part.racine, distant, part.env)
        lot = _a_effacer(disque, la_bas)
        if lot:
            registres = Registres(part, (distant,), distant)
            neuve = Reecriture(part, registres, lot).faire(depot.identite(moment), depot.signature())
            part.git("update-ref", "refs/heads/main", neuve)
            moyeu.porter(part, url, remplace=distant)
            distant = neuve
        _rapporter(depot, part, distant)
    fait = _repartir(depot, ecriture, distant, moment)
    return distant, structs.replace(fait, au_moyeu=len(lot))


def _a_effacer(disque: Arbre, la_bas: Arbre) -> list[Effacement]:
    """Qui le moyeu doit encore effacer : ceux d'ici, et toute fiche réunie à un effacé, où que ce soit."""
    jours = {e.id: e.le for arbre in (la_bas, disque) for e in EFFACEES.toutes(arbre).fiches}
    restants = meme_personne(jours, disque, la_bas) - effacees(la_bas)
    lot = []
    while restants:
        tous = meme_personne([min(restants)], disque, la_bas)
        le = min(jours[ident] for ident in tous if ident in jours)
        lot.append(Effacement(min(restants & tous), tous, le))
        restants -= tous
    return sorted(lot, key=lambda e: e.ident)


def _repartir(depot: Depot, ecriture: Ecriture, vers: str, moment: datetime) -> Realignement:
    """Quitter notre histoire pour `vers`, y reprendre ce qui n'était pas envoyé, ne rien garder d'avant."""
    base = depot.empreinte(COMMUN) or partage.base_commune(depot, vers)
    ici, la_bas = ArbreDisque(depot.racine), ArbreEnregistre(depot.racine, vers)
    partis = meme_personne(effacees(la_bas), la_bas)
    inconnus = partis - effacees(ici)
    effacements = list(_un_a_un(inconnus, la_bas))
    tete, commun = depot.tete(), depot.empreinte(COMMUN)
    registres = Registres(depot, (tete, commun), tete)
    traces = registres.traces(effacements)
    nettoyage = Nettoyage(partis, traces, registres.presents())
    refs = {COMMUN: vers}
    les_siennes = purge.a_lui(depot.racine)
    if len(les_siennes) > 1:
        refs = _refaire(depot, effacements, moment)[1] | refs
    prepares = tuple(_prepares(depot, nettoyage))

    def perdu(chemin: str) -> bool:
        return concerne(chemin, partis) or EFFACEES.genre.ident(chemin) in partis

    perdues = sum(concerne(c, inconnus) for c in histoire.changements(depot, base, "HEAD"))
    _oublier_la_main(depot, partis)
    purge.noter(depot.interne, Oubli(vers, refs, tuple(sorted(partis)), prepares))
    reunion = partage.repartir(depot, ecriture, base, vers, moment, perdu, nettoyage)
    purge.finir(depot.racine)
    return Realignement(
        ici=len(effacements), perdues=perdues, desaccords=reunion.desaccords, traces=tuple(traces)
    )


def _un_a_un(idents: frozenset[str], arbre: Arbre) -> Iterable[Effacement]:
    """Une personne par personne, sous tous ses identifiants."""
    while idents:
        tous = meme_personne([min(idents)], arbre)
        trace = EFFACEES.une(arbre, min(idents & tous))
        yield Effacement(min(idents & tous), tous, trace.le if trace else date.min)
        idents -= tous


def _oublier_la_main(depot: Depot, partis: frozenset[str]) -> None:
    """Ce que la main avait changé, sans l'enregistrer, dans la fiche d'un effacé part avec elle."""
    objets = Objets(depot.racine)
    for chemin in depot.a_la_main():
        lu = objets.lire(f"HEAD:{chemin}") if concerne(chemin, partis) else None
        cible = depot.racine / chemin
        if lu and cible.is_file() and not cible.is_symlink() and empreinte_de(cible.read_bytes()) != lu[0]:
            systeme.remplacer(cible, [lu[2]], abrite=True)
        elif lu is None and concerne(chemin, partis):
            with suppress(OSError):
                cible.unlink()
    objets.fermer()
