"""`tl journal` : noter le quotidien, relire un jour, corriger une note."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.journal import fiches, regles
from tiers_lieu_cli.journal.fiches import VARIABLE_QUI
from tiers_lieu_cli.journal.modele import NOTES, Note, NoteCitee, Sorte
from tiers_lieu_cli.journal.suite.modele import SUITES, Suite
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder

app = Application("Noter le quotidien, relire un jour, corriger une note.")
app.differer("semaine", "Relire une semaine.", "tiers_lieu_cli.journal.semaine:app")
app.differer("joindre", "Joindre un fichier à une note.", "tiers_lieu_cli.ensemble.joindre:app")
app.differer("liste", "Les notes, par mot, par période.", "tiers_lieu_cli.ensemble.chercher.journal:app")
app.differer("clore", "Clore un jour, une fois relu.", "tiers_lieu_cli.ensemble.journees:clore_app")
app.differer("rouvrir", "Rouvrir un jour clos.", "tiers_lieu_cli.ensemble.journees:rouvrir_app")
app.differer("remonter", "L'histoire d'un sujet.", "tiers_lieu_cli.ensemble.remonter:app")
app.differer("passation", "Passer la main à qui vient.", "tiers_lieu_cli.ensemble.passation:app")
app.differer("releve", "Lire la dernière passation.", "tiers_lieu_cli.ensemble.releve:releve_app")
app.differer("accuser", "Dire qu'on l'a reçue.", "tiers_lieu_cli.ensemble.releve:accuser_app")
app.differer("rappel", "Se rappeler quelque chose, un jour.", "tiers_lieu_cli.journal.suite.rappel:app")
app.differer(
    "regler", "Dire qu'une alerte ou une suite est réglée.", "tiers_lieu_cli.journal.suite.commandes:app"
)
app.differer("fiche", "Les pages pratiques de la maison.", "tiers_lieu_cli.journal.fiche.commandes:app")
app.differer(
    "decision", "Ce qui fut décidé, et quand on y revient.", "tiers_lieu_cli.journal.decision.commandes:app"
)


@app.ecrit("noter")
def noter(
    c: Contexte,
    e: Ecriture,
    texte: Annotated[
        str | None,
        typer.Argument(help="La phrase. Rien : on l'écrit dans l'éditeur ; « - » : lue dans le tube."),
    ] = None,
    liens: Annotated[
        list[str] | None, typer.Option("--lien", metavar="FICHE", help="Une fiche dont la note parle.")
    ] = None,
    sorte: Annotated[
        Sorte, typer.Option("--genre", help="Une alerte reste en vue jusqu'à ce qu'elle soit réglée.")
    ] = Sorte.FAIT,
    suite: Annotated[
        str, typer.Option("--suite", metavar="JOUR", help="Le jour où y revenir : demain, lundi.")
    ] = "",
    quand: Annotated[
        str, typer.Option("--quand", metavar="MOMENT", help='Quand c\'était : "hier 21h", "9h15".')
    ] = "",
    auteur: Annotated[
        PersonneCitee,
        typer.Option("--auteur", help=f"Qui le note ; sinon {VARIABLE_QUI}, ou « qui » de lieu.yaml."),
    ] = "",
) -> Fait:
    """Noter une phrase dans le journal du jour.

    @karim devient la personne du registre, #atelier une étiquette. Une alerte, ou ce qui a une suite, est
    dans aujourd'hui et dans la passation tant que ce n'est pas réglé.

    Exemples :
        tl journal noter "Livraison de bois à 9h, @karim l'a reçue #atelier"
        tl journal noter "Le four fume" --genre alerte
        tl journal noter "Le concert a fini tard" --quand "hier 21h" --auteur @karim
        tl journal noter "Le voisin repasse pour la clé" --suite lundi
        cat compte-rendu.txt | tl journal noter -
    """
    lies = tuple(fiches.lier(c.arbre, lien) for lien in liens or ())
    moment, maintenant = _moment(c, quand), c.horloge.murale()
    note = regles.nouvelle(
        regles.texte_propre(_dit(c, texte)),
        moment,
        lies,
        c.hasard,
        sorte,
        auteur=fiches.qui_note(c, auteur),
        deja=NOTES.du_jour(c.arbre, moment.date()).fiches,
    )
    NOTES.poser(e, note)
    attend = _suite(c, note, suite)
    if attend:
        SUITES.poser(e, attend)
    return Fait(
        id=note.id,
        action="journal.noter",
        histoire=f"Note au journal, {temps.dire_jour(moment.date())}, {moment:%H:%M}",
        phrase=f"Noté, {temps.dire_jour(moment.date(), maintenant.date())}, {moment:%H:%M}.",
        suite=f"une fois réglé, tl journal regler {attend.id}" if attend else _relire(moment, maintenant),
    )


def _moment(c: Contexte, quand: str) -> datetime:
    """Maintenant, ou le moment dit, qui est passé ; un jour sans heure est celui d'une note de midi."""
    if not quand:
        return c.horloge.murale()
    from tiers_lieu_cli.noyau.temps import saisie

    lu = saisie.lire_moment(quand, c.horloge.murale(), c.lieu.fuseau, saisie.Sens.PASSE)
    return lu if isinstance(lu, datetime) else min(datetime.combine(lu, time(12)), c.horloge.murale())


def _relire(moment: datetime, maintenant: datetime) -> str:
    ce_jour = moment.date() == maintenant.date()
    return "tl journal jour" if ce_jour else f"tl journal jour {moment.date()}"


def _suite(c: Contexte, note: Note, jour: str) -> Suite | None:
    """Ce qui reste à faire de cette note : une alerte tout de suite, une suite le jour dit."""
    alerte = note.sorte is Sorte.ALERTE
    if not (alerte or jour):
        return None
    from tiers_lieu_cli.noyau.temps import saisie

    quoi = note.texte.split("\n", 1)[0]
    return Suite(
        id=identifiants.date_de(note.jour, taire(quoi, " "), "suite", c.hasard),
        note=note.id,
        quoi=quoi,
        pour=saisie.lire_jour(jour, c.horloge.murale()) if jour else note.jour,
        alerte=alerte,
    )


def _dit(c: Contexte, texte: str | None) -> str:
    """Le texte donné, celui du tube, ou celui qu'on écrit dans l'éditeur."""
    if texte is not None and texte != "-":
        return texte
    if texte == "-" or not c.ecran.interactif:
        return c.tube()
    return c.editer("")


@app.lit("jour")
def jour(
    c: Contexte,
    date: Annotated[str, typer.Argument(help="Le jour : hier, lundi, 12/11, 2026-11-12.")] = "aujourd'hui",
    json: Json = False,
) -> None:
    """Relire les notes d'un jour.

    Exemples :
        tl journal jour
        tl journal jour hier
    """
    from tiers_lieu_cli.noyau.temps import saisie

    voulu = saisie.lire_jour(date, c.horloge.murale(), saisie.Sens.PASSE)
    recolte = fiches.du_jour(c.arbre, voulu)
    c.ecran.defauts(recolte.defauts)
    if json:
        c.ecran.json({"jour": voulu, "notes": recolte.fiches})
        return
    c.ecran.titre(
        f"{c.lieu.reglages.nom} · journal du {temps.dire_jour(voulu)}",
        accorder(len(recolte.fiches), "note") if recolte.fiches else "",
    )
    if not recolte.fiches:
        c.ecran.dire("Rien de noté.  Noter : tl journal noter")
        return
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(style=Style.PALE)],
        [(f"{n.instant:%H:%M}", fiches.dire(c, n), identifiants.abrege(n.id)) for n in recolte.fiches],
    )


@app.ecrit("editer")
def editer(
    c: Contexte,
    e: Ecriture,
    note: Annotated[NoteCitee, typer.Argument(help="La note (Tab propose).")],
    texte: Annotated[
        str | None, typer.Option("--texte", help="Le nouveau texte ; sans lui, l'éditeur s'ouvre.")
    ] = None,
) -> Fait:
    """Corriger une note ; l'originale reste dans son histoire, et la note dit qu'elle fut corrigée.

    Exemple :
        tl journal editer 2026-11-24-1012-livraison-q2x7
    """
    ancienne = NOTES.exiger(c.arbre, note)
    dit = texte if texte is not None else c.editer(ancienne.texte)
    propre = regles.texte_propre(dit)
    if propre == ancienne.texte:
        raise ErreurUsage("Rien ne change.", f"La relire : tl journal jour {ancienne.jour}")
    neuve = structs.replace(ancienne, texte=propre, corrigee_le=c.horloge.aujourdhui())
    NOTES.corriger(e, ancienne, neuve)
    quand = f"{temps.dire_jour(ancienne.jour)}, {ancienne.instant:%H:%M}"
    return Fait(
        id=ancienne.id,
        action="journal.editer",
        histoire=f"Note corrigée, {quand}",
        phrase=f"Note du {quand} corrigée ; l'originale est dans son histoire.",
        suite=f"tl historique {ancienne.id}",
    )
