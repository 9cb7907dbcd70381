"""`tl accueil besoin` : ce dont on a besoin ici, entendu au comptoir ou recueilli en atelier."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.annonce import details, regles
from tiers_lieu_cli.accueil.annonce.details import Entendu, Motif, Quand, Territoire, Themes
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, Besoin, EtatBesoin
from tiers_lieu_cli.accueil.lien.fiches import autour_de
from tiers_lieu_cli.accueil.options import Personne, Public
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.temps import saisie

_ICI = "tiers_lieu_cli.accueil.besoin"
app = Application("Les besoins : entendus au comptoir, ou recueillis en atelier.")


def besoins_ouverts(c: Contexte) -> list[tuple[str, str]]:
    """Les besoins en cours."""
    return [(b.id, b.texte[:60]) for b in BESOINS.en_cours.toutes(c.arbre).fiches]


Lequel = Annotated[
    str,
    typer.Argument(
        metavar="BESOIN", help="Le besoin (Tab propose).", autocompletion=completion(besoins_ouverts)
    ),
]


@app.action("creer")
def creer(
    ctx: typer.Context,
    texte: Annotated[str, typer.Argument(help="Le besoin, comme il se dit.")],
    personne: Personne = None,
    public: Public = None,
    territoire: Territoire = False,
    themes: Themes = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Ne peut pas attendre.")] = False,
    quand: Quand = None,
    entendu: Entendu = "aujourd'hui",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter un besoin : d'une personne, d'un public, du territoire, ou sans dire de qui.

    Exemples :
        tl accueil besoin creer "Garde d'enfants le mercredi" --personne @lea --theme garde --urgent
        tl accueil besoin creer "Un banc devant l'école" --territoire
    """
    c = ouvrir(ctx)
    champs = details.lire(c, texte, personne, public, territoire, themes or (), quand or ())
    jour = saisie.lire_jour_venu(entendu, c.horloge.murale())
    with c.ecriture() as ecriture:
        nom = regles.ident(jour, str(champs["texte"]), "besoin", identifiants.hasard(c.hasard, 4))
        neuf = structs.replace(Besoin(id=nom, texte="…", entendu=jour, urgent=urgent), **champs)
        BESOINS.poser(ecriture, neuf)
        de = regles.de_qui(neuf, c.registre.nom)
        fait = Fait(
            id=neuf.id,
            action="accueil.besoin.creer",
            histoire=f"Nouveau besoin : « {neuf.texte} »",
            phrase=f"Besoin noté{de and f', {de}'} ({neuf.id}).",
            suite=f"tl accueil relier {details.abrege(neuf.id)}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("liste")
def liste(
    ctx: typer.Context,
    themes: Themes = None,
    personne: Personne = None,
    public: Public = None,
    etat: Annotated[EtatBesoin | None, typer.Option("--etat", help="Seulement dans cet état.")] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Comblés et sans suite compris.")] = False,
    json: Json = False,
) -> None:
    """Les besoins en cours, urgents d'abord.

    Exemples :
        tl accueil besoin liste --theme garde
        tl accueil besoin liste --public riverains --tout
    """
    c = ouvrir(ctx)
    fini = etat in (EtatBesoin.COMBLE, EtatBesoin.SANS_SUITE)
    recolte = BESOINS.toutes(c.arbre) if tout or fini else BESOINS.en_cours.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    ranges = regles.dans_l_ordre(b for b in recolte.fiches if etat in (None, b.etat))
    vus = details.retenir(c, ranges, themes, personne, public)
    if json:
        c.ecran.json(vus)
    else:
        details.montrer_liste(c, vus, "Besoins", 'Aucun.  Noter : tl accueil besoin creer "…"')


@app.action("fiche")
def fiche(ctx: typer.Context, besoin: Lequel, json: Json = False) -> None:
    """Voir un besoin, et ce à quoi il est relié.

    Exemple :
        tl accueil besoin fiche 2026-11-24-garde-d-enfants-7k2m
    """
    c = ouvrir(ctx)
    b = BESOINS.exiger(c.arbre, besoin)
    liens = autour_de(c.arbre, b, c.horloge.aujourdhui())
    if json:
        c.ecran.json({"besoin": b, "liens": liens})
        return
    details.montrer(c, b, liens)
    if b.est_ouvert:
        c.ecran.dire(f"  Ensuite : tl accueil relier {details.abrege(b.id)}")


@app.action("modifier")
def modifier(
    ctx: typer.Context,
    besoin: Lequel,
    texte: Annotated[str | None, typer.Option("--texte", help="Le nouveau texte.")] = None,
    personne: Personne = None,
    public: Public = None,
    territoire: Territoire = False,
    themes: Themes = None,
    quand: Quand = None,
    urgent: Annotated[
        bool | None, typer.Option("--urgent/--pas-urgent", help="Ne peut pas attendre, ou le peut.")
    ] = None,
    etat: Annotated[EtatBesoin | None, typer.Option("--etat", help="Comblé, sans suite, rouvert…")] = None,
    motif: Motif = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Changer un besoin, ou dire ce qu'il est devenu ; seul ce qu'on donne change.

    Exemples :
        tl accueil besoin modifier 7k2m --etat comble --motif "trouvé en dehors"
        tl accueil besoin modifier 7k2m --theme garde --urgent
    """
    c = ouvrir(ctx)
    champs = details.lire(c, texte, personne, public, territoire, themes, quand)
    if urgent is not None:
        champs["urgent"] = urgent
    pourquoi = " ".join(c.registre.rendre_opaque(motif).split())
    with c.ecriture() as ecriture:
        ancien = BESOINS.exiger(c.arbre, besoin)
        nouveau = structs.replace(ancien, **champs)
        if etat is not None:
            nouveau = regles.mettre(nouveau, etat, c.horloge.aujourdhui(), pourquoi)
        if nouveau == ancien:
            raise ErreurUsage("Rien ne change.", "Donner ce qui change : --texte, --theme, --etat…")
        BESOINS.corriger(ecriture, ancien, nouveau)
        fait = Fait(
            id=ancien.id,
            action="accueil.besoin.modifier",
            histoire=f"Besoin modifié : « {nouveau.texte} », {regles.dire_etat(nouveau)}",
            phrase=f"« {c.registre.montrer(nouveau.texte)} » : {regles.dire_etat(nouveau)}.",
            suite=f"tl accueil besoin fiche {details.abrege(ancien.id)}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


app.differer("feuille", "Une feuille à imprimer, pour un atelier.", f"{_ICI}.feuille:app")
app.differer("importer", "Faire entrer des besoins d'un tableur.", f"{_ICI}.importer:app")
