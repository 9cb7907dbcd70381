"""`tl aujourd'hui` : la journée d'un coup d'œil. Tout s'y calcule à la lecture."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date, datetime
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, Besoin
from tiers_lieu_cli.accueil.passage import regles as passages
from tiers_lieu_cli.accueil.passage.fiches import de_la_soiree
from tiers_lieu_cli.ensemble import echeances
from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.planning import fiches as planning
from tiers_lieu_cli.journal.fiches import du_jour
from tiers_lieu_cli.journal.modele import Note
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite, grouper
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import Montre, accorder
from tiers_lieu_cli.prog import fiches, semaines
from tiers_lieu_cli.prog.affichage import fiches as affichage

app = Application()
#: Ce qu'on fait d'une matinée ; le reste se demande.
A_LA_FOIS = 8


@app.lit("aujourdhui")
def aujourdhui(
    c: Contexte,
    tout: Annotated[bool, typer.Option("--tout", help="Tout ce qui reste à faire.")] = False,
    suivre: Annotated[bool, typer.Option("--suivre", help="La tenir à jour, jusqu'à Ctrl-C.")] = False,
    json: Json = False,
) -> None:
    """La journée : qui est là, ce qui reste à faire, ce qui a lieu, ce qui fut noté hier.

    D'abord ce qu'il coûte de manquer (une alerte, une salle promise deux fois, un choix entre postes,
    une fiche abîmée, ce qui est à replacer aujourd'hui, un préavis qui finit, qui attend une réponse,
    la sécurité), puis le reste, ce qui se ressemble en une ligne. Deux mois d'absence ne font rien
    manquer.

    Exemples :
        tl aujourdhui
        tl aujourdhui --tout
    """
    if suivre and not json:
        from tiers_lieu_cli.ensemble import veille

        veille.suivre(c, lambda relu: _montrer(relu, tout=tout, json=False))
    else:
        _montrer(c, tout=tout, json=json)


def _montrer(c: Contexte, *, tout: bool, json: bool) -> None:
    jour, heure = c.horloge.aujourdhui(), c.horloge.murale()
    fenetre = Creneau.de_jours(jour, jour)
    programme = affichage.a_montrer(c.arbre, fenetre)
    salles = fiches.noms_des_salles(c.arbre, (s for e in programme.fiches for s in e.salles))
    remarques = affichage.remarques(c.arbre, programme.fiches, heure)
    amis = fiches.noms_des_amis(c.arbre, (e.calendrier for e in programme.fiches))
    vue = semaines.vue(
        programme.fiches, fenetre, c.lieu.reglages, salles, amis, jour, c.registre.nom, remarques
    )
    hier = du_jour(c.arbre, jour - UN_JOUR)
    c.ecran.defauts((*programme.defauts, *hier.defauts))
    reserve = _reserve(c, fenetre, {e.id for e in programme.fiches})
    # Un besoin urgent reste en vue tant que personne n'y est relié, fût-il entendu il y a deux mois.
    besoins = [
        b
        for b in vivants.en_cours(c, BESOINS).fiches
        if b.entendu >= jour - UN_JOUR or (b.urgent and not b.relie_le)
    ]
    la = passages.presents(de_la_soiree(c.arbre, heure).fiches)
    # En dernier : les fiches abîmées sont celles qu'on a voulu lire.
    a_faire = echeances.toutes(c)
    if json:
        c.ecran.json(
            {
                "jour": jour,
                "programme": vue.jours,
                "reservations": reserve,
                "a_faire": [e.vue for e in a_faire],
                "presents": la,
                "besoins": besoins,
                "notes_hier": len(hier.fiches),
            }
        )
        return
    ouvert = planning.ouvert(c.arbre, [jour])[0]
    c.ecran.titre(
        f"{temps.dire_jour(jour).capitalize()}, {heure:%H:%M} · {c.lieu.reglages.nom}",
        f"ouvert {ouvert}" if ouvert[:1].isdigit() else ouvert,
    )
    if la:
        qui = ", ".join(p.personne or passages.dire_groupe(p.public, p.nombre).lower() for p in la)
        c.ecran.dire(f"Là maintenant ({sum(p.nombre for p in la)}) : {qui}")
    _dire_a_faire(c, a_faire, tout=tout)
    lignes = [ligne[1:] for ligne in semaines.lignes(vue.jours)]
    lignes += [(temps.heures_du_jour(o.creneau, jour), o.titre, o.ou, "", "") for o in reserve]
    c.ecran.dire("Dans la maison" if lignes else "Dans la maison : rien d'annoncé.")
    c.ecran.tableau([Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 4], sorted(lignes))
    _dire_hier(c, hier.fiches, besoins, jour - UN_JOUR)


class Reservee(msgspec.Struct, frozen=True):
    """Une salle réservée aujourd'hui."""

    id: str
    titre: str
    salle: str
    ou: Montre
    debut: datetime
    fin: datetime

    @property
    def creneau(self) -> Creneau:
        """De son début à sa fin."""
        return Creneau(self.debut, self.fin)


def _reserve(c: Contexte, fenetre: Creneau, au_programme: Set[str]) -> list[Reservee]:
    """Les salles prises aujourd'hui autrement que par le programme."""
    prises = occupations.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
    salles = occupations.graphe(c.arbre)
    return [
        Reservee(o.id, o.titre, o.salle, salles.nom(o.salle), o.annonce.debut, o.annonce.fin)
        for o in prises
        if o.id not in au_programme
    ]


def _dire_hier(c: Contexte, notes: Sequence[Note], besoins: Sequence[Besoin], hier: date) -> None:
    """Ce qu'on a entendu depuis hier, ce qui est urgent, et ce qu'on a noté."""
    recents = sum(b.entendu >= hier for b in besoins)
    entendus = [f"Depuis hier, {accorder(recents, 'besoin')}"] if recents else []
    entendus += [f"URGENT : {b.texte}" for b in besoins if b.urgent]
    if entendus:
        c.ecran.dire(f"{' · '.join(entendus)}.")
        c.ecran.dire("  Rapprocher : tl accueil relier")
    if notes:
        c.ecran.dire("Noté hier")
        lignes = [(f"  {n.moment[11:16]}", n.texte) for n in notes[:A_LA_FOIS]]
        c.ecran.tableau([Colonne(), Colonne(bref=True)], lignes)
        if len(notes) > A_LA_FOIS:
            c.ecran.dire(f"  … et {len(notes) - A_LA_FOIS} de plus : tl journal jour hier")


def _dire_a_faire(c: Contexte, a_faire: list[Echeance], *, tout: bool) -> None:
    """Ce qui est grave se montre toujours ; le reste, groupé, jusqu'à huit lignes."""
    dites = a_faire if tout else grouper(a_faire)
    graves = sum(e.gravite < Gravite.RESTE for e in dites)
    montrees = dites if tout else dites[: max(A_LA_FOIS, graves)]
    if dites:
        c.ecran.dire("À faire")
    for echeance in montrees:
        c.ecran.dire(f"  {'!' if echeance.gravite < Gravite.RESTE else '·'} {echeance.phrase}")
        if echeance.commande:
            c.ecran.dire(f"      {echeance.commande}")
    if len(dites) > len(montrees):
        c.ecran.dire(f"  … et {len(dites) - len(montrees)} de plus : tl aujourdhui --tout")
