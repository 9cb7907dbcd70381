"""`tl prog affiche` : l'affiche d'un événement, en A4 ou en A3, avec un QR vers sa page."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.pages import charte, courriel, pdf, prose, qr
from tiers_lieu_cli.noyau.pages.prose import Bloc
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Vers
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import phrase
from tiers_lieu_cli.prog import fermetures, fiches, regles
from tiers_lieu_cli.prog.affichage import feuilles
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.options import Lequel

app = Application()


class Affiche(msgspec.Struct, frozen=True, kw_only=True):
    """Une affiche, prête à imprimer ; tout y est public."""

    papier: str
    lieu: str
    titre: str
    jour: str
    heures: str
    ou: str
    pour: str
    ecart: str
    blocs: tuple[Bloc, ...]
    contact: tuple[str, ...]
    adresse: str
    qr: str


@app.lit("affiche", vers=Vers)
def affiche(
    c: Contexte,
    evenement: Lequel,
    vers: Vers,
    a3: Annotated[bool, typer.Option("--a3", help="Sur une feuille A3 ; sinon, A4.")] = False,
    json: Json = False,
) -> None:
    """L'affiche d'un événement : son titre, quand, où, et un QR vers sa page du site.

    Ce qui est annulé, reporté ou fermé le dit ; un brouillon ou un événement interne ne s'affiche pas.

    Exemple :
        tl prog affiche 2026-11-24-atelier-velo-7k2m --a3 --sortie ~/affiche.pdf
    """
    (e,) = fermetures.a_replacer(c.arbre, [fiches.exiger(c.arbre, evenement)])
    if e.interne or e.etat is Etat.BROUILLON:
        quoi = [*["interne"] * e.interne, *["un brouillon"] * (e.etat is Etat.BROUILLON)]
        mots = [*["--publier"] * e.interne, *["--confirmer"] * (e.etat is Etat.BROUILLON)]
        raise ErreurUsage(
            f"« {e.titre} » est {' et '.join(quoi)} : il ne s'affiche pas.",
            f"Le montrer à tous : tl prog evenement modifier {e.id} {' '.join(mots)}",
        )
    if json:
        c.ecran.json({"fiche": e, "adresse": _page(c, e)})
        return
    vers.exiger("affiche.pdf")
    a_tous = Public(c.registre)
    octets = pdf.composer("affiche", _vue(c, e, a_tous, a3=a3), charte.du_lieu(c.lieu))
    for avis in a_tous.avis():
        c.ecran.avertir(avis)
    c.ecran.dire(f"L'affiche de « {e.titre} » est dans {vers.ecrire(c, octets)}.")
    if not _page(c, e):
        c.ecran.dire("  Sans QR : le nom du site (« domaine » de lieu.yaml) manque encore.")


def image(c: Contexte, e: Evenement) -> bytes:
    """L'affiche en image (PNG), à joindre à un message."""
    return pdf.composer(
        "affiche", _vue(c, e, Public(c.registre), a3=False), charte.du_lieu(c.lieu), image=True
    )


def _page(c: Contexte, e: Evenement) -> str:
    return feuilles.en_ligne(c, f"evenements/{e.id}.html")


def _vue(c: Contexte, e: Evenement, a_tous: Public, *, a3: bool) -> Affiche:
    reglages, adresse = c.lieu.reglages, _page(c, e)
    un_jour = e.creneau.est_d_un_jour
    ou = a_tous.dire(
        fiches.ou(c.arbre, e),
        e.id,
    )
    ecrire = courriel.adresse(reglages.contacts)
    places = f"{e.capacite} places" if e.capacite else ""
    return Affiche(
        papier="a3" if a3 else "a4",
        lieu=reglages.nom,
        titre=a_tous.dire(e.titre, e.id),
        jour=phrase(temps.dire_jour(e.creneau.premier_jour) if un_jour else temps.dire_creneau(e.creneau))[
            :-1
        ],
        heures="" if e.creneau.jours_entiers or not un_jour else temps.dire_heures(e.creneau),
        ou=", ".join(filter(None, [ou, "" if e.ailleurs else reglages.adresse])),
        pour=" · ".join(filter(None, [regles.pour_qui(e), *e.accessibilite, places])),
        ecart=a_tous.dire(regles.dire_ecart(e, c.horloge.aujourdhui()), e.id),
        blocs=tuple(prose.blocs(a_tous.dire(e.description, e.id))),
        contact=tuple(filter(None, [f"S'inscrire : {ecrire}" if ecrire else "", feuilles.en_ligne(c)])),
        adresse="tout savoir" if adresse else "",
        qr=qr.svg(f"https://{adresse}") if adresse else "",
    )
