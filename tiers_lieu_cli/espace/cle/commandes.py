"""`tl espace cle` : les clés, badges et codes ; ce qu'ils ouvrent, qui les a."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.cle import fiches, regles
from tiers_lieu_cli.espace.cle.modele import CLES, Cle, Fin, PretDeCle, Sorte
from tiers_lieu_cli.espace.cle.options import Laquelle, en_ligne, exiger
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import modification, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import PersonneCitee, SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application("Les clés, badges et codes : ce qu'ils ouvrent, qui les a.")
_ICI = "tiers_lieu_cli.espace.cle"
app.differer("etiquettes", "Les étiquettes des clés, en PDF.", f"{_ICI}.etiquettes:app")


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    dite: Annotated[str, typer.Argument(metavar="NOM", help="Son nom, ou un mot court qui la désignera.")],
    nom: Annotated[str, typer.Option("--nom", help="Son nom, si l'on a dit un mot court.")] = "",
    sorte: Annotated[Sorte, typer.Option("--sorte", help="Une clé, un badge ou un code.")] = Sorte.CLE,
    exemplaires: Annotated[int, typer.Option("--exemplaires", min=1, max=500, help="Combien il y en a.")] = 1,
    ouvre: Annotated[
        list[SalleCitee] | None, typer.Option("--ouvre", metavar="SALLE", help="Une salle qu'elle ouvre.")
    ] = None,
    aussi: Annotated[
        list[str] | None, typer.Option("--aussi", help="Ce qu'elle ouvre d'autre : une armoire, le portail.")
    ] = None,
    rangee: Annotated[str, typer.Option("--rangee", help="Où elle se range : crochet, tiroir.")] = "",
) -> Fait:
    """Ajouter une clé, un badge ou un code ; d'un code, jamais les chiffres.

    Exemples :
        tl espace cle creer cave --ouvre cave --exemplaires 2 --rangee "crochet 4"
        tl espace cle creer alarme --sorte code --nom "Code de l'alarme" --aussi "alarme de l'entrée"
    """
    dits = [texte.ligne(t, "Un nom", vide=True) for t in (nom or dite, rangee, *(aussi or ()))]
    regles.refuser_le_secret(sorte, *dits)
    neuve = Cle(
        id=identifiants.du_nom(dite, nom),
        nom=dits[0],
        sorte=sorte,
        exemplaires=exemplaires,
        ouvre=tuple(SALLES.designer(c.arbre, s) for s in ouvre or ()),
        aussi=tuple(filter(None, dits[2:])),
        rangee=dits[1],
    )
    CLES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="espace.cle.creer",
        histoire=f"Au trousseau : {neuve.nom}",
        phrase=f"« {neuve.nom} » est au trousseau.",
        suite=f"tl espace cle remettre {neuve.id}",
    )


@app.ecrit("modifier")
def modifier(
    c: Contexte,
    e: Ecriture,
    cle: Laquelle,
    nom: Annotated[str | None, typer.Option("--nom", help="Son nom, comme on le dit.")] = None,
    exemplaires: Annotated[
        int | None, typer.Option("--exemplaires", min=1, max=500, help="Combien il y en a.")
    ] = None,
    ouvre: Annotated[
        list[SalleCitee] | None,
        typer.Option("--ouvre", metavar="SALLE", help="Une salle qu'elle ouvre ; remplace celles d'avant."),
    ] = None,
    aussi: Annotated[
        list[str] | None, typer.Option("--aussi", help="Ce qu'elle ouvre d'autre ; remplace ce qui l'était.")
    ] = None,
    rangee: Annotated[
        str | None, typer.Option("--rangee", help="Où elle se range : crochet, tiroir.")
    ] = None,
) -> Fait:
    """Changer ce qu'on sait d'une clé ; seul ce qu'on donne change.

    Exemple :
        tl espace cle modifier cave --exemplaires 3 --rangee "crochet 4"
    """
    ancienne = exiger(c, cle)
    nouvelle = modification.changer(
        ancienne,
        nom=None if nom is None else en_ligne(ancienne, nom, "Un nom") or ancienne.id,
        exemplaires=exemplaires,
        ouvre=None if ouvre is None else tuple(SALLES.designer(c.arbre, s) for s in ouvre if s),
        aussi=None if aussi is None else tuple(en_ligne(ancienne, t, "Un nom") for t in aussi if t),
        rangee=None if rangee is None else en_ligne(ancienne, rangee, "Un rangement"),
    )
    regles.exiger_assez(nouvelle, fiches.pretees(c.arbre))
    CLES.corriger(e, ancienne, nouvelle)
    return modification.fait(
        ancienne,
        nouvelle,
        action="espace.cle.modifier",
        histoire=f"Clé modifiée : {nouvelle.nom}",
        nom=f"« {nouvelle.nom} »",
        jour=c.horloge.aujourdhui(),
        suite=f"tl espace cle fiche {nouvelle.id}",
    )


@app.ecrit("retirer")
def retirer(c: Contexte, e: Ecriture, cle: Laquelle) -> Fait:
    """Retirer une clé du trousseau : serrure changée, badge désactivé. Son histoire reste.

    Exemple :
        tl espace cle retirer cave
    """
    ancienne = exiger(c, cle)
    if ancienne.retiree:
        raise ErreurUsage(f"« {ancienne.nom} » est déjà retirée du trousseau.", "Revenir : tl defaire")
    dehors = regles.de_la_cle(fiches.pretees(c.arbre), ancienne.id)
    if dehors and ancienne.sorte is not Sorte.CODE:
        raise ErreurUsage(
            f"« {ancienne.nom} » est encore chez {', '.join(p.detenteur for p in dehors)}.",
            f"La reprendre : tl espace cle rendre {ancienne.id} (ou la dire perdue, avec : perdue).",
        )
    retiree = structs.replace(ancienne, retiree=c.horloge.aujourdhui())
    CLES.corriger(e, ancienne, retiree)
    return Fait(
        id=ancienne.id,
        action="espace.cle.retirer",
        histoire=f"Retirée du trousseau : {ancienne.nom}",
        phrase=f"« {ancienne.nom} » n'est plus au trousseau ; son histoire reste.",
        lignes=[f"  Elle était encore donnée à {', '.join(p.detenteur for p in dehors)}."] if dehors else (),
        suite=f"tl espace cle fiche {ancienne.id}",
    )


app.differer("remettre", "Remettre une clé à quelqu'un.", f"{_ICI}.remettre:app")
app.differer("rendre", "Noter qu'une clé est revenue.", f"{_ICI}.rendre:app")
app.differer("perdue", "Une clé est perdue : ce qu'elle ouvre, ce qu'il faut faire.", f"{_ICI}.perdue:app")


@app.lit("liste")
def liste(
    c: Contexte,
    dehors: Annotated[
        bool, typer.Option("--dehors", help="Seulement ce qui est prêté : qui, depuis quand.")
    ] = False,
    qui: Annotated[PersonneCitee, typer.Argument(metavar="[@QUI]", help="Ce que cette personne a.")] = "",
    tout: Annotated[bool, typer.Option("--tout", help="Celles qu'on a retirées aussi.")] = False,
    json: Json = False,
) -> None:
    """Le trousseau : chaque clé, ce qu'elle ouvre, et qui l'a.

    Exemples :
        tl espace cle liste
        tl espace cle liste --dehors
        tl espace cle liste @karim
    """
    recolte = CLES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    pretees = fiches.pretees(c.arbre)
    if dehors or qui:
        voulu = c.registre.designer(qui, effacee=True) if qui else ""
        _dehors(c, [p for p in pretees if voulu in ("", p.a)], json)
        return
    cles = [cle for cle in recolte.fiches if tout or not cle.retiree]
    c.ecran.liste(
        [{"fiche": x, "dehors": regles.de_la_cle(pretees, x.id)} for x in cles],
        "Aucune clé.  En ajouter une : tl espace cle creer cave --exemplaires 2 --ouvre",
        [Colonne("clé", Style.GRAS), Colonne("ouvre", cede=True), Colonne("là"), Colonne("chez", cede=True)],
        (_ligne(c, cle, regles.de_la_cle(pretees, cle.id)) for cle in cles),
        json=json,
    )


def _dehors(c: Contexte, pretees: list[PretDeCle], json: bool) -> None:
    """Ce qui est prêté, le plus urgent d'abord."""
    jour = c.horloge.aujourdhui()
    pretees.sort(key=lambda p: (p.rendre_le or date.max, p.depuis, p.id))
    c.ecran.liste(
        pretees,
        "Rien n'est dehors.",
        [
            Colonne("clé", Style.GRAS),
            Colonne("chez"),
            Colonne("depuis"),
            Colonne("à rendre"),
            Colonne("pour", cede=True),
        ],
        (
            (
                p.cle,
                p.detenteur,
                temps.dire_jour(p.depuis_quand.date(), jour),
                regles.dire_retour(p, jour) or "—",
                p.pour,
            )
            for p in pretees
        ),
        json=json,
    )


def _ligne(c: Contexte, cle: Cle, dehors: list[PretDeCle]) -> tuple[str, ...]:
    code = cle.sorte is Sorte.CODE
    return (
        cle.id,
        ", ".join([*_salles(c, cle), *cle.aussi]),
        "code" if code else f"{max(0, cle.exemplaires - len(dehors))} sur {cle.exemplaires}",
        ", ".join(p.detenteur for p in dehors),
    )


def _salles(c: Contexte, cle: Cle) -> Iterator[str]:
    for ident in cle.ouvre:
        salle = SALLES.une(c.arbre, ident)
        yield salle.nom if salle else ident


@app.lit("fiche")
def fiche(c: Contexte, cle: Laquelle, json: Json = False) -> None:
    """Tout ce qu'on sait d'une clé : ce qu'elle ouvre, qui l'a, qui l'a eue.

    Exemple :
        tl espace cle fiche cave
    """
    lue = exiger(c, cle)
    dehors = regles.de_la_cle(fiches.pretees(c.arbre), lue.id)
    anciens = fiches.anciens(c.arbre, lue.id)
    if json:
        c.ecran.json({"fiche": lue, "dehors": dehors, "anciens": anciens})
        return
    jour = c.horloge.aujourdhui()
    c.ecran.titre(lue.nom, lue.id)
    ou = ", ".join([*_salles(c, lue), *lue.aussi])
    lignes = [
        ("sorte", {"cle": "clé"}.get(lue.sorte, lue.sorte)),
        ("ouvre", ou),
        ("exemplaires", "" if lue.sorte is Sorte.CODE else f"{lue.exemplaires}, dont {len(dehors)} dehors"),
        ("rangée", lue.rangee),
        ("retirée le", temps.dire_jour(lue.retiree, jour) if lue.retiree else ""),
        (
            "changée le",
            temps.dire_jour(lue.changee_le, jour) if lue.changee_le else "",
        ),
    ]
    c.ecran.tableau([Colonne(style=Style.PALE), Colonne(cede=True)], [ligne for ligne in lignes if ligne[1]])
    for titre, prets in (("Dehors", dehors), ("Avant", anciens)):
        if prets:
            c.ecran.titre(titre)
            c.ecran.tableau(
                [Colonne(), Colonne(), Colonne(), Colonne(cede=True)], [_pret(c, p) for p in prets]
            )


def _pret(c: Contexte, p: PretDeCle) -> tuple[str, str, str, str]:
    jour = c.horloge.aujourdhui()
    fins = {Fin.RENDUE: "rendue", Fin.PERDUE: "PERDUE", Fin.PERIMEE: "périmée"}
    fini = datetime.fromisoformat(p.fini_le).date() if p.fini_le else None
    etat = f"{fins[p.fin]} {temps.dire_jour(fini, jour)}" if p.fin and fini else regles.dire_retour(p, jour)
    dit = " · ".join(filter(None, [p.pour, p.remarque]))
    depuis = f"depuis {temps.dire_jour(p.depuis_quand.date(), jour)}"
    return p.detenteur, depuis, etat, dit
