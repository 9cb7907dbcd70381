"""`tl prog diffusion`, `annoncer`, `plan` : où une activité s'annonce, ce qui est dû, ce qui est fait."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.noyau import ressources, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.liens import EvenementCite, PersonneCitee
from tiers_lieu_cli.noyau.pages import courriel, prose, qr
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles as evenements
from tiers_lieu_cli.prog.affichage import affiche, feuilles
from tiers_lieu_cli.prog.diffusion import fiches, regles, textes
from tiers_lieu_cli.prog.diffusion.modele import DIFFUSIONS, Canal, Diffusion
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.options import Lequel

diffusion_app = Application()
annoncer_app = Application()
plan_app = Application()


@diffusion_app.lit("diffusion")
def diffusion(
    c: Contexte,
    evenement: Annotated[
        EvenementCite, typer.Argument(metavar="[ID]", help="L'événement ; sans lui, tout ce qui vient.")
    ] = "",
    sortie: Annotated[
        Path | None,
        typer.Option("--sortie", metavar="DOSSIER", help="Un dossier neuf : les textes, l'image, le QR."),
    ] = None,
    json: Json = False,
) -> None:
    """Où annoncer ce qui vient, pour quand, et ce qui est fait ; d'un événement, les textes prêts.

    Un texte par canal, à sa longueur. Avec --sortie : un fichier par canal, l'affiche en image, son
    texte de remplacement, et le QR de la page.

    Exemples :
        tl prog diffusion
        tl prog diffusion 2026-11-26-concert-7k2m --sortie ~/concert
    """
    if not evenement:
        if sortie:
            raise ErreurUsage(
                "De quel événement ?", "Le nommer avant le dossier ; ceux qui viennent : tl prog diffusion"
            )
        _ce_qui_vient(c, json=json)
        return
    e = programme.exiger(c.arbre, evenement)
    regles.exiger_montrable(e)
    prevues = fiches.de(c.arbre, fiches.plan(c.arbre), [e])
    annonces = prevues[0].annonces if prevues else ()
    a_tous = Public(c.registre)
    faits = _faits(c, e, a_tous)
    prets = textes.textes(faits)
    ecrits = _ecrire(c, e, faits, prets, sortie) if sortie else []
    if json:
        c.ecran.json(
            {"evenement": e.id, "annonces": annonces, "textes": _par_canal(prets), "fichiers": ecrits}
        )
        return
    for avis in a_tous.avis():
        c.ecran.avertir(avis)
    c.ecran.titre(e.titre, temps.dire_creneau(e.creneau, c.horloge.aujourdhui()))
    c.ecran.tableau([Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 3], [_ligne(c, a) for a in annonces])
    if ecrits:
        c.ecran.dire(f"Dans {sortie} : {', '.join(ecrits)}.")
    else:
        for canal in dict.fromkeys([*(a.canal for a in annonces if a.faite is None), *Canal]):
            c.ecran.titre(canal, f"{len(prets[canal])} signes sur {textes.LONGUEURS[canal]}")
            for ligne in prets[canal].splitlines():
                c.ecran.dire(f"  {ligne}")
    restent = [a.canal for a in annonces if a.faite is None]
    c.ecran.dire(f"  Ensuite : tl prog annoncer {e.id} {restent[0] if restent else 'affiche'} --preuve")


def _par_canal(prets: dict[Canal, str]) -> list[dict[str, str]]:
    return [{"canal": canal, "texte": dit} for canal, dit in prets.items()]


def _ce_qui_vient(c: Contexte, *, json: bool) -> None:
    voulu, jour = fiches.plan(c.arbre), c.horloge.aujourdhui()
    prevues = fiches.a_venir(c.arbre, voulu, jour) if voulu else []
    if json:
        vues = [{"evenement": p.evenement.id, "annonces": p.annonces} for p in prevues]
        c.ecran.json({"plan": voulu is not None, "prevues": vues})
        return
    if voulu is None:
        c.ecran.dire("La maison n'a pas de plan de communication.  En poser un : tl prog plan")
        return
    attendues = (
        sorted(
            (a.pour, p.evenement.titre, p.evenement.id, a)
            for p in prevues
            for a in p.annonces
            if a.faite is None
        )
        if prevues
        else []
    )
    faites = sum(a.faite is not None for p in prevues for a in p.annonces)
    c.ecran.titre("À annoncer", f"{len(attendues)} à faire, {faites} faite{'s' * (faites > 1)}")
    lignes = [
        ("!" if a.est_due(jour) else "", temps.dire_jour(pour, jour), str(a.canal), titre, a.qui)
        for pour, titre, _, a in attendues
    ]
    c.ecran.tableau([Colonne(), Colonne(), Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 2], lignes)
    if attendues:
        c.ecran.dire(f"  Ensuite : tl prog diffusion {attendues[0][2]}")
    else:
        c.ecran.dire("Rien à annoncer pour l'instant.")


def _ligne(c: Contexte, a: regles.Annonce) -> tuple[str, ...]:
    jour = c.horloge.aujourdhui()
    if a.faite:
        return (
            str(a.canal),
            f"faite {temps.dire_jour(a.faite.le, jour)}",
            a.faite.par or a.qui,
            a.faite.preuve,
        )
    due = "due depuis le" if a.est_due(jour) else "pour le"
    return str(a.canal), f"{due} {temps.dire_jour(a.pour, jour)}", a.qui, ""


def _faits(c: Contexte, e: Evenement, a_tous: Public) -> textes.Faits:
    reglages, page = c.lieu.reglages, feuilles.en_ligne(c, f"evenements/{e.id}.html")
    ou = a_tous.dire(programme.ou(c.arbre, e), e.id)
    blocs = prose.blocs(a_tous.dire(e.description, e.id))
    debut = "" if e.creneau.jours_entiers else f", {e.creneau.debut:%H:%M}"
    premier = e.creneau.premier_jour
    return textes.Faits(
        lieu=reglages.nom,
        titre=a_tous.dire(e.titre, e.id),
        quand=temps.dire_creneau(e.creneau, c.horloge.aujourdhui()),
        bref=f"{temps.JOURS[premier.weekday()][:3]} {premier.day}/{premier.month}{debut}",
        ou=", ".join(filter(None, [ou, "" if e.ailleurs else reglages.adresse])),
        pour=evenements.pour_qui(e),
        description=prose.sur_une_ligne(blocs),
        etiquettes=e.etiquettes,
        page=f"https://{page}" if page else "",
        contact=courriel.adresse(reglages.contacts),
    )


def _ecrire(
    c: Contexte, e: Evenement, faits: textes.Faits, prets: dict[Canal, str], sortie: Path
) -> list[str]:
    """Un fichier par canal, l'image et ce qu'elle dit, le QR ; ce que ce poste ne sait pas faire se dit."""
    fichiers = {f"{canal}.txt": f"{dit}\n".encode() for canal, dit in prets.items()}
    try:
        fichiers["image.png"] = affiche.image(c, e)
        fichiers["image-texte-de-remplacement.txt"] = f"{textes.remplacement(faits)}\n".encode()
        if faits.page:
            fichiers["qr.svg"] = qr.svg(faits.page).encode()
    except Echec as manque:
        c.ecran.avertir(manque.fait)
        c.ecran.avertir(f"  → {manque.remede}")
    with dossier_neuf(sortie) as chantier:
        for nom, octets in fichiers.items():
            (chantier / nom).write_bytes(octets)
    return sorted(fichiers)


@annoncer_app.ecrit("annoncer")
def annoncer(
    c: Contexte,
    e: Ecriture,
    evenement: Lequel,
    canal: Annotated[Canal, typer.Argument(metavar="CANAL", help="Où c'est annoncé.")],
    preuve: Annotated[
        str, typer.Option("--preuve", help="Ce qui le montre : une adresse, un document, « vu au panneau ».")
    ],
    le: Annotated[str, typer.Option("--le", metavar="JOUR", help="Quel jour.")] = "aujourd'hui",
    par: Annotated[PersonneCitee | None, typer.Option("--par", help="Qui l'a fait.")] = None,
) -> Fait:
    """Noter qu'une activité est annoncée quelque part, et ce qui le prouve.

    Exemples :
        tl prog annoncer 2026-11-26-concert-7k2m affiche --preuve "panneau de la place, photo au journal"
        tl prog annoncer concert presse --preuve https://journal.exemple.be/concert --par @lea
    """
    vise = programme.exiger(c.arbre, evenement)
    regles.exiger_montrable(vise)
    neuve = Diffusion(
        id=f"{vise.id}-{canal}",
        evenement=vise.id,
        canal=canal,
        le=saisie.lire_jour_venu(le, c.horloge.murale()),
        par=c.registre.designer(par) if par else "",
        preuve=texte.ligne(preuve, "La preuve"),
    )
    ancienne = DIFFUSIONS.une(c.arbre, neuve.id)
    if ancienne is None:
        DIFFUSIONS.poser(e, neuve)
    else:
        DIFFUSIONS.corriger(e, ancienne, neuve)
    prevues = fiches.de(c.arbre, fiches.plan(c.arbre), [vise])
    restent = [a.canal for p in prevues for a in p.annonces if a.faite is None and a.canal != canal]
    quand = temps.dire_jour(neuve.le, c.horloge.aujourdhui())
    return Fait(
        id=neuve.id,
        action="prog.annoncer",
        histoire=f"Annoncé : « {vise.titre} », {canal}",
        phrase=f"« {vise.titre} » est annoncé : {canal}, {quand}.",
        lignes=[f"Restent : {', '.join(restent)}."] if restent else [],
        suite=f"tl prog diffusion {vise.id}" if restent else "tl prog diffusion",
    )


@plan_app.ecrit("plan")
def plan(c: Contexte, e: Ecriture) -> Fait | Rien:
    """Voir le plan de communication, ou en poser un de départ, à changer à la main.

    Par sorte d'activité (une étiquette, un public, « tous », « series » pour les dates d'une série) : les
    canaux, combien de jours avant, et qui s'en charge.

    Exemple :
        tl prog plan
    """
    voulu = fiches.plan(c.arbre)
    if voulu is not None:
        lignes = [
            f"{sorte} : "
            + ", ".join(f"{x.canal} {x.jours} j avant{f' ({x.qui})' if x.qui else ''}" for x in dites)
            for sorte, dites in voulu.sortes.items()
        ]
        return Rien(
            phrase=f"Le plan de la maison ({fiches.CHEMIN}) :",
            lignes=lignes,
            suite="tl prog diffusion",
            details={"plan": voulu},
        )
    octets = (ressources.dossier("templates") / "communication.yaml").read_bytes()
    e.creer(fiches.CHEMIN, octets)
    return Fait(
        id="communication",
        action="prog.plan",
        histoire="Plan de communication posé",
        phrase=f"Un plan de départ est dans {fiches.CHEMIN} : le changer à la main, puis tl enregistrer.",
        suite="tl prog diffusion",
    )
