"""`tl prog reseau` : les lieux amis et leurs agendas."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau import modification, telechargement
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import DejaLa, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.francais import elider
from tiers_lieu_cli.noyau.liens import AgendaCite
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import accorder, en_tirets, ligne
from tiers_lieu_cli.prog import fiches
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS, AgendaAmi
from tiers_lieu_cli.prog.options import Publics
from tiers_lieu_cli.prog.reseau import regles
from tiers_lieu_cli.prog.serie.modele import SERIES

app = Application("Les lieux amis : leurs agendas, à côté du nôtre.")
app.anciens["ajouter"] = "creer"
#: Jusqu'où l'on regarde ce qui tombe le même soir.
HORIZON = timedelta(days=60)


UnAgenda = Annotated[AgendaCite, typer.Argument(metavar="ID", help="Le lieu ami (Tab propose).")]


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Le nom du lieu ami.")],
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Son agenda : un fichier, un dossier, une adresse https.")
    ],
    publics: Publics = None,
) -> Fait:
    """Suivre l'agenda d'un lieu ami. Rien n'est lu encore.

    Les publics à qui il s'adresse, donnés ici, font voir ce qui tombe le même soir que chez nous.

    Exemples :
        tl prog reseau creer "Fablab d'à côté" https://fablab.example/agenda.ics --public membres
        tl prog reseau creer "Maison de quartier" ~/Téléchargements/quartier.ics
    """
    propre = " ".join(nom.split())
    neuf = AgendaAmi(
        id=en_tirets(propre, "agenda"),
        nom=propre,
        source=telechargement.source(source, c.lieu.racine),
        publics=c.lieu.reglages.publics_connus(publics or ()),
    )
    connu = AGENDAS_AMIS.une(c.arbre, neuf.id)
    if connu is None:
        AGENDAS_AMIS.poser(e, neuf)
    elif connu.source and not connu.arrete_le:
        raise DejaLa(AGENDAS_AMIS.genre.chemin(neuf.id))
    else:
        AGENDAS_AMIS.corriger(e, connu, structs.replace(neuf, lu_le=connu.lu_le))
    reseau = " --telecharger" if "://" in neuf.source else ""
    return Fait(
        id=neuf.id,
        action="prog.reseau.creer",
        histoire=f"Agenda suivi : {neuf.nom}",
        phrase=f"L'agenda {elider('de', neuf.nom)} est suivi ({neuf.id}).",
        suite=f"tl prog reseau lire {neuf.id}{reseau}",
    )


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les lieux amis, quand on les a lus, et ce qui tombe le même soir que chez nous.

    Exemple :
        tl prog reseau liste
    """
    jour = c.horloge.aujourdhui()
    agendas = [a for a in AGENDAS_AMIS.toutes(c.arbre).fiches if not a.arrete_le]
    fenetre = Creneau.de_jours(jour, jour + HORIZON)
    evenements = fiches.de_la_fenetre(c.arbre, fenetre).fiches
    heurts = list(regles.heurts(evenements))
    if json:
        c.ecran.json({"agendas": agendas, "heurts": heurts})
        return
    if not agendas:
        c.ecran.dire('Aucun.  En suivre un : tl prog reseau creer "Fablab"')
        return
    lignes = [
        (
            a.nom,
            f"{sum(e.calendrier == a.id for e in evenements)} à venir",
            _dire_lecture(a, jour),
            ", ".join(a.publics),
            a.id,
        )
        for a in agendas
    ]
    c.ecran.tableau([Colonne(style=Style.GRAS, cede=True), *[Colonne(cede=True)] * 3, Colonne()], lignes)
    if heurts:
        c.ecran.dire()
        c.ecran.titre("Même public, même soir")
        noms = {a.id: a.nom for a in agendas}
        for heurt in heurts:
            c.ecran.dire(f"  · {regles.dire_heurt(heurt, noms, jour)}")


def _dire_lecture(agenda: AgendaAmi, jour: date) -> str:
    if not agenda.lu_le:
        return "jamais lu"
    lu = f"lu {temps.dire_jour(date.fromisoformat(agenda.lu_le[:10]), jour)}"
    return f"{lu}, à relire" if regles.est_a_relire(agenda, jour) else lu


@app.ecrit("modifier")
def modifier(
    c: Contexte,
    e: Ecriture,
    agenda: UnAgenda,
    nom: Annotated[str | None, typer.Option("--nom", help="Le nom du lieu ami.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Son agenda : un fichier, un dossier, une adresse https.")
    ] = None,
    publics: Publics = None,
) -> Fait:
    """Changer le nom, l'adresse ou les publics d'un lieu ami ; ses événements restent.

    Exemple :
        tl prog reseau modifier fablab-d-a-cote --source https://fablab.example/neuf.ics
    """
    ancien = AGENDAS_AMIS.exiger(c.arbre, agenda)
    voulue = None if source is None else telechargement.source(source, c.lieu.racine)
    ailleurs = voulue is not None and voulue != ancien.source
    nouveau = modification.changer(
        ancien,
        nom=modification.lu(nom, ligne, "Le nom"),
        source=voulue,
        publics=None if publics is None else c.lieu.reglages.publics_connus(p for p in publics if p),
    )
    if ailleurs:
        # Ce que l'autre serveur disait de sa version ne vaut plus.
        nouveau = structs.replace(nouveau, etag="", modifie="")
    AGENDAS_AMIS.corriger(e, ancien, nouveau)
    reseau = " --telecharger" if "://" in nouveau.source else ""
    return modification.fait(
        structs.replace(ancien, etag="", modifie="") if ailleurs else ancien,
        nouveau,
        action="prog.reseau.modifier",
        histoire=f"Lieu ami modifié : {nouveau.nom}",
        nom=nouveau.nom,
        jour=c.horloge.aujourdhui(),
        suite=f"tl prog reseau lire {nouveau.id}{reseau}",
    )


app.differer("lire", "Relire les agendas suivis.", "tiers_lieu_cli.prog.reseau.lire:app")


@app.ecrit("retirer", oui=True)
def retirer(c: Contexte, e: Ecriture, agenda: UnAgenda) -> Fait:
    """Ne plus suivre un lieu ami : ses événements à venir s'ôtent, ceux d'hier restent.

    Exemple :
        tl prog reseau retirer fablab-d-a-cote
    """
    connu = AGENDAS_AMIS.exiger(c.arbre, agenda)
    if connu.arrete_le:
        raise ErreurUsage(f"L'agenda {elider('de', connu.nom)} n'est déjà plus suivi.")
    c.confirmer(f"Ne plus suivre {connu.nom} ?")
    jour = c.horloge.aujourdhui()
    otes = 0
    for evenement in fiches.tous(c.arbre).fiches:
        if evenement.calendrier == connu.id and evenement.creneau.premier_jour >= jour:
            e.retirer(fiches.collection(evenement.id, evenement.creneau).genre.chemin(evenement.id))
            otes += 1
    hier = str(jour - temps.UN_JOUR)
    for serie in SERIES.toutes(c.arbre).fiches:
        if serie.calendrier != connu.id or (serie.recurrence.au and serie.recurrence.au <= hier):
            continue
        otes += 1
        if serie.recurrence.du > hier:
            e.retirer(SERIES.genre.chemin(serie.id))
        else:
            finie = structs.replace(serie, recurrence=structs.replace(serie.recurrence, au=hier))
            SERIES.corriger(e, serie, finie)
    AGENDAS_AMIS.corriger(e, connu, structs.replace(connu, arrete_le=jour))
    return Fait(
        id=connu.id,
        action="prog.reseau.retirer",
        histoire=f"Agenda qui n'est plus suivi : {connu.nom}",
        phrase=f"{connu.nom} n'est plus suivi ; à venir, {accorder(otes, 'chose ôtée')} du programme.",
        suite="revenir en arrière : tl defaire",
    )
