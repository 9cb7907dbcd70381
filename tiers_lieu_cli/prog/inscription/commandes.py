"""Qui vient : `tl prog inscrire`, `desinscrire`, `inscrits`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.inscription import fiches, regles
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Etat, Inscription
from tiers_lieu_cli.prog.inscription.suites import de_personne, dire_promues, nommer, responsable
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.options import Lequel, Public, Qui, Responsable

inscrire_app = Application()
desinscrire_app = Application()
inscrits_app = Application()


@inscrire_app.action("inscrire")
def inscrire(
    ctx: typer.Context,
    evenement: Lequel,
    personne: Qui = None,
    groupe: Annotated[int, typer.Option("--groupe", min=0, help="Ils sont tant : une classe.")] = 0,
    accompagne: Annotated[int, typer.Option("--accompagne", min=0, help="Avec tant d'autres.")] = 0,
    responsable: Responsable = None,
    public: Public = None,
    note: Annotated[str, typer.Option("--note", help="Ce qu'il faut savoir : école, fauteuil…")] = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Inscrire une personne, ou un groupe ; sur la liste d'attente si c'est complet.

    Exemples :
        tl prog inscrire 2026-11-24-atelier-velo-7k2m --personne @lea --accompagne 1
        tl prog inscrire atelier-velo --groupe 22 --note "école du Nord, 5e" --public partenaires
    """
    c = ouvrir(ctx)
    if not (personne or groupe):
        raise ErreurUsage("Qui vient ?", "Dire --personne @QUI, ou --groupe NOMBRE pour un groupe sans nom.")
    dite = texte.ligne(c.registre.rendre_opaque(note), "La note", vide=True)
    qui = c.registre.designer(personne) if personne else ""
    with c.ecriture() as ecriture:
        e = programme.exiger(c.arbre, evenement)
        regles.exiger_ouvert(e)
        deja = fiches.de(c.arbre, e.id)
        neuve = (
            regles.de_personne(e, qui, c.horloge.murale())
            if qui
            else regles.de_groupe(e, groupe, c.horloge.murale(), c.hasard)
        )
        demande = structs.replace(
            neuve,
            groupe=groupe,
            accompagne=accompagne,
            responsable=c.registre.designer(responsable) if responsable else "",
            public=c.lieu.reglages.publics_connus([public])[0] if public else "",
            note=dite,
        )
        inscrite = _poser(c, ecriture, e, deja, demande)
        ensuite = [*(i for i in deja if i.id != inscrite.id), inscrite]
        fait = Fait(
            id=inscrite.id,
            action="prog.inscrire",
            histoire=f"Inscription à « {e.titre} », {temps.dire_creneau(e.creneau)}",
            phrase=_dire_la_place(c, e, inscrite, ensuite),
            suite=f"tl prog inscrits {e.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def _poser(
    c: Contexte, ecriture: Ecriture, e: Evenement, deja: Sequence[Inscription], demande: Inscription
) -> Inscription:
    """Poser la demande, avec la place qu'on peut lui donner."""
    ancienne = de_personne(c, deja, demande.personne) if demande.personne else None
    qui = nommer(c, demande)
    if ancienne:
        demande = structs.replace(demande, id=ancienne.id, personne=ancienne.personne)
        demande = regles.reprendre(e, ancienne, demande, qui)
    placee = regles.placer(e.capacite, (i for i in deja if i.id != demande.id), demande)
    if ancienne is None:
        INSCRIPTIONS.poser(ecriture, placee)
    elif ancienne.attend and placee.attend and ancienne.places == placee.places:
        raise regles.DejaInscrite(e, qui, attend=True)
    else:
        INSCRIPTIONS.corriger(ecriture, ancienne, placee)
    return placee


def _dire_la_place(c: Contexte, e: Evenement, i: Inscription, ensuite: Sequence[Inscription]) -> str:
    qui, affluence = nommer(c, i), regles.affluence(e.capacite, ensuite)
    if i.attend:
        rang = 1 + sum(autre.attend and autre.rang < i.rang for autre in ensuite)
        place = "1er" if rang == 1 else f"{rang}e"
        libres = affluence.libres
        reste = f"n'a plus que {libres} place{'s' * (libres > 1)}" if libres > 0 else "est complet"
        return f"« {e.titre} » {reste} : {qui} est {place} sur la liste d'attente."
    return f"{qui} : inscrit·e à « {e.titre} » ({affluence.dire()})."


@desinscrire_app.action("desinscrire")
def desinscrire(
    ctx: typer.Context,
    evenement: Lequel,
    personne: Qui = None,
    groupe: Annotated[
        str | None, typer.Option("--groupe", metavar="CODE", help="Le code d'un groupe (tl prog inscrits).")
    ] = None,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Ôter quelqu'un de la liste ; le premier de la liste d'attente prend sa place.

    Exemples :
        tl prog desinscrire 2026-11-24-atelier-velo-7k2m --personne @lea
        tl prog desinscrire atelier-velo --groupe q2x7
    """
    c = ouvrir(ctx)
    if bool(personne) == bool(groupe):
        raise ErreurUsage("Qui ne vient plus ?", "Dire --personne @QUI, ou --groupe CODE.")
    with c.ecriture() as ecriture:
        e = programme.exiger(c.arbre, evenement)
        deja = fiches.de(c.arbre, e.id)
        if personne:
            ancienne = de_personne(c, deja, c.registre.designer(personne))
        else:
            ancienne = next((i for i in deja if i.id == f"{e.id}-groupe-{groupe}"), None)
        if ancienne is None:
            raise ErreurUsage(
                f"{personne or groupe} n'est pas sur la liste de « {e.titre} ».",
                f"Voir la liste : tl prog inscrits {e.id}",
            )
        retiree = regles.retirer(ancienne, nommer(c, ancienne))
        INSCRIPTIONS.corriger(ecriture, ancienne, retiree)
        restent = [*(i for i in deja if i.id != ancienne.id), retiree]
        promues = fiches.promouvoir(ecriture, e, restent)
        fait = Fait(
            id=ancienne.id,
            action="prog.desinscrire",
            histoire=f"Désinscription de « {e.titre} », {temps.dire_creneau(e.creneau)}",
            phrase="\n".join(
                [
                    f"{nommer(c, ancienne)} n'est plus sur la liste de « {e.titre} ».",
                    *dire_promues(c, promues),
                ]
            ),
            suite=f"tl prog inscrits {e.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@inscrits_app.action("inscrits")
def inscrits(ctx: typer.Context, evenement: Lequel, json: Json = False) -> None:
    """Voir qui vient, qui attend, qui est venu.

    Exemple :
        tl prog inscrits 2026-11-24-atelier-velo-7k2m
    """
    c = ouvrir(ctx)
    e = programme.exiger(c.arbre, evenement)
    liste = regles.en_ordre(fiches.de(c.arbre, e.id))
    affluence = regles.affluence(e.capacite, liste)
    if json:
        c.ecran.json(
            {"evenement": e.id, **structs.asdict(affluence), "inscriptions": [_vue(i) for i in liste]}
        )
        return
    c.ecran.titre(f"{e.titre} · {temps.dire_creneau(e.creneau, c.horloge.aujourdhui())}", affluence.dire())
    if not liste:
        c.ecran.dire(f"Personne encore.  Inscrire : tl prog inscrire {e.id} --personne @…")
        return
    c.ecran.tableau(
        [
            Colonne(style=Style.GRAS, cede=True),
            Colonne(),
            Colonne(cede=True),
            Colonne(cede=True),
            Colonne(style=Style.PALE),
        ],
        _lignes(c, liste),
    )


def _lignes(c: Contexte, liste: Sequence[Inscription]) -> Iterator[tuple[str, ...]]:
    attente = 0
    for i in liste:
        attente += i.attend
        etat = f"en attente ({attente})" if i.attend else _ETATS[i.etat]
        code = "" if i.personne else i.id.rpartition("-")[2]
        adulte = responsable(c, i)
        avec = f"enfant, voir {c.registre.nom(adulte)}" if adulte else ""
        dit = ", ".join(filter(None, [avec, i.public, c.registre.montrer(i.note)]))
        yield nommer(c, i), etat, _presence(i), dit, code


def _vue(i: Inscription) -> dict[str, object]:
    return {**structs.asdict(i), "places": i.places}


_ETATS = {Etat.INSCRITE: "inscrit·e", Etat.RETIREE: "ne vient plus", Etat.SUR_PLACE: "venu·e sur place"}


def _presence(i: Inscription) -> str:
    if i.presents is None:
        return ""
    if i.presents == 0:
        return "absent·e"
    return "présent·e" if i.presents == i.places else f"{i.presents} présents sur {i.places}"
