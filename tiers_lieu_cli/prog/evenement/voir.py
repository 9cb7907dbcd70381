"""`tl prog evenement fiche`.

La touche Tab charge ce module pour compléter un événement : ce qui le montre se charge après.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.prog.options import Lequel

if TYPE_CHECKING:
    from tiers_lieu_cli.prog.modele import Evenement

fiche_app = Application()


@fiche_app.lit("fiche")
def fiche(c: Contexte, evenement: Lequel, json: Json = False) -> None:
    """Voir un événement.

    Exemple :
        tl prog evenement fiche 2026-11-24-atelier-velo-7k2m
    """
    from tiers_lieu_cli.noyau.temps import temps
    from tiers_lieu_cli.prog import fermetures, fiches, regles
    from tiers_lieu_cli.prog.formation.fiches import de_la_seance
    from tiers_lieu_cli.prog.inscription import fiches as inscriptions
    from tiers_lieu_cli.prog.origines import dire_besoins

    e = fiches.exiger(c.arbre, evenement)
    if json:
        c.ecran.json(e)
        return
    (vu,) = fermetures.a_replacer(c.arbre, [e])
    c.ecran.titre(e.titre, regles.dire_ecart(vu, c.horloge.aujourdhui()))
    c.ecran.dire(temps.dire_creneau(e.creneau, c.horloge.aujourdhui()))
    for etiquette, valeur in (
        (
            "Où",
            fiches.ou(c.arbre, e),
        ),
        ("Montage", f"{e.montage} min avant" if e.montage else ""),
        ("Démontage", f"{e.demontage} min après" if e.demontage else ""),
        ("Salle tenue par", e.reservation),
        ("Pour", regles.pour_qui(e)),
        ("Accès", ", ".join(e.accessibilite)),
        ("Places", str(e.capacite) if e.capacite else ""),
        ("Viennent", inscriptions.affluences(c.arbre, [e])[e.id].dire() if e.a_lieu and e.est_a_nous else ""),
        ("Porté par", ", ".join(e.porteurs)),
        ("Équipe", " ; ".join(_dire_equipe(c, e))),
        ("Service", e.service),
        ("Séance de", ", ".join(f"{f.titre} ({f.id})" for f in de_la_seance(c.arbre, e))),
        ("Né de l'idée", e.proposition),
        ("Né du besoin", dire_besoins(c, e.besoins)),
        ("Étiquettes", " ".join(f"#{mot}" for mot in e.etiquettes)),
        ("Agenda suivi", ", ".join(fiches.noms_des_amis(c.arbre, [e.calendrier]).values())),
        ("Participants", "" if e.participants is None else str(e.participants)),
        ("La suite", e.suite),
        ("Fiche", e.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    if e.description:
        c.ecran.dire(f"\n{e.description}")


def _dire_equipe(c: Contexte, e: Evenement) -> Iterator[str]:
    """« accueil (2) : Karim », par rôle."""
    from tiers_lieu_cli.prog import regles
    from tiers_lieu_cli.prog.equipe import fiches as equipes
    from tiers_lieu_cli.prog.equipe.regles import tenu_par

    engages = equipes.de(c.arbre, e.id) if e.equipe else []
    for quart in e.equipe:
        qui = ", ".join(g.personne for g in tenu_par(quart, engages))
        yield f"{regles.dire_quart(quart)} : {qui or '…'}"
