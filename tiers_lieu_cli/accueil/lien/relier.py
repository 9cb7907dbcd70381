"""`tl accueil relier` : proposer qui pourrait répondre à quel besoin, puis noter la mise en lien."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce import details
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Annonce, Besoin, EtatBesoin, Offre
from tiers_lieu_cli.accueil.lien import rapprochement, regles
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.accueil.lien.rapprochement import Piste
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.personnes import MISE_EN_LIEN
from tiers_lieu_cli.noyau.gens.refus import PersonneEffacee
from tiers_lieu_cli.noyau.liens import BesoinCite, OffreCitee, PersonneCitee
from tiers_lieu_cli.noyau.porte import Application

app = Application()
#: Une paire essayée depuis moins longtemps n'est pas proposée de nouveau.
DEJA_TENTEE = timedelta(days=365)
#: Pour un besoin parmi tous, on ne propose que les meilleures offres ; pour lui seul, davantage.
PAR_BESOIN, POUR_UN_SEUL = 2, 9


def _montrer(
    c: Contexte, besoin: str | None, offre: str | None, combien: int, *, json: bool, **_: object
) -> bool:
    """Les pistes, si l'on n'en a pas encore choisi une et que personne n'est là pour le faire."""
    if besoin and offre:
        return False
    pistes = chercher(c, BESOINS.exiger(c.arbre, besoin) if besoin else None)[:combien]
    if json:
        c.ecran.json([_vue(p) for p in pistes])
    elif not pistes:
        c.ecran.dire("Aucune piste : rien, parmi les offres, n'a de mot ni de thème en commun.")
        c.ecran.dire("  Ensuite : tl accueil offre liste · tl accueil relier")
    elif c.ecran.interactif:
        return False
    else:
        c.ecran.titre("Pistes", f"{len(pistes)}")
        c.ecran.tableau(
            [
                Colonne(style=Style.GRAS),
                *(Colonne(titre, cede=True) for titre in ("besoin", "offre", "en commun")),
            ],
            (
                (f"{rang}{'!' * p.besoin.urgent}", _dire(p.besoin), _dire(p.offre), p.raison)
                for rang, p in enumerate(pistes, start=1)
            ),
        )
        codes = f"{identifiants.abrege(pistes[0].besoin.id)} {identifiants.abrege(pistes[0].offre.id)}"
        c.ecran.dire(f"  Ensuite : tl accueil relier {codes}")
    return True


@app.ecrit("relier", voir=_montrer)
def relier(
    c: Contexte,
    e: Ecriture,
    besoin: Annotated[BesoinCite | None, typer.Argument(metavar="BESOIN", help="Un besoin.")] = None,
    offre: Annotated[OffreCitee | None, typer.Argument(metavar="OFFRE", help="L'offre qui y répond.")] = None,
    accords: Annotated[
        list[PersonneCitee] | None, typer.Option("--accord", help="Cette personne a accepté.")
    ] = None,
    combien: Annotated[int, typer.Option("--combien", min=1, help="Le nombre de pistes.")] = 10,
) -> Fait:
    """Proposer des rapprochements, avec leur raison ; ou relier un besoin à une offre.

    Chaque personne doit avoir accepté : on le demande, ou on le note avec --accord. D'abord les
    besoins urgents, puis ce qui a le plus en commun : thèmes, mots, moments, publics.

    Exemples :
        tl accueil relier
        tl accueil relier 7k2m
        tl accueil relier 7k2m q2x7 --accord @lea --accord @karim
    """
    voulu = BESOINS.exiger(c.arbre, besoin) if besoin else None
    if voulu and offre:
        return _mettre_en_lien(c, e, voulu, OFFRES.exiger(c.arbre, offre), accords or ())
    pistes = chercher(c, voulu)[:combien]
    dites = [f"{'! ' * p.besoin.urgent}{_dire(p.besoin)} ↔ {_dire(p.offre)} : {p.raison}" for p in pistes]
    choisie = pistes[c.choisir("Quelle piste suivre ?", dites)]
    return _mettre_en_lien(c, e, choisie.besoin, choisie.offre, accords or ())


def chercher(c: Contexte, voulu: Besoin | None) -> list[Piste]:
    """Les pistes d'un besoin, ou les meilleures de tous ceux qui attendent."""
    offres = vivants.en_cours(c, OFFRES)
    besoins = vivants.en_cours(c, BESOINS)
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


def _dire(annonce: Besoin | Offre) -> str:
    dit = f"{annonce.texte} ({annonce.de_qui})" if annonce.de_qui else annonce.texte
    return f"{dit} {identifiants.abrege(annonce.id)}"


def _mettre_en_lien(c: Contexte, e: Ecriture, besoin: Besoin, offre: Offre, accords: Collection[str]) -> Fait:
    personnes, jour = _personnes(c, besoin, offre), c.horloge.aujourdhui()
    lien = regles.nouveau(besoin, offre, personnes, _accords(c, personnes, accords), jour, c.hasard)
    LIENS.poser(e, lien)
    relie = regles.besoin_apres(besoin, lien, jour, autres=False)
    if relie != besoin:
        BESOINS.corriger(e, besoin, relie)
    qui, court = regles.dire_les_deux(besoin, offre), identifiants.abrege(lien.id)
    if lien.a_demander:
        noms = " et ".join(lien.a_demander)
        phrase = f"Mise en lien notée : {qui}. Il reste à demander son accord à {noms}."
        suite = f"tl accueil lien accord {court} @{lien.a_demander[0]}"
    else:
        phrase = f"Mise en lien faite : {qui}."
        suite = f"dans {regles.DELAI.days} jours, tl accueil lien suite {court}"
    return Fait(
        id=lien.id,
        action="accueil.relier",
        histoire=f"Mise en lien : « {besoin.texte} » et « {offre.texte} »",
        phrase=phrase,
        suite=suite,
    )


def _personnes(c: Contexte, *annonces: Annonce) -> list[str]:
    """Celles qu'on présenterait, sous leur identifiant d'aujourd'hui."""
    dites = [a.personne for a in annonces if a.personne]
    if effacee := next((p for p in dites if c.registre.est_effacee(p)), None):
        raise PersonneEffacee(effacee)
    return [connue.id if (connue := c.registre.une(p)) else p for p in dites]


def _accords(c: Contexte, personnes: Iterable[str], dits: Collection[str]) -> set[str]:
    """Qui a accepté : on vient de le dire, c'est au registre, ou on le demande ici."""
    oui = {c.registre.designer(qui) for qui in dits}
    for personne in personnes:
        connue = c.registre.une(personne)
        avec = " et la personne qui en répond ont" if connue and connue.mineur else " a"
        question = f"{personne}{avec} accepté cette mise en lien ?"
        accepte = connue and connue.accepte(MISE_EN_LIEN)
        if accepte or (personne not in oui and c.accorder(question)):
            oui.add(personne)
    return oui
