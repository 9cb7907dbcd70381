"""`tl accueil personne` : enregistrer une personne, la changer, la retrouver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.accueil.personne import recherche
from tiers_lieu_cli.accueil.personne.regles import (
    Dit,
    a_surnommer,
    changer,
    exiger_un_tuteur_majeur,
    nouvelle_personne,
)
from tiers_lieu_cli.noyau import modification, valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import BUTS, PERSONNES, Personne, premier_mot, tel_quel
from tiers_lieu_cli.noyau.liens import PersonneCitee, PublicCite
from tiers_lieu_cli.noyau.porte import Application, registre
from tiers_lieu_cli.noyau.temps import saisie

app = Application("Les personnes : en enregistrer, les retrouver, les voir.")
app.differer(
    "fiche",
    "Tout ce que le lieu sait d'une personne.",
    "tiers_lieu_cli.ensemble.donnees.fiche:app",
)
app.differer("liste", "Voir les personnes du registre.", "tiers_lieu_cli.accueil.personne.liste:app")
app.differer(
    "doublons",
    "Celles qui sont peut-être deux fois là.",
    "tiers_lieu_cli.accueil.personne.fusion:doublons_app",
)
app.differer(
    "fusionner",
    "Réunir deux fiches d'une même personne.",
    "tiers_lieu_cli.accueil.personne.fusion:fusionner_app",
)
app.differer(
    "mot",
    "Ce mot n'est pas une personne.",
    "tiers_lieu_cli.accueil.personne.mots:app",
)


def buts(_: Contexte) -> list[tuple[str, str]]:
    """Ce à quoi l'on peut consentir."""
    return [(but, "") for but in BUTS]


Qui = Annotated[PersonneCitee, typer.Argument(metavar="@QUI", help="La personne.")]
Surnom = Annotated[
    str | None, typer.Option("--surnom", help="Le mot pour la citer (@karim) ; sinon son prénom.")
]
Publics = Annotated[list[PublicCite] | None, typer.Option("--public", help="Un public dont elle est.")]
Courriel = Annotated[str | None, typer.Option("--courriel", help="Son adresse électronique.")]
Telephone = Annotated[str | None, typer.Option("--telephone", help="Son numéro.")]
Autre = Annotated[str | None, typer.Option("--autre", help="Une autre façon de la joindre.")]
Langues = Annotated[list[str] | None, typer.Option("--langue", help="Une langue qu'elle parle.")]
Mineur = Annotated[bool | None, typer.Option("--mineur/--majeur", help="A-t-elle moins de 18 ans ?")]
Tuteur = Annotated[
    PersonneCitee | None, typer.Option("--tuteur", metavar="@QUI", help="Qui répond d'un mineur.")
]
Accepte = Annotated[
    list[str] | None,
    typer.Option(
        "--accepte", metavar="BUT", help=f"Son accord : {', '.join(BUTS)}.", autocompletion=completion(buts)
    ),
]
Portrait = Annotated[
    str | None, typer.Option("--portrait", help="Ce que le lieu dit d'elle en public, avec son accord.")
]
NomPublic = Annotated[
    str | None,
    typer.Option("--nom-public", metavar="NOM", help="Le nom sous lequel elle accepte de paraître."),
]
Depuis = Annotated[str | None, typer.Option("--depuis", metavar="JOUR", help="Depuis quand on la connaît.")]


class _Options(msgspec.Struct, frozen=True):
    """Ce qu'on peut dire d'une personne ; `None` : on n'en a rien dit."""

    surnom: Surnom = None
    publics: Publics = None
    courriel: Courriel = None
    telephone: Telephone = None
    autre: Autre = None
    langues: Langues = None
    mineur: Mineur = None
    tuteur: Tuteur = None
    accepte: Accepte = None
    portrait: Portrait = None
    nom_public: NomPublic = None
    depuis: Depuis = None


def _lire(c: Contexte, o: _Options) -> Dit:
    """Ce que disent les options : publics du lieu, tuteur connu, jour compris."""
    return Dit(
        surnom=o.surnom,
        publics=None if o.publics is None else c.lieu.reglages.publics_connus(filter(None, o.publics)),
        courriel=o.courriel,
        telephone=o.telephone,
        autre=o.autre,
        langues=None if o.langues is None else tuple(filter(None, o.langues)),
        mineur=o.mineur,
        tuteur=c.registre.exiger(o.tuteur).id if o.tuteur else o.tuteur,
        portrait=o.portrait,
        nom_public=o.nom_public,
        depuis=saisie.lire_jour_venu(o.depuis, c.horloge.murale()) if o.depuis else None,
        accepte=_buts(o.accepte),
    )


def _buts(dits: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(valeurs.exiger(but, valeurs.parmi(BUTS), "un accord qu'on donne") for but in dits or ())


@app.ecrit("creer", depot=registre, options=_Options)
def creer(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Son nom, comme elle le dit.")],
    options: _Options,
) -> Fait:
    """Enregistrer une personne ; un nom suffit.

    Son nom reste dans le registre, effaçable ; ailleurs on n'écrit qu'un identifiant.

    Exemples :
        tl accueil personne creer "Karim Haddad" --public riverains
        tl accueil personne creer "Zoé Haddad" --mineur --tuteur @karim
    """
    dit = _lire(c, options)
    connues = c.registre.annuaire
    neuve = nouvelle_personne(nom, dit, c.horloge.aujourdhui(), connues, c.hasard)
    _refuser_un_autre_nom(c, neuve)
    if neuve.mineur:
        exiger_un_tuteur_majeur(neuve, c.registre.toutes.fiches)
    PERSONNES.poser(e, neuve)
    lignes = [*_distinguer(c, e, neuve)]
    return Fait(
        id=neuve.id,
        action="accueil.personne.creer",
        histoire="Nouvelle personne",
        phrase=f"{neuve.nom} est au registre ({tel_quel(neuve.id)}).",
        lignes=lignes,
        suite=f"tl accueil personne fiche @{neuve.id}",
    )


def _distinguer(c: Contexte, e: Ecriture, neuve: Personne) -> Iterator[str]:
    """Dire qui porte le même prénom, et donner à chacun de quoi être cité seul."""
    connues = c.registre.annuaire
    homonymes = [p for p in connues if p.prenom and p.prenom == premier_mot(neuve.nom)]
    donnes = a_surnommer(neuve.nom, neuve.surnom, connues)
    for ident, surnom in donnes.items():
        ancienne = c.registre.exiger(ident)
        PERSONNES.corriger(e, ancienne, structs.replace(ancienne, surnom=surnom))
    if homonymes:
        dits = (f"{p.nom} se cite @{donnes.get(p.id, p.surnom)}" for p in homonymes)
        yield f"Même prénom : {', '.join(dits)} ; {neuve.nom}, @{neuve.surnom}."
        if any(p.cle == neuve.cle for p in homonymes):
            yield "  Si c'est la même personne : tl accueil personne doublons"


@app.ecrit("modifier", depot=registre, options=_Options)
def modifier(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    options: _Options,
    nom: Annotated[str | None, typer.Option("--nom", help="Son nom, s'il a changé.")] = None,
    retire: Annotated[
        list[str] | None,
        typer.Option(
            "--retire", metavar="BUT", help="L'accord qu'elle reprend.", autocompletion=completion(buts)
        ),
    ] = None,
) -> Fait:
    """Changer ce qu'on dit d'une personne ; seul ce qu'on donne change ("" efface).

    Un accord retiré reste daté ; celui du portrait emporte le portrait, celui du nom public ce nom.

    Exemples :
        tl accueil personne modifier @karim --telephone "0470 12 34 56" --accepte lettre
        tl accueil personne modifier @karim --retire portrait
        tl accueil personne modifier @karim --nom-public "DJ Karim"
    """
    dit = structs.replace(_lire(c, options), nom=nom, retire=_buts(retire))
    if dit == Dit():
        raise ErreurUsage("Rien à changer.", "Dire quoi, par exemple : --telephone 0470…")
    ancienne = c.registre.exiger(qui)
    neuve = changer(ancienne, dit, c.horloge.aujourdhui(), c.registre.annuaire)
    _refuser_un_autre_nom(c, neuve)
    if neuve.mineur:
        exiger_un_tuteur_majeur(neuve, c.registre.toutes.fiches)
    PERSONNES.corriger(e, ancienne, neuve)
    return Fait(
        id=neuve.id,
        action="accueil.personne.modifier",
        histoire="Fiche d'une personne corrigée",
        phrase=f"La fiche de {neuve.nom} est à jour.",
        lignes=[*modification.changements(ancienne, neuve, c.horloge.aujourdhui())],
        suite=f"tl accueil personne fiche @{neuve.id}",
    )


def _refuser_un_autre_nom(c: Contexte, personne: Personne) -> None:
    """Le texte d'une fiche n'en nomme pas une autre : effacer celle-ci n'y laisserait rien d'elle."""
    for indice in c.registre.detecteur.nommes(f"{personne.portrait}\n{personne.autre}"):
        if indice.personne != personne.id:
            raise ErreurUsage(
                f"« {indice.extrait} » désigne une autre personne du registre.",
                f"Écrire @{indice.personne} à la place, ou ne pas la nommer.",
            )


@app.lit("chercher")
def chercher(
    c: Contexte,
    mot: Annotated[str, typer.Argument(help="Un bout de nom, un courriel, un numéro.")],
    json: Json = False,
) -> None:
    """Retrouver quelqu'un malgré une faute, un accent, une particule.

    Exemples :
        tl accueil personne chercher dhondt
        tl accueil personne chercher 0470
    """
    trouvees = [p for ident in recherche.chercher(mot, c.registre.annuaire) if (p := c.registre.une(ident))]
    if not trouvees and not json:
        c.ecran.dire(f"Personne ne ressemble à « {mot} ».")
        c.ecran.dire('  L\'enregistrer : tl accueil personne creer "Prénom Nom"')
        return
    montrer(c, trouvees, json=json)


def montrer(c: Contexte, personnes: Iterable[Personne], *, json: bool) -> None:
    """Un tableau de personnes."""
    if json:
        c.ecran.json(list(personnes))
        return
    c.ecran.tableau(
        [
            Colonne("nom", style=Style.GRAS, cede=True),
            Colonne("cité"),
            Colonne("publics", cede=True),
            Colonne("joindre", cede=True),
            Colonne("identifiant", style=Style.PALE),
        ],
        (
            (
                p.nom,
                f"@{p.surnom}" if p.surnom else "",
                ", ".join(p.publics),
                p.telephone or p.courriel or p.autre,
                tel_quel(p.id),
            )
            for p in personnes
        ),
    )
