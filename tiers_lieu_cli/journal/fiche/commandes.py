"""`tl journal fiche` : les pages pratiques de la maison, à lire, à imprimer, à relire."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.journal import regles as notes
from tiers_lieu_cli.journal.fiche.modele import PRATIQUES, Pratique, PratiqueCitee
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens import secrets_dits
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.pages import document, qr
from tiers_lieu_cli.noyau.pages.document import Document, Section
from tiers_lieu_cli.noyau.pages.rendu import Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import delais, temps
from tiers_lieu_cli.noyau.texte import en_tirets

app = Application("Les pages pratiques : ouvrir, fermer, l'alarme, la machine à café.")


_Laquelle = Annotated[PratiqueCitee, typer.Argument(metavar="ID", help="La page (Tab propose).")]
_Texte = Annotated[
    str | None,
    typer.Option("--texte", help="La page, en Markdown ; « - » : lue dans le tube ; sans elle, l'éditeur."),
]
_TousLes = Annotated[
    str | None, typer.Option("--tous-les", metavar="DUREE", help="La relire tous les : 6 mois, 1 an.")
]
_Salle = Annotated[SalleCitee | None, typer.Option("--salle", help="La salle dont elle parle.")]


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="En quelques mots.")],
    contenu: _Texte = None,
    tous_les: _TousLes = None,
    salle: _Salle = None,
) -> Fait:
    """Écrire une page pratique ; elle ne porte ni code, ni mot de passe : elle dit où ils sont.

    Exemple :
        tl journal fiche creer "Ouvrir la maison" --texte "1. Couper l'alarme (le code est chez un relais)."
    """
    dit = texte.ligne(titre, "Le titre")
    neuve = Pratique(
        id=PRATIQUES.ident_libre(c.arbre, en_tirets(taire(dit, " "), "page"), c.hasard),
        titre=dit,
        texte=_lire(c, contenu, ""),
        relue_le=c.horloge.aujourdhui(),
        tous_les=delais.lire(tous_les) if tous_les else "6 mois",
        salle=SALLES.designer(c.arbre, salle) if salle else "",
    )
    secrets_dits.refuser(neuve.titre)
    PRATIQUES.poser(e, neuve)
    return _dit(neuve, "creer", "Page pratique", f"est écrite, à relire {_quand(neuve)}")


def _lire(c: Contexte, dit: str | None, avant: str) -> str:
    """Le texte donné, celui du tube ou de l'éditeur ; refusé s'il porte un secret."""
    if dit is None:
        dit = c.editer(avant) if c.ecran.interactif else c.tube()
    elif dit == "-":
        dit = c.tube()
    propre = notes.texte_propre(dit, 'tl journal fiche creer "Ouvrir" --texte "1. La clé est au crochet."')
    secrets_dits.refuser(propre)
    return propre


def _quand(p: Pratique) -> str:
    return temps.dire_jour(p.a_relire) if p.a_relire else "quand on voudra"


def _dit(p: Pratique, verbe: str, histoire: str, fait: str) -> Fait:
    return Fait(
        id=p.id,
        action=f"journal.fiche.{verbe}",
        histoire=f"{histoire} : « {p.titre} »",
        phrase=f"« {p.titre} » {fait}.",
        suite=f"tl journal fiche lire {p.id} --sortie ~/{p.id}.pdf",
    )


@app.lit("lire", page=Page)
def lire(c: Contexte, laquelle: _Laquelle, page: Page) -> None:
    """Lire une page, ou l'imprimer : son QR mène à elle.

    Exemples :
        tl journal fiche lire ouvrir-la-maison
        tl journal fiche lire ouvrir-la-maison --sortie ~/ouvrir.pdf
    """
    p = PRATIQUES.exiger(c.arbre, laquelle)
    if page.json and page.sortie is None:
        c.ecran.json(p)
        return
    relue = f"relue le {temps.dire_jour(p.relue_le)}, à relire {_quand(p)}"
    vue = Document(c.lieu.reglages.nom, p.titre, relue, (Section("", taire(p.texte, "un relais")),))
    domaine = c.lieu.reglages.domaine
    adresse = (
        f"tl journal fiche lire {p.id}"
        if domaine.endswith(".invalid")
        else f"https://{domaine}/fiches/{p.id}"
    )
    imprimee = page.sortie is not None or page.format is not None
    vue = structs.replace(vue, qr=qr.svg(adresse), adresse=adresse) if imprimee else vue
    if not document.rendre(c, vue, page, "La page"):
        document.dire(c, structs.replace(vue, sections=(Section("", p.texte),)))


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les pages pratiques, et quand les relire.

    Exemple :
        tl journal fiche liste
    """
    recolte = PRATIQUES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    pages = sorted(recolte.fiches, key=lambda p: (p.titre.casefold(), p.id))
    c.ecran.liste(
        pages,
        'Aucune page.  En écrire une : tl journal fiche creer "Ouvrir la maison"',
        [Colonne("page", Style.GRAS, cede=True), Colonne("à relire"), Colonne("", Style.PALE)],
        ((p.titre, _quand(p), p.id) for p in pages),
        json=json,
    )


@app.ecrit("modifier")
def modifier(
    c: Contexte,
    e: Ecriture,
    laquelle: _Laquelle,
    contenu: _Texte = None,
    tous_les: _TousLes = None,
    salle: _Salle = None,
) -> Fait:
    """Changer une page ; l'avoir changée, c'est l'avoir relue.

    Exemple :
        tl journal fiche modifier ouvrir-la-maison --texte "1. Couper l'alarme. 2. Allumer le hall."
    """
    ancienne = PRATIQUES.exiger(c.arbre, laquelle)
    champs: dict[str, object] = {}
    if tous_les is not None:
        champs["tous_les"] = delais.lire(tous_les)
    if salle is not None:
        champs["salle"] = SALLES.designer(c.arbre, salle) if salle else ""
    if contenu is not None or not champs:
        champs |= {"texte": _lire(c, contenu, ancienne.texte), "relue_le": c.horloge.aujourdhui()}
    nouvelle = structs.replace(ancienne, **champs)
    if nouvelle == ancienne:
        raise ErreurUsage("Rien ne change.", f"Si elle dit vrai : tl journal fiche relue {ancienne.id}")
    PRATIQUES.corriger(e, ancienne, nouvelle)
    return _dit(nouvelle, "modifier", "Page pratique changée", f"est changée, à relire {_quand(nouvelle)}")


@app.ecrit("relue")
def relue(c: Contexte, e: Ecriture, laquelle: _Laquelle) -> Fait:
    """Dire qu'on a relu une page sur place, et qu'elle dit vrai.

    Exemple :
        tl journal fiche relue ouvrir-la-maison
    """
    ancienne = PRATIQUES.exiger(c.arbre, laquelle)
    neuve = structs.replace(ancienne, relue_le=c.horloge.aujourdhui())
    if neuve == ancienne:
        raise ErreurUsage("Elle a été relue aujourd'hui.", f"La lire : tl journal fiche lire {ancienne.id}")
    PRATIQUES.corriger(e, ancienne, neuve)
    return _dit(neuve, "relue", "Page pratique relue", f"dit vrai, à relire {_quand(neuve)}")
