"""`tl accueil relier` : proposer qui pourrait répondre à quel besoin, puis noter la mise en lien."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce import details
from tiers_lieu_cli.accueil.annonce import regles as annonces
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Annonce, Besoin, EtatBesoin, Offre
from tiers_lieu_cli.accueil.besoin.commandes import besoins_ouverts
from tiers_lieu_cli.accueil.lien import rapprochement, regles
from tiers_lieu_cli.accueil.lien.modele import LIENS, Lien
from tiers_lieu_cli.accueil.lien.rapprochement import Piste
from tiers_lieu_cli.accueil.offre.commandes import offres_disponibles
from tiers_lieu_cli.accueil.options import citer
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir, personnes_a_citer
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import MISE_EN_LIEN

app = Application()
#: Une paire essayée depuis moins longtemps n'est pas proposée de nouveau.
DEJA_TENTEE = timedelta(days=365)
#: Pour un besoin parmi tous, on ne propose que les meilleures offres ; pour lui seul, davantage.
PAR_BESOIN, POUR_UN_SEUL = 2, 9


@app.action("relier")
def relier(
    ctx: typer.Context,
    besoin: Annotated[
        str | None,
        typer.Argument(metavar="BESOIN", help="Un besoin.", autocompletion=completion(besoins_ouverts)),
    ] = None,
    offre: Annotated[
        str | None,
        typer.Argument(
            metavar="OFFRE", help="L'offre qui y répond.", autocompletion=completion(offres_disponibles)
        ),
    ] = None,
    accords: Annotated[
        list[str] | None,
        typer.Option(
            "--accord",
            metavar="@QUI",
            help="Cette personne a accepté.",
            autocompletion=completion(personnes_a_citer),
        ),
    ] = None,
    combien: Annotated[int, typer.Option("--combien", min=1, help="Le nombre de pistes.")] = 10,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Proposer des rapprochements, avec leur raison ; ou relier un besoin à une offre.

    Chaque personne doit avoir accepté : on le demande, ou on le note avec --accord. D'abord les
    besoins urgents, puis ce qui a le plus en commun : thèmes, mots, moments, publics.

    Exemples :
        tl accueil relier
        tl accueil relier 7k2m
        tl accueil relier 7k2m q2x7 --accord @lea --accord @karim
    """
    c = ouvrir(ctx)
    voulu = BESOINS.exiger(c.arbre, besoin) if besoin else None
    if voulu and offre:
        _mettre_en_lien(c, voulu, OFFRES.exiger(c.arbre, offre), accords or (), json=json, essai=essai)
        return
    pistes = chercher(c, voulu)[:combien]
    if json:
        c.ecran.json([_vue(p) for p in pistes])
        return
    if not pistes:
        c.ecran.dire("Aucune piste : rien, parmi les offres, n'a de mot ni de thème en commun.")
        c.ecran.dire("  Ensuite : tl accueil offre liste, puis tl accueil relier BESOIN OFFRE")
        return
    _montrer(c, pistes)
    choisie = _choisir(c, pistes)
    if choisie:
        _mettre_en_lien(c, choisie.besoin, choisie.offre, accords or (), json=False, essai=essai)


def chercher(c: Contexte, voulu: Besoin | None) -> list[Piste]:
    """Les pistes d'un besoin, ou les meilleures de tous ceux qui attendent."""
    offres = OFFRES.en_cours.toutes(c.arbre)
    besoins = BESOINS.en_cours.toutes(c.arbre)
    c.ecran.defauts((*offres.defauts, *besoins.defauts))
    index = rapprochement.Index(offres.fiches)
    jour = c.horloge.aujourdhui()
    tentes = LIENS.des_mois(c.arbre, jour - DEJA_TENTEE, jour).fiches
    deja = {(lien.besoin, lien.offre) for lien in tentes}

    def publics(annonce: Annonce) -> tuple[str, ...]:
        return details.publics_de(c, annonce)

    if voulu:
        return rapprochement.pistes(voulu, index, publics, deja)[:POUR_UN_SEUL]
    attendent = [b for b in besoins.fiches if b.etat is EtatBesoin.EXPRIME]
    return rapprochement.dans_l_ordre(
        rapprochement.pistes(b, index, publics, deja)[:PAR_BESOIN]
        for b in c.ecran.avancer(attendent, "Rapprochements")
    )


def _vue(piste: Piste) -> dict[str, object]:
    return {
        "besoin": piste.besoin.id,
        "offre": piste.offre.id,
        "themes": piste.themes,
        "mots": piste.mots,
        "quand": piste.quand,
        "publics": piste.publics,
    }


def _montrer(c: Contexte, pistes: list[Piste]) -> None:
    c.ecran.titre("Pistes", f"{len(pistes)}")
    c.ecran.tableau(
        [
            Colonne(style=Style.GRAS),
            Colonne("besoin", cede=True),
            Colonne("offre", cede=True),
            Colonne("en commun", cede=True),
        ],
        (
            (f"{rang}{'!' * p.besoin.urgent}", _dire(c, p.besoin), _dire(c, p.offre), p.raison)
            for rang, p in enumerate(pistes, start=1)
        ),
    )


def _dire(c: Contexte, annonce: Besoin | Offre) -> str:
    de = annonces.de_qui(annonce, c.registre.nom)
    dit = f"{c.registre.montrer(annonce.texte)}{de and f' ({de})'}"
    return f"{dit} {details.abrege(annonce.id)}"


def _choisir(c: Contexte, pistes: list[Piste]) -> Piste | None:
    """La piste que la concierge suit ; sans elle, la commande à taper."""
    if c.ecran.interactif:
        reponse = c.ecran.demander(f"Laquelle suivre ? [1-{len(pistes)}, Entrée pour aucune]")
        return pistes[int(reponse) - 1] if reponse.isdecimal() and 0 < int(reponse) <= len(pistes) else None
    premiere = pistes[0]
    mots = f"{details.abrege(premiere.besoin.id)} {details.abrege(premiere.offre.id)}"
    c.ecran.dire(f"  Ensuite : tl accueil relier {mots}")
    return None


def _mettre_en_lien(
    c: Contexte, besoin: Besoin, offre: Offre, accords: Collection[str], *, json: bool, essai: bool
) -> None:
    personnes = _personnes(c, besoin, offre)
    oui = _accords(c, personnes, accords, demander=not (json or essai))
    jour = c.horloge.aujourdhui()
    with c.ecriture() as ecriture:
        ancien = BESOINS.exiger(c.arbre, besoin.id)
        offerte = OFFRES.exiger(c.arbre, offre.id)
        lien = regles.nouveau(ancien, offerte, personnes, oui, jour, c.hasard)
        LIENS.poser(ecriture, lien)
        relie = regles.besoin_apres(ancien, lien, jour, autres=False)
        if relie != ancien:
            BESOINS.corriger(ecriture, ancien, relie)
        qui = regles.dire_les_deux(besoin, offre, c.registre.nom)
        fait = Fait(
            id=lien.id,
            action="accueil.relier",
            histoire=f"Mise en lien : « {besoin.texte} » et « {offre.texte} »",
            phrase=_dire_fait(c, lien, qui),
            suite=_suite(c, lien),
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def _personnes(c: Contexte, *annonces: Annonce) -> list[str]:
    """Celles qu'on présenterait, sous leur identifiant d'aujourd'hui."""
    dites = [a.personne for a in annonces if a.personne]
    return [connue.id if (connue := c.registre.une(p)) else p for p in dites]


def _accords(c: Contexte, personnes: Iterable[str], dits: Collection[str], *, demander: bool) -> set[str]:
    """Qui a accepté : on vient de le dire, c'est au registre, ou on le demande ici."""
    oui = {c.registre.designer(qui) for qui in dits}
    for personne in personnes:
        connue = c.registre.une(personne)
        avec = " et la personne qui en répond ont" if connue and connue.mineur else " a"
        question = f"{c.registre.nom(personne)}{avec} accepté cette mise en lien ?"
        if (connue and connue.accepte(MISE_EN_LIEN)) or (
            personne not in oui and demander and c.ecran.interactif and c.ecran.confirmer(question)
        ):
            oui.add(personne)
    return oui


def _dire_fait(c: Contexte, lien: Lien, qui: str) -> str:
    if not lien.a_demander:
        return f"Mise en lien faite : {qui}."
    noms = " et ".join(c.registre.nom(p) for p in lien.a_demander)
    return f"Mise en lien notée : {qui}. Il reste à demander son accord à {noms}."


def _suite(c: Contexte, lien: Lien) -> str:
    court = details.abrege(lien.id)
    if lien.a_demander:
        return f"tl accueil lien accord {court} {citer(c, lien.a_demander[0])}"
    return f"dans {regles.DELAI.days} jours, tl accueil lien suite {court} comble|en-cours|sans-suite"
