"""`tl prog ecran` : la page d'un écran au mur, qui ne dit que ce qui est public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.ensemble import veille
from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.planning import fiches as planning
from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation
from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.pages import gabarit
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import PUBLIC, Ecraser, Sorties
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import Montre
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.affichage import fiches as affichage
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.modele import Etat, Evenement

app = Application()
#: La page se recharge d'elle-même ; elle est réécrite à chaque minute.
SECONDES = 60
COMPLET, LIBRE, PRISE, FERME = "complet", "libre", "réservée", "fermée"
#: Ce qui tient sur un mur et se lit de loin.
LIGNES, SALLES = 5, 14


class Ligne(msgspec.Struct, frozen=True):
    """Une activité, telle qu'on l'affiche à tous."""

    evenement: str
    titre: str
    debut: datetime
    fin: datetime
    en_cours: bool
    salles: tuple[str, ...]
    heures: Montre
    commence: Montre
    ou: Montre
    ecart: Montre


class EtatDeSalle(msgspec.Struct, frozen=True):
    """Une salle, en ce moment ; `jusqu_a` : l'instant où cela change, si c'est aujourd'hui."""

    salle: str
    libre: bool
    jusqu_a: datetime | None
    nom: Montre
    dit: Montre


class Mural(msgspec.Struct, frozen=True):
    """Ce que l'écran montre."""

    lieu: str
    moment: datetime
    ensuite: Ligne | None
    lignes: tuple[Ligne, ...]
    demain: tuple[Ligne, ...]
    salles: tuple[EtatDeSalle, ...]
    reste: int
    salles_en_plus: int
    jour: Montre
    heure: Montre
    ouvert: Montre
    secondes: int = SECONDES


@app.lit("ecran")
def ecran(
    c: Contexte,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="FICHIER", help="Où ; sinon public/ecran.html.")
    ] = None,
    suivre: Annotated[bool, typer.Option("--suivre", help="La tenir à jour jusqu'à Ctrl-C.")] = False,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """La page d'un écran au mur : aujourd'hui, ce qui commence ensuite, les salles. Elle se recharge seule.

    Rien d'interne, aucun brouillon ; une réservation privée n'y est que « réservée », et personne n'y est
    nommé sans son accord (« nom public »).

    Exemples :
        tl prog ecran
        tl prog ecran --sortie ~/ecran.html
    """
    if json:
        c.ecran.json(_vue(c, Public(c.registre)))
        return
    fichier = sorties.verifier(sortie or c.lieu.racine / PUBLIC / "ecran.html")
    if not suivre:
        tus = _ecrire(c, fichier, ecraser=ecraser)
        for phrase in tus.avis():
            c.ecran.avertir(phrase)
        c.ecran.dire(f"L'écran du mur est dans {fichier} : l'ouvrir en plein écran.")
        c.ecran.dire("  Ensuite : tl prog ecran --suivre")
        return
    c.ecran.dire(f"{fichier} est tenu à jour, minute après minute. Ctrl-C pour finir.")
    c.ecran.finir()
    veille.veiller(c, lambda d: _ecrire(veille.rouvrir(d, d.ecran), fichier, ecraser=ecraser))


def _ecrire(c: Contexte, fichier: Path, *, ecraser: bool) -> Public:
    """Écrire la page ; rend qui il a fallu y taire."""
    a_tous = Public(c.registre)
    page = gabarit.rendre(c.lieu.racine, "ecran.html", _vue(c, a_tous)).encode()
    with Sorties(c, ecraser=ecraser) as neuves:
        if fichier.parent == c.lieu.racine / PUBLIC:
            neuves.dossier(fichier.parent)
        neuves.ecrire(fichier, [page])
    return a_tous


def _vue(c: Contexte, a_tous: Public) -> Mural:
    maintenant, jour = c.horloge.murale(), c.horloge.aujourdhui()

    def lignes(quand: date) -> list[Ligne]:
        vus = _publics(c, Creneau.de_jours(quand, quand))
        # Une soirée qui finit demain est d'aujourd'hui.
        dits = [
            e for e in vus if quand == jour or not e.creneau.est_d_un_jour or e.creneau.premier_jour == quand
        ]
        return [_ligne(c, a_tous, e, maintenant, quand) for e in dits]

    restent = [li for li in lignes(jour) if li.fin > maintenant]
    ensuite = next((li for li in restent if li.debut > maintenant and li.ecart in ("", COMPLET)), None)
    autres = [li for li in restent if li is not ensuite]
    salles = list(_salles(c, a_tous, maintenant))
    return Mural(
        lieu=c.lieu.reglages.nom,
        moment=maintenant,
        ensuite=ensuite,
        lignes=tuple(autres[:LIGNES]),
        # Demain prend la place qui reste, son titre compris.
        demain=tuple(lignes(jour + UN_JOUR)[: max(0, LIGNES - 1 - len(autres))]),
        salles=tuple(salles[:SALLES]),
        reste=max(0, len(autres) - LIGNES),
        salles_en_plus=max(0, len(salles) - SALLES),
        jour=temps.dire_jour(jour, jour),
        heure=f"{maintenant:%H:%M}",
        ouvert=planning.ouvert(c.arbre, [jour])[0] or c.lieu.reglages.horaires,
    )


def _publics(c: Contexte, fenetre: Creneau) -> list[Evenement]:
    """Ce que tous peuvent voir de ces jours : ce qui est à nous, et n'est ni interne, ni brouillon."""
    vus = affichage.a_montrer(c.arbre, fenetre).fiches
    montres = (e for e in vus if e.est_a_nous and not e.interne and e.etat is not Etat.BROUILLON)
    return sorted(montres, key=lambda e: (e.creneau, e.id))


def _ligne(c: Contexte, a_tous: Public, e: Evenement, maintenant: datetime, quand: date) -> Ligne:
    ou = programme.ou(c.arbre, e)
    ecart = a_tous.dire(regles.dire_ecart(e, maintenant.date()), e.id)
    if not ecart and e.capacite and inscriptions.affluences(c.arbre, [e])[e.id].est_complet:
        ecart = COMPLET
    return Ligne(
        evenement=e.id,
        titre=a_tous.dire(e.titre, e.id),
        debut=e.creneau.debut,
        fin=e.creneau.fin,
        en_cours=e.a_lieu and e.creneau.debut <= maintenant < e.creneau.fin,
        salles=e.salles,
        heures=temps.heures_du_jour(e.creneau, quand),
        commence=f"{e.creneau.debut:%H:%M}",
        ou=a_tous.dire(ou, e.id),
        ecart=ecart,
    )


def _salles(c: Contexte, a_tous: Public, maintenant: datetime) -> Iterator[EtatDeSalle]:
    """Chaque salle qu'on prête, dans l'ordre des noms."""
    jour = maintenant.date()
    graphe, prises = planning.de_la_fenetre(c.arbre, Creneau.de_jours(jour, jour), maintenant)
    connus = {e.id for e in _publics(c, Creneau.de_jours(jour, jour))}
    for salle in sorted(graphe.salles.values(), key=lambda s: s.nom):
        if not salle.retiree or salle.retiree > jour:
            yield _etat(salle, graphe, prises, maintenant, a_tous, connus)


def _etat(
    salle: Salle,
    graphe: Graphe,
    prises: Sequence[Occupation],
    maintenant: datetime,
    a_tous: Public,
    connus: Set[str],
) -> EtatDeSalle:
    """Libre, et jusqu'à quand ; ou prise, et par quoi si cela se dit."""
    genantes = graphe.genees(salle.id)
    siennes = [o for o in prises if o.salle in genantes and o.creneau.fin > maintenant]
    en_cours = [o for o in siennes if o.creneau.debut <= maintenant]

    def dire(dit: str, *, libre: bool, change: datetime | None = None) -> EtatDeSalle:
        ce_soir = change if change and change.date() == maintenant.date() else None
        jusque = f" jusqu'à {ce_soir:%H:%M}" if ce_soir else ""
        virgule = "" if dit in (LIBRE, FERME, PRISE) or not jusque else ","
        return EtatDeSalle(salle.id, libre, ce_soir, salle.nom, f"{dit}{virgule}{jusque}")

    if salle.partage and FERMEE not in {o.nature for o in en_cours}:
        # On y vient à plusieurs : elle est libre tant qu'il y reste une place.
        restent = salle.capacite - sum(o.personnes or salle.capacite for o in en_cours)
        if restent > 0:
            return dire(f"{restent} place{'s' * (restent > 1)}", libre=True)
    if not en_cours:
        return dire(LIBRE, libre=True, change=min((o.creneau.debut for o in siennes), default=None))
    cause = en_cours[0]
    if cause.nature == FERMEE:
        quoi = FERME
    else:
        quoi = a_tous.dire(cause.titre, cause.id) if cause.id in connus else PRISE
    return dire(quoi, libre=False, change=_fin(en_cours, siennes))


def _fin(en_cours: Sequence[Occupation], siennes: Sequence[Occupation]) -> datetime:
    """La fin de ce qui la prend, et de ce qui s'y enchaîne aussitôt."""
    fin = max(o.creneau.fin for o in en_cours)
    while suites := [o.creneau.fin for o in siennes if o.creneau.debut <= fin < o.creneau.fin]:
        fin = max(suites)
    return fin
