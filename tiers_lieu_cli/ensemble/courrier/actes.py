"""Ce qu'un courrier demande, en une action du lieu : la même que la commande qu'on taperait."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.accueil.annonce.details import Dits as DitsDUneAnnonce
from tiers_lieu_cli.accueil.besoin import commandes as besoins
from tiers_lieu_cli.accueil.offre import commandes as offres
from tiers_lieu_cli.accueil.personne.regles import Dit, changer
from tiers_lieu_cli.ensemble.courrier import regles
from tiers_lieu_cli.ensemble.courrier.citer import citer, une_ligne
from tiers_lieu_cli.ensemble.courrier.modele import Courrier
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.promesse import annuler
from tiers_lieu_cli.espace.reservation import reserver
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, MotAmbigu
from tiers_lieu_cli.noyau.gens.personnes import LETTRE, PERSONNES
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import CE_QUI, POUR_QUOI, QUAND, Geste
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import a_taper
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.idee import commandes as idees
from tiers_lieu_cli.prog.inscription import commandes as inscriptions
from tiers_lieu_cli.prog.modele import Evenement

#: Ce qu'on propose à la place de ce qui n'est pas possible, et jusqu'où on le cherche.
PROPOSITIONS, HORIZON = 3, timedelta(days=60)


class Dits(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on dit à la place du courriel, s'il le dit mal ; vide : ce qu'il dit."""

    quoi: Annotated[
        str,
        typer.Option("--quoi", metavar="ID", help="L'événement, la salle ou la réservation dont il parle."),
    ] = ""
    quand: Annotated[
        str, typer.Option("--quand", metavar="QUAND", help='D\'une salle, le moment : "jeu 14h-16h".')
    ] = ""
    texte: Annotated[str, typer.Option("--texte", help="Le besoin, l'offre, l'idée, l'objet, redits.")] = ""
    combien: Annotated[int, typer.Option("--combien", min=0, help="Combien ils seront, lui compris.")] = 0


class Acte(msgspec.Struct, frozen=True):
    """Une action : la commande qui la ferait, et de quoi la faire."""

    mots: tuple[str, ...]
    agir: Callable[[Contexte, Ecriture], Fait | Rien]
    #: Elle change une personne, et non l'archive.
    au_registre: bool = False

    @property
    def commande(self) -> str:
        """La commande, à coller."""
        return shlex.join(["tl", *self.mots])


class ManqueAuCourrier(ErreurUsage):
    """Le courriel ne dit pas de quoi il parle."""


def preparer(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> Acte:
    """L'action que ce courrier demande, pour `qui` ; `ManqueAuCourrier` s'il ne dit pas assez."""
    faire = _FAIRE.get(courrier.sorte)
    if faire is None:
        raise ErreurUsage(
            f"Le courrier {courrier.id} ne demande rien qu'on sache faire seul.",
            f"Le lire : tl courrier voir {courrier.id}\nLe classer : tl courrier classer {courrier.id}",
        )
    return faire(c, courrier, qui, dits)


def evenement(c: Contexte, courrier: Courrier, dits: Dits) -> Evenement:
    """L'événement dont il parle : ce qu'on en dit, sinon le code de son sujet."""
    if dits.quoi:
        return programme.exiger(c.arbre, dits.quoi)
    if not courrier.quoi:
        raise _manque(c, courrier, "à quoi", "--quoi", "ID")
    try:
        jour = date.fromisoformat(courrier.quoi[:10])
    except ValueError:
        return programme.exiger(c.arbre, courrier.quoi)
    vus = programme.de_la_fenetre(c.arbre, Creneau.de_jours(jour, jour)).fiches
    trouves = [e for e in vus if courriel.designe(courrier.quoi, e.id)]
    if len(trouves) != 1:
        raise FicheIntrouvable("événement", courrier.quoi, ())
    return trouves[0]


def _manque(c: Contexte, courrier: Courrier, quoi: str, *options: str) -> ManqueAuCourrier:
    return ManqueAuCourrier(
        f"Le courrier {courrier.id} ne dit pas {quoi}.", f"Le dire : {redire(c, courrier, *options)}"
    )


def redire(c: Contexte, courrier: Courrier, *options: str) -> str:
    """De quoi l'accepter : la commande tapée, si c'en est une, et ces mots ; rien de dit ne s'oublie."""
    if "accepter" in c.questions.tapee:
        return c.questions.redite(*options)
    return " ".join(map(a_taper, ("tl", "courrier", "accepter", courrier.id, *options)))


def _inscrire(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> Acte:
    vise = evenement(c, courrier, dits)
    avec = max(0, (dits.combien or regles.combien(courrier.texte) or 1) - 1)
    mots = (
        "prog",
        "inscrire",
        vise.id,
        "--de",
        f"@{qui}",
        *(("--accompagne", str(avec)) if avec else ()),
    )
    return Acte(
        mots,
        lambda c, e: inscriptions.inscrire(c, e, evenement=vise.id, personne=qui, accompagne=avec or None),
    )


def _annuler(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> Acte:
    """D'une salle, la réservation que le fil a faite ; sinon, l'inscription."""
    promesse = dits.quoi or courrier.suite
    if not dits.quoi and courrier.suite:
        racine = courrier.suite
        if c.arbre.lire(f"espace/reservations/{racine[:4]}/{racine[5:7]}/{racine}.yaml") is not None:
            return Acte(
                ("espace", "annuler", promesse, "--oui"),
                lambda c, e: annuler.annuler(c, e, laquelle=promesse),
            )
    vise = evenement(c, courrier, dits)
    return Acte(
        ("prog", "desinscrire", vise.id, "--de", f"@{qui}"),
        lambda c, e: inscriptions.desinscrire(c, e, evenement=vise.id, personne=qui),
    )


def _reserver(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> Acte:
    champs = courriel.lire_champs(courrier.texte)
    salle, quand = dits.quoi or courrier.quoi, dits.quand or une_ligne(champs.get(QUAND, ""))
    manquent = {
        **({"quelle salle": ("--quoi", "SALLE")} if not salle else {}),
        **({"quand": ("--quand", "jeu 14h-16h")} if not quand else {}),
    }
    if manquent:
        raise _manque(
            c, courrier, " ni ".join(manquent), *(mot for mots in manquent.values() for mot in mots)
        )
    salle = SALLES.designer(c.arbre, salle)
    objet = dits.texte or texte_recu(c, courrier, qui) or "demande reçue par courriel"
    seront = dits.combien or regles.combien(courrier.texte)
    a_combien = ("--personnes", str(seront)) if seront else ()
    mots = ("espace", "reserver", salle, quand, "--objet", objet, "--pour", f"@{qui}", *a_combien)
    return Acte(
        mots,
        lambda c, e: reserver.reserver(
            c, e, salle=salle, quand=quand, objet=objet, pour=qui, personnes=seront
        ),
    )


def texte_recu(c: Contexte, courrier: Courrier, qui: str) -> str:
    """Ce que le courriel dit en une ligne (le besoin, l'idée, l'objet), où ceux qu'il nomme sont cités."""
    champs = courriel.lire_champs(courrier.texte)
    if courrier.sorte is Geste.SALLE:
        recu = champs.get(POUR_QUOI, "")
    else:
        recu = champs.get(CE_QUI, "") or ("" if champs else courrier.texte)
    return citer(c, une_ligne(recu), qui)


def _dit(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> str:
    texte = dits.texte or texte_recu(c, courrier, qui)
    if not texte:
        raise _manque(c, courrier, "quoi", "--texte", "…")
    return texte


def _besoin(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> Acte:
    texte = _dit(c, courrier, qui, dits)
    return Acte(
        ("accueil", "besoin", "creer", texte, "--de", f"@{qui}"),
        lambda c, e: besoins.creer(c, e, texte=texte, dits=DitsDUneAnnonce(personne=qui)),
    )


def _offre(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> Acte:
    texte = _dit(c, courrier, qui, dits)
    return Acte(
        ("accueil", "offre", "creer", texte, "--de", f"@{qui}"),
        lambda c, e: offres.creer(c, e, texte=texte, dits=DitsDUneAnnonce(personne=qui)),
    )


def _idee(c: Contexte, courrier: Courrier, qui: str, dits: Dits) -> Acte:
    texte = _dit(c, courrier, qui, dits)
    return Acte(
        ("prog", "proposer", texte, "--de", f"@{qui}"),
        lambda c, e: idees.proposer(c, e, texte=texte, de=qui),
    )


def _desabonner(_: Contexte, __: Courrier, qui: str, ___: Dits) -> Acte:
    """Retirer son accord à la lettre : il ne faut pour cela qu'un courriel de son adresse."""

    def agir(c: Contexte, e: Ecriture) -> Fait:
        ancienne = c.registre.exiger(qui)
        neuve = changer(ancienne, Dit(retire=(LETTRE,)), c.horloge.aujourdhui(), c.registre.annuaire)
        PERSONNES.corriger(e, ancienne, neuve)
        return Fait(
            id=neuve.id,
            action="accueil.personne.modifier",
            histoire="Accord retiré",
            phrase=f"{neuve.nom} ne recevra plus la lettre.",
        )

    return Acte(("accueil", "personne", "modifier", f"@{qui}", "--retire", LETTRE), agir, au_registre=True)


_FAIRE: dict[Geste, Callable[[Contexte, Courrier, str, Dits], Acte]] = {
    Geste.INSCRIPTION: _inscrire,
    Geste.ANNULATION: _annuler,
    Geste.SALLE: _reserver,
    Geste.BESOIN: _besoin,
    Geste.OFFRE: _offre,
    Geste.IDEE: _idee,
    Geste.DESABONNEMENT: _desabonner,
}


#: Sous quel nom l'histoire garde ce que chaque sorte fait faire : défaire l'un remet l'autre à traiter.
ACTIONS: dict[Geste, tuple[str, ...]] = {
    Geste.INSCRIPTION: ("prog.inscrire",),
    Geste.ANNULATION: ("prog.desinscrire", "espace.annuler"),
    Geste.SALLE: ("espace.reserver",),
    Geste.BESOIN: ("accueil.besoin.creer",),
    Geste.OFFRE: ("accueil.offre.creer",),
    Geste.IDEE: ("prog.proposer",),
    Geste.DESABONNEMENT: ("accueil.personne.modifier",),
}


def proposition(c: Contexte, courrier: Courrier) -> str:
    """Ce qu'on propose d'en faire, en une phrase ; ce qui manque, si quelque chose manque."""
    try:
        return _dire(c, courrier)
    except (FicheIntrouvable, MotAmbigu, ErreurUsage) as faute:
        return f"{_MOTS[courrier.sorte]} : {faute.fait.rstrip('.')}"


_MOTS = {
    Geste.INSCRIPTION: "s'inscrire",
    Geste.ANNULATION: "ne plus venir",
    Geste.SALLE: "demander une salle",
    Geste.BESOIN: "un besoin",
    Geste.OFFRE: "une offre",
    Geste.IDEE: "une idée",
    Geste.DESABONNEMENT: "ne plus recevoir la lettre",
    Geste.LIBRE: "à lire",
}


def _dire(c: Contexte, courrier: Courrier) -> str:
    rien, jour = Dits(), c.horloge.aujourdhui()
    if courrier.sorte is Geste.LIBRE:
        peut_etre = f", qui répond {courrier.presence}" if courrier.presence else ""
        return f"à lire{peut_etre} : {une_ligne(courrier.texte)[:120] or 'sans texte'}"
    if courrier.sorte in (Geste.BESOIN, Geste.OFFRE, Geste.IDEE):
        return f"{_MOTS[courrier.sorte]} : {_dit(c, courrier, courrier.de, rien)}"
    if courrier.sorte is Geste.DESABONNEMENT:
        return _MOTS[courrier.sorte]
    if courrier.sorte is Geste.SALLE:
        acte = _reserver(c, courrier, "qui", rien)
        return f"demander {acte.mots[2]}, {acte.mots[3]} : {acte.mots[5]}"
    if (
        courrier.sorte is Geste.ANNULATION
        and courrier.suite
        and "--oui" in _annuler(c, courrier, "", rien).mots
    ):
        return f"annuler {courrier.suite}"
    vise = evenement(c, courrier, rien)
    seront = regles.combien(courrier.texte)
    a_combien = f", à {seront}" if seront > 1 and courrier.sorte is Geste.INSCRIPTION else ""
    quand = temps.dire_creneau(vise.creneau, jour)
    return f"{_MOTS[courrier.sorte]} : « {vise.titre} », {quand}{a_combien}"


def autres_dates(c: Contexte, vise: Evenement) -> Sequence[Evenement]:
    """Trois choses publiques à venir à proposer à la place : d'abord la même, un autre jour."""
    jour = c.horloge.aujourdhui()
    viennent = [
        e
        for e in programme.de_la_fenetre(c.arbre, Creneau.de_jours(jour, jour + HORIZON)).fiches
        if e.id != vise.id and e.est_a_nous and e.a_lieu and not e.interne and e.etat != "brouillon"
    ]
    rang = sorted(
        viennent, key=lambda e: (e.titre != vise.titre, not set(e.publics) & set(vise.publics), e.debut)
    )
    return rang[:PROPOSITIONS]
