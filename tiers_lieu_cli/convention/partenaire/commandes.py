"""`tl convention partenaire` : avec qui la maison s'engage."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.convention.convention import fiches, regles, textes
from tiers_lieu_cli.convention.convention.modele import NOMS
from tiers_lieu_cli.convention.options import Partenaire as Lequel
from tiers_lieu_cli.convention.partenaire.modele import PARTENAIRES, SORTES, Partenaire, Sorte
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application

app = Application("Les partenaires : publics, privés, citoyens.")


class _Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit d'un partenaire ; `None` : on n'en a rien dit."""

    sorte: Annotated[Sorte | None, typer.Option("--sorte", help="De quel bord il est.")] = None
    contact: Annotated[
        list[PersonneCitee] | None, typer.Option("--contact", help="À qui l'on y parle, au registre.")
    ] = None
    note: Annotated[str | None, typer.Option("--note", help="Ce qu'il faut en savoir.")] = None


def _changes(c: Contexte, dits: _Dits) -> dict[str, object]:
    changes: dict[str, object] = {"sorte": dits.sorte} if dits.sorte else {}
    if dits.contact is not None:
        changes["contacts"] = tuple(c.registre.exiger(qui).id for qui in dits.contact if qui)
    if dits.note is not None:
        changes["note"] = texte.ligne(dits.note, "La note", vide=True)
    return changes


@app.ecrit("creer", dits=_Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Son nom : une commune, une entreprise, un comité.")],
    dits: _Dits,
) -> Fait:
    """Ajouter un partenaire ; les gens à qui l'on y parle sont au registre.

    Exemples :
        tl convention partenaire creer "Commune de Liège" --sorte public --contact @piet
        tl convention partenaire creer "Comité du Pont" --sorte citoyen
    """
    dit = texte.ligne(nom, "Le nom")
    # Un nom de fiche ne cite personne : il resterait après un effacement.
    ident = texte.en_tirets(taire(dit, " "), "partenaire")
    neuf = Partenaire(id=ident, nom=dit, **_changes(c, dits))  # type: ignore[arg-type]
    PARTENAIRES.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="convention.partenaire.creer",
        histoire=f"Nouveau partenaire : {neuf.nom}",
        phrase=f"« {neuf.nom} » est partenaire{_dire_sorte(neuf)}.",
        suite=f"tl convention creer --modele partenariat --avec {neuf.id} --du demain --au 31/12/2027",
    )


def _dire_sorte(p: Partenaire) -> str:
    return f" ({SORTES[p.sorte]})" if p.sorte else ""


@app.ecrit("modifier", dits=_Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    partenaire: Lequel,
    dits: _Dits,
    nom: Annotated[str | None, typer.Option("--nom", help="Son nom, s'il a changé.")] = None,
) -> Fait:
    """Changer ce qu'on sait d'un partenaire ; seul ce qu'on donne change ("" efface).

    Exemple :
        tl convention partenaire modifier commune-de-liege --contact @amina
    """
    ancien = fiches.partenaire(c.arbre, partenaire)
    changes = _changes(c, dits) | ({"nom": texte.ligne(nom, "Le nom")} if nom is not None else {})
    if not changes:
        raise ErreurUsage("Rien à changer.", "Dire quoi, par exemple : --contact @amina")
    neuf = structs.replace(ancien, **changes)
    PARTENAIRES.corriger(e, ancien, neuf)
    return Fait(
        id=neuf.id,
        action="convention.partenaire.modifier",
        histoire=f"Partenaire mis à jour : {neuf.nom}",
        phrase=f"« {neuf.nom} » est à jour.",
        lignes=[
            garde
            for x in fiches.toutes(c.arbre)
            if x.avec == neuf.id
            for garde in textes.refaire(c, e, x, partenaire=neuf)
        ],
        suite=f"tl convention partenaire fiche {neuf.id}",
    )


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les partenaires, et ce qui court avec chacun.

    Exemple :
        tl convention partenaire liste
    """
    recolte = PARTENAIRES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    if json:
        c.ecran.json(recolte.fiches)
        return
    if not recolte.fiches:
        c.ecran.dire('Aucun partenaire.  En ajouter un : tl convention partenaire creer "Comité du Pont"')
        return
    jour = c.horloge.aujourdhui()
    courent = [x for x in fiches.toutes(c.arbre) if not regles.est_finie(x, jour)]
    c.ecran.tableau(
        [
            Colonne("partenaire", Style.GRAS, cede=True),
            Colonne("bord"),
            Colonne("à qui parler", cede=True),
            Colonne("ce qui court", cede=True),
        ],
        [
            (
                p.nom,
                SORTES[p.sorte] if p.sorte else "",
                ", ".join(p.contacts),
                ", ".join(NOMS[x.modele] for x in courent if x.avec == p.id),
            )
            for p in recolte.fiches
        ],
    )


@app.lit("fiche")
def fiche(c: Contexte, partenaire: Lequel, json: Json = False) -> None:
    """Un partenaire : à qui l'on parle, et ce qui nous lie.

    Exemple :
        tl convention partenaire fiche commune-de-liege
    """
    p = fiches.partenaire(c.arbre, partenaire)
    siennes = sorted((x for x in fiches.toutes(c.arbre) if x.avec == p.id), key=lambda x: (x.du, x.id))
    if json:
        c.ecran.json({"fiche": p, "conventions": siennes})
        return
    c.ecran.titre(p.nom, p.id)
    jour = c.horloge.aujourdhui()
    for nom, dit in (
        ("bord", SORTES[p.sorte] if p.sorte else ""),
        ("à qui parler", ", ".join(p.contacts)),
        ("à savoir", p.note),
    ):
        if dit:
            c.ecran.dire(f"{nom} : {dit}")
    c.ecran.tableau(
        [Colonne(style=Style.GRAS, cede=True), Colonne(cede=True), Colonne(style=Style.PALE)],
        [(x.nom, regles.dire_duree(x, jour), x.id) for x in siennes],
    )
