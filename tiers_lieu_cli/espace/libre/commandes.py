"""`tl espace libre` : une salle pour douze, mardi après-midi, avec projecteur."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES
from tiers_lieu_cli.espace.libre import regles
from tiers_lieu_cli.espace.libre.regles import Besoin
from tiers_lieu_cli.espace.modele import SALLES, Salle
from tiers_lieu_cli.espace.planning import fiches
from tiers_lieu_cli.espace.planning.regles import jours_de
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import clef

app = Application()
#: Plus loin, ce n'est plus chercher une salle, c'est bâtir une saison.
JOURS_AU_PLUS = 62
#: Par salle, ce qui se lit d'un coup d'œil ; le JSON donne tout.
CITES = 6


def _equipements(c: Contexte) -> list[tuple[str, str]]:
    return [(e, "") for e in sorted({e for s in SALLES.toutes(c.arbre).fiches for e in s.equipements})]


@app.lit("libre")
def libre(
    c: Contexte,
    quand: Annotated[
        str,
        typer.Option("--quand", metavar="QUAND", help='"mardi après-midi", "jeu 14h-16h", "du 3 au 5 juin".'),
    ],
    combien: Annotated[int, typer.Option("--pour-combien", min=0, help="Combien de personnes.")] = 0,
    avec: Annotated[
        list[str] | None,
        typer.Option(
            "--equipement",
            metavar="ÉQUIPEMENT",
            help="Ce qu'il faut y trouver.",
            autocompletion=completion(_equipements),
        ),
    ] = None,
    duree: Annotated[str, typer.Option("--duree", metavar="DURÉE", help="Au moins : 2h, 1h30.")] = "",
    pmr: Annotated[bool, typer.Option("--pmr", help="Accessible en fauteuil.")] = False,
    json: Json = False,
) -> None:
    """Les salles libres qui conviennent, la plus juste d'abord.

    Exemples :
        tl espace libre --quand "mardi après-midi" --pour-combien 12 --equipement projecteur
        tl espace libre --quand "du 1er au 14 décembre" --pour-combien 30 --duree 3h --pmr
    """
    maintenant = c.horloge.murale()
    moment = saisie.lire_creneau(quand, maintenant, c.lieu.fuseau, duree=regles.AU_MOINS)
    jours = jours_de(moment)
    if len(jours) > JOURS_AU_PLUS:
        raise ErreurUsage(f"C'est chercher sur {len(jours)} jours.", f"En dire {JOURS_AU_PLUS} au plus.")
    besoin = Besoin(
        combien,
        tuple(_equipement(c, dit) for dit in avec or ()),
        pmr,
        regles.duree_voulue(moment, saisie.lire_duree(duree) if duree else None),
    )
    graphe, prises = fiches.de_la_fenetre(c.arbre, moment, maintenant)
    horaires = HORAIRES.toutes(c.arbre).fiches
    ouvertures = [o for jour in jours for o in ouverture.ouvertures(horaires, jour)] if horaires else None
    fenetres = regles.fenetres(moment, ouvertures, maintenant)
    salles = sorted(graphe.salles.values(), key=lambda s: (s.places or 10**9, s.id))
    conviennent = [s for s in salles if not regles.manque(s, besoin)]
    trouvees = [(s, regles.libres(s.id, fenetres, prises, graphe, besoin)) for s in conviennent]
    trouvees = [(salle, temps_libres) for salle, temps_libres in trouvees if temps_libres]
    if json:
        c.ecran.json([_vue(salle, temps_libres) for salle, temps_libres in trouvees])
        return
    _montrer(c, moment, besoin, trouvees)
    if not trouvees:
        _expliquer(c, salles, besoin, ouvert=bool(fenetres))


def _equipement(c: Contexte, dit: str) -> str:
    """Ce qu'une salle au moins a ; un morceau de son nom suffit."""
    connus = [equipement for equipement, _ in _equipements(c)]
    if any(clef(dit) in clef(connu) for connu in connus):
        return dit
    return min(valeurs.filtrer([dit], connus, "l'équipement d'une salle"))


def _vue(salle: Salle, libres: list[Creneau]) -> dict[str, object]:
    return {
        "salle": salle.id,
        "nom": salle.nom,
        "places": salle.places or None,
        "libre": [{"debut": temps.ecrire_moment(t.debut), "fin": temps.ecrire_moment(t.fin)} for t in libres],
    }


def _montrer(
    c: Contexte, moment: Creneau, besoin: Besoin, trouvees: list[tuple[Salle, list[Creneau]]]
) -> None:
    dits = [f"pour {besoin.personnes}" if besoin.personnes else "", *(f"avec {a}" for a in besoin.avec)]
    quoi = ", ".join(filter(None, [*dits, "accès PMR" if besoin.pmr else ""]))
    compte = f"{len(trouvees)} salle{'s' * (len(trouvees) > 1)}" if trouvees else "aucune salle"
    quand = temps.dire_creneau(moment, c.horloge.aujourdhui())
    c.ecran.titre(f"Libre {quand}{quoi and f' · {quoi}'}", compte)
    un_jour = moment.premier_jour == moment.dernier_jour
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(cede=True)],
        [(s.id, _dire_libres(libres, un_jour=un_jour), ", ".join(s.atouts)) for s, libres in trouvees],
    )
    if trouvees:
        salle, libres = trouvees[0]
        premier = Creneau(libres[0].debut, libres[0].debut + besoin.duree)
        dit = f"{premier.debut:%Y-%m-%d %Hh%M}-{premier.fin:%Hh%M}"
        c.ecran.dire(f'  Ensuite : tl espace reserver {salle.id} "{dit}" --objet')


def _dire_libres(libres: list[Creneau], *, un_jour: bool) -> str:
    """« 13h-15h · 16h30-18h », ou « mer 25 13h-18h · … » sur plusieurs jours."""

    def dire(t: Creneau) -> str:
        heures = temps.heures_du_jour(t, t.premier_jour)
        return heures if un_jour else f"{temps.jour_court(t.premier_jour)} {heures}"

    reste = len(libres) - CITES
    return " · ".join(
        [*map(dire, libres[:CITES]), *([f"et {reste} autre{'s' * (reste > 1)}"] if reste > 0 else [])]
    )


def _expliquer(c: Contexte, salles: list[Salle], besoin: Besoin, *, ouvert: bool) -> None:
    """Pourquoi il n'y a rien, et ce qui s'en approche."""
    if not ouvert:
        c.ecran.dire("Le lieu est fermé à ce moment, ou il est passé.  Voir : tl espace planning")
    elif all(regles.manque(s, besoin) for s in salles):
        proches = ", ".join(f"{s.nom} ({regles.manque(s, besoin)})" for s in salles[-4:])
        c.ecran.dire(f"Aucune salle ne convient : {proches or 'il n’y a pas de salle'}.")
    else:
        c.ecran.dire("Celles qui conviennent sont prises.  Essayer un autre moment, ou --duree plus courte.")
