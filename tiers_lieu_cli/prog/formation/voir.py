"""`tl prog formation liste` et `fiche`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles as evenements
from tiers_lieu_cli.prog.formation import fiches, regles
from tiers_lieu_cli.prog.formation.commandes import Laquelle, jusque
from tiers_lieu_cli.prog.formation.modele import FORMATIONS, Formation
from tiers_lieu_cli.prog.formation.regles import Avancee, Etape
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.origines import dire_besoins

liste_app = Application()
fiche_app = Application()
#: D'une série qui n'en finit pas, on ne montre que les prochaines dates.
DATES_MONTREES = 8


@liste_app.lit("liste")
def liste(
    c: Contexte,
    tout: Annotated[bool, typer.Option("--tout", help="Avec celles qu'on ne donne plus.")] = False,
    json: Json = False,
) -> None:
    """Voir les formations : qui enseigne, la prochaine séance, qui a fini.

    Exemple :
        tl prog formation liste
    """
    recolte = FORMATIONS.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    vues = [f for f in recolte.fiches if tout or f.est_donnee]
    c.ecran.liste(
        vues,
        "Aucune formation.  En bâtir une : tl prog formation creer",
        [
            Colonne("formation", style=Style.GRAS, cede=True),
            Colonne("par", cede=True),
            Colonne("prochaine séance", cede=True),
            Colonne("suivie par"),
            Colonne("", style=Style.PALE),
        ],
        (_ligne(c, f) for f in vues),
        json=json,
    )


def _ligne(c: Contexte, f: Formation) -> tuple[str, ...]:
    jour, maintenant = c.horloge.aujourdhui(), c.horloge.murale()
    vu = fiches.parcours(c.arbre, f, jour, c.registre)
    viennent = sorted(s.creneau for e in vu.etapes for s in e.seances if s.creneau.fin > maintenant)
    prochaine = temps.dire_creneau(viennent[0], jour) if viennent else "aucune"
    return (
        f.titre,
        ", ".join(f.enseigne),
        "ne se donne plus" if f.arretee_le else prochaine,
        str(len(vu.gens) or ""),
        f.id,
    )


@fiche_app.lit("fiche")
def fiche(c: Contexte, laquelle: Laquelle, json: Json = False) -> None:
    """Voir un parcours : ses séances, où chacun en est, à quels besoins il répond.

    Exemple :
        tl prog formation fiche tenir-l-accueil
    """
    f, jour = FORMATIONS.exiger(c.arbre, laquelle), c.horloge.aujourdhui()
    vu = fiches.parcours(c.arbre, f, jour, c.registre)
    if json:
        c.ecran.json({"fiche": f, "etapes": _etapes_en_json(vu.etapes), "gens": _gens_en_json(vu.gens)})
        return
    c.ecran.titre(f.titre, "ne se donne plus" if f.arretee_le else "")
    servis = [b for b in vivants.en_cours(c, BESOINS).fiches if regles.repond(f, b)]
    for etiquette, valeur in (
        ("Enseigné par", ", ".join(f.enseigne)),
        ("Pour", ", ".join(f.publics)),
        ("Habilite à", f.habilite and f"{f.habilite}{f.vaut and f', pour {f.vaut}'}"),
        ("Répond à", dire_besoins(c, dict.fromkeys((*f.besoins, *(b.id for b in servis))))),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    if f.description:
        c.ecran.dire(f"\n{f.description}")
    if not vu.etapes:
        c.ecran.dire(
            f"Aucune séance.  En dire une, son événement : tl prog formation modifier {f.id} --seance"
        )
        return
    _montrer_les_seances(c, vu.etapes)
    c.ecran.titre("\nOù ils en sont", str(len(vu.gens) or ""))
    if not vu.gens:
        c.ecran.dire(f"Personne encore.  Inscrire : tl prog formation inscrire {f.id}")
        return
    combien = sum(e.combien for e in vu.etapes)
    c.ecran.tableau(
        [Colonne(style=Style.GRAS, cede=True), Colonne(), Colonne(cede=True)],
        [(a.personne, _combien(a, combien, jour), _ou_il_en_est(f, a, c)) for a in vu.gens],
    )
    if f.habilite and regles.a_habiliter(vu.gens):
        c.ecran.dire(f"  Ensuite : tl prog formation habiliter {f.id}")


def _montrer_les_seances(c: Contexte, etapes: Sequence[Etape]) -> None:
    jour = c.horloge.aujourdhui()
    seances = [s for e in etapes for s in e.seances]
    noms = programme.noms_des_salles(c.arbre, (salle for s in seances for salle in s.salles))
    affluences = inscriptions.affluences(c.arbre, seances)
    c.ecran.titre("\nÀ suivre", str(sum(e.combien for e in etapes)))
    c.ecran.tableau(
        [Colonne(style=Style.GRAS, cede=True), Colonne(cede=True), Colonne(cede=True), Colonne()],
        [
            (
                f"{e.titre}{f' ({e.combien} fois)' if e.combien > 1 else ''}" if not rang else "  ou",
                temps.dire_creneau(s.creneau, jour) if s else "plus aucune date",
                evenements.lieu_dit(s, noms, {}) if s else "",
                affluences[s.id].dire() if s and s.id in affluences else "",
            )
            for e in etapes
            for rang, s in enumerate(_a_montrer(e, c) or [None])
        ],
    )


def _a_montrer(etape: Etape, c: Contexte) -> list[Evenement]:
    """D'une longue série, ce qui vient ; sinon, tout."""
    if len(etape.seances) <= DATES_MONTREES:
        return list(etape.seances)
    viennent = [s for s in etape.seances if s.creneau.fin > c.horloge.murale()]
    return viennent[:DATES_MONTREES] or list(etape.seances[-DATES_MONTREES:])


def _combien(a: Avancee, combien: int, jour: date) -> str:
    """« 1 sur 2 » ; rien de qui est habilité et n'a rien recommencé."""
    habilite = a.tenue and a.tenue.vaut(jour) and not a.suivies
    return "" if habilite else f"{len(a.suivies)} sur {combien}"


def _ou_il_en_est(f: Formation, a: Avancee, c: Contexte) -> str:
    """« reste Pratique », « fini le 8 décembre, à habiliter », « habilité·e jusqu'au … »."""
    jour = c.horloge.aujourdhui()
    if a.finie_le:
        return f"fini, {temps.dire_jour(a.finie_le, jour)}{', à habiliter' if f.habilite else ''}"
    if a.tenue and a.tenue.vaut(jour):
        return f"habilité·e {jusque(a.tenue)}"
    return f"reste {regles.dire_le_reste(a)}"


def _etapes_en_json(etapes: Sequence[Etape]) -> list[dict[str, object]]:
    return [{"titre": e.titre, "combien": e.combien, "seances": [s.id for s in e.seances]} for e in etapes]


def _gens_en_json(gens: Sequence[Avancee]) -> list[dict[str, object]]:
    return [
        {
            "personne": a.personne,
            "suivies": [s.id for s in a.suivies],
            "restent": [e.titre for e in a.restent],
            "finie_le": a.finie_le,
            "habilitee_jusqu_au": a.tenue.expire if a.tenue else None,
        }
        for a in gens
    ]
