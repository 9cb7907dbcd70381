"""`tl accueil lien` : les accords, ce qu'une mise en lien a donné, celles qui attendent."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce import details
from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.accueil.lien import regles
from tiers_lieu_cli.accueil.lien.fiches import annonces_de, autour_de
from tiers_lieu_cli.accueil.lien.modele import LIENS, Lien, LienCite, Suite
from tiers_lieu_cli.accueil.options import Qui
from tiers_lieu_cli.noyau import valeurs, vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application("Les mises en lien : accords, suites, celles qui attendent.")


_POSSIBLES = (Suite.COMBLE, Suite.EN_COURS, Suite.SANS_SUITE)
Lequel = Annotated[LienCite, typer.Argument(metavar="LIEN", help="La mise en lien (Tab propose).")]


@app.ecrit("accord")
def accord(c: Contexte, e: Ecriture, lien: Lequel, qui: Qui) -> Fait:
    """Noter qu'une personne accepte ; quand tous ont dit oui, on les présente.

    Exemple :
        tl accueil lien accord 7k2m @karim
    """
    personne, jour = c.registre.designer(qui), c.horloge.aujourdhui()
    ancien, elle = LIENS.exiger(c.arbre, lien), c.registre.anciens(personne)
    nouveau = regles.accorder(ancien, next((p for p in ancien.personnes if p in elle), personne), jour)
    LIENS.corriger(e, ancien, nouveau)
    _suivre_le_besoin(c, e, nouveau, jour)
    reste = " et ".join(nouveau.a_demander)
    return Fait(
        id=ancien.id,
        action="accueil.lien.accord",
        histoire="Accord pour une mise en lien",
        phrase=f"{personne} accepte. "
        + (f"Il reste à demander à {reste}." if reste else f"Les présenter : {_dire(c, nouveau)}."),
        suite=f"tl accueil lien fiche {identifiants.abrege(ancien.id)}",
    )


@app.ecrit("suite")
def suite(
    c: Contexte,
    e: Ecriture,
    lien: Lequel,
    suite: Annotated[Suite | None, typer.Argument(help="Ce que cela a donné ; sinon, demandé.")] = None,
    note: Annotated[str, typer.Option("--note", help="Comme on le dirait aux deux.")] = "",
) -> Fait:
    """Noter ce qu'une mise en lien a donné ; le besoin suit.

    Exemples :
        tl accueil lien suite 7k2m comble --note "vélo réparé samedi"
        tl accueil lien suite 7k2m en-cours
        tl accueil lien suite 7k2m
    """
    jour = c.horloge.aujourdhui()
    suite = (
        suite or _POSSIBLES[c.choisir("Qu'a donné cette mise en lien ?", [*map(valeurs.montrer, _POSSIBLES)])]
    )
    if suite is Suite.ATTENDUE:
        raise ErreurUsage("On attend déjà.", "Dire comblé, en-cours ou sans-suite.")
    ancien = LIENS.exiger(c.arbre, lien)
    nouveau = regles.donner_suite(ancien, suite, jour, " ".join(note.split()))
    LIENS.corriger(e, ancien, nouveau)
    _suivre_le_besoin(c, e, nouveau, jour)
    revoir = regles.a_revoir_le(nouveau)
    return Fait(
        id=ancien.id,
        action="accueil.lien.suite",
        histoire=f"Suite d'une mise en lien : {regles.dire_suite(nouveau)}",
        phrase=f"{_dire(c, nouveau)} : {regles.dire_suite(nouveau)}."
        + (f" À revoir {temps.dire_jour(revoir, jour)}." if revoir else ""),
        suite="tl accueil lien liste",
    )


def _suivre_le_besoin(c: Contexte, ecriture: Ecriture, lien: Lien, jour: date) -> None:
    """Le besoin est relié, comblé, ou attend de nouveau."""
    besoin = BESOINS.une(c.arbre, lien.besoin)
    if besoin is None:
        return
    autres = [x for x in autour_de(c.arbre, besoin, jour) if x.id != lien.id and x.est_ouvert and x.presente]
    suivi = regles.besoin_apres(besoin, lien, jour, autres=bool(autres))
    if suivi != besoin:
        BESOINS.corriger(ecriture, besoin, suivi)


@app.lit("fiche")
def fiche(c: Contexte, lien: Lequel, json: Json = False) -> None:
    """Voir une mise en lien.

    Exemple :
        tl accueil lien fiche 2026-11-24-garde-d-enfants-7k2m
    """
    vu = LIENS.exiger(c.arbre, lien)
    if json:
        c.ecran.json(vu)
        return
    jour = c.horloge.aujourdhui()
    besoin, offre = annonces_de(c.arbre, vu)
    c.ecran.titre(_dire(c, vu), regles.dire_suite(vu))
    for etiquette, valeur in (
        ("Besoin", f"{besoin.texte} ({besoin.id})" if besoin else vu.besoin),
        ("Offre", f"{offre.texte} ({offre.id})" if offre else vu.offre),
        ("Proposé", temps.dire_jour(vu.propose, jour)),
        ("Ont accepté", ", ".join(vu.accords)),
        ("À demander à", ", ".join(vu.a_demander) if vu.est_ouvert else ""),
        ("Présentés", temps.dire_jour(vu.presente, jour) if vu.presente else ""),
        ("Revu", temps.dire_jour(vu.revu, jour) if vu.revu else ""),
        ("Note", vu.note),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")


@app.lit("liste")
def liste(
    c: Contexte,
    tout: Annotated[bool, typer.Option("--tout", help="Closes comprises.")] = False,
    json: Json = False,
) -> None:
    """Les mises en lien en cours, les plus pressées d'abord.

    Exemple :
        tl accueil lien liste
    """
    recolte = LIENS.toutes(c.arbre) if tout else vivants.en_cours(c, LIENS)
    c.ecran.defauts(recolte.defauts)
    liens = sorted(recolte.fiches, key=lambda x: (not x.est_ouvert, regles.a_revoir_le(x) or x.propose, x.id))
    if json:
        c.ecran.json([{"fiche": lien, "a_revoir_le": regles.a_revoir_le(lien)} for lien in liens])
        return
    c.ecran.titre("Mises en lien", f"{len(liens)}" if liens else "")
    if not liens:
        c.ecran.dire("Aucune.  En proposer : tl accueil relier")
        return
    c.ecran.tableau(
        [Colonne(style=Style.GRAS, cede=True), Colonne(cede=True), Colonne(), Colonne(style=Style.PALE)],
        (_ligne(c, lien) for lien in liens),
    )


def _ligne(c: Contexte, lien: Lien) -> tuple[str, ...]:
    revoir = regles.a_revoir_le(lien)
    quand = f"à revoir le {details.dire_date(revoir)}" if revoir else details.dire_date(lien.propose)
    return _dire(c, lien), regles.dire_suite(lien), quand, identifiants.abrege(lien.id)


def _dire(c: Contexte, lien: Lien) -> str:
    return regles.dire_les_deux(*annonces_de(c.arbre, lien))
