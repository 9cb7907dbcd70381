"""Ce que deviennent un besoin et une offre, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import structs

from tiers_lieu_cli.accueil.annonce.modele import Besoin, EtatBesoin, EtatOffre, Offre
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.texte import clef, en_tirets


def ident(jour: date, texte: str, defaut: str, suffixe: str) -> str:
    """Le nom d'une annonce : son jour, ses premiers mots, et aucune trace de personne."""
    mots = en_tirets(taire(texte, " "), defaut).split("-")[:5]
    return f"{jour:%Y-%m-%d}-{'-'.join(mots)}-{suffixe}"


def themes_propres(themes: Iterable[str]) -> tuple[str, ...]:
    """Les thèmes en minuscules, sans double ; « Vélo » et « velo » sont le même."""
    propres: dict[str, str] = {}
    for theme in (t for dit in themes for t in dit.split(",")):
        propre = " ".join(theme.split()).lower()
        if propre:
            propres.setdefault(clef(propre), propre[:60])
    return tuple(propres.values())


# -- les états ----------------------------------------------------------------


def relier(besoin: Besoin, jour: date) -> Besoin:
    """Le besoin, dont on a présenté les personnes ce jour-là."""
    if besoin.etat is not EtatBesoin.EXPRIME:
        return besoin
    return structs.replace(besoin, etat=EtatBesoin.RELIE, relie_le=jour)


def delier(besoin: Besoin) -> Besoin:
    """La mise en lien n'a rien donné, et il n'y en a pas d'autre : le besoin attend de nouveau."""
    if besoin.etat is not EtatBesoin.RELIE:
        return besoin
    return structs.replace(besoin, etat=EtatBesoin.EXPRIME)


def mettre(besoin: Besoin, etat: EtatBesoin, jour: date, motif: str) -> Besoin:
    """Le besoin dans cet état, dit à la main."""
    if etat is besoin.etat:
        raise ErreurUsage(f"Ce besoin est déjà « {dire_etat(besoin)} ».")
    if etat is EtatBesoin.RELIE:
        return structs.replace(besoin, etat=etat, relie_le=jour, clos_le=None, motif=motif)
    clos = jour if etat in (EtatBesoin.COMBLE, EtatBesoin.SANS_SUITE) else None
    return structs.replace(besoin, etat=etat, clos_le=clos, motif=motif)


def combler(besoin: Besoin, jour: date) -> Besoin:
    """Le besoin, comblé ce jour-là ; s'il est déjà clos, il le reste."""
    if not besoin.est_ouvert:
        return besoin
    return structs.replace(besoin, etat=EtatBesoin.COMBLE, clos_le=jour)


def proposer(offre: Offre, etat: EtatOffre, jour: date, motif: str) -> Offre:
    """L'offre remise, ou retirée ce jour-là."""
    if etat is offre.etat:
        raise ErreurUsage(f"Cette offre est déjà « {dire_etat(offre)} ».")
    retiree = jour if etat is EtatOffre.RETIREE else None
    return structs.replace(offre, etat=etat, retiree_le=retiree, motif=motif)


_ETATS: dict[EtatBesoin | EtatOffre, str] = {
    EtatBesoin.EXPRIME: "exprimé",
    EtatBesoin.RELIE: "relié",
    EtatBesoin.COMBLE: "comblé",
    EtatBesoin.SANS_SUITE: "sans suite",
    EtatOffre.DISPONIBLE: "disponible",
    EtatOffre.RETIREE: "retirée",
}


def dire_etat(annonce: Besoin | Offre) -> str:
    """Son état, comme on le dit."""
    return _ETATS[annonce.etat]


def dans_l_ordre(besoins: Iterable[Besoin]) -> list[Besoin]:
    """Les urgents d'abord, puis les plus anciens."""
    return sorted(besoins, key=lambda b: (not b.est_ouvert, not b.urgent, b.entendu, b.id))
