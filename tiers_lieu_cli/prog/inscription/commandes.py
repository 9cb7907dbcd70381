"""Qui vient : `tl prog inscrire`, `desinscrire`, `inscrits`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau import modification, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog import fermetures
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles as evenements
from tiers_lieu_cli.prog.inscription import fiches, regles
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Etat, Inscription
from tiers_lieu_cli.prog.inscription.suites import de_personne, dire_promues, placer, responsable_de
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.options import Lequel, Public, Qui, Responsable

inscrire_app = Application()
desinscrire_app = Application()
inscrits_app = Application()


@inscrire_app.ecrit("inscrire")
def inscrire(
    c: Contexte,
    e: Ecriture,
    evenement: Lequel,
    personne: Qui = None,
    groupe: Annotated[int, typer.Option("--groupe", min=0, help="Ils sont tant : une classe.")] = 0,
    accompagne: Annotated[int | None, typer.Option("--accompagne", min=0, help="Avec tant d'autres.")] = None,
    responsable: Responsable = None,
    public: Public = None,
    note: Annotated[str, typer.Option("--note", help="Ce qu'il faut savoir : école, fauteuil…")] = "",
    code: Annotated[
        str,
        typer.Option(
            "--code", metavar="CODE", help="Le groupe déjà inscrit (tl prog inscrits) qui change de taille."
        ),
    ] = "",
) -> Fait:
    """Inscrire une personne, ou un groupe ; sur la liste d'attente si c'est complet.

    Premier arrivé, premier servi. Un groupe qui ne tient pas laisse passer deux demandes arrivées
    après lui ; ensuite, les places qui se libèrent lui sont gardées.

    Exemples :
        tl prog inscrire 2026-11-24-atelier-velo-7k2m @lea --accompagne 1
        tl prog inscrire atelier-velo --groupe 22 --note "école du Nord, 5e" --public partenaires
        tl prog inscrire atelier-velo --code q2x7 --groupe 25
    """
    if code and personne:
        raise ErreurUsage("Un groupe, ou une personne ?", "Dire --code CODE, ou @QUI.")
    if not (personne or groupe or code) and c.ecran.interactif:
        personne = c.demander("Qui vient ?")
    if not (personne or groupe or code):
        raise ErreurUsage("Qui vient ?", "Dire @QUI, ou --groupe NOMBRE pour un groupe sans nom.")
    vise = programme.exiger(c.arbre, evenement)
    regles.exiger_ouvert(vise)
    deja = fiches.de(c.arbre, vise.id)
    connue = _deja_inscrite(c, vise, deja, personne, code)
    if connue and (code or connue.est_attendue):
        taille = (groupe or connue.groupe, connue.accompagne if accompagne is None else accompagne)
        if taille != (connue.groupe, connue.accompagne):
            return _changer_de_taille(c, e, vise, deja, connue, *taille)
        raise regles.DejaInscrite(vise, connue)
    maintenant = regles.arrivee(c.horloge.a_la_microseconde(), deja)
    demande = structs.replace(
        regles.de_personne(vise, c.registre.designer(personne), maintenant)
        if personne
        else regles.de_groupe(vise, groupe, maintenant, c.hasard),
        groupe=groupe,
        accompagne=accompagne or 0,
        responsable=c.registre.designer(responsable) if responsable else "",
        public=c.lieu.reglages.publics_connus([public])[0] if public else "",
        note=texte.ligne(note, "La note", vide=True),
    )
    inscrite = placer(c, e, vise, deja, demande)
    (vu,) = fermetures.a_replacer(c.arbre, [vise])
    ecart = evenements.dire_ecart(vu, maintenant.date()) if vu != vise else ""
    return Fait(
        id=inscrite.id,
        action="prog.inscrire",
        histoire=f"Inscription à « {vise.titre} », {temps.dire_creneau(vise.creneau)}",
        phrase=regles.dire_la_place(vise, inscrite, deja),
        lignes=[*([f"Attention : {ecart}."] if ecart else []), *regles.dire_le_tour(vise, inscrite, deja)],
        suite=f"tl prog inscrits {vise.id}",
    )


def _deja_inscrite(
    c: Contexte, vise: Evenement, deja: Sequence[Inscription], personne: str | None, code: str
) -> Inscription | None:
    """L'inscription que ce code, ou cette personne, a déjà."""
    if personne:
        return de_personne(c, deja, c.registre.designer(personne))
    if not code:
        return None
    trouvee = next((i for i in deja if i.id == f"{vise.id}-groupe-{code}"), None)
    if trouvee is None:
        raise ErreurUsage(
            f"Aucun groupe « {code} » à « {vise.titre} ».", f"Les voir : tl prog inscrits {vise.id}"
        )
    return trouvee


def _changer_de_taille(
    c: Contexte,
    e: Ecriture,
    vise: Evenement,
    deja: Sequence[Inscription],
    ancienne: Inscription,
    groupe: int,
    accompagne: int,
) -> Fait:
    """Plus nombreux, ou moins : la place est gardée, le rang aussi ; ce qui ne tient pas est refusé."""
    nouvelle = modification.changer(ancienne, groupe=groupe, accompagne=accompagne)
    regles.exiger_que_tous_tiennent(vise, deja, ancienne, nouvelle)
    INSCRIPTIONS.corriger(e, ancienne, nouvelle)
    restent = [*(i for i in deja if i.id != ancienne.id), nouvelle]
    # De la place s'est peut-être faite.
    promues = fiches.promouvoir(e, vise, restent) if nouvelle.places < ancienne.places else []
    return modification.fait(
        ancienne,
        nouvelle,
        action="prog.inscrire",
        histoire=f"Inscription changée, « {vise.titre} », {temps.dire_creneau(vise.creneau)}",
        nom=f"{regles.dire_qui(nouvelle)}, « {vise.titre} »",
        jour=c.horloge.aujourdhui(),
        suite=f"tl prog inscrits {vise.id}",
        lignes=[*dire_promues(vise, promues, restent)],
    )


@desinscrire_app.ecrit("desinscrire", prevenir=True)
def desinscrire(
    c: Contexte,
    e: Ecriture,
    evenement: Lequel,
    personne: Qui = None,
    groupe: Annotated[
        str | None, typer.Option("--groupe", metavar="CODE", help="Le code d'un groupe (tl prog inscrits).")
    ] = None,
) -> Fait:
    """Ôter quelqu'un de la liste ; le premier de la liste d'attente prend sa place.

    Exemples :
        tl prog desinscrire 2026-11-24-atelier-velo-7k2m @lea
        tl prog desinscrire atelier-velo --groupe q2x7
    """
    personne = personne or (None if groupe or not c.ecran.interactif else c.demander("Qui ne vient plus ?"))
    if bool(personne) == bool(groupe):
        raise ErreurUsage("Qui ne vient plus ?", "Dire @QUI, ou --groupe CODE.")
    vise = programme.exiger(c.arbre, evenement)
    deja = fiches.de(c.arbre, vise.id)
    if personne:
        ancienne = de_personne(c, deja, c.registre.designer(personne, effacee=True))
    else:
        ancienne = next((i for i in deja if i.id == f"{vise.id}-groupe-{groupe}"), None)
    if ancienne is None:
        raise ErreurUsage(
            f"{personne or groupe} n'est pas sur la liste de « {vise.titre} ».",
            f"Voir la liste : tl prog inscrits {vise.id}",
        )
    retiree = regles.retirer(ancienne)
    INSCRIPTIONS.corriger(e, ancienne, retiree)
    restent = [*(i for i in deja if i.id != ancienne.id), retiree]
    promues = fiches.promouvoir(e, vise, restent)
    return Fait(
        id=ancienne.id,
        action="prog.desinscrire",
        histoire=f"Désinscription de « {vise.titre} », {temps.dire_creneau(vise.creneau)}",
        phrase=f"{regles.dire_qui(ancienne)} n'est plus sur la liste de « {vise.titre} ».",
        lignes=[*dire_promues(vise, promues, restent)],
        suite=f"tl prog inscrits {vise.id}",
    )


@inscrits_app.lit("inscrits")
def inscrits(c: Contexte, evenement: Lequel, json: Json = False) -> None:
    """Voir qui vient, qui attend, qui est venu.

    Exemple :
        tl prog inscrits 2026-11-24-atelier-velo-7k2m
    """
    e = programme.exiger(c.arbre, evenement)
    liste = regles.en_ordre(fiches.de(c.arbre, e.id))
    affluence = regles.affluence(e.capacite, liste)
    if json:
        vues = [{"fiche": i, "places": i.places} for i in liste]
        c.ecran.json({"evenement": e.id, **structs.asdict(affluence), "inscriptions": vues})
        return
    c.ecran.titre(f"{e.titre} · {temps.dire_creneau(e.creneau, c.horloge.aujourdhui())}", affluence.dire())
    if not liste:
        c.ecran.dire(f"Personne encore.  Inscrire : tl prog inscrire {e.id}")
        return
    colonnes = [Colonne(style=Style.GRAS, cede=True), Colonne(), *[Colonne(cede=True)] * 2]
    c.ecran.tableau([*colonnes, Colonne(style=Style.PALE)], _lignes(c, liste))


def _lignes(c: Contexte, liste: Sequence[Inscription]) -> Iterator[tuple[str, ...]]:
    attente = 0
    for i in liste:
        attente += i.attend
        etat = f"en attente ({attente})" if i.attend else _ETATS[i.etat]
        adulte = responsable_de(c, i)
        dit = ", ".join(filter(None, [adulte and f"enfant, voir {adulte}", i.public, i.note]))
        yield regles.dire_qui(i), etat, _presence(i), dit, i.code


_ETATS = {Etat.INSCRITE: "inscrit·e", Etat.RETIREE: "ne vient plus", Etat.SUR_PLACE: "venu·e sur place"}


def _presence(i: Inscription) -> str:
    if i.presents is None:
        return ""
    if i.presents == 0:
        return "absent·e"
    return "présent·e" if i.presents == i.places else f"{i.presents} présents sur {i.places}"
