"""Changer d'époque : quitter l'histoire du registre pour celle où quelqu'un est effacé, sans rien en garder.

L'époque est le nombre de personnes effacées. Un poste en change en effaçant, ou en découvrant
au moyeu qu'un autre a effacé : il repart alors de la nouvelle histoire, avec ce qu'il n'avait
pas encore envoyé.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec import structs

from tiers_lieu_cli.ensemble import partage
from tiers_lieu_cli.ensemble.donnees import reecriture
from tiers_lieu_cli.ensemble.donnees.reecriture import Effacement, concerne
from tiers_lieu_cli.noyau.depot import histoire, moyeu, purge
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot, DepotNu
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets
from tiers_lieu_cli.noyau.depot.purge import COMMUN, NEUVE, Oubli
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, anciens, effacees


class Realignement(msgspec.Struct, frozen=True):
    """Ce qu'un changement d'époque a fait : combien d'effacés ici, combien au moyeu, et le reste.

    `perdues` : les fiches d'effacés que ce poste avait changées, et qui ne se reprennent pas.
    """

    ici: int = 0
    au_moyeu: int = 0
    perdues: int = 0
    desaccords: tuple[str, ...] = ()


def effacer(depot: Depot, ecriture: Ecriture, ident: str, jour: date, moment: datetime) -> str:
    """Effacer une personne sur ce poste, sous le verrou : réécrire à part, basculer, ne rien garder."""
    effacement = Effacement(ident, anciens(ArbreDisque(depot.racine), [ident]), jour)
    with reecriture.a_part(depot) as part:
        _verser(depot, part)
        neuve = reecriture.reecrire(part, [effacement], depot.identite(moment), depot.signature())
        commun = part.empreinte("refs/heads/commun")
        _rapporter(depot, part)
    purge.noter(depot.interne, Oubli(neuve, commun))
    objets = Objets(depot.racine)
    for chemin, change in histoire.changements(depot, "HEAD", neuve).items():
        partage.poser(ecriture, chemin, partage.contenu(objets, change.apres))
    ecriture.avancer(neuve, f"Effacement de {ident}")
    objets.fermer()
    purge.finir(depot.racine)
    return neuve


def _verser(depot: Depot, part: DepotNu) -> None:
    """Dans le dépôt à part, notre histoire, et ce qu'elle a de commun avec le moyeu."""
    refs = ["+refs/heads/main:refs/heads/main"]
    if depot.empreinte(COMMUN):
        refs.append(f"+{COMMUN}:refs/heads/commun")
    part.git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", str(depot.racine), *refs)


def _rapporter(depot: Depot, part: DepotNu) -> None:
    """La nouvelle histoire entre dans le dépôt ; rien n'y renvoie encore qu'une référence d'attente."""
    depot.git(
        *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc"),
        *(str(part.racine), f"+refs/heads/main:{NEUVE}"),
    )


def accorder(depot: Depot, ecriture: Ecriture, url: str, moment: datetime) -> tuple[str, Realignement | None]:
    """Prendre ce que le moyeu garde, une fois ce poste et lui à la même époque.

    Ce que ce poste a effacé et que le moyeu garde encore ne repasse jamais par ici : c'est à part
    que l'histoire du moyeu se réécrit.
    """
    ici = effacees(ArbreDisque(depot.racine))
    connues = effacees(ArbreEnregistre(depot.racine, COMMUN)) if depot.empreinte(COMMUN) else frozenset[str]()
    if not ici <= connues:
        return _effacer_au_moyeu(depot, ecriture, url, moment, ici)
    distant = moyeu.prendre(depot, url)
    if distant and not effacees(ArbreEnregistre(depot.racine, distant)) <= ici:
        return distant, _repartir(depot, ecriture, distant, moment)
    return distant, None


def _effacer_au_moyeu(
    depot: Depot, ecriture: Ecriture, url: str, moment: datetime, ici: frozenset[str]
) -> tuple[str, Realignement | None]:
    with reecriture.a_part(depot) as part:
        distant = moyeu.prendre(part, url)
        if not distant:
            return "", None
        part.git("update-ref", "refs/heads/main", distant)
        part.git("update-ref", "-d", moyeu.PARTAGE)
        la_bas = ArbreEnregistre(part.racine, "refs/heads/main", part.env)
        disque = ArbreDisque(depot.racine)
        lot = [
            Effacement(ident, anciens(disque, [ident]), EFFACEES.exiger(disque, ident).le)
            for ident in sorted(ici - effacees(la_bas))
        ]
        if lot:
            neuve = reecriture.reecrire(part, lot, depot.identite(moment), depot.signature())
            moyeu.porter(part, url, remplace=distant)
            distant = neuve
        _rapporter(depot, part)
    fait = _repartir(depot, ecriture, distant, moment)
    return distant, structs.replace(fait, au_moyeu=len(lot))


def _repartir(depot: Depot, ecriture: Ecriture, vers: str, moment: datetime) -> Realignement:
    """Quitter notre histoire pour `vers`, y reprendre ce qui n'était pas envoyé, ne rien garder d'avant."""
    base = depot.empreinte(COMMUN) or partage.base_commune(depot, vers)
    ici, la_bas = ArbreDisque(depot.racine), ArbreEnregistre(depot.racine, vers)
    partis = anciens(la_bas, effacees(la_bas))
    inconnus = effacees(la_bas) - effacees(ici)

    def perdu(chemin: str) -> bool:
        return concerne(chemin, partis) or EFFACEES.genre.ident(chemin) in partis

    perdues = sum(concerne(c, anciens(la_bas, inconnus)) for c in histoire.changements(depot, base, "HEAD"))
    purge.noter(depot.interne, Oubli(vers, vers))
    reunion = partage.repartir(depot, ecriture, base, vers, moment, perdu)
    purge.finir(depot.racine)
    return Realignement(ici=len(inconnus), perdues=perdues, desaccords=reunion.desaccords)
