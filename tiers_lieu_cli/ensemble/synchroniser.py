"""`tl synchroniser` : mettre ce poste et les autres en commun, d'un mot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import msgspec
import typer

from tiers_lieu_cli.ensemble import partage, trancher, verification
from tiers_lieu_cli.ensemble.donnees import epoques
from tiers_lieu_cli.ensemble.donnees.epoques import Realignement
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot import histoire, moyeu
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.moyeu import MoyeuEnAvance
from tiers_lieu_cli.noyau.depot.purge import COMMUN
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fiches.verification import Constat

app = Application()
#: Tentatives quand d'autres postes déposent sans cesse ; les attentes grandissent (≈ 25 s en tout).
ESSAIS = 14
_PREMIERE_ATTENTE, _PLUS_LONGUE_ATTENTE = 0.05, 4.0
#: Une mise en commun ne montre que ce qui engage quelqu'un ; `tl verifier` dit le reste.
_A_DIRE = ("double-promesse", "surnombre", "lien", "schema")


class MoyeuTropOccupe(Echec):
    """D'autres postes déposent sans cesse."""

    def __init__(self) -> None:
        super().__init__(
            "D'autres postes déposent sans cesse ; ce qui est à vous est gardé ici.",
            "Recommencer dans un instant : tl synchroniser",
        )


class Bilan(msgspec.Struct, frozen=True):
    """Ce qu'une mise en commun a fait, en nombre d'actions ; et ce qui reste à régler ensemble."""

    envoyees: int = 0
    recues: int = 0
    realignement: Realignement = Realignement()
    desaccords: tuple[str, ...] = ()
    constats: tuple[Constat, ...] = ()


@app.action("synchroniser")
def synchroniser(ctx: typer.Context, json: Json = False) -> None:
    """Envoyer ce qui s'est fait ici, recevoir ce qui s'est fait ailleurs.

    Rien ne se perd : ce qui s'oppose est gardé des deux côtés, et demandé.

    Exemple :
        tl synchroniser
    """
    c = ouvrir(ctx)
    if not moyeu.liee(c.archive):
        raise ErreurUsage("Ce lieu n'est relié à aucun moyeu.", "Le relier : tl moyeu relier ADRESSE")
    bilans = [_mettre_en_commun(c, depot) for depot in c.depots if moyeu.liee(depot)]
    total = Bilan(
        envoyees=sum(b.envoyees for b in bilans),
        recues=sum(b.recues for b in bilans),
        realignement=bilans[-1].realignement,
        desaccords=tuple(d for b in bilans for d in b.desaccords),
        constats=tuple(k for b in bilans for k in b.constats),
    )
    if json:
        c.ecran.json(
            {
                "envoyees": total.envoyees,
                "recues": total.recues,
                "effacees": total.realignement.ici,
                "desaccords": total.desaccords,
                "constats": [
                    {"fichier": k.fichier, "regle": k.regle, "fait": k.fait} for k in total.constats
                ],
            }
        )
        return
    c.ecran.dire(_dire(total))
    for phrase in _dire_les_oublis(total.realignement):
        c.ecran.dire(phrase)
    if total.constats:
        c.ecran.dire("À trancher ensemble ; rien n'est perdu :")
        for constat in total.constats:
            c.ecran.dire(f"  {constat.fait}")
            c.ecran.dire(f"    → {constat.remede}")
    trancher.proposer(c, total.desaccords)


def _dire(bilan: Bilan) -> str:
    if not (bilan.envoyees or bilan.recues or bilan.realignement != Realignement()):
        return "Tout était déjà en commun."
    dits: list[str] = []
    for nombre, participe in ((bilan.envoyees, "envoyée"), (bilan.recues, "reçue")):
        pluriel = "s" * (nombre > 1)
        quoi = f" chose{pluriel}" if not dits else ""
        dits.append(f"{nombre or 'aucune'}{quoi} {participe}{pluriel}")
    return f"{', '.join(dits).capitalize()}."


def _dire_les_oublis(fait: Realignement) -> Iterator[str]:
    """Ce que les effacements ont fait, ici et au moyeu."""
    for combien, ou in ((fait.au_moyeu, "au moyeu"), (fait.ici, "ici, comme sur un autre poste")):
        if combien:
            qui = "une personne est effacée" if combien == 1 else f"{combien} personnes sont effacées"
            yield f"{qui.capitalize()} {ou} ; son nom n'y est plus, même dans l'histoire."
    if fait.perdues:
        yield "Ce qui était changé ici dans sa fiche n'est pas repris ; tout le reste l'est."


def _mettre_en_commun(c: Contexte, depot: Depot) -> Bilan:
    """Prendre, réunir, vérifier, porter ; recommencer tant qu'un autre poste passe devant."""
    url = moyeu.liee(depot)
    recues, desaccords, chemins = 0, list[str](), set[str]()
    oublis = Realignement()
    for essai in range(ESSAIS):
        try:
            distant, realignement = _prendre(c, depot, url)
        except MoyeuEnAvance:
            _attendre(essai, c.hasard.choice)
            continue
        if realignement:
            oublis = realignement
            desaccords += realignement.desaccords
        if distant:
            recues += _combien(depot, f"HEAD..{distant}")
            with c.ecriture(depot) as ecriture:
                reunion = partage.reunir(depot, ecriture, distant, c.horloge.maintenant())
                for avis in ecriture.avis:
                    c.ecran.avertir(avis)
            desaccords += reunion.desaccords
            chemins |= set(reunion.chemins)
            depot.git("update-ref", COMMUN, distant)
        a_porter = _combien(depot, f"{distant}..HEAD") if distant else _combien(depot, "HEAD")
        # Les règles du lieu se vérifient une fois réuni et avant de porter : on garde tout, et on le dit.
        constats = _constats(c, depot, chemins)
        if depot.tete() == distant:
            return Bilan(0, recues, oublis, tuple(desaccords), constats)
        try:
            with c.ecran.transport() as avancee:
                moyeu.porter(depot, url, avancee=avancee)
        except MoyeuEnAvance:
            _attendre(essai, c.hasard.choice)
            continue
        depot.git("update-ref", COMMUN, "HEAD")
        return Bilan(a_porter, recues, oublis, tuple(desaccords), constats)
    raise MoyeuTropOccupe


def _prendre(c: Contexte, depot: Depot, url: str) -> tuple[str, Realignement | None]:
    """Ce que le moyeu garde ; au registre, où l'on efface, il faut d'abord être de la même époque."""
    if depot.racine == c.lieu.racine:
        with c.ecran.transport() as avancee:
            return moyeu.prendre(depot, url, avancee), None
    with c.ecriture(depot) as ecriture:
        return epoques.accorder(depot, ecriture, url, c.horloge.maintenant())


def _constats(c: Contexte, depot: Depot, chemins: set[str]) -> tuple[Constat, ...]:
    if depot.racine != c.lieu.racine or not chemins:
        return ()
    trouves = verification.de_quelques(c.arbre, c.registre, sorted(chemins))
    return tuple(k for k in trouves if k.regle in _A_DIRE)


def _combien(depot: Depot, entre: str) -> int:
    return sum(len(acte.parents) < 2 for acte in histoire.actes(depot, entre=entre))


def _attendre(essai: int, tirer: Callable[[str], str]) -> None:
    """Les premières fois tout de suite ; ensuite de plus en plus, chacun à son rythme."""
    if essai > 1:
        attente = min(_PREMIERE_ATTENTE * 1.6**essai, _PLUS_LONGUE_ATTENTE)
        time.sleep(attente * (0.5 + int(tirer("0123456789")) / 10))
