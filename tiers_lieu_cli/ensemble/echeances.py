"""Tout ce qui reste à faire, genre par genre (`ensemble/genres.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.ensemble.desaccords import DESACCORDS
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.espace.promesse.fiches import promises_deux_fois
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import intention, purge
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite, Lot, ranger
from tiers_lieu_cli.noyau.fiches.genres import Declare, charger
from tiers_lieu_cli.noyau.texte import accorder

#: Ce qui peut attendre, et se groupe quand il y en a beaucoup.
LOTS = {
    "espace.promesse.fiches:a_faire": Lot("promesses à replacer", "tl espace demandes"),
    "espace.entretien.fiches:a_faire": Lot("tâches d'entretien", "tl espace entretien liste"),
    "accueil.lien.fiches:a_faire": Lot("liens à relancer", "tl accueil lien liste"),
    "accueil.suivi.fiches:a_faire": Lot("suivis à faire avancer", "tl accueil suivi liste"),
    "accueil.bienvenue.fiches:a_faire": Lot("étapes de bienvenue", "tl accueil bienvenue liste"),
    "accueil.habilitation.fiches:a_faire": Lot("habilitations à renouveler", "tl accueil habilitation liste"),
    "prog.evenement.fiches:a_faire": Lot("événements à compléter", "tl aujourdhui --tout"),
    "prog.diffusion.fiches:a_faire": Lot("activités à annoncer", "tl prog diffusion"),
    "prog.equipe.fiches:a_faire": Lot("trous dans les équipes", "tl prog equipe trous"),
    "prog.idee.fiches:a_faire": Lot("idées qui attendent une réponse", "tl prog boite"),
    "prog.service.fiches:a_faire": Lot("services dont reparler", "tl prog service liste"),
    "prog.reseau.echeances:a_faire": Lot("agendas amis à relire", "tl prog reseau liste"),
    "stock.objet.fiches:a_faire": Lot("objets à faire rendre ou à remettre", "tl stock prets"),
    "journal.decision.modele:a_faire": Lot("décisions à relire", "tl journal decision liste --a-revoir"),
}
_PROGRAMME = ("prog/evenements", "prog/longs", "prog/series")
#: Ce que ces genres attendent tient aussi à d'autres : il suffit que l'un d'eux soit là.
AUSSI: dict[str, tuple[str, ...]] = {
    "prog/evenements": _PROGRAMME,
    "prog/equipes": _PROGRAMME,
    "prog/diffusions": ("regles/communication.yaml",),
    "espace/reservations": (
        *_PROGRAMME,
        *("espace/series", "espace/entretien", "espace/fermetures", "espace/fermetures-longues"),
    ),
}
#: Ce qui touche à la sécurité de la maison : ce qui l'ouvre n'est pas chez qui l'on croit.
SURES = frozenset({"espace.cle.fiches:a_faire"})


def toutes(c: Contexte) -> list[Echeance]:
    """Ce qui reste à faire, d'abord ce qu'il coûte de manquer ; les gens y sont nommés."""
    return [structs.replace(e, phrase=c.registre.a_l_ecran(e.phrase)) for e in sans_noms(c)]


def sans_noms(c: Contexte) -> list[Echeance]:
    """Les mêmes, où les gens ne sont que des identifiants : ce qu'une fiche peut garder."""
    jour = c.horloge.aujourdhui()
    # Les fiches abîmées, une fois que chaque métier a lu les siennes.
    dues = [*promises_deux_fois(c.arbre, jour), *_dues(c, jour), *_en_suspens(c, jour)]
    return ranger([*dues, *_abimees(c, jour)])


def _dues(c: Contexte, jour: date) -> Iterator[Echeance]:
    du_registre = (d for d in GENRES.presents(c.registre.arbre) if "/" not in d.genre.dossier)
    for declare in (*GENRES.presents(c.arbre, AUSSI), *du_registre):
        genre = declare.genre
        dues = [*charger(genre.a_faire)(c.arbre, jour)] if genre.a_faire else []
        dues += charger(genre.a_faire_du_lieu)(c, jour) if genre.a_faire_du_lieu else []
        for e in dues:
            if _a_lieu_d_etre(c, declare, e.fiche):
                gravite = Gravite.SECURITE if genre.a_faire in SURES else e.gravite
                yield structs.replace(e, gravite=gravite, lot=LOTS.get(genre.a_faire))


def _a_lieu_d_etre(c: Contexte, declare: Declare, ident: str) -> bool:
    """Ce qu'on fait pour quelqu'un n'est plus dû quand il est effacé."""
    if not (declare.genre.de_quelqu_un and c.registre.effacees):
        return True
    dite = declare.une(c.arbre, ident)
    return dite is None or bool(vivants.vivantes(c, [dite]))


def _abimees(c: Contexte, jour: date) -> Iterator[Echeance]:
    for defaut in c.abimees():
        yield Echeance(jour, f"une fiche est abîmée : {defaut}", "tl reprise", gravite=Gravite.ABIMEE)


def _en_suspens(c: Contexte, jour: date) -> Iterator[Echeance]:
    """Ce qu'une panne ou une mise en commun a laissé à décider."""
    coupee = intention.lire(c.archive.interne)
    if coupee or intention.laissees(c.archive.interne):
        yield Echeance(jour, "une action interrompue attend", "tl reprise", gravite=Gravite.A_TRANCHER)
    if any(purge.est_commence(depot.interne) for depot in c.depots[1:]):
        yield Echeance(jour, "un effacement interrompu attend", "tl reprise", gravite=Gravite.A_TRANCHER)
    attendent = len(DESACCORDS.idents(c.arbre))
    if attendent:
        phrase = f"{accorder(attendent, 'désaccord')} entre postes"
        yield Echeance(jour, phrase, "tl trancher", gravite=Gravite.A_TRANCHER)
