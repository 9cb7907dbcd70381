"""`tl prog service` : ce que le lieu offre dans la durée, de l'idée à l'arrêt."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau import series
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import ServiceCite
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import regles as programme
from tiers_lieu_cli.prog.options import Publics, Responsables
from tiers_lieu_cli.prog.origines import Besoins, besoins_designes, dire_besoins
from tiers_lieu_cli.prog.serie.options import AU_PROGRAMME
from tiers_lieu_cli.prog.serie.regles import est_finie
from tiers_lieu_cli.prog.service import fiches, regles
from tiers_lieu_cli.prog.service.modele import SERVICES, Etape, Service, Stade

app = Application("Les services : de l'idée à l'essai, du pérenne à l'arrêt.")
app.anciens["arreter"] = "finir"


Lequel = Annotated[ServiceCite, typer.Argument(metavar="ID", help="Le service (Tab propose).")]
Raison = Annotated[str, typer.Option("--motif", help="Pourquoi : la preuve du besoin, ou ce qui l'arrête.")]
Revoir = Annotated[str, typer.Option("--revoir", metavar="JOUR", help="Quand en reparler.")]


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Le service, comme on l'annonce.")],
    responsables: Responsables = None,
    besoins: Besoins = None,
    publics: Publics = None,
    description: Annotated[str, typer.Option("--description", help="Ce qu'il offre (Markdown).")] = "",
    revoir: Revoir = "",
) -> Fait:
    """Noter une idée de service ; on la mettra à l'essai ensuite.

    Exemple :
        tl prog service creer "Permanence numérique" --responsable @karim --public riverains
    """
    propre = programme.titre_propre(nom)
    neuf = Service(
        id=en_tirets(taire(propre, " "), "service"),
        nom=propre,
        etapes=(Etape(stade=Stade.IDEE, le=c.horloge.aujourdhui()),),
        responsables=tuple(dict.fromkeys(c.registre.designer(r) for r in responsables or ())),
        publics=c.lieu.reglages.publics_connus(publics or ()),
        besoins=besoins_designes(c, besoins or ()),
        revoir_le=_jour(c, revoir),
        description=programme.description_propre(description),
    )
    if SERVICES.une(c.arbre, neuf.id):
        raise ErreurUsage(
            f"Le service « {neuf.id} » existe déjà.", f"Le voir : tl prog service fiche {neuf.id}"
        )
    SERVICES.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="prog.service.creer",
        histoire=f"Nouveau service, à l'état d'idée : « {neuf.nom} »",
        phrase=f"« {neuf.nom} » est noté, à l'état d'idée ({neuf.id}).",
        suite=f"tl prog service essai {neuf.id}",
    )


@app.ecrit("essai")
def mettre_a_l_essai(
    c: Contexte, e: Ecriture, service: Lequel, raison: Raison = "", revoir: Revoir = ""
) -> Fait:
    """Mettre un service à l'essai ; on en reparle dans trois mois, ou au jour dit.

    Exemple :
        tl prog service essai permanence-numerique --revoir "1er mars 2027"
    """
    return _passer(c, e, service, Stade.ESSAI, raison, revoir)


@app.ecrit("perenniser")
def perenniser(c: Contexte, e: Ecriture, service: Lequel, raison: Raison = "", revoir: Revoir = "") -> Fait:
    """Garder pour de bon un service à l'essai ; on en reparle dans un an, ou au jour dit.

    Exemple :
        tl prog service perenniser permanence-numerique --motif "douze personnes chaque mercredi"
    """
    return _passer(c, e, service, Stade.PERENNE, raison, revoir)


@app.ecrit("finir", oui=True)
def finir(
    c: Contexte,
    e: Ecriture,
    service: Lequel,
    raison: Raison = "",
    garder: Annotated[
        bool, typer.Option("--garder", help="Ses permanences restent au programme, sans lui.")
    ] = False,
) -> Fait:
    """Arrêter un service, et annuler ce qui vient de ses permanences ; sa fiche et son histoire restent.

    Exemple :
        tl prog service finir permanence-numerique --motif "la bibliothèque a repris la permanence"
    """
    fait = _passer(c, e, service, Stade.ARRETE, raison)
    ancien, jour = SERVICES.exiger(c.arbre, service), c.horloge.aujourdhui()
    viennent = [s for s in fiches.permanences(c.arbre, ancien) if not est_finie(s, jour)]
    lignes = [
        f"Reste au programme : « {x.titre} », {temps.dire_creneau(x.creneau, jour)}"
        f" (tl prog evenement annuler {x.id})"
        for x in fiches.seances_a_venir(c.arbre, ancien, c.horloge.murale())
    ]
    if garder or not viennent:
        return structs.replace(fait, lignes=lignes)
    c.confirmer(
        "Arrêter le service, et annuler ce qui vient de ces permanences ?",
        [
            *(f"  « {s.titre} », {dire_regle(s.recurrence)} ({s.id})" for s in viennent),
            "  Pour les laisser au programme : --garder",
        ],
    )
    motif = " ".join(raison.split()) or f"« {ancien.nom} » s'arrête"
    for permanence in viennent:
        lignes.append(f"« {permanence.titre} » est annulée pour la suite ; cela reste visible.")
        lignes += series.arreter(c, e, AU_PROGRAMME, permanence, motif)
    return structs.replace(fait, lignes=lignes)


def _passer(c: Contexte, e: Ecriture, service: str, vers: Stade, raison: str, revoir: str = "") -> Fait:
    ancien, jour = SERVICES.exiger(c.arbre, service), c.horloge.aujourdhui()
    nouveau = regles.passer(ancien, vers, jour, " ".join(raison.split()), _jour(c, revoir))
    SERVICES.corriger(e, ancien, nouveau)
    quand = nouveau.revoir_le
    reparler = f" ; on en reparle le {temps.dire_jour(quand, jour)}" if quand else ""
    return Fait(
        id=nouveau.id,
        action=f"prog.service.{vers}",
        histoire=f"Service « {nouveau.nom} » : {regles.DITS[vers]}",
        phrase=f"« {nouveau.nom} » est {regles.DITS[vers]}{reparler}.",
        suite=f"tl prog service fiche {nouveau.id}",
    )


def _jour(c: Contexte, dit: str) -> date | None:
    return saisie.lire_jour(dit, c.horloge.murale()) if dit else None


@app.lit("liste")
def liste(
    c: Contexte,
    tous: Annotated[bool, typer.Option("--tout", help="Avec ceux qu'on a arrêtés.")] = False,
    json: Json = False,
) -> None:
    """Voir les services : qui les tient, où ils en sont, quand on en reparle.

    Exemple :
        tl prog service liste
    """
    recolte = SERVICES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    services = [s for s in recolte.fiches if tous or s.stade is not Stade.ARRETE]
    c.ecran.liste(
        services,
        "Aucun service encore.  Commencer : tl prog service creer"
        if not recolte.fiches
        else "Aucun service ne se donne plus.  Ceux qu'on a arrêtés : tl prog service liste --tout",
        [
            Colonne("service", style=Style.GRAS, cede=True),
            Colonne("où il en est", cede=True),
            Colonne("tenu par", cede=True),
            Colonne("à revoir"),
            Colonne("identifiant", style=Style.PALE),
        ],
        ((s.nom, regles.dire(s), ", ".join(s.responsables), str(s.revoir_le or ""), s.id) for s in services),
        json=json,
    )


@app.lit("fiche")
def fiche(c: Contexte, service: Lequel, json: Json = False) -> None:
    """Voir un service : sa vie, qui le tient, de quel besoin il vient, et s'il sert.

    L'usage se compte depuis l'étape où il en est, un an au plus.

    Exemple :
        tl prog service fiche permanence-numerique
    """
    s = SERVICES.exiger(c.arbre, service)
    permanences = fiches.permanences(c.arbre, s)
    usage = fiches.usage(c.arbre, s, c.horloge.aujourdhui())
    if json:
        c.ecran.json({"fiche": s, "permanences": [p.id for p in permanences], "usage": usage})
        return
    c.ecran.titre(s.nom, regles.dire(s))
    for etiquette, valeur in (
        ("Tenu par", ", ".join(s.responsables)),
        ("Pour", ", ".join(s.publics)),
        ("Né du besoin", dire_besoins(c, s.besoins)),
        ("Permanences", ", ".join(f"{p.titre} ({p.id})" for p in permanences)),
        (f"Usage depuis le {temps.dire_jour(usage.depuis).partition(' ')[2]}", regles.dire_usage(usage)),
        ("À revoir le", temps.dire_jour(s.revoir_le) if s.revoir_le else ""),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    for etape in s.etapes:
        raison = f" : {etape.raison}" if etape.raison else ""
        c.ecran.dire(f"  {etape.le}  {regles.DITS[etape.stade]}{raison}")
    if s.description:
        c.ecran.dire(f"\n{s.description}")
