"""`tl accueil bienvenue` : accompagner les premiers pas de quelqu'un, étape par étape."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.bienvenue import fiches, regles
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES, Bienvenue
from tiers_lieu_cli.accueil.options import Public, Qui
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application("La bienvenue : un parcours d'étapes, par public.")
app.anciens["commencer"] = "creer"
app.anciens["arreter"] = "finir"


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    public: Public = None,
    referent: Annotated[PersonneCitee, typer.Option("--referent", help="Qui l'accompagne.")] = "",
    arrivee: Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour.")] = "aujourd'hui",
) -> Fait:
    """Commencer la bienvenue d'une personne, selon son public.

    Les étapes sont celles de regles/bienvenue.yaml, que le lieu change à sa main.

    Exemple :
        tl accueil bienvenue creer @lea --public bénévoles --referent @karim
    """
    personne = c.registre.designer(qui)
    if public:
        pour = c.lieu.reglages.publics_connus([public])[0]
    else:
        connue = c.registre.une(personne)
        pour = connue.publics[0] if connue and connue.publics else ""
    if _en_cours(c, personne):
        raise regles.DejaCommencee(personne)
    neuve = regles.commencer(
        personne,
        pour,
        c.registre.designer(referent) if referent else "",
        fiches.parcours(c.arbre),
        saisie.lire_jour_venu(arrivee, c.horloge.murale()),
        c.hasard,
    )
    BIENVENUES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="accueil.bienvenue.creer",
        histoire=f"Bienvenue commencée : {len(neuve.etapes)} étapes",
        phrase=f"Bienvenue à {personne} : {len(neuve.etapes)} étapes. "
        + regles.dire_la_suite(neuve, c.horloge.aujourdhui()),
        suite=f"tl accueil bienvenue faite @{personne}",
    )


@app.ecrit("faite")
def faite(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    etape: Annotated[str, typer.Argument(help="Un mot de l'étape ; sinon la prochaine.")] = "",
) -> Fait:
    """Noter qu'une étape est faite : la prochaine, ou celle qu'un mot désigne.

    Exemples :
        tl accueil bienvenue faite @lea
        tl accueil bienvenue faite @lea charte
    """
    ancienne, jour = _exiger(c, qui), c.horloge.aujourdhui()
    nouvelle, visee = regles.faire(ancienne, etape, jour)
    BIENVENUES.corriger(e, ancienne, nouvelle)
    return Fait(
        id=ancienne.id,
        action="accueil.bienvenue.faite",
        histoire=f"Bienvenue, étape faite : {visee.etape}",
        phrase=f"Fait : {visee.etape}. {regles.dire_la_suite(nouvelle, jour)}",
        suite=f"tl accueil bienvenue fiche @{ancienne.personne}",
    )


@app.ecrit("finir")
def finir(c: Contexte, e: Ecriture, qui: Qui) -> Fait:
    """Arrêter un parcours : la personne est partie, ou n'en a plus besoin.

    Exemple :
        tl accueil bienvenue finir @lea
    """
    ancienne = _exiger(c, qui)
    BIENVENUES.corriger(e, ancienne, structs.replace(ancienne, arretee=c.horloge.aujourdhui()))
    return Fait(
        id=ancienne.id,
        action="accueil.bienvenue.finir",
        histoire="Bienvenue arrêtée",
        phrase=f"La bienvenue de {ancienne.personne} est arrêtée.",
        suite="tl accueil bienvenue liste",
    )


@app.lit("fiche")
def fiche(c: Contexte, qui: Qui, json: Json = False) -> None:
    """Voir le parcours en cours d'une personne.

    Exemple :
        tl accueil bienvenue fiche @lea
    """
    b, jour = _exiger(c, qui), c.horloge.aujourdhui()
    if json:
        c.ecran.json(b)
        return
    c.ecran.titre(f"Bienvenue de {b.personne}", b.public)
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(), Colonne(cede=True)],
        [
            (
                "✓" if e.faite else "·",
                e.etape,
                regles.qui_fait(e, b),
                f"faite {temps.dire_jour(e.faite, jour)}"
                if e.faite
                else f"pour {temps.dire_jour(e.pour, jour)}",
            )
            for e in sorted(b.etapes, key=lambda e: e.pour)
        ],
    )


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les bienvenues en cours, et leur prochaine étape.

    Exemple :
        tl accueil bienvenue liste
    """
    recolte = vivants.en_cours(c, BIENVENUES)
    c.ecran.defauts(recolte.defauts)
    if json:
        c.ecran.json(recolte.fiches)
        return
    c.ecran.titre("Bienvenues", f"{len(recolte.fiches)} en cours" if recolte.fiches else "")
    if not recolte.fiches:
        c.ecran.dire("Aucune.  En commencer une : tl accueil bienvenue creer @qui")
        return
    prochaines = sorted((b.restantes[0].pour, b.id, b) for b in recolte.fiches if b.est_ouverte)
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True), Colonne(), Colonne()],
        (_ligne(b) for _, _, b in prochaines),
    )


def _ligne(b: Bienvenue) -> tuple[str, ...]:
    e = b.restantes[0]
    ou = f"{len(b.etapes) - len(b.restantes)}/{len(b.etapes)}"
    return b.personne, ou, e.etape, regles.qui_fait(e, b), f"{e.pour:%d/%m}"


def _en_cours(c: Contexte, personne: str) -> Bienvenue | None:
    return regles.en_cours(vivants.en_cours(c, BIENVENUES).fiches, c.registre.anciens(personne))


def _exiger(c: Contexte, qui: str) -> Bienvenue:
    personne = c.registre.designer(qui)
    trouvee = _en_cours(c, personne)
    if trouvee is None:
        raise regles.PasDeBienvenue(personne)
    return trouvee
