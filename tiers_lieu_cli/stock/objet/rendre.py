"""`tl stock rendre` et `annuler` : un objet revient, abîmé ou non, ou ne part pas."""

from __future__ import annotations

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
    degat: Annotated[str, typer.Option("--degat", help="Ce qui est abîmé : il part en réparation.")] = "",
    perdu: Annotated[bool, typer.Option("--perdu", help="Il ne reviendra pas.")] = False,
    remarque: Annotated[str, typer.Option("--note", help="Son état, en quelques mots.")] = "",
) -> Fait:
    """Noter qu'un objet est revenu ; abîmé, il ne se prête plus avant d'être réparé.

    Exemples :
        tl stock rendre perceuse
        tl stock rendre perceuse @karim --degat "le mandrin est tordu"
    """
    if degat and perdu:
        raise ErreurUsage("Abîmé, ou perdu.", "Ôter --degat ou --perdu.")
    a = c.registre.designer(qui, effacee=True) if qui else ""
    ancien = fiches.exiger_pret(c, objet, a, frozenset({Etat.DEHORS}))
    lu = fiches.exiger(c, ancien.objet)
    maintenant = c.horloge.murale()
    dit = texte.ligne(degat or remarque, "La remarque", vide=True)
    fini = regles.finir(ancien, maintenant, perdu=perdu, remarque=dit)
    PRETS.corriger(e, ancien, fini)
    apres = _ecarter(e, lu, ancien.combien, degat=bool(degat), perdu=perdu)
    panne = _panne(c, e, lu, dit) if degat else None
    retard = f", {regles.retard(ancien, maintenant.date())}" if regles.en_retard(ancien, maintenant) else ""
    abime = ", abîmé : en réparation" if degat else ""
    verbe = "ne reviendra pas" if perdu else "est de retour"
    prets = [p for p in fiches.ouverts(c.arbre) if p.id != ancien.id]
    lignes = [] if panne or perdu else fiches.en_file(c, apres, prets, maintenant)
    lignes += _a_replacer(c, apres, prets)
    if ancien.caution and not perdu:
        lignes.append("  Une caution était attendue : dire au trésorier que l'objet est revenu.")
    if lu.place and not perdu:
        lignes.append(f"  Le ranger : {lu.place}")
    return Fait(
        id=ancien.id,
        action="stock.rendre",
        histoire=f"{lu.nom} {verbe}{', abîmé' if degat else ''}",
        phrase=f"« {lu.nom} » {verbe}{abime} ({c.registre.nom(ancien.a)}{retard}).",
        lignes=lignes,
        suite=f"une fois réparé, tl espace entretien fait {panne.id} puis tl stock objet repare {lu.id}"
        if panne
        else "tl stock prets",
    )


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
    ancien = fiches.exiger_pret(c, pret, "", frozenset({Etat.RESERVE, Etat.ATTENTE}))
    lu = fiches.exiger(c, ancien.objet)
    quand = temps.dire_creneau(ancien.creneau)
    PRETS.corriger(e, ancien, structs.replace(ancien, etat=Etat.ANNULE))
    prets = [p for p in fiches.ouverts(c.arbre) if p.id != ancien.id]
    return Fait(
        id=ancien.id,
        action="stock.annuler",
        histoire=f"{lu.nom} : prêt annulé, {quand}",
        phrase=f"Annulé : « {lu.nom} » pour {c.registre.nom(ancien.a)}, {quand}.",
        lignes=fiches.en_file(c, lu, prets, c.horloge.murale()),
        suite="tl stock prets",
    )
