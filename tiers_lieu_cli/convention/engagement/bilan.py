"""`tl convention bilan` : les deux côtés d'un partenaire, sur une page qu'on a envie de signer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import msgspec
import typer

from tiers_lieu_cli.convention.convention import fiches as conventions
from tiers_lieu_cli.convention.convention import regles as dates
from tiers_lieu_cli.convention.convention.modele import NOMS
from tiers_lieu_cli.convention.engagement import preuves, regles
from tiers_lieu_cli.convention.engagement.modele import ENGAGEMENTS, Cote, Engagement
from tiers_lieu_cli.convention.engagement.regles import Ou
from tiers_lieu_cli.convention.options import Partenaire, en_entier, jour_libre
from tiers_lieu_cli.convention.partenaire.modele import SORTES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application()
#: Un signe par état, lisible sans couleur.
_SIGNES = {
    Ou.TENU: "✓",
    Ou.TENU_EN_RETARD: "✓",
    Ou.EN_RETARD: "!",
    Ou.RENEGOCIE: "↻",
    Ou.PROMIS: "·",
    Ou.ABANDONNE: "–",
}


class Ligne(msgspec.Struct, frozen=True):
    """Un engagement : pour quand, où il en est, ce qui le prouve, ce qu'on en a redit."""

    quoi: str
    pour: str
    ou: str
    signe: str
    preuves: tuple[str, ...]
    redit: str


class UnCote(msgspec.Struct, frozen=True):
    """Ce qu'un des deux a promis."""

    qui: str
    resume: str
    lignes: tuple[Ligne, ...]


class Accord(msgspec.Struct, frozen=True):
    """Une convention entre les deux."""

    nom: str
    id: str
    duree: str


class Bilan(msgspec.Struct, frozen=True):
    """Le bilan d'un partenaire."""

    lieu: str
    partenaire: str
    sorte: str
    dite: str
    jour: str
    cotes: tuple[UnCote, ...]
    accords: tuple[Accord, ...]
    mot: str


class Options(Page, frozen=True):
    """De quand à quand, et sous quelle forme."""

    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="Le premier jour ; sinon, le début.")] = ""
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="Le dernier jour ; sinon, aujourd'hui.")] = (
        ""
    )


@app.lit("bilan", options=Options)
def bilan(c: Contexte, partenaire: Partenaire, options: Options) -> None:
    """Ce que la maison et un partenaire se sont promis, et ce qui est tenu, des deux côtés.

    Exemples :
        tl convention bilan comite-du-pont
        tl convention bilan comite-du-pont --sortie ~/bilan-comite.pdf
    """
    vu = batir(c, partenaire, options)
    forme = rendu.forme(options.format, options.sortie, json=options.json)
    if forme is not Format.TERMINAL:
        page = vu if forme is Format.JSON else _nommer(c, vu)
        rendu.ecrire(c, "bilan-partenaire", page, forme, options, "Le bilan", noms=page != vu)
        return
    c.ecran.titre(f"{vu.lieu} et {vu.partenaire}", vu.dite)
    for cote in vu.cotes:
        c.ecran.titre(f"\n{cote.qui}", cote.resume)
        c.ecran.tableau(
            [Colonne(), Colonne(style=Style.GRAS, cede=True), Colonne(cede=True), Colonne(cede=True)],
            [
                (x.signe, x.quoi, x.pour, " ; ".join(filter(None, (x.ou, x.redit, *x.preuves))))
                for x in cote.lignes
            ],
        )
    if vu.accords:
        c.ecran.titre("\nCe qui nous lie")
        c.ecran.tableau(
            [Colonne(cede=True), Colonne(cede=True), Colonne(style=Style.PALE)],
            [(a.nom, a.duree, a.id) for a in vu.accords],
        )
    c.ecran.dire(f"\n{vu.mot}")


def _nommer(c: Contexte, vu: Bilan) -> Bilan:
    """Le même, à imprimer : chacun par son nom entier, où que la page le cite."""

    def partout(x: Any) -> Any:
        if isinstance(x, dict):
            return {cle: partout(valeur) for cle, valeur in x.items()}
        if isinstance(x, list | tuple):
            return [partout(valeur) for valeur in x]
        return en_entier(c, x) if isinstance(x, str) else x

    return msgspec.convert(partout(msgspec.to_builtins(vu)), Bilan)


def batir(c: Contexte, dit: str, options: Options) -> Bilan:
    """La vue du bilan ; les gens n'y sont que des identifiants."""
    p, jour = conventions.partenaire(c.arbre, dit), c.horloge.aujourdhui()
    au = jour_libre(c, options.au) if options.au else jour
    siennes = sorted((x for x in conventions.toutes(c.arbre) if x.avec == p.id), key=lambda x: (x.du, x.id))
    idents = {x.id for x in siennes}
    du = jour_libre(c, options.du) if options.du else None
    siens = [
        e
        for e in ENGAGEMENTS.toutes(c.arbre).fiches
        if e.convention in idents and e.promis_le <= au and (du is None or e.est_ouvert or _clos(e) >= du)
    ]
    cotes = tuple(
        _cote(c, qui, [e for e in siens if e.de is de], au)
        for de, qui in ((Cote.MAISON, c.lieu.reglages.nom), (Cote.PARTENAIRE, p.nom))
    )
    depuis = du or min((e.promis_le for e in siens), default=au)
    return Bilan(
        lieu=c.lieu.reglages.nom,
        partenaire=p.nom,
        sorte=SORTES[p.sorte] if p.sorte else "",
        dite=f"du {temps.dire_jour(depuis)} au {temps.dire_jour(au)}" if depuis < au else temps.dire_jour(au),
        jour=temps.dire_jour(jour),
        cotes=cotes,
        accords=tuple(
            Accord(NOMS[x.modele] + (f" : {x.objet}" if x.objet else ""), x.id, dates.dire_duree(x, au))
            for x in siennes
        ),
        mot=_mot(regles.compter(siens, au)),
    )


def _clos(e: Engagement) -> date:
    return e.tenu_le or e.abandonne_le or e.promis_le


def _cote(c: Contexte, qui: str, siens: Iterable[Engagement], au: date) -> UnCote:
    ranges = sorted(siens, key=lambda e: (e.pour_le is None, e.pour_le or au, e.id))
    compte = regles.compter(ranges, au)
    resume = (
        f"{compte.tenus} sur {compte.promis} tenu{'s' * (compte.tenus > 1)}"
        if compte.promis
        else "rien promis"
    )
    return UnCote(qui, resume, tuple(_ligne(c, e, au) for e in ranges))


def _ligne(c: Contexte, e: Engagement, au: date) -> Ligne:
    ou = regles.ou(e, au)
    dit = f"{ou} le {temps.dire_jour(e.tenu_le)}" if e.tenu_le else str(ou)
    if ou is Ou.EN_RETARD and e.pour_le:
        dit = temps.dire_echeance(e.pour_le, au)
    redits = [
        f"reporté depuis le {temps.dire_jour(r.de)}" + (f" ({r.motif})" if r.motif else "")
        for r in e.reports
        if r.de
    ]
    return Ligne(
        quoi=e.quoi,
        pour=f"pour le {temps.dire_jour(e.pour_le)}" if e.pour_le else "toute la durée",
        ou=dit,
        signe=_SIGNES[ou],
        preuves=tuple(preuves.dire(c.arbre, ident) for ident in e.preuves),
        redit=redits[0] if redits else "",
    )


def _mot(compte: regles.Compte) -> str:
    """Une phrase juste : ce qui est tenu, ce dont il faut parler."""
    if not compte.promis:
        return "Rien n'est encore promis d'un côté ni de l'autre."
    if compte.tenus == compte.promis:
        return "Tout ce qui fut promis est tenu, des deux côtés."
    if compte.en_retard:
        quoi = "un engagement est" if compte.en_retard == 1 else f"{compte.en_retard} engagements sont"
        return f"À se dire : {quoi} en retard ; le tenir, ou le renégocier ensemble."
    return "Rien n'est en retard ; la suite est à sa date."
