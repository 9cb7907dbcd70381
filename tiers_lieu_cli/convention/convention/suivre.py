"""`tl convention signer`, `decider`, `avis`, `resilier` : ce qui arrive à une convention, daté."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.convention.convention import fiches, regles
from tiers_lieu_cli.convention.convention.modele import (
    CONVENTIONS,
    Convention,
    Decision,
    Quoi,
    Signature,
)
from tiers_lieu_cli.convention.document.fiches import deposer
from tiers_lieu_cli.convention.document.modele import Classe, Document, Sorte
from tiers_lieu_cli.convention.options import Laquelle, Le, Note, Par, jour_libre, jour_passe
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

signer_app, decider_app, avis_app, resilier_app = Application(), Application(), Application(), Application()


@signer_app.ecrit("signer")
def signer(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    par: Par = None,
    le: Le = "",
    fichier: Annotated[
        Path | None, typer.Option("--fichier", help="L'original numérisé, rangé au coffre.")
    ] = None,
    note: Note = "",
) -> Fait:
    """Noter qu'une convention (ou son avenant) est signée : par qui, quand, et l'original.

    Exemples :
        tl convention signer c-7k2m --par @amina --par @piet
        tl convention signer c-7k2m --par @amina --le "lundi" --fichier ~/scan.pdf
    """
    ancienne = fiches.exiger_vive(c.arbre, laquelle)
    if ancienne.est_signee:
        raise Echec(
            f"« {ancienne.nom} » est déjà signée (version {ancienne.version}).",
            f"La changer : tl convention avenant {ancienne.id}",
        )
    jour = jour_passe(c, le)
    range_ = ""
    if fichier is not None:
        original = Document(
            id="",
            titre=f"{ancienne.nom}, version {ancienne.version} signée",
            empreinte="0" * 64,
            taille=0,
            suffixe="",
            le=jour,
            sorte=Sorte.CONTRAT,
            classe=Classe.CONTRAT,
            convention=ancienne.id,
            parties=(ancienne.avec,),
            # Une signature nomme quelqu'un.
            nominatif=True,
            nomme=tuple(c.registre.exiger(qui).id for qui in par or ()),
        )
        range_ = deposer(c, e, fichier, original).id
    posee = Signature(
        le=jour,
        version=ancienne.version,
        par=tuple(c.registre.exiger(qui).id for qui in par or ()),
        document=range_,
        note=texte.ligne(note, "La note", vide=True),
    )
    neuve = structs.replace(ancienne, signatures=(*ancienne.signatures, posee))
    CONVENTIONS.corriger(e, ancienne, neuve)
    quoi = f"version {neuve.version}" if neuve.avenants else "convention"
    return Fait(
        id=neuve.id,
        action="convention.signer",
        histoire=f"Signée : {neuve.nom} ({quoi})",
        phrase=f"« {neuve.nom} » est signée, {temps.dire_jour(jour, c.horloge.aujourdhui())}.",
        lignes=[f"  L'original est au coffre : {range_}."] if range_ else (),
        suite=f"tl convention fiche {neuve.id}"
        if range_
        else f"tl convention document creer original.pdf --convention {neuve.id}",
    )


@decider_app.ecrit("decider")
def decider(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    quoi: Annotated[Quoi, typer.Argument(help="Ce qu'on en fait ; « vu » : on l'a lu, rien de plus.")],
    le: Le = "",
    note: Note = "",
) -> Fait | Rien:
    """Dater ce qu'on décide d'un terme : renouveler, renégocier (on en reparlera), ou vu.

    Exemples :
        tl convention decider c-7k2m renouveler
        tl convention decider c-7k2m renegocier --note "demander un étage de plus"
    """
    ancienne = fiches.exiger_vive(c.arbre, laquelle)
    if quoi is Quoi.RESILIER:
        raise ErreurUsage(
            "Résilier se dit à part : cela fixe une fin.", f"Taper : tl convention resilier {ancienne.id}"
        )
    jour = jour_passe(c, le)
    t = regles.a_decider(ancienne, jour, vu=quoi is Quoi.VU)
    dite = Decision(le=jour, terme=t.fin, quoi=quoi, note=texte.ligne(note, "La note", vide=True))
    if any(d == structs.replace(dite, note=dite.note or d.note) for d in ancienne.decisions):
        return Rien(
            phrase=f"C'est déjà décidé, pour le terme du {temps.dire_jour(t.fin, c.horloge.aujourdhui())}.",
            suite=f"tl convention fiche {ancienne.id}",
        )
    neuve = structs.replace(ancienne, decisions=(*ancienne.decisions, dite))
    CONVENTIONS.corriger(e, ancienne, neuve)
    mots = {Quoi.RENOUVELER: "à renouveler", Quoi.RENEGOCIER: "à renégocier", Quoi.VU: "lue"}
    suite = (
        f'tl convention avenant {neuve.id} "Prolongée" --au'
        if quoi is Quoi.RENOUVELER and not neuve.pas
        else "tl convention echeances"
    )
    terme = temps.dire_jour(t.fin, c.horloge.aujourdhui())
    return Fait(
        id=neuve.id,
        action="convention.decider",
        histoire=f"Décidé, {neuve.nom} : {mots[quoi]} (terme du {terme})",
        phrase=f"« {neuve.nom} » est {mots[quoi]} (terme du {terme}).",
        suite=suite,
    )


@avis_app.ecrit("avis")
def avis(c: Contexte, e: Ecriture, laquelle: Laquelle, le: Le = "") -> Fait | Rien:
    """Noter que le prestataire a rappelé la reconduction ; sans lui, on peut partir sans frais (France).

    Exemple :
        tl convention avis c-7k2m --le "24/9/2026"
    """
    ancienne = fiches.exiger_vive(c.arbre, laquelle)
    jour = jour_passe(c, le)
    if jour in ancienne.avis_recus:
        return Rien(
            phrase=f"L'avis du {temps.dire_jour(jour, c.horloge.aujourdhui())} est déjà noté.",
            suite=f"tl convention fiche {ancienne.id}",
        )
    neuve = structs.replace(ancienne, avis=True, avis_recus=(*ancienne.avis_recus, jour))
    CONVENTIONS.corriger(e, ancienne, neuve)
    tot, tard = regles.fenetre_de_l_avis(regles.courant(neuve, jour))
    hors = (
        "" if tot <= jour <= tard else f" ; hors délai (du {temps.dire_jour(tot)} au {temps.dire_jour(tard)})"
    )
    return Fait(
        id=neuve.id,
        action="convention.avis",
        histoire=f"Avis de reconduction reçu : {neuve.nom}",
        phrase=f"L'avis de « {neuve.nom} » est reçu{hors}.",
        suite=f"tl convention decider {neuve.id} renouveler",
    )


@resilier_app.ecrit("resilier")
def resilier(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    le: Le = "",
    fin: Annotated[
        str, typer.Option("--fin", metavar="JOUR", help="Le dernier jour, s'il est convenu autrement.")
    ] = "",
    note: Note = "",
) -> Fait:
    """Mettre fin à une convention, au premier terme qu'on peut encore refuser ; et dire comment.

    Exemples :
        tl convention resilier c-7k2m
        tl convention resilier c-7k2m --fin "31/1/2027" --note "d'un commun accord"
    """
    ancienne = fiches.exiger_vive(c.arbre, laquelle)
    jour = jour_passe(c, le)
    t = regles.fin_possible(ancienne, jour)
    dernier = jour_libre(c, fin) if fin else t.fin
    if dernier < ancienne.du:
        raise ErreurUsage("Elle finirait avant de commencer.", "Revoir --fin, année comprise.")
    dite = Decision(le=jour, terme=t.fin, quoi=Quoi.RESILIER, note=texte.ligne(note, "La note", vide=True))
    neuve = structs.replace(
        ancienne, decisions=(*ancienne.decisions, dite), resiliee_le=jour, finie_le=dernier
    )
    CONVENTIONS.corriger(e, ancienne, neuve)
    quand = temps.dire_jour(dernier, c.horloge.aujourdhui())
    return Fait(
        id=neuve.id,
        action="convention.resilier",
        histoire=f"Résiliée : {neuve.nom}, jusqu'au {quand}",
        phrase=f"« {neuve.nom} » finit le {quand}.",
        lignes=() if fin else _comment(ancienne, t),
        suite="tl convention echeances",
    )


def _comment(x: Convention, t: regles.Terme) -> list[str]:
    """Ce qu'il faut encore faire pour que ce soit vrai."""
    forme = f" par {x.forme}" if x.forme else ""
    if not t.preavis:
        return ["  Son préavis n'est pas dit : relire le contrat avant d'y croire."]
    poste = f", donc à poster le {temps.dire_jour(t.a_poster)}" if t.a_poster else ""
    source = f" ({x.source})" if x.source else ""
    return [f"  À dire{forme} au plus tard le {temps.dire_jour(t.preavis)}{poste}{source}."]
