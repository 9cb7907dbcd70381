"""Tout relire : chaque fiche, ce qui les lie, l'archive elle-même ; et ce qu'on en dit."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import structs

from tiers_lieu_cli.ensemble import etats_du_disque, souvenir, verification
from tiers_lieu_cli.ensemble.etats_du_disque import AU_REGISTRE, Racine
from tiers_lieu_cli.ensemble.indiscretions import Doute
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import intention, purge
from tiers_lieu_cli.noyau.depot import sante as etat
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.depot.contenus import Contenus
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.empreintes import Empreintes
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.poses import empreinte_de
from tiers_lieu_cli.noyau.fiches.verification import Constat
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.lieu import REGLAGES, FormatFutur, derniers_bons

#: Ce que le dernier examen a lu : le défaire, fiche par fiche, coûterait plus que de le laisser au système.
_LU: list[verification.Verification] = []


class Examen(msgspec.Struct, frozen=True):
    """Ce qui ne va pas, ce qui nomme peut-être quelqu'un, combien de fichiers, lesquels sont à enregistrer.

    `relus` : ceux qu'il a suffi de relire ; `None`, tous.
    """

    constats: list[Constat]
    doutes: list[Doute]
    combien: int
    a_la_main: list[str]
    relus: int | None = None


def examiner(c: Contexte) -> Examen:
    """Tout relire ; l'archive se relit à côté."""
    from tiers_lieu_cli.ensemble.donnees.verification import verifier as liens_du_registre

    # L'état de chaque contenu, d'avant qu'il ne soit lu ; celui d'une fiche se relève quand on l'ouvre.
    etats = etats_du_disque.relever(souvenir.des_contenus(c))
    fiches = Racine.de(c.lieu.racine)
    dossiers = fiches.chercher()
    tetes = [depot.tete() for depot in c.depots]
    lues = [Empreintes() for _ in c.depots]
    bons = souvenir.contenus_bons(c)
    # Tout déplier prend le temps de lire les fiches ; revoir ce qui l'est déjà, moins que de les relier.
    relectures = [] if bons else _relectures(c, tetes, lues, None)

    def revoir() -> None:
        if not relectures:
            relectures.extend(_relectures(c, tetes, lues, bons))

    constats = [k for depot in c.depots for k in _situer(c, depot, list(sante(depot)))]
    maison = verification.Verification(c.arbre, c.registre, c.registre.detecteur, lues[0])
    maison.preparer()
    if not isinstance(c.lieu.faute, FormatFutur):
        with c.ecran.transport() as avancer:
            maison.examiner_a_deux(fiches, dossiers(), avancer, revoir)
    revoir()
    maison.relier()
    constats += (k for k in maison.constats if not (c.lieu.faute and k.fichier == REGLAGES))
    constats += _reglages(c)
    constats += documents_abimes(c)
    combien = maison.combien
    for depot, les_siennes in zip(c.depots[1:], lues[1:], strict=True):
        registre = verification.Verification(ArbreDisque(depot.racine), None, Detecteur(()), les_siennes)
        siennes = Racine.de(depot.racine, AU_REGISTRE)
        registre.examiner_dossiers(siennes, siennes.dossiers())
        etats |= registre.etats
        maison.modes |= registre.modes
        constats += _situer(c, depot, [*registre.constats, *liens_du_registre(c.registre)])
        combien += registre.combien
    for prefixe, relecture in relectures:
        constats += (
            Constat(f"{prefixe}{d.fichier}", d.ligne, d.fait, d.remede, regle="archive")
            for d in relecture.defauts()
        )
    etats |= maison.etats
    # Tout ce qu'on a lu est-il ce qui est enregistré ? Sinon seulement, on cherche quoi.
    tel = all(tetes) and not maison.modes & stat.S_IXUSR
    tel = tel and all(relecture.est_ce_qu_on_lit for _, relecture in relectures)
    a_la_main = [] if tel else _a_la_main(c.archive)
    if not constats and all(tetes) and (tel or not any(map(_a_la_main, c.depots[1:]))):
        a_relire = {*a_la_main, *(doute.fichier for doute in maison.doutes)}
        paquets = [relecture.contenus.paquets for _, relecture in relectures]
        souvenir.retenir(c, tetes, etats, combien, a_relire, paquets)
    _LU[:] = [maison]
    return Examen(constats, maison.doutes, combien, a_la_main)


def _relectures(
    c: Contexte, tetes: list[str], lues: list[Empreintes], bons: list[tuple[str, Contenus]] | None
) -> list[tuple[str, etat.Relecture]]:
    """Commencer à relire chaque dépôt qui a une histoire : de quoi le nommer, et sa relecture."""
    attributs = empreinte_de((ressources.dossier("data_template") / "_gitattributes").read_bytes()) or ""
    return [
        (
            _prefixe(c, depot),
            etat.Relecture(depot.racine, attributs, bons[rang] if bons else None, lues[rang]),
        )
        for rang, (depot, tete) in enumerate(zip(c.depots, tetes, strict=True))
        if tete
    ]


def sante(depot: Depot) -> Iterator[Constat]:
    """L'état du dépôt lui-même, au-delà de ce qui se vérifie avant de s'en servir."""
    for d in (*etat.chantiers(depot.racine), *etat.remplaces(depot.racine)):
        yield Constat(d.fichier, d.ligne, d.fait, d.remede, regle="archive")
    if purge.est_commence(depot.interne):
        fait = "un effacement a été interrompu"
        yield Constat(".git", 0, fait, "Le finir : tl reprise", regle="reprise")
    coupees = [intention.lire(depot.interne), *intention.laissees(depot.interne).values()]
    for coupee in filter(None, coupees):
        fait = f"une action a été interrompue : « {coupee.phrase} »"
        yield Constat(".git", 0, fait, "La finir ou l'abandonner : tl reprise", regle="reprise")


def _a_la_main(depot: Depot) -> list[str]:
    """Ce que la main a changé ; rien si l'archive ne répond pas."""
    try:
        return depot.a_la_main()
    except GitRefuse:
        return []


def documents_abimes(c: Contexte) -> Iterator[Constat]:
    """Les contenus du coffre, relus ; rien à charger dans un lieu qui n'en a pas."""
    if "documents" in c.arbre.noms("convention"):
        from tiers_lieu_cli.ensemble import documents

        yield from documents.constats(c)


def _reglages(c: Contexte) -> list[Constat]:
    """Ce qui empêche de lire `lieu.yaml` ; le dernier qui se lisait le remplace, hors format futur."""
    if c.lieu.faute is None:
        return []
    ancien = None if isinstance(c.lieu.faute, FormatFutur) else derniers_bons(c.lieu.racine)
    remede = "Remettre le dernier qui se lisait." if ancien else c.lieu.faute.remede
    return [Constat(REGLAGES, 0, c.lieu.faute.fait, remede, regle="reglages", remettre=ancien)]


def _prefixe(c: Contexte, depot: Depot) -> str:
    return "" if depot.racine == c.lieu.racine else f"{depot.racine.name}/"


def _situer(c: Contexte, depot: Depot, constats: Sequence[Constat]) -> list[Constat]:
    """Les constats d'un dépôt imbriqué, nommés depuis le lieu ; ils se corrigent à la main."""
    prefixe = _prefixe(c, depot)
    if not prefixe:
        return list(constats)
    return [
        structs.replace(k, fichier=f"{prefixe}{k.fichier}", remplacer=None, deplacer="", remettre=None)
        for k in constats
    ]
