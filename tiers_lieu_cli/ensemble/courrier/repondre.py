"""`tl courrier repondre` : la réponse à un courrier, en brouillon."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.courrier import actes, fiches, regles, reponse
from tiers_lieu_cli.ensemble.courrier.actes import Dits
from tiers_lieu_cli.ensemble.courrier.modele import Courrier, CourrierCite, Etat
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Sorties, Vers
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS

app = Application()


@app.action("repondre", vers=Vers)
def repondre(
    ctx: typer.Context,
    courrier: Annotated[CourrierCite, typer.Argument(metavar="COURRIER", help="Le courrier (Tab propose).")],
    vers: Vers,
    non: Annotated[bool, typer.Option("--non", help="Dire non, et proposer autre chose.")] = False,
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi non.")] = "",
    texte: Annotated[
        str, typer.Option("--texte", help="Ce qu'on répond ; sinon, ce que l'outil propose.")
    ] = "",
    json: Json = False,
) -> None:
    """Écrire la réponse à un courrier : oui, liste d'attente, ou non avec trois propositions.

    Un brouillon .eml, enfilé à la suite de ce qu'on a reçu, à relire et à envoyer soi-même. Sans
    --sortie, il se montre, et le courrier attend toujours.

    Exemples :
        tl courrier repondre c-7k2m9xq4bd
        tl courrier repondre c-7k2m9xq4bd --non --sortie ~/reponse.eml
    """
    c = ouvrir(ctx)
    c.ecran.interactif &= not json
    x = fiches.exiger(c, courrier)
    if motif and not non:
        raise ErreurUsage("Un motif dit pourquoi c'est non.", "Ajouter --non.")
    octets, corps = _rediger(c.en_lecture(), x, texte, motif if non else None)
    if vers.sortie is None:
        if json:
            c.ecran.json({"id": x.id, "commit": None, "texte": corps})
            return
        c.ecran.page(corps)
        c.ecran.dire(f"  Ensuite : tl courrier repondre {x.id} --sortie ~/reponse.eml")
        return
    with Sorties(c, ecraser=vers.ecraser) as sorties:
        ou = sorties.reserver(vers.sortie, noms=True)
        with c.ecriture(c.registre.depot) as e:
            commit = _clore(e, x)
        sorties.ecrire(vers.sortie, [octets], noms=True)
    if json:
        c.ecran.json({"id": x.id, "commit": commit, "texte": corps, "fichier": ou})
        return
    c.ecran.dire(f"Le brouillon est dans {ou}.")
    c.ecran.dire("  Ensuite : l'ouvrir dans votre courrier, le relire, l'envoyer")


def _clore(e: Ecriture, x: Courrier) -> str:
    fiches.clore(e, x)
    return e.enregistrer("Réponse écrite", "courrier.repondre")


def _rediger(c: Contexte, x: Courrier, texte: str, refus: str | None) -> tuple[bytes, str]:
    """Le brouillon, et son texte."""
    personne = c.registre.une(x.par or x.de) if x.par or x.de else None
    a = x.adresse or (personne.courriel if personne else "")
    if not a:
        modifier = f"tl accueil personne modifier @{x.de}" if x.de else "tl accueil personne modifier"
        raise ErreurUsage(
            f"On ne sait pas où répondre au courrier {x.id}.",
            f"Le dire au registre : {modifier} --courriel",
        )
    r = c.lieu.reglages
    maison = reponse.Maison(nom=r.nom, adresse=courriel.adresse(r.contacts), domaine=r.domaine)
    nom = personne.nom if personne else regles.nom_dit(x)
    chose, quand, attend, propositions = _de_quoi(c, x, refus=refus is not None)
    dit = texte or reponse.dire(x, chose, quand, attend=attend, refus=refus)
    if not dit:
        if not c.ecran.interactif:
            raise ErreurUsage("Que répondre ?", f"Le dire : tl courrier repondre {x.id} --texte")
        dit = c.questions.editer(c.environ, "", ".txt").strip()
        c.questions.ranger_les_brouillons(garde=False)
        if not dit:
            raise ErreurUsage("La réponse est vide.", "L'écrire dans l'éditeur, ou par --texte.")
    corps = reponse.corps(x, nom.split()[0] if nom else "", maison, dit, propositions)
    return reponse.brouillon(x, a, maison, corps, c.horloge.maintenant()), corps


def _de_quoi(c: Contexte, x: Courrier, *, refus: bool) -> tuple[str, str, bool, list[str]]:
    """Ce dont il parle, quand, si l'on attend une place, et ce qu'on propose à la place d'un non."""
    jour, rien = c.horloge.aujourdhui(), Dits()
    if x.sorte is Geste.SALLE:
        return *_de_la_salle(c, x), False, _salles_proches(c, x) if refus else []
    if x.sorte not in (Geste.INSCRIPTION, Geste.ANNULATION):
        return "", "", False, []
    try:
        vise = actes.evenement(c, x, rien)
    except Echec:
        return "", "", False, []
    inscrite = INSCRIPTIONS.une(c.arbre, x.suite) if x.etat is Etat.FAIT and x.suite else None
    autres = (
        [f"{e.titre}, {temps.dire_creneau(e.creneau, jour)}" for e in actes.autres_dates(c, vise)]
        if refus
        else []
    )
    return vise.titre, temps.dire_creneau(vise.creneau, jour), bool(inscrite and inscrite.attend), autres


def _de_la_salle(c: Contexte, x: Courrier) -> tuple[str, str]:
    from tiers_lieu_cli.espace.modele import SALLES
    from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS

    if x.etat is Etat.FAIT and (r := RESERVATIONS.une(c.arbre, x.suite)):
        salle = SALLES.une(c.arbre, r.salle)
        attend = ", à confirmer" if r.etat == "demandee" else ""
        return (
            salle.nom if salle else r.salle,
            f"{temps.dire_creneau(r.creneau, c.horloge.aujourdhui())}{attend}",
        )
    try:
        acte = actes.preparer(c, x, "qui", Dits())
    except Echec:
        return "", ""
    salle = SALLES.une(c.arbre, acte.mots[2])
    return (salle.nom if salle else acte.mots[2]), acte.mots[3]


def _salles_proches(c: Contexte, x: Courrier) -> list[str]:
    """Les trois créneaux que le refus d'une salle propose, d'après les règles qui le refusent."""
    from tiers_lieu_cli.espace.refus import PasPossible

    c.ecran.interactif, avant = False, c.ecran.interactif
    try:
        with c.ecriture() as e:
            actes.preparer(c, x, x.de, Dits()).agir(c, e)
    except PasPossible as refus:
        return [dit.partition(" : ")[0].replace(" · ", ", ") for dit in refus.suites]
    except Echec:
        return []
    finally:
        c.ecran.interactif = avant
    return []
