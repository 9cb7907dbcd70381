"""`tl journal passation` : passer la main sans que rien d'ouvert ne se perde."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.ensemble import ouvert
from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.journal import fiches
from tiers_lieu_cli.journal import regles as notes
from tiers_lieu_cli.journal.passation import regles
from tiers_lieu_cli.journal.passation.modele import (
    PASSATIONS,
    Chose,
    Passation,
    Rubrique,
    derniere,
)
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.histoire import Acte
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.personnes import CITE
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UNE_SEMAINE, Creneau
from tiers_lieu_cli.noyau.texte import TEL_QUEL
from tiers_lieu_cli.prog.affichage import fiches as affichage
from tiers_lieu_cli.prog.modele import Etat

app = Application()
_ETATS = {Etat.ANNULE: "annulé", Etat.REPORTE: "reporté", Etat.A_REPLACER: "à replacer"}
#: Combien d'actions se lisent d'ascendant en ascendant.
A_LA_SUITE = 500
#: Sans relais connu, ce qui a changé se raconte sur une semaine.
UNE_SECONDE = timedelta(seconds=1)


class _Dits(msgspec.Struct, frozen=True):
    """De qui à qui, et ce qu'on en dit."""

    de: Annotated[PersonneCitee, typer.Option("--de", help="Qui part ; sinon, qui tient ce poste.")] = ""
    a: Annotated[PersonneCitee, typer.Option("--pour", help="Qui prend.")] = ""
    mot: Annotated[
        str | None, typer.Option("--note", help="Ce qu'on en dit ; sans lui, l'éditeur s'ouvre.")
    ] = None
    si: Annotated[
        list[str] | None,
        typer.Option("--si", help="Ce qui pourrait arriver, et que faire alors."),
    ] = None


@app.ecrit("passation", dits=_Dits)
def passation(c: Contexte, e: Ecriture, dits: _Dits) -> Fait:
    """Passer la main : tout ce qui est ouvert, ce qui s'est réglé, ce qu'on en dit au suivant.

    Elle s'engendre seule, puis se relit dans l'éditeur : un mot sous une ligne la suit tant qu'elle
    reste ouverte ; ôter une ligne ne ferme rien. Qui prend le relais la lit (tl journal releve).

    Exemples :
        tl journal passation --note "Le four est capricieux"
        tl journal passation --note "Tout est calme" --si "le four refume : le couper au tableau"
    """
    de, a = fiches.qui_note(c, dits.de), c.registre.exiger(dits.a).id if dits.a else ""
    derniere_faite, connue = derniere(c.arbre), _dernier_tour(c, a)
    ouvertes = regles.garder_les_mots(ouvert.choses(c), derniere_faite)
    moment = c.horloge.murale()
    if derniere_faite:
        # Deux passations d'un même instant se suivent : la dernière est celle qui fait foi.
        moment = max(moment, derniere_faite.quand + UNE_SECONDE)
    depuis = connue.quand if connue else moment - UNE_SEMAINE
    actes = _actes(c, min(p.quand for p in (derniere_faite, connue) if p) if connue else depuis)
    finies = regles.reglees((derniere_faite, connue), ouvertes, _comment(actes, (derniere_faite, connue)))
    mot, ouvertes, otees = _relire(c, ouvertes, dits.mot)
    neuve = Passation(
        id=f"{moment:%Y-%m-%d-%H%M%S}-passation-{identifiants.hasard(c.hasard, 4)}",
        moment=f"{moment:%Y-%m-%dT%H:%M:%S}",
        depuis=f"{depuis:%Y-%m-%dT%H:%M:%S}",
        gravite=regles.gravite(ouvertes, moment.date()),
        de=de,
        a=a,
        journee=tuple(_journee(c)),
        ouvertes=ouvertes,
        reglees=finies,
        change=regles.resumer(phrase for quand, phrase, _ in actes if quand >= depuis),
        si=tuple(texte.ligne(s, "Un « si »") for s in dits.si or ()),
        texte=mot,
    )
    PASSATIONS.poser(e, neuve)
    pressees = sum(ch.rubrique is not Rubrique.COURT for ch in ouvertes)
    return Fait(
        id=neuve.id,
        action="journal.passation",
        histoire=f"Passation, {temps.dire_jour(moment.date())}, {moment:%H:%M}",
        phrase=f"Passation faite{f' à {a}' if a else ''} : "
        f"{_combien(pressees, 'chose ouverte', 'choses ouvertes')}, "
        f"{_combien(len(finies), 'réglée', 'réglées')} depuis la dernière.",
        lignes=[f"  {_combien(otees, 'ligne ôtée reste ouverte', 'lignes ôtées restent ouvertes')}."]
        if otees
        else (),
        suite="tl journal releve",
    )


def _combien(n: int, un: str, plusieurs: str) -> str:
    return f"{n or 'aucune'} {plusieurs if n > 1 else un}"


def _dernier_tour(c: Contexte, qui: str) -> Passation | None:
    """La dernière passation que cette personne a faite ou prise ; sans elle, la dernière de toutes."""
    if not qui:
        return derniere(c.arbre)
    for ident in sorted(PASSATIONS.idents(c.arbre), reverse=True):
        # Dix ans de relais ne s'analysent pas : on y cherche d'abord son identifiant.
        if qui.encode() not in (c.arbre.lire(PASSATIONS.genre.chemin(ident)) or b""):
            continue
        p = PASSATIONS.une(c.arbre, ident)
        if p and qui in (p.de, p.a, p.recue_par):
            return p
    return None


def _actes(c: Contexte, depuis: datetime) -> list[tuple[datetime, str, tuple[str, ...]]]:
    """Ce qui s'est enregistré depuis ce moment : quand (mural), la phrase, les fiches ; du plus ancien."""
    fuseau = c.lieu.fuseau
    dits = [
        (a.moment.astimezone(fuseau).replace(tzinfo=None), a.phrase, a.fiches)
        for a in _lus(c, depuis.replace(tzinfo=fuseau))
        if len(a.parents) < 2 and not a.action.startswith(("journal.passation", "journal.accuser"))
    ]
    return dits[::-1]


def _lus(c: Contexte, depuis: datetime) -> list[Acte]:
    """Les actions depuis ce moment. Celles d'un seul poste se suivent, et se lisent sans GitPython."""
    lus: list[Acte] = []
    for acte in histoire.derniers(c.archive, A_LA_SUITE):
        if acte.moment < depuis:
            return lus
        if len(acte.parents) > 1:
            break
        lus.append(acte)
    else:
        if len(lus) < A_LA_SUITE:
            return lus
    return list(histoire.actes(c.archive, depuis=depuis))


def _comment(
    actes: Sequence[tuple[datetime, str, tuple[str, ...]]], avant: Sequence[Passation | None]
) -> dict[str, str]:
    """Par clé d'une chose d'avant, la dernière action qui a touché sa fiche."""
    cles = {c.cle for p in avant if p for c in p.ouvertes}
    # Une commande qui règle une chose porte le nom de sa fiche.
    par_mot: dict[str, str] = {}
    for _, phrase, chemins in actes:
        for chemin in chemins:
            par_mot[chemin.rpartition("/")[2].partition(".")[0]] = phrase
    dits = {cle: next((par_mot[m] for m in cle.split() if m in par_mot), "") for cle in cles}
    return {cle: phrase for cle, phrase in dits.items() if phrase}


def _journee(c: Contexte) -> Iterator[str]:
    """Ce qui a encore lieu aujourd'hui, et demain, du programme et des salles, sans nommer personne."""
    jour, maintenant = c.horloge.aujourdhui(), c.horloge.murale()
    fenetre = Creneau.de_jours(jour, jour + temps.UN_JOUR)
    vus = [e for e in affichage.a_montrer(c.arbre, fenetre).fiches if e.est_a_nous]
    au_programme = {e.id for e in vus}
    prises = [o for o in occupations.de_la_fenetre(c.arbre, fenetre, maintenant) if o.id not in au_programme]
    salle = occupations.graphe(c.arbre).nom
    dits = [
        (e.creneau, f"{e.titre}{'' if e.a_lieu else f' ({_ETATS[e.etat]})'}", ", ".join(map(salle, e.salles)))
        for e in vus
    ]
    dits += [(o.seance or o.creneau, o.titre, salle(o.salle)) for o in prises]
    for creneau, titre, ou in sorted(dits):
        if creneau.fin > maintenant:
            demain = creneau.premier_jour > jour
            heures = temps.heures_du_jour(creneau, jour + temps.UN_JOUR if demain else jour)
            yield f"{'demain, ' * demain}{heures} {titre}{f', {ou}' if ou else ''}"


def _relire(c: Contexte, ouvertes: tuple[Chose, ...], mot: str | None) -> tuple[str, tuple[Chose, ...], int]:
    """Ce que la personne en dit : `--note`, ou l'éditeur ; hors d'un terminal, rien de plus."""
    if mot is not None or not c.ecran.interactif or c.questions.essai:
        return (notes.texte_propre(mot) if mot else ""), ouvertes, 0
    tete = (
        "Ce que vous voulez dire au suivant s'écrit ici, librement.",
        "Un mot de plus sous une ligne [n] (en retrait) la suit tant qu'elle reste ouverte.",
        "Ôter une ligne ne ferme rien ; les lignes qui commencent par « # » ne sont pas gardées.",
    )
    return regles.relue(c.editer(_a_ecrire(c, regles.a_relire(ouvertes, tete))), ouvertes)


def _a_ecrire(c: Contexte, texte: str) -> str:
    """Le texte où les gens se mentionnent comme on les tape."""
    return CITE.sub(lambda lu: c.registre.a_ecrire(lu[1]).replace(TEL_QUEL, "") or lu[0], texte)
