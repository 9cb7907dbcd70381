"""`tl espace entretien` : ce qu'il faut entretenir, ce qui est dû, ce qui a été fait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.entretien import fiches, regles
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Entretien, Intervention, Sorte
from tiers_lieu_cli.espace.entretien.options import Lequel, OuSalle
from tiers_lieu_cli.espace.entretien.regles import Due
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.francais import tous_les
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application("L'entretien : tâches qui reviennent, pannes, contrôles légaux.")
app.anciens["tache"] = "creer"
_ICI = "tiers_lieu_cli.espace.entretien"
app.differer("creer", "Ajouter une chose à faire, une fois ou régulièrement.", f"{_ICI}.tache:app")
app.differer("modifier", "Redire une tâche, une panne.", "tiers_lieu_cli.espace.entretien.modifier:app")
app.differer("panne", "Signaler une panne ; fermer la salle s'il le faut.", f"{_ICI}.panne:app")
app.differer("fait", "Dire qu'un entretien est fait.", f"{_ICI}.fait:app")


@app.lit("liste")
def liste(
    c: Contexte,
    salle: OuSalle = "",
    tout: Annotated[bool, typer.Option("--tout", help="Aussi ce qui n'est pas encore à faire.")] = False,
    json: Json = False,
) -> None:
    """Ce qui est à faire : pannes, retards, et ce qui vient.

    Exemples :
        tl espace entretien liste
        tl espace entretien liste --tout
    """
    jour = c.horloge.aujourdhui()
    voulue = SALLES.designer(c.arbre, salle) if salle else ""
    c.ecran.defauts(ENTRETIENS.toutes(c.arbre).defauts)
    dues = [
        d
        for d in fiches.dues(c.arbre, c.horloge.murale())
        if (tout or regles.a_voir(d, jour)) and voulue in ("", d.entretien.salle)
    ]
    if json:
        c.ecran.json([{"fiche": d.entretien, "du_le": d.jour} for d in dues])
        return
    if not dues:
        c.ecran.dire("Rien à faire pour l'instant.  Tout voir : tl espace entretien liste --tout")
        return
    c.ecran.tableau(
        [
            Colonne("pour"),
            Colonne("quoi", Style.GRAS, cede=True),
            Colonne("où"),
            Colonne("qui"),
            Colonne("", Style.PALE),
        ],
        [_ligne(c, due, jour) for due in dues],
    )
    c.ecran.dire("  Une fois fait : tl espace entretien fait, puis le nom écrit à droite.")


def _ligne(c: Contexte, due: Due, jour: date) -> tuple[str, ...]:
    e = due.entretien
    salle = SALLES.une(c.arbre, e.salle) if e.salle else None
    hors = " (HORS SERVICE)" if e.hors_service else ""
    quand = "panne" if e.sorte is Sorte.PANNE else temps.dire_echeance(due.jour, jour)
    return quand, e.titre, (salle.nom if salle else e.salle) + hors, _qui(e), e.id


def _qui(e: Entretien | Intervention) -> str:
    return ", ".join(filter(None, [e.par, e.prestataire]))


@app.lit("fiche")
def fiche(c: Contexte, ident: Lequel, json: Json = False) -> None:
    """Tout ce qu'on sait d'un entretien, et ce qui a été fait.

    Exemple :
        tl espace entretien fiche extincteurs
    """
    e = fiches.exiger(c.arbre, ident)
    faites = fiches.interventions(c.arbre, e.id)
    if json:
        c.ecran.json({"fiche": e, "interventions": faites})
        return
    c.ecran.titre(e.titre, e.id)
    c.ecran.tableau([Colonne(style=Style.PALE), Colonne(cede=True)], _details(c, e))
    if faites:
        c.ecran.titre("Fait")
        c.ecran.tableau([Colonne(), Colonne(), Colonne(cede=True)], [_fait(c, i) for i in faites])


def _details(c: Contexte, e: Entretien) -> Iterator[tuple[str, str]]:
    jour = c.horloge.aujourdhui()
    fini = ENTRETIENS.une(c.arbre, e.id) is None
    du = None if fini else regles.du_le(e, fiches.usages(c.arbre, [e], c.horloge.murale()))
    yield "sorte", {"controle": "contrôle légal", "tache": "tâche"}.get(e.sorte, e.sorte)
    yield "état", "fini" if fini else f"à faire : {temps.dire_echeance(du, jour)}" if du else "rien à faire"
    rythme = tous_les(e.tous_les) if e.tous_les else "après chaque usage" if e.apres_usage else ""
    salle = SALLES.une(c.arbre, e.salle) if e.salle else None
    ferme = temps.dire_creneau(e.fermeture, jour) if e.fermeture and e.au else ""
    for nom, valeur in (
        ("rythme", rythme),
        ("salle", salle.nom if salle else e.salle),
        ("hors service", ferme or (f"depuis le {e.du[:10]}" if e.hors_service else "")),
        ("dernière fois", temps.dire_jour(e.fait.date(), jour) if e.fait else ""),
        ("qui", _qui(e)),
        ("voir aussi", ", ".join(e.liens)),
        ("note", e.note),
    ):
        if valeur:
            yield nom, valeur


def _fait(c: Contexte, i: Intervention) -> tuple[str, str, str]:
    verdict = {True: "conforme", False: "NON CONFORME", None: ""}[i.conforme]
    quand = temps.dire_jour(i.le, c.horloge.aujourdhui())
    return quand, _qui(i), " · ".join(filter(None, [verdict, i.note]))
