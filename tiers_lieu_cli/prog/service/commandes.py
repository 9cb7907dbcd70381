"""`tl prog service` : ce que le lieu offre dans la durée, de l'idée à l'arrêt."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import regles as programme
from tiers_lieu_cli.prog.options import Publics, Responsables
from tiers_lieu_cli.prog.origines import Besoins, besoins_designes, dire_besoins
from tiers_lieu_cli.prog.service import fiches, regles
from tiers_lieu_cli.prog.service.modele import SERVICES, Etape, Service, Stade

app = Application("Les services : de l'idée à l'essai, du pérenne à l'arrêt.")


def _services(c: Contexte) -> list[tuple[str, str]]:
    return [(ident, "") for ident in SERVICES.idents(c.arbre)]


Lequel = Annotated[
    str, typer.Argument(metavar="ID", help="Le service (Tab propose).", autocompletion=completion(_services))
]
Raison = Annotated[str, typer.Option("--raison", help="Pourquoi : la preuve du besoin, ou ce qui l'arrête.")]
Revoir = Annotated[str, typer.Option("--revoir", metavar="DATE", help="Quand en reparler.")]


@app.action("creer")
def creer(
    ctx: typer.Context,
    nom: Annotated[str, typer.Argument(help="Le service, comme on l'annonce.")],
    responsables: Responsables = None,
    besoins: Besoins = None,
    publics: Publics = None,
    description: Annotated[str, typer.Option("--description", help="Ce qu'il offre (Markdown).")] = "",
    revoir: Revoir = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter une idée de service ; on la mettra à l'essai ensuite.

    Exemple :
        tl prog service creer "Permanence numérique" --responsable @karim --public riverains
    """
    c = ouvrir(ctx)
    propre = programme.titre_propre(nom)
    dit = programme.description_propre(c.registre.rendre_opaque(description))
    c.registre.refuser_le_prive(propre)
    jour = c.horloge.aujourdhui()
    with c.ecriture() as ecriture:
        neuf = Service(
            id=en_tirets(propre, "service"),
            nom=propre,
            etapes=(Etape(stade=Stade.IDEE, le=jour.isoformat()),),
            responsables=tuple(dict.fromkeys(c.registre.designer(r) for r in responsables or ())),
            publics=c.lieu.reglages.publics_connus(publics or ()),
            besoins=besoins_designes(c, besoins or ()),
            revoir_le=_jour(c, revoir).isoformat() if revoir else "",
            description=dit,
        )
        if SERVICES.une(c.arbre, neuf.id):
            raise ErreurUsage(
                f"Le service « {neuf.id} » existe déjà.", f"Le voir : tl prog service fiche {neuf.id}"
            )
        SERVICES.poser(ecriture, neuf)
        fait = Fait(
            id=neuf.id,
            action="prog.service.creer",
            histoire=f"Nouveau service, à l'état d'idée : « {neuf.nom} »",
            phrase=f"« {neuf.nom} » est noté, à l'état d'idée ({neuf.id}).",
            suite=f"tl prog service essai {neuf.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("essai")
def mettre_a_l_essai(
    ctx: typer.Context,
    service: Lequel,
    raison: Raison = "",
    revoir: Revoir = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Mettre un service à l'essai ; on en reparle dans trois mois, ou au jour dit.

    Exemple :
        tl prog service essai permanence-numerique --revoir "1er mars 2027"
    """
    _passer(ouvrir(ctx), service, Stade.ESSAI, raison, revoir, json=json, essai=essai)


@app.action("perenniser")
def perenniser(
    ctx: typer.Context,
    service: Lequel,
    raison: Raison = "",
    revoir: Revoir = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Garder pour de bon un service à l'essai ; on en reparle dans un an, ou au jour dit.

    Exemple :
        tl prog service perenniser permanence-numerique --raison "douze personnes chaque mercredi"
    """
    _passer(ouvrir(ctx), service, Stade.PERENNE, raison, revoir, json=json, essai=essai)


@app.action("arreter")
def arreter(
    ctx: typer.Context,
    service: Lequel,
    raison: Raison = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Arrêter un service ; sa fiche et son histoire restent.

    Exemple :
        tl prog service arreter permanence-numerique --raison "la bibliothèque a repris la permanence"
    """
    _passer(ouvrir(ctx), service, Stade.ARRETE, raison, "", json=json, essai=essai)


def _passer(
    c: Contexte, service: str, vers: Stade, raison: str, revoir: str, *, json: bool, essai: bool
) -> None:
    dite = " ".join(c.registre.rendre_opaque(raison).split())
    prochain = _jour(c, revoir) if revoir else None
    with c.ecriture() as ecriture:
        ancien = SERVICES.exiger(c.arbre, service)
        nouveau = regles.passer(ancien, vers, c.horloge.aujourdhui(), dite, prochain)
        SERVICES.corriger(ecriture, ancien, nouveau)
        reparler = ""
        if nouveau.revoir_le:
            quand = temps.dire_jour(date.fromisoformat(nouveau.revoir_le), c.horloge.aujourdhui())
            reparler = f" ; on en reparle le {quand}"
        fait = Fait(
            id=nouveau.id,
            action=f"prog.service.{vers}",
            histoire=f"Service « {nouveau.nom} » : {regles.DITS[vers]}",
            phrase=f"« {nouveau.nom} » est {regles.DITS[vers]}{reparler}.",
            suite=f"tl prog service fiche {nouveau.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def _jour(c: Contexte, dit: str) -> date:
    return saisie.lire_jour(dit, c.horloge.murale())


@app.action("liste")
def liste(
    ctx: typer.Context,
    tous: Annotated[bool, typer.Option("--tous", help="Avec ceux qu'on a arrêtés.")] = False,
    json: Json = False,
) -> None:
    """Voir les services : qui les tient, où ils en sont, quand on en reparle.

    Exemple :
        tl prog service liste
    """
    c = ouvrir(ctx)
    recolte = SERVICES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    services = [s for s in recolte.fiches if tous or s.stade is not Stade.ARRETE]
    if json:
        c.ecran.json([_vue(s) for s in services])
        return
    if not services:
        c.ecran.dire('Aucun service encore.  Commencer : tl prog service creer "…" --responsable @…')
        return
    c.ecran.tableau(
        [
            Colonne("service", style=Style.GRAS, cede=True),
            Colonne("où il en est", cede=True),
            Colonne("tenu par", cede=True),
            Colonne("à revoir"),
            Colonne("identifiant", style=Style.PALE),
        ],
        [
            (s.nom, regles.dire(s), ", ".join(c.registre.nom(r) for r in s.responsables), s.revoir_le, s.id)
            for s in services
        ],
    )


def _vue(s: Service) -> dict[str, object]:
    return {
        "id": s.id,
        "nom": s.nom,
        "stade": s.stade,
        "depuis": s.depuis,
        "responsables": s.responsables,
        "publics": s.publics,
        "besoins": s.besoins,
        "revoir_le": s.revoir_le,
        "etapes": [{"stade": e.stade, "le": e.le, "raison": e.raison} for e in s.etapes],
        "description": s.description,
    }


@app.action("fiche")
def fiche(ctx: typer.Context, service: Lequel, json: Json = False) -> None:
    """Voir un service : sa vie, qui le tient, de quel besoin il vient, et s'il sert.

    L'usage se compte depuis l'étape où il en est, un an au plus.

    Exemple :
        tl prog service fiche permanence-numerique
    """
    c = ouvrir(ctx)
    s = SERVICES.exiger(c.arbre, service)
    permanences = fiches.permanences(c.arbre, s)
    usage = fiches.usage(c.arbre, s, c.horloge.aujourdhui())
    if json:
        c.ecran.json({**_vue(s), "permanences": [p.id for p in permanences], "usage": usage})
        return
    c.ecran.titre(s.nom, regles.dire(s))
    for etiquette, valeur in (
        ("Tenu par", ", ".join(c.registre.nom(r) for r in s.responsables)),
        ("Pour", ", ".join(s.publics)),
        ("Né du besoin", dire_besoins(c, s.besoins)),
        ("Permanences", ", ".join(f"{p.titre} ({p.id})" for p in permanences)),
        (f"Usage depuis le {temps.dire_jour(usage.depuis).partition(' ')[2]}", regles.dire_usage(usage)),
        ("À revoir le", temps.dire_jour(date.fromisoformat(s.revoir_le)) if s.revoir_le else ""),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    for etape in s.etapes:
        raison = f" : {c.registre.montrer(etape.raison)}" if etape.raison else ""
        c.ecran.dire(f"  {etape.le}  {regles.DITS[etape.stade]}{raison}")
    if s.description:
        c.ecran.dire(f"\n{c.registre.montrer(s.description)}")
