"""`tl reprise` : après une panne, montrer ce qui reste, finir ce qui peut l'être, ranger si on le veut."""

from __future__ import annotations

import typer

from tiers_lieu_cli.ensemble.abimees import abimees, garde, remettre
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot import purge, restes
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.restes import Restes
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json, Oui
from tiers_lieu_cli.noyau.texte import accorder

app = Application()
#: De quoi reconnaître une fiche.
LIGNES = 8


@app.action("reprise")
def reprise(ctx: typer.Context, oui: Oui = False, json: Json = False) -> None:
    """Reprendre après une panne : une action coupée est finie, le reste est montré puis rangé.

    Une fiche vide ou abîmée retrouve, si vous le voulez, sa dernière version qui se lisait. Rien n'est
    ôté sans votre accord, et aucune fiche ne l'est jamais.

    Exemple :
        tl reprise
    """
    c = ouvrir(ctx, malgre_tout=True)
    trouves = {depot: restes.chercher(depot) for depot in c.depots}
    if json:
        c.ecran.json([_vue(c, depot, r) for depot, r in trouves.items()])
        return
    for depot, reste in trouves.items():
        if not reste.vide:
            _reprendre(c, depot, reste, oui=oui)
    dites = _remettre(c, oui=oui)
    oublis = [depot for depot in trouves if purge.est_commence(depot.interne)]
    for depot in oublis:
        with c.ecriture(depot) as ecriture:
            for avis in ecriture.avis or ["Un effacement interrompu n'avait rien changé : le recommencer."]:
                c.ecran.dire(avis)
    if not dites and not oublis and all(reste.vide for reste in trouves.values()):
        c.ecran.dire("Rien à reprendre.")
    a_la_main = sum(len(depot.a_la_main()) for depot in c.depots)
    if a_la_main:
        combien = "1 fichier écrit" if a_la_main == 1 else f"{a_la_main} fichiers écrits"
        c.ecran.dire(f"{combien} et pas enregistré{'s' * (a_la_main > 1)} : tl enregistrer")


def _reprendre(c: Contexte, depot: Depot, reste: Restes, *, oui: bool) -> None:
    a_ranger = _dire_ce_qui_se_range(c, reste)
    if a_ranger and (oui or (c.ecran.interactif and c.ecran.confirmer("Les ôter ?"))):
        restes.ranger(depot, reste)
        c.ecran.dire("Rangé.")
        a_ranger = False
    if a_ranger:
        c.ecran.dire("Rien n'est ôté.  Pour le faire : tl reprise --oui")
    if reste.coupee and not (a_ranger and reste.verrous):
        deja = depot.empreinte("HEAD") == reste.coupee.apres
        fait = "C'était bien enregistré" if deja else "Sans suite, rien n'était écrit"
        # Ouvrir une écriture suffit : elle commence par finir ce qui était coupé.
        with c.ecriture(depot) as ecriture:
            for avis in ecriture.avis or [f"{fait} : « {reste.coupee.phrase} »."]:
                c.ecran.dire(avis)


def _remettre(c: Contexte, *, oui: bool) -> bool:
    """Les fiches abîmées, et leur dernière bonne version à remettre ; vrai s'il y en a."""
    trouvees = [(depot, a) for depot in c.depots for a in abimees(depot)]
    for depot, abimee in trouvees:
        prefixe = "" if depot.racine == c.lieu.racine else f"{depot.racine.name}/"
        c.ecran.dire(f"Fiche abîmée : {prefixe}{abimee.defaut}.")
        if abimee.bonne is None:
            c.ecran.dire("  Elle ne s'est jamais lue : la corriger à la main, puis tl enregistrer.")
            continue
        c.ecran.dire("  Sa dernière version qui se lisait :")
        for ligne in abimee.bonne.decode("utf-8", "replace").splitlines()[:LIGNES]:
            c.ecran.dire(f"    {ligne}")
    a_remettre = [(depot, a) for depot, a in trouvees if a.bonne is not None]
    if not a_remettre:
        return bool(trouvees)
    if not (oui or (c.ecran.interactif and c.ecran.confirmer("Remettre cela ?"))):
        c.ecran.dire("Rien n'est remis.  Pour le faire : tl reprise --oui")
        return True
    for depot in c.depots:
        remises = remettre(c, depot, [a for d, a in a_remettre if d is depot])
        if remises:
            c.ecran.dire(f"Remis : {accorder(len(remises), 'fiche')}.")
        for abimee in remises:
            if garde(depot, abimee).exists():
                c.ecran.dire(f"  Ce qui était abîmé est gardé : {garde(depot, abimee)}")
    return True


def _dire_ce_qui_se_range(c: Contexte, reste: Restes) -> bool:
    """Nommer ce qu'on propose d'ôter ; vrai s'il y a quelque chose."""
    for laissee in reste.laissees.values():
        fiches = ", ".join(laissee.fiches)
        c.ecran.dire(f"Action interrompue, que le lieu a dépassée : « {laissee.phrase} » ({fiches})")
        c.ecran.dire("  Ses fichiers restent comme ils sont ; seule la note qui la rappelle s'ôte.")
    for verrou in reste.verrous:
        c.ecran.dire(f"Verrou sans maître : {verrou.relative_to(c.lieu.racine)}")
    for provisoire in reste.provisoires:
        c.ecran.dire(f"Copie inachevée : {provisoire.relative_to(c.lieu.racine)}")
    if reste.index:
        c.ecran.dire(f"Liste des fichiers suivis en retard : {', '.join(reste.index[:3])}")
    return bool(reste.laissees or reste.verrous or reste.provisoires or reste.index)


def _vue(c: Contexte, depot: Depot, reste: Restes) -> dict[str, object]:
    return {
        "depot": "archive" if depot.racine == c.lieu.racine else depot.racine.name,
        "coupee": reste.coupee.phrase if reste.coupee else "",
        "laissees": [laissee.phrase for laissee in reste.laissees.values()],
        "verrous": [str(v.relative_to(c.lieu.racine)) for v in reste.verrous],
        "provisoires": [str(p.relative_to(c.lieu.racine)) for p in reste.provisoires],
        "index": reste.index,
        "abimees": [str(a.defaut) for a in abimees(depot)],
    }
