"""`tl courrier accepter` : faire ce qu'un courrier demande, au lieu d'abord, au registre ensuite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.personne.regles import Dit, nouvelle_personne
from tiers_lieu_cli.ensemble.courrier import actes, citer, fiches, regles
from tiers_lieu_cli.ensemble.courrier.actes import Dits
from tiers_lieu_cli.ensemble.courrier.modele import Courrier, CourrierCite, Etat
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait, Rien, ne_rien_faire, rendre_compte
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES
from tiers_lieu_cli.noyau.gens.refus import RefusDuMur
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder

app = Application()
Faire = Callable[[Contexte, Ecriture], Fait | Rien]
Lequel = Annotated[CourrierCite, typer.Argument(metavar="COURRIER", help="Le courrier (Tab propose).")]
Qui = Annotated[PersonneCitee | None, typer.Option("--de", help="Qui demande, si l'adresse ne le dit pas.")]


def lignes(c: Contexte, x: Courrier, *, commande: bool = True) -> Iterator[str]:
    """Ce qu'on montre d'un courrier : de qui, ce qu'on propose, et la commande qui le ferait."""
    x = fiches.du_fil(c, x)
    qui = x.de or regles.nom_dit(x)
    par = ""
    if x.fil:
        ecrit = x.par or regles.nom_dit(x)
        par = "" if x.par and x.par == x.de else f" (écrit par {ecrit})"
    yield f"{qui}{par} · {temps.dire_jour(x.recu, c.horloge.aujourdhui())} · {actes.proposition(c, x)}"
    if x.pieces:
        yield f"    {accorder(len(x.pieces), 'pièce jointe')} : tl courrier pieces"
    if commande and x.sorte is not Geste.LIBRE:
        # Qui n'est pas au registre y entre d'abord, si l'on veut.
        yield f"    tl courrier accepter {x.id}{'' if x.de else ' --creer'}"
    elif commande:
        yield f"    tl courrier voir {x.id}"


@app.action("accepter", dits=Dits)
def accepter(
    ctx: typer.Context,
    courrier: Lequel,
    dits: Dits,
    personne: Qui = None,
    creer: Annotated[
        bool, typer.Option("--creer", help="L'expéditeur n'est pas au registre : l'y mettre.")
    ] = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Faire ce qu'un courrier demande : inscrire, réserver, noter un besoin, une offre, une idée, annuler.

    L'expéditeur est retrouvé par son adresse. Ce qui va à l'archive passe le même mur que le reste : qui
    y est nommé sans équivoque est cité (« Merci, @nora ») ; le reste se redit, par --texte.

    Exemples :
        tl courrier accepter c-7k2m9xq4bd
        tl courrier accepter c-7k2m9xq4bd --creer --quand "jeu 14h-16h"
    """
    c = ouvrir(ctx)
    c.ecran.interactif &= not json
    c.questions.essai = essai
    dits = structs.replace(dits, texte=c.entrer(dits.texte))
    x = fiches.exiger(c, courrier)
    accepter_le(c, x, personne or "", dits, creer=creer, json=json, essai=essai)


def accepter_le(
    c: Contexte, x: Courrier, personne: str, dits: Dits, *, creer: bool, json: bool, essai: bool
) -> None:
    """Au lieu d'abord, au registre ensuite : une panne entre les deux laisse le courrier à traiter."""
    if x.etat is not Etat.A_TRAITER:
        raise ErreurUsage(
            "C'est déjà fait ; il reste à répondre.", f"tl courrier repondre {x.id} --sortie ~/reponse.eml"
        )
    vu = fiches.du_fil(c, x)
    qui = c.registre.designer(personne) if personne else vu.de
    if x.fil and not qui:
        raise ErreurUsage(
            "Il répond à un courrier dont on ne sait pas encore de qui il est.",
            f"D'abord : tl courrier accepter {x.fil} --creer ; ou dire qui : --de @QUI",
        )
    # Que tout le reste soit dit avant de créer quelqu'un.
    acte = actes.preparer(c.en_lecture(), vu, qui, dits)
    if not qui and acte.au_registre:
        raise ErreurUsage(
            f"{x.adresse} n'est à personne du registre : rien à retirer.", f"tl courrier classer {x.id}"
        )
    if not qui:
        qui = _expediteur(c, x, creer=creer, json=json, essai=essai)
    if not qui:
        return
    try:
        fait = agir_au_depot(
            c,
            c.registre.depot if acte.au_registre else c.archive,
            lambda c, e: actes.preparer(c, vu, qui, dits).agir(c, e),
            json=json,
            essai=essai,
            suite=x.id,
        )
    except RefusDuMur as refus:
        if not dits.texte:
            _a_redire(c, vu, qui, refus)
        raise
    if essai or not isinstance(fait, Fait):
        return
    suivi = structs.replace(x, etat=Etat.FAIT, de=qui, suite=fait.id, nom="")
    with c.ecriture(c.registre.depot) as e:
        fiches.changer(e, x, suivi)
        e.enregistrer("Courrier accepté", fiches.ACCEPTER)


def _a_redire(c: Contexte, x: Courrier, qui: str, refus: RefusDuMur) -> None:
    """Le courriel d'un autre ne se corrige pas : proposer de le redire, ce qui ne passe pas changé."""
    personne = refus.indice.personne
    recu = actes.texte_recu(c, x, qui)
    redit = citer.remplacer(recu, refus.indice.extrait, f"@{personne}" if personne else "…")
    if redit == recu:
        return
    retenir = () if refus.indice.sur else refus.suites
    sinon = "Si oui, le redire ainsi ; sinon, le dire une fois, puis recommencer :"
    refus.remede = sinon if retenir else "Le redire ainsi :"
    refus.suites = (actes.redire(c, x, "--texte", redit), *retenir)


def _expediteur(c: Contexte, x: Courrier, *, creer: bool, json: bool, essai: bool) -> str:
    """Qui écrit : l'un de ceux de cette adresse, sinon quelqu'un de neuf si l'on dit oui ; vide à l'essai."""
    gens = {p.id: (p.nom, p.courriel) for p in c.registre.annuaire}
    siens = regles.correspondants(x, gens)
    if len(siens) == 1:
        return siens[0]
    if siens and c.ecran.interactif and not essai:
        return siens[c.choisir(f"Qui écrit de {x.adresse} ?", [gens[ident][0] for ident in siens])]
    nom = regles.nom_dit(x)
    if siens:
        noms = ", ".join(f"@{ident}" for ident in siens)
        raise ErreurUsage(f"Plusieurs personnes ont l'adresse {x.adresse} : {noms}.", "Dire qui : --de @QUI")
    if essai:
        c.ecran.dire(f"Essai, rien n'est écrit. {nom} entrerait d'abord au registre.")
        return ""
    if not creer and not c.accorder(
        f"{nom} ({x.adresse or 'sans adresse'}) n'est pas au registre. L'y mettre ?"
    ):
        raise ErreurUsage(
            f"{nom} n'est pas au registre.",
            f"L'y mettre : {actes.redire(c, x, '--creer')} ; ou dire qui : --de @QUI",
        )
    dit = Dit(courriel=x.adresse)

    def enregistrer(c: Contexte, e: Ecriture) -> Fait:
        neuve = nouvelle_personne(nom, dit, c.horloge.aujourdhui(), c.registre.annuaire, c.hasard)
        PERSONNES.poser(e, neuve)
        return Fait(
            id=neuve.id,
            action="accueil.personne.creer",
            histoire="Nouvelle personne",
            phrase=f"{neuve.nom} est au registre.",
        )

    return agir_au_depot(c, c.registre.depot, enregistrer, json=json, essai=False, muet=json).id  # type: ignore[union-attr]


def agir_au_depot(
    c: Contexte,
    depot: Depot,
    faire: Faire,
    *,
    json: bool,
    essai: bool,
    suite: str = "",
    muet: bool = False,
) -> Fait | Rien:
    """Sous le verrou de ce dépôt : faire, enregistrer, puis dire ; voir `porte`."""

    def agir(e: Ecriture) -> tuple[Fait | Rien, Ecriture, str]:
        fait = faire(c.en_lecture(), e)
        if isinstance(fait, Fait) and suite:
            fait = structs.replace(fait, suite=f"tl courrier repondre {suite} --sortie ~/reponse.eml")
        return fait, e, "" if isinstance(fait, Rien) else c.conclure(e, fait, essai=essai)

    fait, ecriture, commit = c.sous_verrou(agir, depot)
    if muet:
        return fait
    if isinstance(fait, Rien):
        ne_rien_faire(c.ecran, fait, json=json)
    else:
        rendre_compte(c.ecran, ecriture, fait, commit, json=json)
    return fait
