"""`tl synchroniser` : mettre ce poste et les autres en commun, d'un mot.

Le registre d'abord, et quoi qu'il arrive à l'archive : un effacement n'attend personne. Ce que le
moyeu refuse n'est jamais que non envoyé : c'est montré, et refait si on le veut bien.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.ensemble import documents, mise_en_commun, refaire, trancher
from tiers_lieu_cli.ensemble.donnees import endroits, recu
from tiers_lieu_cli.ensemble.donnees.epoques import Realignement
from tiers_lieu_cli.ensemble.lecture import Faute, Nature
from tiers_lieu_cli.ensemble.mise_en_commun import Bilan, Interrompue, MiseEnCommun, NonEnvoye
from tiers_lieu_cli.ensemble.refaire import Refection
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot import moyeu
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.purge import COPIES
from tiers_lieu_cli.noyau.depot.roles import permis, qui_peut
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.temps import temps

app = Application()
#: Ce que l'écran dit d'une action à refaire, au plus.
_MONTREES = 10
_GESTES = {
    Nature.NOM: "le nom deviendra une mention",
    Nature.MONTANT: "le montant sera retiré",
    Nature.ENREGISTREMENT: "l'action sera refaite au nom de ce poste",
    Nature.FORME: "ce fichier sera laissé de côté, en copie",
    Nature.SCHEMA: "ce fichier sera laissé de côté, en copie",
}


@app.action("synchroniser")
def synchroniser(
    ctx: typer.Context,
    refaire: Annotated[
        bool, typer.Option("--refaire", help="Refaire ce que le moyeu refuse, sans ce qu'il refuse.")
    ] = False,
    json: Json = False,
) -> None:
    """Envoyer ce qui s'est fait ici, recevoir ce qui s'est fait ailleurs.

    Rien ne se perd : ce qui s'oppose est gardé des deux côtés, et demandé ; ce que le moyeu refuse
    est montré, et peut être refait sans cela.

    Exemples :
        tl synchroniser
        tl synchroniser --refaire
    """
    c = ouvrir(ctx, malgre_tout=True)
    c.ecran.interactif &= not json
    if not moyeu.liee(c.archive):
        raise ErreurUsage("Ce lieu n'est relié à aucun moyeu.", "Le relier : tl moyeu relier")
    bilans = []
    # Le registre d'abord : un effacement n'attend pas, et l'archive se lit avec les noms de tous.
    for depot in reversed([depot for depot in c.depots if moyeu.liee(depot)]):
        c = _relire_les_noms(c)
        bilans.append(_jusqu_au_bout(c, depot, d_office=refaire))
    total = _total(bilans)
    if not total.echec:
        # Leurs fiches d'abord : on ne porte que ce que tous savent.
        portes = documents.mettre_en_commun(c)
        total = structs.replace(total, documents=portes, echec=portes.echec)
    if json:
        c.ecran.json(_vue(total) | {"endroits": endroits.chercher(c, total.realignement.traces)})
    else:
        _dire_tout(c, total)
    if total.echec:
        if json:
            raise typer.Exit(total.echec.code)
        raise total.echec
    trancher.proposer(c, total.desaccords) if not json else None


def _relire_les_noms(c: Contexte) -> Contexte:
    """Le même lieu, avec les personnes que le registre connaît maintenant."""
    registre = Registre(c.lieu.racine, c.lieu.reglages.contacts)
    c.ecran.nommer = registre.a_l_ecran
    return structs.replace(c, registre=registre)


def _total(bilans: list[Bilan]) -> Bilan:
    return Bilan(
        envoyees=sum(b.envoyees for b in bilans),
        recues=sum(b.recues for b in bilans),
        refaites=sum(b.refaites for b in bilans),
        laisses=tuple(x for b in bilans for x in b.laisses),
        realignement=next(
            (b.realignement for b in bilans if b.realignement != Realignement()), Realignement()
        ),
        desaccords=tuple(x for b in bilans for x in b.desaccords),
        constats=tuple(x for b in bilans for x in b.constats),
        a_corriger=tuple(x for b in bilans for x in b.a_corriger),
        echec=next((b.echec for b in reversed(bilans) if b.echec), None),
    )


def _vue(total: Bilan) -> dict[str, object]:
    refus = total.echec
    non_envoyees = refus.non_envoyees if isinstance(refus, NonEnvoye) else []
    return {
        "envoyees": total.envoyees,
        "recues": total.recues,
        "refaites": total.refaites,
        "laissees": total.laisses,
        "effacees": total.realignement.ici,
        "documents": {nom: getattr(total.documents, nom) for nom in ("portes", "pris", "otes", "manquent")},
        "desaccords": total.desaccords,
        "constats": [{"fichier": k.fichier, "regle": k.regle, "fait": k.fait} for k in total.constats],
        "a_corriger": [f.fait for f in total.a_corriger],
        "non_envoyees": [
            {"code": n.code, "phrase": n.phrase, "raisons": [f.fait for f in n.fautes]} for n in non_envoyees
        ],
        **(refus.json if refus else {}),
    }


def _dire_tout(c: Contexte, total: Bilan) -> None:
    if not (total.echec and _dire(total) == _RIEN):
        c.ecran.dire(_dire(total))
    for phrase in (*_dire_les_oublis(total.realignement), *total.documents.phrases()):
        c.ecran.dire(phrase)
    if nommees := endroits.chercher(c, total.realignement.traces):
        c.ecran.dire("Ici, son nom, ou un mot qui pourrait l'être, se lit encore :")
        for phrase in recu.dire_les_endroits(nommees):
            c.ecran.dire(phrase)
    if total.laisses:
        c.ecran.dire("Laissés de côté, en copie dans .git/" + COPIES + " jusqu'au prochain envoi :")
        for chemin in total.laisses:
            c.ecran.dire(f"  {chemin}")
    if total.a_corriger:
        c.ecran.dire("Reçu tel quel, et à corriger :")
        for faute in total.a_corriger:
            c.ecran.dire(f"  {faute.fait}")
        c.ecran.dire("    → tl verifier")
    if total.constats:
        c.ecran.dire("À trancher ensemble ; rien n'est perdu :")
        for constat in total.constats:
            c.ecran.dire(f"  {constat.fait}")
            for remede in constat.remede.splitlines():
                c.ecran.dire(f"    → {remede}")
    if isinstance(total.echec, NonEnvoye):
        for ligne in _montrer(c, total.echec):
            c.ecran.avertir(ligne)


_RIEN = "Tout était déjà en commun."


def _dire(bilan: Bilan) -> str:
    if not (bilan.envoyees or bilan.recues or bilan.realignement != Realignement()):
        return _RIEN
    dits: list[str] = []
    for nombre, participe in ((bilan.envoyees, "envoyée"), (bilan.recues, "reçue")):
        pluriel = "s" * (nombre > 1)
        quoi = f" chose{pluriel}" if not dits else ""
        dits.append(f"{nombre or 'aucune'}{quoi} {participe}{pluriel}")
    refaites = f" ; {bilan.refaites} refaite{'s' * (bilan.refaites > 1)}" if bilan.refaites else ""
    return f"{', '.join(dits).capitalize()}{refaites}."


def _montrer(c: Contexte, refus: NonEnvoye) -> Iterator[str]:
    """Chaque action que le moyeu ne reçoit pas, pourquoi, et ce qu'elle deviendrait."""
    if refus.non_envoyees:
        yield "Le moyeu ne reçoit pas telles quelles :"
    for action in refus.non_envoyees[:_MONTREES]:
        quand = action.moment.astimezone(c.lieu.fuseau)
        jour = temps.dire_jour(quand.date(), c.horloge.aujourdhui())
        yield f"  {jour} à {quand:%H:%M} : « {action.phrase} »"
        for faute in action.fautes[:_MONTREES]:
            yield f"    {faute.fait}"
            if refus.refaisable:
                yield f"      → {_geste(faute, refus.role)}"
    if (reste := len(refus.non_envoyees) - _MONTREES) > 0:
        yield f"  … et {reste} autre{'s' * (reste > 1)}."
    deja = {f.fait for n in refus.non_envoyees for f in n.fautes}
    yield from (f"  {f.fait}" for f in refus.fautes if f.fait not in deja)


def _geste(faute: Faute, role: str) -> str:
    if faute.chemin and not permis(role, faute.chemin):
        peuvent = " ou ".join(f"« {role} »" for role in qui_peut(faute.chemin))
        return f"laissé de côté, en copie ; à faire depuis un poste {peuvent}"
    return _GESTES[faute.nature]


def _dire_les_oublis(fait: Realignement) -> Iterator[str]:
    """Ce que les effacements ont fait, ici et au moyeu."""
    for combien, ou in ((fait.au_moyeu, "au moyeu"), (fait.ici, "ici, comme sur un autre poste")):
        if combien:
            qui = "une personne est effacée" if combien == 1 else f"{combien} personnes sont effacées"
            yield f"{qui.capitalize()} {ou} ; son nom n'y est plus, même dans l'histoire."
    if fait.perdues:
        yield "Ce qui était changé ici dans sa fiche n'est pas repris ; tout le reste l'est."


def _jusqu_au_bout(c: Contexte, depot: Depot, *, d_office: bool) -> Bilan:
    """Mettre un dépôt en commun, en refaisant au besoin ce qui n'est pas envoyé ; un échec se rend."""
    refaites, laisses, recues = 0, tuple[str, ...](), 0
    copie = refaire.copie(depot)
    while True:
        try:
            bilan = MiseEnCommun(c, depot).faire()
            if copie and copie == refaire.copie(depot):
                # Un envoi de plus a réussi depuis qu'elle est gardée.
                refaire.oublier(depot)
            return structs.replace(bilan, refaites=refaites, laisses=laisses, recues=bilan.recues + recues)
        except Interrompue as coupee:
            refus, recues = coupee.echec, recues + coupee.bilan.recues
            a_refaire = isinstance(refus, NonEnvoye) and refus.refaisable and not refaites
            if a_refaire and isinstance(refus, NonEnvoye) and (d_office or _accorde(c, refus)):
                refaites, laisses = len(refus.non_envoyees), _refaire(c, depot, refus)
                continue
            return structs.replace(
                coupee.bilan, recues=recues, refaites=refaites, laisses=laisses, echec=refus
            )


def _accorde(c: Contexte, refus: NonEnvoye) -> bool:
    if not c.ecran.interactif:
        return False
    for ligne in _montrer(c, refus):
        c.ecran.dire(ligne)
    return c.accorder("Les refaire ainsi, et envoyer ?")


def _refaire(c: Contexte, depot: Depot, refus: NonEnvoye) -> tuple[str, ...]:
    """Refaire l'histoire non envoyée, sous le verrou ; rend les fichiers laissés de côté."""
    distant = depot.empreinte(moyeu.PARTAGE)
    refuses = {f.chemin for f in refus.fautes if f.chemin and f.nature in (Nature.FORME, Nature.ROLE)}
    with c.ecriture(depot, reunit=True) as ecriture:
        refaite = Refection(
            depot, mise_en_commun.lecture(c, depot), distant, c.horloge.maintenant(), refuses
        ).faire()
        refaire.y_aller(depot, ecriture, refaite)
    return refaite.laisses
