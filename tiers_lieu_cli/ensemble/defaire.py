"""`tl defaire` : défaire une action par une nouvelle, que l'histoire garde aussi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.ensemble import verification
from tiers_lieu_cli.ensemble.actes import ecrits
from tiers_lieu_cli.ensemble.courrier import fiches as courriers
from tiers_lieu_cli.ensemble.courrier.actes import ACTIONS
from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, Courrier, Etat
from tiers_lieu_cli.ensemble.refaire import REFAITES
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.arbre import ArbrePose
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.git import D_ICI
from tiers_lieu_cli.noyau.depot.histoire import Acte
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.fait import Fait, rendre_compte
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.temps import temps

app = Application()
ACTION = "defaire"
#: Ce que l'histoire appelle ainsi, le mot d'avant compris.
_RETOURS = frozenset({ACTION, "annuler", ""})
#: Ce que ces actions ont ôté n'existe plus nulle part.
SANS_RETOUR = frozenset({"donnees.effacer"})
#: Jusqu'où l'on remonte pour trouver la dernière action qui n'est pas déjà annulée.
REGARDEES = 200


class DepenseDeLaSuite(Echec):
    """Ce qu'on veut défaire a servi depuis."""

    def __init__(self, acte: Acte, pourquoi: str, remede: str) -> None:
        super().__init__(f"« {acte.phrase} » ne peut plus être annulée : {pourquoi}.", remede)


def _actes_recents(c: Contexte) -> list[tuple[str, str]]:
    return [(a.code, a.phrase[:70]) for a in histoire.derniers(c.archive, 20)]


@app.action("defaire")
def defaire(
    ctx: typer.Context,
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]",
            help="Le code que montre l'historique ; sans lui, la dernière action.",
            autocompletion=completion(_actes_recents),
        ),
    ] = None,
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Défaire la dernière action de ce poste, ou une autre ; l'histoire garde les deux.

    Encore une fois remonte d'une action ; défaire une annulation la refait.

    Exemples :
        tl defaire
        tl defaire 1822edc5
    """
    c = ouvrir(ctx, malgre_tout=True)
    depot, acte = _designer(c, code) if code else _derniere(c)
    if acte.action in SANS_RETOUR:
        raise ErreurUsage(
            "Un effacement ne s'annule pas : il n'en reste rien.",
            "En défaire une autre, par son code : tl historique",
        )
    quand = acte.moment.astimezone(c.lieu.fuseau)
    phrase = " : ".join(filter(None, (acte.phrase, ecrits([depot], [acte]).get(acte.empreinte))))
    dit = f"« {phrase} », {temps.dire_jour(quand.date())} à {quand:%H:%M}"
    if acte.empreinte not in d_ici(depot):
        dit += f" (fait sur un autre poste, rôle {acte.role})"
    c.questions.oui, c.questions.essai = oui, essai
    c.confirmer(f"Annuler {dit} ?", avec=() if code else (acte.code,))
    suites = _a_suivre(c, depot, acte)
    with c.ecriture(depot) as ecriture:
        _poser(c, depot, acte, ecriture)
        fait = Fait(
            id=acte.code,
            action=ACTION,
            histoire=f"Annulation : {acte.phrase}",
            phrase=f"Annulée : {dit}. L'histoire garde les deux.",
            suite="tl historique",
            annule=acte.empreinte,
            details={"courriers": [*suites]},
        )
        commit = c.conclure(ecriture, fait, essai=essai)
    if not essai:
        fait = structs.replace(fait, lignes=_le_suivre(c, suites))
    rendre_compte(c.ecran, ecriture, fait, commit, json=json)


def _a_suivre(c: Contexte, depot: Depot, acte: Acte) -> dict[str, Acte]:
    """Par courrier, ce qui se défait avec cette action : son acceptation, ou le retour de celle-ci."""
    noms, siens, premiere, refait = _noms(acte), dict[str, Acte](), acte, False
    while premiere.annule:
        premiere, refait = next(histoire.actes(depot, combien=1, entre=premiere.annule)), not refait
    for x in courriers.ouverts(c):
        if premiere.action not in ACTIONS.get(x.sorte, ()) or x.etat is (
            Etat.FAIT if refait else Etat.A_TRAITER
        ):
            continue
        chemin = COURRIERS.genre.chemin(x.id)
        dernier = next(histoire.actes(c.registre.depot, chemin, combien=1), None)
        if dernier and (dernier.annule or dernier.action == courriers.ACCEPTER):
            accepte = _avant(c.registre.depot, chemin, dernier) if refait else x
            siens |= {x.id: dernier} if accepte and accepte.suite in noms else {}
    return siens


def _avant(depot: Depot, chemin: str, acte: Acte) -> Courrier | None:
    """Ce courrier tel qu'il était juste avant cette action."""
    change = histoire.changements(depot, acte.parents[0], acte.empreinte).get(chemin)
    lu = Objets(depot.racine).lire(change.avant) if change and change.avant else None
    ident = chemin.rpartition("/")[2].partition(".")[0]
    return fiche.lire(lu[2], Courrier, ident, chemin) if lu else None


def _le_suivre(c: Contexte, suites: Mapping[str, Acte]) -> list[str]:
    """Le lieu d'abord, le registre ensuite, comme on l'avait accepté."""
    for suite in suites.values():
        with c.ecriture(c.registre.depot) as e:
            _poser(c, c.registre.depot, suite, e)
            e.enregistrer(f"Annulation : {suite.phrase}", ACTION, annule=suite.empreinte)
    etats = {x.id: "fait, à répondre" if x.etat is Etat.FAIT else "à traiter" for x in courriers.ouverts(c)}
    return [f"Le courrier est de nouveau {etats[i]} : tl courrier voir {i}" for i in suites]


def _derniere(c: Contexte) -> tuple[Depot, Acte]:
    """La dernière commande de ce poste qui n'est ni une annulation, ni déjà annulée."""
    trouvees = []
    for depot in c.depots:
        annulees, ici = set[str](), d_ici(depot)
        for acte in histoire.actes(depot, combien=REGARDEES):
            annulees.add(acte.annule)
            libre = acte.empreinte not in annulees and len(acte.parents) == 1
            if (
                libre
                and acte.action not in _RETOURS
                and (acte.empreinte in ici or acte.action in SANS_RETOUR)
                and (visee := _ce_qui_se_defait(c, depot, acte))
            ):
                # À la même seconde, le dépôt écrit en dernier a l'action la plus récente.
                ecrit = (depot.interne / "logs/HEAD").stat().st_mtime
                trouvees.append((acte.moment, ecrit, visee))
                break
    if not trouvees:
        raise ErreurUsage(
            "Ce poste n'a aucune action à annuler.",
            "Celle d'un autre poste, par son code : tl historique",
        )
    return max(trouvees, key=lambda t: t[:2])[2]


def _ce_qui_se_defait(c: Contexte, depot: Depot, acte: Acte) -> tuple[Depot, Acte] | None:
    """L'action elle-même ; d'un courrier accepté, ce qu'il a fait faire, si rien ne l'a encore défait."""
    if acte.action != courriers.ACCEPTER:
        return depot, acte
    x = next((x for nom in _noms(acte) if (x := courriers.connu(c, nom))), None)
    if x is None:
        return None
    for un in c.depots:
        annulees = set[str]()
        for autre in histoire.actes(un, combien=REGARDEES):
            annulees.add(autre.annule)
            if autre.action in ACTIONS.get(x.sorte, ()) and x.suite in _noms(autre):
                return (un, autre) if autre.empreinte not in annulees else None
    return None


def _noms(acte: Acte) -> set[str]:
    return {fiche.rpartition("/")[2].partition(".")[0] for fiche in acte.fiches}


def d_ici(depot: Depot) -> frozenset[str]:
    """Les empreintes des actions faites sur ce poste, d'après son propre suivi."""
    suivis = (depot.interne / f"logs/{nom}" for nom in ("HEAD", REFAITES))
    lignes = [li for s in suivis if s.is_file() for li in s.read_text("utf-8", "replace").splitlines()]
    return frozenset(ligne.split(" ", 2)[1] for ligne in lignes if ligne.endswith(f"\t{D_ICI}"))


def _designer(c: Contexte, code: str) -> tuple[Depot, Acte]:
    if len(code) >= 6 and all(lettre in "0123456789abcdef" for lettre in code):
        for depot in c.depots:
            empreinte = depot.empreinte(f"{code}^{{commit}}")
            trouve = next(histoire.actes(depot, combien=1, entre=empreinte), None) if empreinte else None
            if trouve and len(trouve.parents) == 1 and (visee := _ce_qui_se_defait(c, depot, trouve)):
                return visee
            if trouve:
                raise ErreurUsage(f"« {trouve.phrase} » ne s'annule pas.", "Choisir une autre action.")
    raise ErreurUsage(f"« {code} » n'est le code d'aucune action.", "Le lire dans : tl historique")


def _poser(c: Contexte, depot: Depot, acte: Acte, ecriture: Ecriture) -> None:
    """Rendre à chaque fichier ce qu'il était, si rien de ce qui a suivi n'en dépend."""
    objets = Objets(depot.racine)
    changements = histoire.changements(depot, acte.parents[0], acte.empreinte)
    for chemin, change in changements.items():
        avant, apres = change.avant, change.apres
        suivantes = list(histoire.actes(depot, chemin, entre=f"{acte.empreinte}..HEAD"))
        if ecriture.enregistre(chemin) != apres:
            derniere = suivantes[0].code if suivantes else ""
            raise DepenseDeLaSuite(
                acte,
                f"{chemin} a changé depuis" + (f" (« {suivantes[0].phrase} »)" if suivantes else ""),
                f"Annuler d'abord celle-là : tl defaire {derniere}",
            )
        if avant is None:
            ecriture.retirer(chemin)
            continue
        lu = objets.lire(avant)
        assert lu
        (ecriture.creer if apres is None else ecriture.remplacer)(chemin, lu[2])
    if depot.racine == c.archive.racine:
        _exiger_un_lieu_sain(c, acte, ecriture.poses)


def _exiger_un_lieu_sain(c: Contexte, acte: Acte, poses: Mapping[str, bytes | None]) -> None:
    """Le retour en arrière ne doit pas défaire ce qui fut promis depuis (une salle reprise…).

    Ce qui n'allait déjà pas, et n'en ira ni mieux ni plus mal, ne l'empêche pas.
    """
    apres = verification.de_quelques(ArbrePose(c.arbre, poses), c.registre, poses)
    avant = verification.de_quelques(c.arbre, c.registre, poses) if apres else []
    deja = {(k.regle, k.fait) for k in avant}
    for constat in apres:
        if (constat.regle, constat.fait) not in deja:
            raise DepenseDeLaSuite(acte, constat.fait, constat.remede)
