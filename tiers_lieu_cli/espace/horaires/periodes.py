"""`tl espace periode` : les périodes que le lieu nomme, et les jours fériés proposés."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import heurts, saisies
from tiers_lieu_cli.espace.horaires.modele import PERIODES, Periode, Plage
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.qui_revient import jours_nommes
from tiers_lieu_cli.noyau.liens import PeriodeCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.recurrence import est_une_date
from tiers_lieu_cli.noyau.temps.regle_dite import dire_nature
from tiers_lieu_cli.noyau.temps.regle_redite import FERIES
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS
from tiers_lieu_cli.prog.serie.modele import SERIES as PROGRAMMEES

app = Application()


def _voir(c: Contexte, *, json: bool, nom: str, **dits: object) -> bool:
    """Les périodes notées, si l'on n'en dit rien de plus."""
    if any(dits.values()):
        return False
    recolte = PERIODES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    voulues = [PERIODES.exiger(c.arbre, nom)] if nom else list(recolte.fiches)
    if json:
        c.ecran.json(voulues)
        return True
    if not voulues:
        c.ecran.dire("Aucune période notée.  Exemple : tl espace periode feries --annee 2027")
    jour = c.horloge.aujourdhui()
    for p in voulues:
        c.ecran.titre(p.nom)
        plages = p.plages if nom else [plage for plage in p.plages if plage.au >= jour]
        for plage in plages:
            c.ecran.dire(f"  {_dire_plage(plage)}")
        if not plages:
            c.ecran.dire("  plus aucune date à venir")
    return True


@app.ecrit("periode", voir=_voir)
def periode(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[
        PeriodeCitee, typer.Argument(metavar="[NOM]", help="vacances-scolaires, feries, ou un nom à vous.")
    ] = "",
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="Le premier jour.")] = "",
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="Le dernier jour, compris.")] = "",
    quoi: Annotated[str, typer.Option("--quoi", help="Laquelle : détente d'automne, Noël…")] = "",
    oter: Annotated[bool, typer.Option("--oter", help="Ôter ces jours de la période.")] = False,
    annee: Annotated[
        int,
        typer.Option("--annee", min=0, max=2100, help="Pour feries : ceux de la loi, cette année."),
    ] = 0,
) -> Fait:
    """Noter une période que des séries sautent ou qu'on ferme ; sans rien, les voir.

    Les congés scolaires se notent une fois l'an ; les jours fériés sont proposés (le pays : tl lieu --pays).

    Exemples :
        tl espace periode vacances-scolaires --du 2026-12-21 --au 2027-01-01 --quoi "vacances d'hiver"
        tl espace periode feries --annee 2027
        tl espace periode
    """
    ident = identifiants.verifier(en_tirets(nom, "periode"))
    dit = texte.ligne(quoi, "« --quoi »", vide=True)
    if not (du or annee):
        voulu = f"tl espace periode {ident} --du 21/12 --au 1/1{' --oter' * oter}"
        raise ErreurUsage("Il manque quels jours.", f"Les dire : {voulu}")
    plages = _feries(c, ident, annee) if annee else _dites(c, du, au, dit)
    ancienne = PERIODES.une(c.arbre, ident)
    base = ancienne or Periode(
        id=ident, nom=dire_nature(ident) if ident == FERIES else texte.ligne(nom, "Le nom")
    )
    neuve = structs.replace(base, plages=_retirer(base, plages) if oter else _joindre(base, plages))
    if neuve == ancienne:
        raise ErreurUsage("Rien ne change : c'est déjà noté.", "Voir : tl espace periode")
    PERIODES.poser(e, neuve) if ancienne is None else PERIODES.corriger(e, ancienne, neuve)
    dites = _dire(plages)
    consequences = [*_garder_les_attendues(c, e, base, neuve), *heurts.dire(c, heurts.neufs(c, e))]
    return Fait(
        id=ident,
        action="espace.periode",
        histoire=f"Période « {neuve.nom} »{' sans' if oter else ''} : {dites}",
        phrase=f"« {neuve.nom} »{' sans' if oter else ''} : {dites}.",
        lignes=consequences,
        suite="tl espace periode"
        if oter or not neuve.plages
        else f"fermer ces jours-là : tl espace fermer --periode {ident} --motif",
    )


def _garder_les_attendues(c: Contexte, e: Ecriture, ancienne: Periode, nouvelle: Periode) -> Iterator[str]:
    """Une série ne perd pas une date où l'on est inscrit parce que ce jour devient un congé : on le dit."""
    ajoutes = set(nouvelle.jours()) - set(ancienne.jours())
    for serie in PROGRAMMEES.toutes(c.arbre).fiches if ajoutes else ():
        if nouvelle.id not in serie.recurrence.sauf:
            continue
        du, au = max(min(ajoutes), c.horloge.aujourdhui()), max(ajoutes)
        attendues = jours_nommes(c.arbre, (INSCRIPTIONS, EQUIPES), serie.souche, du, au) & ajoutes
        gardees = sorted(str(j) for j in attendues if est_une_date(serie.recurrence, j))
        if gardees:
            ajouts = tuple(sorted({*serie.recurrence.ajouts, *gardees}))
            regle = structs.replace(serie.recurrence, ajouts=ajouts)
            PROGRAMMEES.corriger(e, serie, structs.replace(serie, recurrence=regle))
            jours = ", ".join(temps.dire_jour(date.fromisoformat(j)) for j in gardees)
            yield f"  « {serie.titre} » a lieu quand même {jours} : on y est inscrit."
            yield f"    L'annuler : tl prog serie annuler {serie.id} {' '.join(gardees)}"


def _dites(c: Contexte, du: str, au: str, quoi: str) -> list[Plage]:
    debut, fin = saisies.lire_bornes(c, du, au or du, passe=True)
    if len(debut) > len("2026-12-21"):
        raise ErreurUsage("Une période est faite de jours entiers.", "Revoir --du et --au.")
    return [Plage(du=date.fromisoformat(debut), au=date.fromisoformat(fin), quoi=quoi)]


def _feries(c: Contexte, ident: str, annee: int) -> list[Plage]:
    """Les jours fériés de la loi, dans le pays du lieu."""
    import holidays

    if ident != FERIES:
        raise ErreurUsage("Seuls les jours fériés se proposent.", "tl espace periode feries --annee 2027")
    pays = c.lieu.reglages.pays
    try:
        jours = holidays.country_holidays(pays, years=annee, language="fr")
    except NotImplementedError:
        raise ErreurUsage(
            f"Les jours fériés de « {pays} » ne sont pas connus.",
            "Dire le pays : tl lieu --pays BE · ou les noter avec --du.",
        ) from None
    if not jours:
        raise ErreurUsage(f"Aucun jour férié n'est connu pour {annee}.")
    return [Plage(du=jour, au=jour, quoi=nom) for jour, nom in sorted(jours.items())]


def _joindre(periode: Periode, neuves: Iterable[Plage]) -> tuple[Plage, ...]:
    """Les plages connues et les neuves ; celle des mêmes jours est remplacée."""
    plages = {(p.du, p.au): p for p in (*periode.plages, *neuves)}
    return tuple(plages[cle] for cle in sorted(plages))


def _retirer(periode: Periode, otees: Iterable[Plage]) -> tuple[Plage, ...]:
    """Les plages, moins ces jours : un congé peut en garder les deux bouts."""
    restes = list(periode.plages)
    for otee in otees:
        morceaux: list[Plage] = []
        for plage in restes:
            bouts = temps.oter(plage.creneau, otee.creneau)
            morceaux += (structs.replace(plage, du=b.premier_jour, au=b.dernier_jour) for b in bouts)
        restes = morceaux
    return tuple(restes)


def _dire(plages: list[Plage]) -> str:
    premiers = [_dire_plage(p) for p in plages[:3]]
    return ", ".join(premiers) + (f" et {len(plages) - 3} autres" if len(plages) > 3 else "")


def _dire_plage(plage: Plage) -> str:
    quoi = f" ({plage.quoi})" if plage.quoi else ""
    return f"{temps.dire_creneau(plage.creneau)}{quoi}"
