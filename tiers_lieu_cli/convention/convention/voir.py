"""`tl convention liste`, `fiche`, `texte` : ce qui court, ce qui est écrit."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.convention.convention import fiches, regles, textes
from tiers_lieu_cli.convention.convention.modele import NOMS, VERSIONS, Convention, Modele, ident_du_texte
from tiers_lieu_cli.convention.engagement import regles as promesses
from tiers_lieu_cli.convention.engagement.fiches import de_la_convention
from tiers_lieu_cli.convention.engagement.modele import Cote
from tiers_lieu_cli.convention.options import AvecLui, Laquelle, en_entier
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import charte, pdf, rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

liste_app, fiche_app, texte_app = Application(), Application(), Application()


@liste_app.lit("liste")
def liste(
    c: Contexte,
    avec: AvecLui = "",
    modele: Annotated[Modele | None, typer.Option("--modele", help="De cette sorte.")] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Aussi celles qui sont finies.")] = False,
    json: Json = False,
) -> None:
    """Ce qui lie la maison, et jusqu'à quand.

    Exemples :
        tl convention liste
        tl convention liste --modele assurance --tout
    """
    jour, noms = c.horloge.aujourdhui(), fiches.noms(c.arbre)
    qui = fiches.partenaire(c.arbre, avec).id if avec else ""
    vues = sorted(
        (
            x
            for x in fiches.toutes(c.arbre)
            if qui in ("", x.avec) and modele in (None, x.modele) and (tout or not regles.est_finie(x, jour))
        ),
        key=lambda x: (regles.courant(x, jour).fin, x.id),
    )
    c.ecran.liste(
        [_vue(x, jour) for x in vues],
        "Aucune convention.  En écrire une : tl convention creer --help",
        [
            Colonne("quoi", Style.GRAS, cede=True),
            Colonne("avec", cede=True),
            Colonne("court", cede=True),
            Colonne("", cede=True),
            Colonne(style=Style.PALE),
        ],
        ((x.nom, noms.get(x.avec, x.avec), regles.dire_duree(x, jour), _etat(x), x.id) for x in vues),
        json=json,
    )


def _etat(x: Convention) -> str:
    if x.finie_le:
        return "résiliée"
    return "" if x.est_signee else "avenant à signer" if x.avenants and x.signatures else "à signer"


def _piece(c: Contexte, ident: str) -> str:
    """Le document qui prouve ; on dit s'il n'est plus."""
    return ident if not ident or fiches.piece(c.arbre, ident) else f"manque (« {ident} » est détruit)"


def _vue(x: Convention, jour: date) -> dict[str, object]:
    t = regles.courant(x, jour)
    return {"fiche": x, "terme": t, "signee": x.est_signee}


@fiche_app.lit("fiche")
def fiche(c: Contexte, laquelle: Laquelle, json: Json = False) -> None:
    """Une convention : ses trois dates, ce qui fut décidé, signé, promis.

    Exemple :
        tl convention fiche c-7k2m
    """
    x, jour = fiches.exiger(c.arbre, laquelle), c.horloge.aujourdhui()
    promis = de_la_convention(c.arbre, x.id)
    if json:
        c.ecran.json({**_vue(x, jour), "engagements": promis})
        return
    c.ecran.titre(f"{NOMS[x.modele]} · {fiches.noms(c.arbre).get(x.avec, x.avec)}", x.id)
    t = regles.courant(x, jour)
    preavis = " · ".join(
        filter(None, (x.preavis, x.forme, f"{x.compte} fait foi" if x.compte else "", x.source))
    )
    dits = [
        ("objet", x.objet),
        ("concerne", ", ".join(x.porte_sur)),
        ("depuis le", temps.dire_jour(x.du, jour)),
        *regles.dire_les_dates(x, t, jour),
        ("préavis", preavis or ("pas dit" if x.pas else "")),
        ("police", x.police),
        ("couvre", ", ".join(x.risques)),
        ("attestation", _piece(c, x.attestation)),
        ("preuve de paiement", _piece(c, x.paiement)),
        ("avis reçus", ", ".join(temps.dire_jour(a, jour) for a in x.avis_recus)),
        ("à faire", _etat(x)),
    ]
    c.ecran.tableau([Colonne(style=Style.PALE), Colonne(cede=True)], [d for d in dits if d[1]])
    evenements = sorted(
        [
            *((s.le, f"version {s.version} signée", ", ".join(s.par) or s.note) for s in x.signatures),
            *((a.le, f"avenant {a.version - 1}", a.objet) for a in x.avenants),
            *((d.le, f"décidé : {valeurs.montrer(d.quoi)}", d.note) for d in x.decisions),
        ]
    )
    if evenements:
        c.ecran.titre("\nCe qui s'est passé")
        c.ecran.tableau(
            [Colonne(), Colonne(style=Style.GRAS), Colonne(cede=True)],
            [(temps.dire_jour(le, jour), quoi, note) for le, quoi, note in evenements],
        )
    if promis:
        c.ecran.titre("\nCe qui est promis")
        c.ecran.tableau(
            [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(cede=True), Colonne()],
            [
                (
                    "la maison" if e.de is Cote.MAISON else "le partenaire",
                    e.quoi,
                    promesses.dire_quand(e, jour) if e.est_ouvert else "",
                    promesses.ou(e, jour),
                )
                for e in promis
            ],
        )


@texte_app.lit("texte", options=Page)
def texte(
    c: Contexte,
    laquelle: Laquelle,
    options: Page,
    version: Annotated[int, typer.Option("--version", min=0, help="Laquelle ; sinon, la dernière.")] = 0,
) -> None:
    """Le texte d'une convention, à relire, à imprimer (Markdown ou PDF), à signer.

    Exemples :
        tl convention texte c-7k2m
        tl convention texte c-7k2m --sortie ~/bail.pdf
    """
    x = fiches.exiger(c.arbre, laquelle)
    lue = VERSIONS.une(c.arbre, ident_du_texte(x.id, version or x.version))
    if lue is None:
        raise ErreurUsage(
            f"« {x.nom} » n'a pas de version {version or x.version}.", f"La dernière : --version {x.version}"
        )
    forme = rendu.forme(options.format, options.sortie, json=options.json)
    nomme = en_entier(c, lue.texte)
    if forme is Format.HTML:
        raise ErreurUsage(
            "Une convention s'imprime en PDF, ou se relit en Markdown.", "Finir par .pdf ou .md."
        )
    if forme is Format.JSON:
        c.ecran.json(lue)
        return
    if options.sortie is None:
        if forme is Format.PDF:
            options.exiger(f"{x.id}.pdf")
        c.ecran.page(f"{nomme}\n")
        return
    octets = (
        pdf.composer(
            "convention", textes.page(c, x, lue, lambda dit: en_entier(c, dit)), charte.du_lieu(c.lieu)
        )
        if forme is Format.PDF
        else f"{nomme}\n".encode()
    )
    c.ecran.dire(f"Le texte est dans {options.ecrire(c, octets, noms=nomme != lue.texte)}.")
