"""`tl historique` : ce qui s'est fait dans le lieu, en phrases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, time
from functools import cache
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.actes import ecrits
from tiers_lieu_cli.ensemble.chercher.commandes import Resultat, lire, trouver
from tiers_lieu_cli.ensemble.chercher.regles import Demande
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.histoire import Acte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fiches.affaires import en_cours
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, partout
from tiers_lieu_cli.noyau.fiches.identifiants import Genre, IdentifiantInvalide
from tiers_lieu_cli.noyau.gens import citations
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, PERSONNES, RENVOIS
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import clef

app = Application()
#: Ce qu'un écran montre sans qu'on le demande.
DERNIERES = 20
#: Combien de fiches on regarde, quand un nom en désigne beaucoup.
REGARDEES = 200


@app.lit("historique")
def historique(
    c: Contexte,
    sujet: Annotated[
        PersonneCitee | None,
        typer.Argument(metavar="[NOM|@QUI]", help="Une fiche, par son nom ou ce qu'elle dit ; une personne."),
    ] = None,
    depuis: Annotated[str, typer.Option("--du", help="Depuis ce jour : lundi, 12/11, 2026-11-12.")] = "",
    tout: Annotated[bool, typer.Option("--tout", help="Depuis l'ouverture du lieu.")] = False,
    json: Json = False,
) -> None:
    """Ce qui s'est fait dans le lieu, le plus récent d'abord.

    Exemples :
        tl historique
        tl historique @karim
        tl historique "Grande salle"
        tl historique --du lundi
    """
    debut = None
    if depuis:
        jour = saisie.lire_jour(depuis, c.horloge.murale(), Sens.PASSE)
        debut = datetime.combine(jour, time(), c.lieu.fuseau)
    trouves = _actes(c, sujet, debut, None if tout or sujet or debut else DERNIERES)
    dits = ecrits(c.depots, trouves) if any(acte.fiches for acte in trouves) else {}
    if json:
        c.ecran.json([_vue(acte, dits.get(acte.empreinte, "")) for acte in trouves])
        return
    if not trouves:
        c.ecran.dire("Rien encore.")
        return
    deja = ""
    lignes = []
    for acte in trouves:
        moment = acte.moment.astimezone(c.lieu.fuseau)
        dit, heure = temps.dire_jour(moment.date(), c.horloge.aujourdhui()), f"{moment:%H:%M}"
        if not acte.date_lisible:
            dit, heure = "date illisible", ""
        phrase = " : ".join(filter(None, (acte.phrase, dits.get(acte.empreinte))))
        lignes.append(("" if dit == deja else dit, heure, phrase, acte.code))
        deja = dit
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True), Colonne(style=Style.PALE)], lignes
    )
    if cites := _citants(c, sujet):
        c.ecran.dire(f"  S'en servent : {cites}")
    c.ecran.dire("  Défaire la dernière : tl defaire · une autre, son code après")


def _actes(c: Contexte, sujet: str | None, debut: datetime | None, combien: int | None) -> list[Acte]:
    """Les actions de l'archive et du registre, réunies, de la plus récente à la plus ancienne."""
    registre = c.depots[1:]
    if sujet is None:
        suites: list[Iterable[Acte]] = [
            histoire.actes(c.archive, depuis=debut, combien=combien, entre=c.commit),
            *(histoire.actes(depot, depuis=debut, combien=combien) for depot in registre),
        ]
    elif sujet.startswith(("@", "p-")) or _nomme_quelqu_un(c, sujet):
        noms = sorted({qui := c.registre.designer(sujet, effacee=True), *c.registre.anciens(qui)})
        siennes = [genre.genre.chemin(nom) for nom in noms for genre in (PERSONNES, RENVOIS, EFFACEES)]
        suites = [
            *(histoire.actes(c.archive, cite=nom, depuis=debut, entre=c.commit) for nom in noms),
            *(histoire.actes(depot, *siennes, depuis=debut) for depot in registre),
        ]
    else:

        @cache
        def toucher(chemins: tuple[str, ...]) -> list[Acte]:
            if c.au:
                return list(histoire.actes(c.archive, *chemins, depuis=debut, entre=c.commit))
            return list(histoire.touchant(c.archive, chemins, debut, c.ecran.avancer))

        suites = [toucher(_chemins(c, sujet, toucher))]
    trouves = {acte.empreinte: acte for suite in suites for acte in suite if len(acte.parents) < 2}
    actes = list(trouves.values())
    if len(suites) > 1:
        actes.sort(key=lambda acte: acte.moment, reverse=True)
    return [a for a in actes if c.au is None or a.moment <= c.au][:combien]


def _citants(c: Contexte, sujet: str | None) -> str:
    """Qui cite cette fiche, ou cette personne, en une ligne."""
    if not sujet or "/" in sujet or "." in sujet:
        return ""
    quelqu_un = sujet.startswith(("@", "p-"))
    if not quelqu_un and not _presentes(c, sujet):
        # On ne cite que par un identifiant : chercher un mot partout ne trouverait rien.
        return ""
    qui = c.registre.designer(sujet, effacee=True) if quelqu_un else sujet
    idents = c.registre.anciens(qui) | {qui}
    par_genre: dict[Genre, list[str]] = {}
    for trouve in citations.de(c.archive, c.arbre, c.genres, idents, c.commit):
        rangee = c.genres.de(trouve.chemin)
        if trouve.citations and rangee:
            par_genre.setdefault(rangee[1].genre, []).append(rangee[0])
    return citations.dire(par_genre)


def _presentes(c: Contexte, sujet: str) -> list[str]:
    """Les fiches dont c'est l'identifiant."""
    try:
        return partout(c.arbre, sujet)
    except IdentifiantInvalide:
        return []


def _chemins(c: Contexte, sujet: str, pendant: Callable[[tuple[str, ...]], object]) -> tuple[str, ...]:
    """Les chemins que ce mot désigne : un nom de fiche, présente ou retirée, ou un chemin du lieu.

    `pendant` : quoi faire de ceux qui sont enregistrés, en attendant de savoir ce que la main a changé.
    """
    if "/" in sujet or "." in sujet:
        return (sujet,)
    if chemins := _presentes(c, sujet):
        return _et_en_cours(chemins)
    if nommees := _nommees(c, sujet, pendant):
        return nommees
    retires = [f for a in histoire.actes(c.archive) for f in a.fiches if sujet in f.rpartition("/")[2]]
    if not retires:
        raise FicheIntrouvable("toutes", sujet, (), "Donner son nom, ou un morceau de son nom.")
    return tuple(sorted(set(retires)))


def _nomme_quelqu_un(c: Contexte, sujet: str) -> bool:
    """Est-ce, sans « @ », le nom ou le surnom de quelqu'un ?"""
    return any(clef(sujet) in (e.cle, e.cle_surnom) for e in c.registre.annuaire)


def _nommees(c: Contexte, sujet: str, pendant: Callable[[tuple[str, ...]], object]) -> tuple[str, ...]:
    """Les fiches de ce nom ; à défaut, celles dont le nom dit tous ces mots."""
    voulu = clef(sujet)

    @cache
    def de_ce_nom(trouve: Resultat) -> tuple[str, ...]:
        choses = lire(c, trouve.fiches[:REGARDEES] if trouve.entier else ())
        noms = {chose.chemin: clef(chose.titre.partition(" · ")[0]) for chose in choses}
        exactes = [chemin for chemin, nom in noms.items() if nom == voulu]
        proches = (chemin for chemin, nom in noms.items() if f"-{voulu}-" in f"-{nom}-")
        return _et_en_cours(exactes or list(proches))

    def d_avance(enregistre: Resultat) -> None:
        if chemins := de_ce_nom(enregistre):
            pendant(chemins)

    # Un fichier jamais enregistré n'a pas d'histoire : on ne les cherche qu'à défaut.
    for neufs in (False, True):
        trouve = trouver(c, Demande(tuple(voulu.split("-"))), neufs=neufs, pendant=d_avance)
        if chemins := de_ce_nom(trouve):
            return chemins
    return ()


def _et_en_cours(chemins: Collection[str]) -> tuple[str, ...]:
    """Ces chemins, et ceux où une affaire close était quand elle ne l'était pas."""
    return tuple(sorted({*chemins, *(en_cours(chemin) for chemin in chemins if chemin.count("/") > 3)}))


def _vue(acte: Acte, ecrit: str) -> dict[str, object]:
    return {
        "code": acte.code,
        "commit": acte.empreinte,
        "moment": acte.moment if acte.date_lisible else None,
        "role": acte.role,
        "phrase": acte.phrase,
        "ecrit": ecrit,
        "action": acte.action,
        "fiches": acte.fiches,
        "annule": acte.annule,
    }
