"""`tl stock rendre` et `annuler` : un objet revient, abîmé ou non, ou ne part pas."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Entretien, Sorte
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.identifiants import date_de
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import sans_accent
from tiers_lieu_cli.stock.objet import fiches, regles
from tiers_lieu_cli.stock.objet.modele import OBJETS, PRETS, Etat, Objet, Pret
from tiers_lieu_cli.stock.objet.options import Sorti

rendre_app, annuler_app = Application(), Application()


@rendre_app.ecrit("rendre")
def rendre(
    c: Contexte,
    e: Ecriture,
    objet: Sorti,
    qui: Annotated[
        PersonneCitee, typer.Argument(metavar="[@QUI]", help="Qui le rend, si plusieurs en ont.")
    ] = "",
    combien: Annotated[
        int | None, typer.Option("--combien", min=1, help="D'un lot, combien reviennent ; sinon, tous.")
    ] = None,
    degat: Annotated[str, typer.Option("--degat", help="Ce qui est abîmé : il part en réparation.")] = "",
    perdu: Annotated[bool, typer.Option("--perdu", help="Il ne reviendra pas.")] = False,
    remarque: Annotated[str, typer.Option("--note", help="Son état, en quelques mots.")] = "",
) -> Fait:
    """Noter qu'un objet est revenu, avec ce qu'il contient ; abîmé, il ne se prête plus avant d'être réparé.

    Exemples :
        tl stock rendre perceuse
        tl stock rendre perceuse @karim --degat "le mandrin est tordu"
        tl stock rendre chaise @karim --combien 3
    """
    if degat and perdu:
        raise ErreurUsage("Abîmé, ou perdu.", "Ôter --degat ou --perdu.")
    a = c.registre.designer(qui, effacee=True) if qui else ""
    connus = fiches.en_main(c, e)
    geste = "tl stock rendre {p.objet} @{p.a}"
    siens = fiches.exiger_prets(c, objet, connus, frozenset({Etat.DEHORS}), geste, a)
    lu = fiches.exiger(c, siens[0].objet)
    dehors = sum(p.combien for p in siens)
    _exiger_combien(lu, siens[0], dehors, combien, a_dire=bool(degat or perdu))
    nombre = combien or dehors
    dit = texte.ligne(degat or remarque, "La remarque", vide=True)
    ancien, maintenant = siens[0], c.horloge.murale()
    comptes: Counter[str] = Counter()
    for p, n in regles.revenir(siens, nombre):
        for x in regles.avec_les_siens(p, connus):
            comptes[x.objet] += min(n, x.combien)
            _finir(c, e, x, min(n, x.combien), perdu=perdu, remarque=dit if x is p else "")
    revenus = [fiches.exiger(c, ident) for ident in comptes]
    lignes = [f"  Il en reste {dehors - nombre} dehors."] * (dehors > nombre)
    for o in revenus:
        abime = bool(degat) and o is revenus[0]
        lignes += _sort(c, e, o, comptes[o.id], degat=abime, perdu=perdu)
    panne = _panne(c, e, lu, dit) if degat else None
    if ancien.caution and not perdu:
        lignes.append("  Une caution était attendue : dire au trésorier que l'objet est revenu.")
    for o in revenus if not perdu else ():
        lequel = f"Ranger « {o.nom} »" if len(revenus) > 1 else "Le ranger"
        lignes += [f"  {lequel} : {o.place}"] * bool(o.place)
    retard = f", {regles.retard(ancien, maintenant.date())}" if regles.en_retard(ancien, maintenant) else ""
    verbe = "ne reviendra pas" if perdu else "est de retour"
    nom = f"« {lu.nom} »{f' (×{nombre})' * (nombre > 1)}"
    avec = f", avec {', '.join(f'« {o.nom} »' for o in revenus[1:])}" if revenus[1:] else ""
    return Fait(
        id=ancien.id,
        action="stock.rendre",
        histoire=f"{lu.nom} {verbe}{', abîmé' if degat else ''}",
        phrase=f"{nom} {verbe}{avec}{', abîmé : en réparation' * bool(degat)}"
        f" ({c.registre.nom(ancien.a)}{retard}).",
        lignes=list(dict.fromkeys(lignes)),
        suite=f"une fois réparé, tl espace entretien fait {panne.id} puis tl stock objet repare {lu.id}"
        if panne
        else "tl stock prets",
    )


def _exiger_combien(objet: Objet, p: Pret, dehors: int, combien: int | None, *, a_dire: bool) -> None:
    """Refuser d'en rendre plus qu'il n'y en a dehors, ou d'en dire plusieurs abîmés sans dire combien."""
    if combien and combien > dehors:
        raise ErreurUsage(
            f"« {objet.nom} » : {dehors} dehors chez {p.a}, et non {combien}.",
            f"En rendre {dehors} au plus : --combien {dehors}",
        )
    if a_dire and not combien and dehors > 1:
        raise ErreurUsage(
            f"« {objet.nom} » : {dehors} dehors chez {p.a}. Combien sont dans ce cas ?",
            f"Le dire par --combien ; puis les autres : tl stock rendre {objet.id} @{p.a}",
        )


def _finir(c: Contexte, e: Ecriture, p: Pret, combien: int, *, perdu: bool, remarque: str) -> None:
    """Clore ce prêt, ou ce qui en revient ; le reste demeure dehors."""
    maintenant = c.horloge.murale()
    if combien == p.combien:
        PRETS.corriger(e, p, regles.finir(p, maintenant, perdu=perdu, remarque=remarque))
        return
    reste, part = regles.detacher(p, combien, c.hasard)
    PRETS.corriger(e, p, reste)
    PRETS.poser(e, regles.finir(part, maintenant, perdu=perdu, remarque=remarque))


def _sort(c: Contexte, e: Ecriture, objet: Objet, combien: int, *, degat: bool, perdu: bool) -> list[str]:
    """Où va cet objet qui revient ou non, qui l'attendait, et ce qu'il ne peut plus tenir."""
    apres = _ecarter(e, objet, combien, degat=degat, perdu=perdu)
    prets = fiches.en_main(c, e)
    lignes = [] if degat or perdu else fiches.en_file(c, apres, prets, c.horloge.murale())
    lignes += _a_replacer(c, apres, prets)
    return lignes


def _ecarter(e: Ecriture, objet: Objet, combien: int, *, degat: bool, perdu: bool) -> Objet:
    """L'objet, dont ces exemplaires ne servent plus pour l'instant."""
    if not (degat or perdu):
        return objet
    champ = "perdus" if perdu else "en_reparation"
    neuf = structs.replace(objet, **{champ: getattr(objet, champ) + combien})
    OBJETS.corriger(e, objet, neuf)
    return neuf


def _panne(c: Contexte, e: Ecriture, objet: Objet, dit: str) -> Entretien:
    """La panne que l'entretien suivra."""
    jour = c.horloge.aujourdhui()
    neuve = Entretien(
        id=date_de(jour, f"reparer {sans_accent(objet.nom)}", "entretien", c.hasard),
        titre=f"Réparer {objet.nom} : {dit}",
        sorte=Sorte.PANNE,
        depuis=jour,
        salle=objet.salle,
        liens=(objet.id,),
    )
    ENTRETIENS.poser(e, neuve)
    return neuve


def _a_replacer(c: Contexte, objet: Objet, prets: list[Pret]) -> list[str]:
    """Les promesses que l'objet, avec ce qui lui reste d'exemplaires, ne peut plus tenir."""
    maintenant = c.horloge.murale()
    promis = [p for p in prets if p.objet == objet.id and p.etat is Etat.RESERVE]
    genes = [
        p
        for p in promis
        if regles.manque(objet, [x for x in prets if x.id != p.id], p.creneau, p.combien, maintenant)
    ]
    return [
        f"  À replacer : {c.registre.nom(p.a)}, {temps.dire_creneau(p.creneau, maintenant.date())} ;"
        f" tl stock annuler {p.id}"
        for p in genes
    ]


def _promis(c: Contexte) -> list[tuple[str, str]]:
    return [(p.id, p.objet) for p in fiches.ouverts(c.arbre) if p.etat is not Etat.DEHORS]


@annuler_app.ecrit("annuler")
def annuler(
    c: Contexte,
    e: Ecriture,
    pret: Annotated[
        str,
        typer.Argument(metavar="PRET", help="Le prêt promis ou en file.", autocompletion=completion(_promis)),
    ],
) -> Fait:
    """Annuler un objet retenu, ou une attente ; la trace reste.

    Exemple :
        tl stock annuler 2026-11-28-perceuse-7k2m
    """
    connus = fiches.en_main(c, e)
    promis = frozenset({Etat.RESERVE, Etat.ATTENTE})
    ancien = fiches.exiger_pret(c, pret, connus, promis, "tl stock annuler {p.id}")
    lu = fiches.exiger(c, ancien.objet)
    quand = temps.dire_creneau(ancien.creneau)
    siens = regles.avec_les_siens(ancien, connus)
    for p in siens:
        PRETS.corriger(e, p, structs.replace(p, etat=Etat.ANNULE))
    prets, maintenant = fiches.en_main(c, e), c.horloge.murale()
    objets = [fiches.exiger(c, p.objet) for p in siens]
    avec = f", avec {', '.join(f'« {o.nom} »' for o in objets[1:])}," if objets[1:] else ""
    return Fait(
        id=ancien.id,
        action="stock.annuler",
        histoire=f"{lu.nom} : prêt annulé, {quand}",
        phrase=f"Annulé : « {lu.nom} »{avec} pour {c.registre.nom(ancien.a)}, {quand}.",
        lignes=list(dict.fromkeys(dit for o in objets for dit in fiches.en_file(c, o, prets, maintenant))),
        suite="tl stock prets",
    )
