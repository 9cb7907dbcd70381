"""`tl espace entretien panne` : signaler ce qui ne marche plus."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.espace import a_replacer, occupations
from tiers_lieu_cli.espace.a_replacer import AReplacer
from tiers_lieu_cli.espace.entretien import regles
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Entretien, Sorte
from tiers_lieu_cli.espace.entretien.options import Note, OuSalle, Par, Prestataire, charge
from tiers_lieu_cli.espace.regles import FERMEE, EmploiDuTemps, Occupation
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()
#: Plus loin, on aura réparé, ou on le redira.
_A_REGARDER = timedelta(days=62)


@app.ecrit("panne", prevenir=True)
def panne(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="Ce qui ne marche pas.")],
    salle: OuSalle = "",
    hors_service: Annotated[
        bool, typer.Option("--hors-service", help="La salle est inutilisable : elle compte comme fermée.")
    ] = False,
    jusqua: Annotated[
        str,
        typer.Option("--au", metavar="JOUR", help="Dernier jour fermé ; sinon, jusqu'à la réparation."),
    ] = "",
    par: Par = "",
    prestataire: Prestataire = "",
    note: Note = "",
) -> Fait:
    """Signaler une panne.

    Exemples :
        tl espace entretien panne "Le four ne chauffe plus" --salle cuisine --prestataire "Électro Liège"
        tl espace entretien panne "Dégât des eaux" --salle salle-rez --hors-service --au "vendredi"
    """
    if (hors_service or jusqua) and not salle:
        raise ErreurUsage("Quelle salle est hors service ?", "La dire avec --salle.")
    maintenant = c.horloge.murale()
    ou = charge(c, salle, par, prestataire)
    dit = texte.ligne(titre, "Le titre")
    neuve = Entretien(
        id=regles.ident_neuf(dit, maintenant.date(), (), c.hasard, revient=False),
        titre=dit,
        sorte=Sorte.PANNE,
        depuis=maintenant.date(),
        hors_service=hors_service or bool(jusqua),
        du=temps.ecrire_moment(maintenant) if hors_service or jusqua else "",
        au=_fin(jusqua, maintenant),
        note=texte.ligne(note, "Une note", vide=True),
        salle=ou.salle,
        par=ou.par,
        prestataire=ou.prestataire,
    )
    ENTRETIENS.poser(e, neuve)
    touchees = a_replacer.avec_propositions(c, _touchees(c, neuve, maintenant))
    ferme = " La salle est hors service." if neuve.hors_service else ""
    if touchees:
        ferme += f" À replacer : {len(touchees)}."
    return Fait(
        id=neuve.id,
        action="espace.entretien.panne",
        histoire=f"Panne : {neuve.titre}",
        phrase=f"Panne notée : {neuve.titre}.{ferme}",
        suite=f"une fois réparée, tl espace entretien fait {neuve.id}",
        lignes=list(a_replacer.dire(c, touchees)),
        details={"a_replacer": [a_replacer.vue(a) for a in touchees]},
    )


def _touchees(c: Contexte, panne: Entretien, maintenant: datetime) -> list[AReplacer]:
    """Ce qui était promis dans la salle fermée, dans les deux mois."""
    if panne.fermeture is None:
        return []
    fenetre = Creneau(maintenant, min(panne.fermeture.fin, maintenant + _A_REGARDER))
    fermee = Occupation(panne.id, panne.titre, panne.salle, panne.fermeture, nature=FERMEE)
    promises = occupations.de_la_fenetre(c.arbre, fenetre, maintenant)
    return a_replacer.par_fermeture(promises, EmploiDuTemps(occupations.graphe(c.arbre), [fermee]))


def _fin(jusqua: str, maintenant: datetime) -> str:
    """La fin du dernier jour fermé, comme la fiche l'écrit."""
    if not jusqua:
        return ""
    return temps.ecrire_moment(temps.minuit(saisie.lire_jour_a_venir(jusqua, maintenant) + temps.UN_JOUR))
