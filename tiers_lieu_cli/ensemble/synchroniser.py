"""`tl synchroniser` : mettre ce poste et les autres en commun, d'un mot.

Le registre d'abord, et quoi qu'il arrive à l'archive : un effacement n'attend personne. Ce que le
moyeu refuse n'est jamais que non envoyé : c'est montré, et refait si on le veut bien.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.ensemble import documents, partage, refaire, trancher, verification
from tiers_lieu_cli.ensemble.documents import Portes
from tiers_lieu_cli.ensemble.donnees import endroits, epoques, recu
from tiers_lieu_cli.ensemble.donnees.epoques import Realignement
from tiers_lieu_cli.ensemble.lecture import Faute, Lecture, Nature
from tiers_lieu_cli.ensemble.refaire import NonEnvoyee, Refection
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot import histoire, moyeu
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.moyeu import MoyeuEnAvance, RefusDuMoyeu
from tiers_lieu_cli.noyau.depot.purge import COMMUN, COPIES
from tiers_lieu_cli.noyau.depot.roles import permis, qui_peut
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fiches.verification import Constat
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.temps import temps

app = Application()
#: Tentatives quand d'autres postes déposent sans cesse ; les attentes grandissent (≈ 25 s en tout).
ESSAIS = 14
_PREMIERE_ATTENTE, _PLUS_LONGUE_ATTENTE = 0.05, 4.0
#: Une mise en commun ne montre que ce qui engage quelqu'un ; `tl verifier` dit le reste.
_A_DIRE = ("double-promesse", "surnombre", "lien", "schema")
#: Ce que l'écran dit d'une action à refaire, au plus.
_MONTREES = 10
_GESTES = {
    Nature.NOM: "le nom deviendra une mention",
    Nature.MONTANT: "le montant sera retiré",
    Nature.ENREGISTREMENT: "l'action sera refaite au nom de ce poste",
    Nature.FORME: "ce fichier sera laissé de côté, en copie",
    Nature.SCHEMA: "ce fichier sera laissé de côté, en copie",
}


class MoyeuTropOccupe(Echec):
    """D'autres postes déposent sans cesse."""

    def __init__(self) -> None:
        super().__init__(
            "D'autres postes déposent sans cesse ; ce qui est à vous est gardé ici.",
            "Recommencer dans un instant : tl synchroniser",
        )


class NonEnvoye(Echec):
    """Des actions de ce poste ne peuvent pas être reçues telles quelles ; elles restent ici, entières."""

    def __init__(
        self, non_envoyees: list[NonEnvoyee], fautes: list[Faute], role: str, *, refaisable: bool
    ) -> None:
        combien = len(non_envoyees)
        quoi = "Une action n'est pas envoyée" if combien < 2 else f"{combien} actions ne sont pas envoyées"
        remede = "Les refaire sans cela, puis envoyer : tl synchroniser --refaire"
        super().__init__(
            f"{quoi} ; rien n'est perdu, tout reste sur ce poste.",
            remede if refaisable else "Prévenir la personne qui tient le moyeu.",
        )
        self.non_envoyees = non_envoyees
        self.fautes = fautes
        self.role = role
        self.refaisable = refaisable


class Bilan(msgspec.Struct, frozen=True):
    """Ce qu'une mise en commun a fait, en nombre d'actions ; et ce qui reste à régler ensemble."""

    envoyees: int = 0
    recues: int = 0
    refaites: int = 0
    laisses: tuple[str, ...] = ()
    realignement: Realignement = Realignement()
    desaccords: tuple[str, ...] = ()
    constats: tuple[Constat, ...] = ()
    #: Ce qui est entré et qu'il vaut mieux corriger.
    a_corriger: tuple[Faute, ...] = ()
    documents: Portes = Portes()
    #: Ce qui a empêché la mise en commun d'aller au bout.
    echec: Echec | None = None


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
            c.ecran.dire(f"    → {constat.remede}")
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
            bilan = _mettre_en_commun(c, depot)
            if copie and copie == refaire.copie(depot):
                # Un envoi de plus a réussi depuis qu'elle est gardée.
                refaire.oublier(depot)
            return structs.replace(bilan, refaites=refaites, laisses=laisses, recues=bilan.recues + recues)
        except _Interrompue as coupee:
            refus, recues = coupee.echec, recues + coupee.bilan.recues
            a_refaire = isinstance(refus, NonEnvoye) and refus.refaisable and not refaites
            if a_refaire and isinstance(refus, NonEnvoye) and (d_office or _accorde(c, refus)):
                refaites, laisses = len(refus.non_envoyees), _refaire(c, depot, refus)
                continue
            return structs.replace(
                coupee.bilan, recues=recues, refaites=refaites, laisses=laisses, echec=refus
            )


class _Interrompue(Exception):
    """Une mise en commun qui n'est pas allée au bout, et ce qu'elle avait déjà fait."""

    def __init__(self, bilan: Bilan, echec: Echec) -> None:
        super().__init__()
        self.bilan = bilan
        self.echec = echec


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
        refaite = Refection(depot, _lecture(c, depot), distant, c.horloge.maintenant(), refuses).faire()
        refaire.y_aller(depot, ecriture, refaite)
    return refaite.laisses


def _mettre_en_commun(c: Contexte, depot: Depot) -> Bilan:
    """Prendre, réunir, vérifier, lire, porter ; recommencer tant qu'un autre poste passe devant."""
    fait = Bilan()
    try:
        url = moyeu.liee(depot)
        chemins = set[str]()
        for essai in range(ESSAIS):
            try:
                distant, realignement = _prendre(c, depot, url)
            except MoyeuEnAvance:
                _attendre(essai, c.hasard.choice)
                continue
            if realignement:
                fait = structs.replace(
                    fait,
                    realignement=realignement,
                    desaccords=(*fait.desaccords, *realignement.desaccords),
                )
            if distant:
                fait = _recevoir(c, depot, distant, fait, chemins)
            a_porter = _combien(depot, f"{distant}..HEAD") if distant else _combien(depot, "HEAD")
            # Les règles du lieu se vérifient une fois réuni et avant de porter : on garde tout, et on le dit.
            fait = structs.replace(fait, constats=_constats(c, depot, chemins))
            if depot.tete() != distant:
                try:
                    _porter(c, depot, url, distant)
                except MoyeuEnAvance:
                    _attendre(essai, c.hasard.choice)
                    continue
                depot.git("update-ref", COMMUN, "HEAD")
                fait = structs.replace(fait, envoyees=a_porter)
            return fait
        raise MoyeuTropOccupe
    except Echec as echec:
        raise _Interrompue(fait, echec) from None


def _prendre(c: Contexte, depot: Depot, url: str) -> tuple[str, Realignement | None]:
    """Ce que le moyeu garde ; au registre, où l'on efface, il faut d'abord être de la même époque."""
    if depot.racine == c.lieu.racine:
        with c.ecran.transport() as avancee:
            return moyeu.prendre(depot, url, avancee), None
    with c.ecriture(depot, reunit=True) as ecriture:
        return epoques.accorder(depot, ecriture, url, c.horloge.maintenant())


def _recevoir(c: Contexte, depot: Depot, distant: str, fait: Bilan, chemins: set[str]) -> Bilan:
    """Lire ce que le moyeu propose, puis le réunir à ce qui est ici."""
    recues = _combien(depot, f"HEAD..{distant}")
    a_corriger = list[Faute]()
    if recues:
        partage.base_commune(depot, distant)
        admis = partage.admis(moyeu.etait_garde(depot), partage.inscriptions(c.registre))
        a_corriger = partage.lire_l_apport(_lecture(c, depot), depot.tete(), distant, admis=admis)
    with c.ecriture(depot, reunit=True) as ecriture:
        reunion = partage.reunir(depot, ecriture, distant, c.horloge.maintenant())
        for avis in ecriture.avis:
            c.ecran.avertir(avis)
    chemins |= set(reunion.chemins)
    depot.git("update-ref", COMMUN, distant)
    return structs.replace(
        fait,
        recues=fait.recues + recues,
        desaccords=(*fait.desaccords, *reunion.desaccords),
        a_corriger=(*fait.a_corriger, *a_corriger),
    )


def _lecture(c: Contexte, depot: Depot) -> Lecture:
    detecteur = c.registre.detecteur if depot.racine == c.lieu.racine else None
    return Lecture(depot, detecteur, c.horloge.maintenant())


def _porter(c: Contexte, depot: Depot, url: str, distant: str) -> None:
    """Lire ce qui va partir comme le moyeu le lira, puis le porter ; `NonEnvoye` si cela ne passe pas."""
    lue = _lecture(c, depot)
    fautes = list(lue.fautes(distant, "HEAD"))
    if not fautes:
        try:
            with c.ecran.transport() as avancee:
                moyeu.porter(depot, url, avancee=avancee)
            return
        except RefusDuMoyeu as refus:
            fautes = refaire.reconnaitre(lue, distant, refus.raisons)
            if not fautes:
                raise
    non_envoyees = refaire.non_envoyees(lue, distant, fautes)
    raise NonEnvoye(non_envoyees, fautes, depot.role, refaisable=bool(non_envoyees))


def _constats(c: Contexte, depot: Depot, chemins: set[str]) -> tuple[Constat, ...]:
    # Sans réglages qui se lisent, les règles du lieu ne se jugent pas ; tout se met en commun quand même.
    if depot.racine != c.lieu.racine or not chemins or c.lieu.faute:
        return ()
    trouves = verification.de_quelques(c.arbre, c.registre, sorted(chemins))
    return tuple(k for k in trouves if k.regle in _A_DIRE)


def _combien(depot: Depot, entre: str) -> int:
    return sum(len(acte.parents) < 2 for acte in histoire.actes(depot, entre=entre))


def _attendre(essai: int, tirer: Callable[[str], str]) -> None:
    """Les premières fois tout de suite ; ensuite de plus en plus, chacun à son rythme."""
    if essai > 1:
        attente = min(_PREMIERE_ATTENTE * 1.6**essai, _PLUS_LONGUE_ATTENTE)
        time.sleep(attente * (0.5 + int(tirer("0123456789")) / 10))
