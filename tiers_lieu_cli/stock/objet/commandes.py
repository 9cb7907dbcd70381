"""`tl stock objet` : ce qui se prête, un par un ou par lots ; `tl stock prets` : ce qui est dehors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import modification, texte, valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.pages import photo_recue
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.stock.objet import fiches, regles
from tiers_lieu_cli.stock.objet.modele import OBJETS, Etat, Objet, Pret
from tiers_lieu_cli.stock.objet.options import Lequel

app = Application("Ce qui se prête : en ajouter, le changer, le voir.")
prets_app = Application()


def _places(c: Contexte) -> list[tuple[str, str]]:
    return [(place, "") for place in sorted({o.place for o in OBJETS.toutes(c.arbre).fiches} - {""})]


class _Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit d'un objet ; `None` : on n'en a rien dit."""

    lot: Annotated[int | None, typer.Option("--lot", min=1, max=10_000, help="Combien de pareils.")] = None
    place: Annotated[
        str | None,
        typer.Option(
            "--place", help="Où il se range : casier 4, étagère B.", autocompletion=completion(_places)
        ),
    ] = None
    salle: Annotated[
        str | None,
        typer.Option("--salle", help="La salle où il reste d'ordinaire."),
    ] = None
    serie: Annotated[str | None, typer.Option("--serie", help="Son numéro de série.")] = None
    mode_d_emploi: Annotated[
        str | None, typer.Option("--mode-d-emploi", help="Où lire comment s'en servir.")
    ] = None
    habilitation: Annotated[
        str | None, typer.Option("--habilitation", help="Ce qu'il faut avoir appris : fraiseuse.")
    ] = None
    caution: Annotated[
        bool | None,
        typer.Option("--caution/--sans-caution", help="Une caution est attendue ; jamais de montant."),
    ] = None
    jours_max: Annotated[
        int | None,
        typer.Option("--jours-max", min=0, max=365, help="Combien de jours au plus ; 0 : sans borne."),
    ] = None
    par_personne: Annotated[
        int | None,
        typer.Option("--par-personne", min=0, max=1000, help="Combien à la fois ; 0 : sans borne."),
    ] = None
    battement: Annotated[
        str | None,
        typer.Option("--battement", metavar="DUREE", help="Entre un retour et le suivant : 1h, 1 jour."),
    ] = None
    contient: Annotated[
        list[str] | None, typer.Option("--contient", metavar="OBJET", help="D'un kit, ce qui part avec lui.")
    ] = None
    photo: Annotated[
        Path | None, typer.Option("--photo", metavar="FICHIER", help="Une photo (JPEG, PNG).")
    ] = None
    note: Annotated[str | None, typer.Option("--note", help="Autre chose à savoir.")] = None


def _changes(c: Contexte, e: Ecriture, o: _Dits) -> dict[str, object]:
    """Les champs que disent les options."""
    lignes = {
        champ: texte.ligne(dit, "Ce texte", vide=True)
        for champ in ("place", "serie", "mode_d_emploi", "note")
        if (dit := getattr(o, champ)) is not None
    }
    nombres = {
        champ: n
        for champ in ("lot", "caution", "jours_max", "par_personne")
        if (n := getattr(o, champ)) is not None
    }
    autres: dict[str, object] = {}
    if o.salle is not None:
        autres["salle"] = SALLES.designer(c.arbre, o.salle) if o.salle else ""
    if o.habilitation is not None:
        autres["habilitation"] = texte.en_tirets(o.habilitation, "") if o.habilitation else ""
    if o.battement is not None:
        autres["battement"] = saisie.lire_minutes(o.battement)
    if o.contient is not None:
        autres["contient"] = tuple(fiches.exiger(c, mot).id for mot in o.contient if mot)
    if o.photo is not None:
        octets = photo_recue.lire(o.photo)
        nom = photos.empreinte(octets)
        if c.arbre.lire(photos.chemin(nom)) is None:
            e.creer(photos.chemin(nom), octets)
        autres["photo"] = nom
    return {**lignes, **nombres, **autres}


@app.ecrit("creer", dits=_Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Son nom, comme on le dit.")],
    dits: _Dits,
) -> Fait:
    """Ajouter un objet, ou un lot de plusieurs pareils.

    Exemples :
        tl stock objet creer "Perceuse" --place "casier 4" --caution --jours-max 7
        tl stock objet creer "Chaise pliante" --lot 40
        tl stock objet creer "Fraiseuse" --habilitation fraiseuse --salle atelier
    """
    dit = texte.ligne(nom, "Le nom")
    neuf = Objet(id=texte.en_tirets(taire(dit, " "), "objet"), nom=dit, **_changes(c, e, dits))  # type: ignore[arg-type]
    OBJETS.poser(e, neuf)
    lot = f" ({neuf.lot} exemplaires)" if neuf.lot > 1 else ""
    return Fait(
        id=neuf.id,
        action="stock.objet.creer",
        histoire=f"Nouvel objet : {neuf.nom}{lot}",
        phrase=f"« {neuf.nom} » se prête{lot}.",
        suite=f"tl stock preter {neuf.id} --jusqua lundi",
    )


@app.ecrit("modifier", dits=_Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    objet: Lequel,
    dits: _Dits,
    nom: Annotated[str | None, typer.Option("--nom", help="Son nom, s'il a changé.")] = None,
) -> Fait:
    """Changer ce qu'on dit d'un objet ; seul ce qu'on donne change ("" efface).

    Exemple :
        tl stock objet modifier perceuse --place "casier 5" --jours-max 3
    """
    ancien = fiches.exiger(c, objet)
    changes = _changes(c, e, dits) | ({"nom": texte.ligne(nom, "Le nom")} if nom is not None else {})
    if not changes:
        raise ErreurUsage("Rien à changer.", 'Dire quoi, par exemple : --place "casier 5"')
    if dits.lot is not None:
        regles.exiger_lot(ancien, dits.lot, fiches.ouverts(c.arbre))
    return _corriger(c, e, ancien, structs.replace(ancien, **changes), "à jour")


@app.ecrit("repare")
def repare(
    c: Contexte,
    e: Ecriture,
    objet: Lequel,
    combien: Annotated[int, typer.Option("--combien", min=1, help="Combien d'exemplaires.")] = 1,
) -> Fait:
    """Dire qu'un objet marche de nouveau : il se prête.

    Exemple :
        tl stock objet repare perceuse
    """
    ancien = fiches.exiger(c, objet)
    if combien > ancien.en_reparation:
        raise ErreurUsage(f"« {ancien.nom} » : {ancien.en_reparation} en réparation.", "Revoir --combien.")
    neuf = structs.replace(ancien, en_reparation=ancien.en_reparation - combien)
    return _corriger(c, e, ancien, neuf, "de nouveau prêtable")


@app.ecrit("retrouve")
def retrouve(c: Contexte, e: Ecriture, objet: Lequel) -> Fait:
    """Dire qu'un objet perdu est retrouvé.

    Exemple :
        tl stock objet retrouve perceuse
    """
    ancien = fiches.exiger(c, objet)
    if not ancien.perdus:
        raise ErreurUsage(f"« {ancien.nom} » n'est pas perdu.", f"Le voir : tl stock objet fiche {ancien.id}")
    return _corriger(c, e, ancien, structs.replace(ancien, perdus=ancien.perdus - 1), "retrouvé")


@app.ecrit("retirer")
def retirer(c: Contexte, e: Ecriture, objet: Lequel) -> Fait:
    """Ne plus prêter un objet (donné, vendu, usé) ; son histoire reste.

    Exemple :
        tl stock objet retirer perceuse
    """
    ancien = fiches.exiger(c, objet)
    siens = [p for p in fiches.ouverts(c.arbre) if p.objet == ancien.id]
    if siens:
        etat, geste = ("dehors", "rendre") if siens[0].etat is Etat.DEHORS else ("promis", "annuler")
        raise Echec(
            f"« {ancien.nom} » est encore {etat} ({siens[0].a}).", f"D'abord : tl stock {geste} {siens[0].id}"
        )
    kits = [o.nom for o in OBJETS.toutes(c.arbre).fiches if ancien.id in o.contient and not o.retire]
    if kits:
        raise Echec(f"« {ancien.nom} » fait partie de : {', '.join(kits)}.", "L'en ôter d'abord.")
    return _corriger(c, e, ancien, structs.replace(ancien, retire=True), "retiré")


def _corriger(c: Contexte, e: Ecriture, ancien: Objet, neuf: Objet, dit: str) -> Fait:
    OBJETS.corriger(e, ancien, neuf)
    prets = list(fiches.ouverts(c.arbre))
    mieux = neuf.utilisables > ancien.utilisables
    return Fait(
        id=neuf.id,
        action="stock.objet.modifier",
        histoire=f"{neuf.nom} : {dit}",
        phrase=f"« {neuf.nom} » est {dit}.",
        lignes=[
            *modification.changements(ancien, neuf, c.horloge.aujourdhui()),
            *(fiches.en_file(c, neuf, prets, c.horloge.murale()) if mieux else ()),
        ],
        suite=f"tl stock objet fiche {neuf.id}",
    )


@app.lit("liste")
def liste(
    c: Contexte,
    place: Annotated[
        str, typer.Option("--place", help="Ceux de cet endroit.", autocompletion=completion(_places))
    ] = "",
    libres: Annotated[
        str,
        typer.Option("--libres", metavar="CRENEAU", help='Ceux qui sont libres alors : "samedi 10h-18h".'),
    ] = "",
    json: Json = False,
) -> None:
    """Ce qui se prête, et combien il en reste là.

    Exemples :
        tl stock objet liste
        tl stock objet liste --libres "samedi 10h-18h"
    """
    recolte = OBJETS.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    places = valeurs.filtrer(filter(None, [place]), dict(_places(c)), "un endroit où l'on range")
    prets = fiches.ouverts(c.arbre)
    maintenant = c.horloge.murale()
    quand = saisie.lire_creneau(libres, maintenant, c.lieu.fuseau) if libres else _maintenant(maintenant)
    la = {o.id: o.utilisables - regles.le_plus_pris(o, prets, quand, maintenant) for o in recolte.fiches}
    vus = [
        o
        for o in recolte.fiches
        if not o.retire and (not places or o.place in places) and (la[o.id] > 0 or not libres)
    ]
    c.ecran.liste(
        [{"fiche": o, "libres": la[o.id]} for o in vus],
        'Aucun objet.  En ajouter un : tl stock objet creer "Perceuse" --place "casier 4"',
        [
            Colonne("objet", Style.GRAS, cede=True),
            Colonne("là"),
            Colonne("place", cede=True),
            Colonne("", cede=True),
        ],
        ((o.nom, _la(o, la[o.id]), o.place, regles.dire_indisponible(o)) for o in vus),
        json=json,
    )


def _maintenant(maintenant: datetime) -> Creneau:
    return Creneau(maintenant, maintenant.replace(second=0) + UN_JOUR / 1440)


def _la(objet: Objet, libres: int) -> str:
    if objet.lot == 1:
        return "oui" if libres > 0 else "non"
    return f"{max(libres, 0)} sur {objet.lot}"


@app.lit("fiche")
def fiche(c: Contexte, objet: Lequel, json: Json = False) -> None:
    """Un objet : où il est, qui l'a, qui l'attend, qui l'a eu.

    Exemple :
        tl stock objet fiche perceuse
    """
    lu = fiches.exiger(c, objet)
    siens = sorted((p for p in fiches.ouverts(c.arbre) if p.objet == lu.id), key=lambda p: (p.debut, p.id))
    anciens = fiches.anciens(c.arbre, lu.id)
    if json:
        c.ecran.json({"fiche": lu, "prets": siens, "anciens": anciens})
        return
    c.ecran.titre(lu.nom, lu.id)
    dits = [
        ("exemplaires", str(lu.lot) if lu.lot > 1 else ""),
        ("ne servent pas", regles.dire_indisponible(lu)),
        ("place", lu.place),
        ("salle", lu.salle),
        ("contient", ", ".join(lu.contient)),
        ("il faut", lu.habilitation and f"l'habilitation {lu.habilitation}"),
        ("caution", "attendue" if lu.caution else ""),
        ("numéro de série", lu.serie),
        ("mode d'emploi", lu.mode_d_emploi),
        ("photo", str(c.lieu.racine / photos.chemin(lu.photo)) if lu.photo else ""),
        ("à savoir", lu.note),
    ]
    c.ecran.tableau([Colonne(style=Style.PALE), Colonne(cede=True)], [d for d in dits if d[1]])
    for titre, prets in (("Dehors et promis", siens), ("Avant", anciens)):
        if prets:
            c.ecran.titre(titre)
            _tableau(c, prets, objets=False)


@prets_app.lit("prets")
def prets(
    c: Contexte,
    qui: Annotated[PersonneCitee, typer.Argument(metavar="[@QUI]", help="De cette personne.")] = "",
    json: Json = False,
) -> None:
    """Ce qui est dehors, en retard d'abord ; puis ce qui est promis, et qui attend.

    Exemples :
        tl stock prets
        tl stock prets @karim
    """
    recolte = fiches.ouverts(c.arbre)
    a = c.registre.exiger(qui).id if qui else ""
    rangs = {Etat.DEHORS: 0, Etat.RESERVE: 1, Etat.ATTENTE: 2}
    vus = sorted(
        (p for p in recolte if a in ("", c.registre.resoudre(p.a))),
        key=lambda p: (rangs[p.etat], p.fin if p.etat is Etat.DEHORS else p.debut, p.demande_le, p.id),
    )
    if json:
        maintenant = c.horloge.murale()
        c.ecran.json([{"fiche": p, "en_retard": regles.en_retard(p, maintenant)} for p in vus])
        return
    if not vus:
        c.ecran.dire("Rien n'est dehors ni promis.  Ce qui se prête : tl stock objet liste")
        return
    _tableau(c, vus, objets=True)


def _tableau(c: Contexte, prets: Sequence[Pret], *, objets: bool) -> None:
    maintenant = c.horloge.murale()
    tete = [Colonne("objet", Style.GRAS, cede=True)] if objets else []
    c.ecran.tableau(
        [*tete, Colonne("chez"), Colonne("quand", cede=True), Colonne("")],
        [
            (
                *([f"{p.objet}{f' ×{p.combien}' if p.combien > 1 else ''}"] if objets else []),
                p.a,
                temps.dire_creneau(p.creneau, maintenant.date()),
                _dire_etat(p, maintenant),
            )
            for p in prets
        ],
    )


def _dire_etat(p: Pret, maintenant: datetime) -> str:
    if regles.en_retard(p, maintenant):
        return str(regles.retard(p, maintenant.date())).upper()
    dits = {Etat.DEHORS: "dehors", Etat.RESERVE: "promis", Etat.ATTENTE: "en file", Etat.RENDU: "rendu"}
    return dits.get(p.etat, {Etat.PERDU: "PERDU", Etat.ANNULE: "annulé"}.get(p.etat, ""))
