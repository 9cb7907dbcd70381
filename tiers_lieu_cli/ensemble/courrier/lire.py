"""`tl courrier lire` : ranger au registre ce qui dit quelque chose de neuf, et le proposer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.ensemble.courrier import boites, fiches, lecture, regles
from tiers_lieu_cli.ensemble.courrier.accepter import accepter_le, agir_au_depot, lignes
from tiers_lieu_cli.ensemble.courrier.actes import Dits
from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, Courrier
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Abandon, Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import accorder

app = Application()


@app.action("lire")
def lire(
    ctx: typer.Context,
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[FICHIER]", help="Un .eml, une mbox, un Maildir, un dossier de .eml."),
    ] = None,
    imap: Annotated[
        str,
        typer.Option("--imap", metavar="SERVEUR", help="La boîte du lieu, lue à distance : imap.exemple.be."),
    ] = "",
    compte: Annotated[
        str, typer.Option("--compte", metavar="ADRESSE", help="Le compte ; sinon, l'adresse du lieu.")
    ] = "",
    dossier: Annotated[str, typer.Option("--dossier", metavar="NOM", help="Le dossier distant.")] = "INBOX",
    depuis: Annotated[
        str, typer.Option("--du", metavar="JOUR", help="Seulement depuis ce jour ; à distance, un mois.")
    ] = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Lire le courrier reçu, et proposer ce qu'il demande : le même lu deux fois n'ajoute rien.

    Une inscription, une salle, un besoin, une offre, une idée, une annulation se proposent, et
    s'acceptent d'une touche ; le reste est « à traiter ». Le texte ne va qu'au registre. À distance, la
    boîte n'est que lue ; le mot de passe est au trousseau du poste, ou se demande.

    Exemples :
        tl courrier lire reponse.eml
        tl courrier lire ~/Mail/Passerelle
        tl courrier lire --imap imap.exemple.be --compte bonjour@passerelle.be
    """
    if bool(source) == bool(imap):
        raise ErreurUsage("Quel courrier lire ?", "Donner un fichier ou un dossier, ou --imap SERVEUR.")
    c = ouvrir(ctx)
    c.ecran.interactif &= not json
    _ = c.registre.depot
    jour = saisie.lire_jour(depuis, c.horloge.murale(), Sens.PASSE) if depuis else None
    octets = boites.lire(source) if source else _a_distance(c, imap, compte, dossier, jour)
    lus = [lu for lu in map(lecture.lire, octets) if not (jour and lu.le and lu.le.date() < jour)]
    fait = agir_au_depot(c, c.registre.depot, lambda c, e: _ranger(c, e, lus), json=json, essai=essai)
    if c.ecran.interactif and not essai and isinstance(fait, Fait):
        for ident in fait.details["courriers"]:  # type: ignore[attr-defined]
            proposer(c.en_lecture(), str(ident))


def _a_distance(c: Contexte, serveur: str, compte: str, dossier: str, depuis: date | None) -> Iterator[bytes]:
    compte = compte or courriel.adresse(c.lieu.reglages.contacts)
    if not compte:
        raise ErreurUsage("Quel compte lire ?", "Le donner : --compte bonjour@exemple.be")
    secret = boites.du_trousseau(compte) or boites.demander_le_mot_de_passe(compte)

    def deja(nom: bytes) -> bool:
        return fiches.connu(c, lecture.lire(nom).ident) is not None

    jour = depuis or c.horloge.aujourdhui() - boites.DEPUIS
    return boites.distante(serveur, compte, secret, dossier, jour, deja)


def _ranger(c: Contexte, e: Ecriture, lus: Sequence[lecture.Lu]) -> Fait | Rien:
    """Poser au registre chaque courriel qui dit quelque chose de neuf."""
    neufs: dict[str, Courrier] = {}
    anciens = fiches.ouverts(c)
    gens = {p.id: (p.nom, p.courriel) for p in c.registre.annuaire}
    connues = regles.Registre(
        connu=lambda ident: neufs.get(ident) or fiches.connu(c, ident),
        ouverts=anciens,
        adresses={ident: adresse for ident, (_, adresse) in gens.items()},
        d_ici=frozenset(contact.lower() for contact in c.lieu.reglages.contacts),
        domaine=c.lieu.reglages.domaine,
    )
    passes: Counter[str] = Counter()
    for lu in sorted(lus, key=lambda lu: lu.le.timestamp() if lu.le else 0.0):
        ici = structs.replace(connues, ouverts=[*anciens, *neufs.values()])
        vu = regles.comprendre(lu, ici, c.horloge.aujourdhui())
        if isinstance(vu, regles.Passe):
            passes[vu.raison] += 1
            continue
        siens = regles.correspondants(vu, gens)
        par = siens[0] if len(siens) == 1 else ""
        vu = structs.replace(vu, par=par) if vu.fil else structs.replace(vu, de=par)
        neufs[vu.id] = vu
        COURRIERS.poser(e, vu)
    dits = [f"{n} passé{'s' * (n > 1)} : {raison}" for raison, n in passes.items()]
    perdues = {lu.non_remis for lu in lus if lu.non_remis}
    dits += [
        f"Ne lui arrive plus : {p.id} ({p.courriel})"
        for p in c.registre.annuaire
        if p.courriel.lower() in perdues
    ]
    details = {
        "courriers": list(neufs),
        "passes": [{"raison": raison, "combien": n} for raison, n in passes.items()],
    }
    if not neufs:
        return Rien(phrase="Rien de neuf dans ce courrier.", lignes=dits, details=details)
    montrees = [ligne for x in neufs.values() for ligne in lignes(c, x)]
    return Fait(
        id=next(iter(neufs)),
        action="courrier.lire",
        histoire=accorder(len(neufs), "courrier lu"),
        phrase=f"{accorder(len(neufs), 'courrier')} à traiter.",
        lignes=[*montrees, *dits] if not c.ecran.interactif else dits,
        suite="" if c.ecran.interactif else "tl courrier liste",
        details=details,
    )


def proposer(c: Contexte, ident: str) -> None:
    """Montrer un courrier, et faire ce qu'il demande si l'on dit oui."""
    x = fiches.exiger(c, ident)
    for ligne in lignes(c, x, commande=x.sorte is Geste.LIBRE):
        c.ecran.dire(ligne)
    if x.sorte is Geste.LIBRE or not c.ecran.confirmer("L'accepter ?"):
        return
    try:
        accepter_le(c, x, "", Dits(), creer=False, json=False, essai=False)
    except Abandon:
        c.ecran.dire("Laissé à traiter.")
    except Echec as refus:
        # Un courrier qui ne passe pas n'empêche pas de lire les suivants.
        c.ecran.refuser(refus)
