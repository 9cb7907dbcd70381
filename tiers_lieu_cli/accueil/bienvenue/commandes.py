"""`tl accueil bienvenue` : accompagner les premiers pas de quelqu'un, étape par étape."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.bienvenue import fiches, regles
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES, Bienvenue
from tiers_lieu_cli.accueil.options import Public, Qui, citer
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir, personnes_a_citer
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application("La bienvenue : un parcours d'étapes, par public.")


@app.action("commencer")
def commencer(
    ctx: typer.Context,
    qui: Qui,
    public: Public = None,
    referent: Annotated[
        str,
        typer.Option(
            "--referent",
            metavar="@QUI",
            help="Qui l'accompagne.",
            autocompletion=completion(personnes_a_citer),
        ),
    ] = "",
    arrivee: Annotated[str, typer.Option("--arrivee", metavar="DATE", help="Le jour.")] = "aujourd'hui",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Commencer la bienvenue d'une personne, selon son public.

    Les étapes sont celles de regles/bienvenue.yaml, que le lieu change à sa main.

    Exemple :
        tl accueil bienvenue commencer @lea --public benevoles --referent @karim
    """
    c = ouvrir(ctx)
    personne = c.registre.designer(qui)
    jour = saisie.lire_jour_venu(arrivee, c.horloge.murale())
    if public:
        pour = c.lieu.reglages.publics_connus([public])[0]
    else:
        connue = c.registre.une(personne)
        pour = connue.publics[0] if connue and connue.publics else ""
    par = c.registre.designer(referent) if referent else ""
    with c.ecriture() as ecriture:
        deja = regles.en_cours(BIENVENUES.en_cours.toutes(c.arbre).fiches, c.registre.anciens(personne))
        if deja:
            raise regles.DejaCommencee(c.registre.nom(personne), citer(c, personne))
        neuve = regles.commencer(personne, pour, par, fiches.parcours(c.arbre), jour, c.hasard)
        c.registre.refuser_le_prive(*(texte for e in neuve.etapes for texte in (e.etape, e.qui)))
        BIENVENUES.poser(ecriture, neuve)
        fait = Fait(
            id=neuve.id,
            action="accueil.bienvenue.commencer",
            histoire=f"Bienvenue commencée : {len(neuve.etapes)} étapes",
            phrase=f"Bienvenue à {c.registre.nom(personne)} : {len(neuve.etapes)} étapes. "
            + _dire_la_suite(c, neuve),
            suite=f"tl accueil bienvenue faite {citer(c, personne)}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("faite")
def faite(
    ctx: typer.Context,
    qui: Qui,
    etape: Annotated[str, typer.Argument(help="Un mot de l'étape ; sinon la prochaine.")] = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter qu'une étape est faite : la prochaine, ou celle qu'un mot désigne.

    Exemples :
        tl accueil bienvenue faite @lea
        tl accueil bienvenue faite @lea charte
    """
    c = ouvrir(ctx)
    jour = c.horloge.aujourdhui()
    with c.ecriture() as ecriture:
        ancienne = _exiger(c, qui)
        nouvelle, visee = regles.faire(ancienne, etape, jour)
        BIENVENUES.corriger(ecriture, ancienne, nouvelle)
        fait = Fait(
            id=ancienne.id,
            action="accueil.bienvenue.faite",
            histoire=f"Bienvenue, étape faite : {visee.etape}",
            phrase=f"Fait : {visee.etape}. {_dire_la_suite(c, nouvelle)}",
            suite=f"tl accueil bienvenue fiche {citer(c, ancienne.personne)}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("arreter")
def arreter(ctx: typer.Context, qui: Qui, json: Json = False, essai: Essai = False) -> None:
    """Arrêter un parcours : la personne est partie, ou n'en a plus besoin.

    Exemple :
        tl accueil bienvenue arreter @lea
    """
    c = ouvrir(ctx)
    with c.ecriture() as ecriture:
        ancienne = _exiger(c, qui)
        BIENVENUES.corriger(ecriture, ancienne, structs.replace(ancienne, arretee=c.horloge.aujourdhui()))
        fait = Fait(
            id=ancienne.id,
            action="accueil.bienvenue.arreter",
            histoire="Bienvenue arrêtée",
            phrase=f"La bienvenue de {c.registre.nom(ancienne.personne)} est arrêtée.",
            suite="tl accueil bienvenue liste",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("fiche")
def fiche(ctx: typer.Context, qui: Qui, json: Json = False) -> None:
    """Voir le parcours en cours d'une personne.

    Exemple :
        tl accueil bienvenue fiche @lea
    """
    c = ouvrir(ctx)
    b, jour = _exiger(c, qui), c.horloge.aujourdhui()
    if json:
        c.ecran.json(b)
        return
    c.ecran.titre(f"Bienvenue de {c.registre.nom(b.personne)}", b.public)
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(), Colonne(cede=True)],
        [
            (
                "✓" if e.faite else "·",
                e.etape,
                regles.qui_fait(e, b, c.registre.nom),
                f"faite {temps.dire_jour(e.faite, jour)}"
                if e.faite
                else f"pour {temps.dire_jour(e.pour, jour)}",
            )
            for e in sorted(b.etapes, key=lambda e: e.pour)
        ],
    )


@app.action("liste")
def liste(ctx: typer.Context, json: Json = False) -> None:
    """Les bienvenues en cours, et leur prochaine étape.

    Exemple :
        tl accueil bienvenue liste
    """
    c = ouvrir(ctx)
    recolte = BIENVENUES.en_cours.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    if json:
        c.ecran.json(recolte.fiches)
        return
    c.ecran.titre("Bienvenues", f"{len(recolte.fiches)} en cours" if recolte.fiches else "")
    if not recolte.fiches:
        c.ecran.dire("Aucune.  En commencer une : tl accueil bienvenue commencer @qui")
        return
    prochaines = sorted((b.restantes[0].pour, b.id, b) for b in recolte.fiches if b.est_ouverte)
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True), Colonne(), Colonne()],
        (_ligne(c, b) for _, _, b in prochaines),
    )


def _ligne(c: Contexte, b: Bienvenue) -> tuple[str, ...]:
    e = b.restantes[0]
    ou = f"{len(b.etapes) - len(b.restantes)}/{len(b.etapes)}"
    return c.registre.nom(b.personne), ou, e.etape, regles.qui_fait(e, b, c.registre.nom), f"{e.pour:%d/%m}"


def _exiger(c: Contexte, qui: str) -> Bienvenue:
    personne = c.registre.designer(qui)
    trouvee = regles.en_cours(BIENVENUES.en_cours.toutes(c.arbre).fiches, c.registre.anciens(personne))
    if trouvee is None:
        raise regles.PasDeBienvenue(c.registre.nom(personne), citer(c, personne))
    return trouvee


def _dire_la_suite(c: Contexte, bienvenue: Bienvenue) -> str:
    if not bienvenue.restantes:
        return "Le parcours est fini."
    e = bienvenue.restantes[0]
    pour = temps.dire_jour(e.pour, c.horloge.aujourdhui())
    return f"Prochaine étape : {e.etape} ({regles.qui_fait(e, bienvenue, c.registre.nom)}, {pour})."
