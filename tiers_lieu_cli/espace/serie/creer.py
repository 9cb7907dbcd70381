"""`tl espace serie creer` : promettre une salle à dates répétées, chaque date vérifiée avant d'écrire."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations, refus, saisies
from tiers_lieu_cli.espace.examen import Reglement
from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import Occupation, dire_gene
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.reservation.modele import Etat
from tiers_lieu_cli.espace.reservation.options import (
    Demandeur,
    Demontage,
    Disposition,
    Forcer,
    Montage,
    Motif,
    Personnes,
    Pour,
    Salle,
)
from tiers_lieu_cli.espace.serie import regles
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.espace.serie.verifier import DatePrise, agenda_de, dates_prises
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.regle_dite import NATURES, dire, lire_recurrence
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import en_tirets

app = Application()
#: Personne ne promet une salle pour plus longtemps ; on reconduit.
DUREE_MAXIMALE = timedelta(days=2 * 366)
_CITEES = 12


class SiPris(StrEnum):
    """Que faire d'une date où la salle est prise."""

    SAUTER = "sauter"
    DEPLACER = "deplacer"
    A_REPLACER = "a-replacer"


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    salle: Salle,
    regle: Annotated[
        str, typer.Option("--regle", help='Comme on le dit : "chaque mardi 19h-21h sauf vacances scolaires".')
    ],
    du: Annotated[str, typer.Option("--du", metavar="DATE", help="À partir de ce jour.")],
    au: Annotated[str, typer.Option("--au", metavar="DATE", help="Jusqu'à ce jour compris.")],
    objet: Annotated[str, typer.Option("--objet", help="Pour quoi faire, en quelques mots.")] = "série",
    pour: Pour = "",
    demandeur: Demandeur = "",
    personnes: Personnes = 0,
    disposition: Disposition = "",
    montage: Montage = "",
    demontage: Demontage = "",
    si_pris: Annotated[
        SiPris | None, typer.Option("--si-pris", help="Pour chaque date prise, sans demander.")
    ] = None,
    forcer: Forcer = False,
    motif: Motif = "",
    passe: Passe = False,
) -> Fait:
    """Réserver une salle à dates répétées.

    Chaque date est vérifiée avant d'écrire. Celles qui sont prises se sautent, se déplacent, ou
    restent « à replacer » : au choix pour chacune, ou pour toutes avec --si-pris.

    Exemple :
        tl espace serie creer salle-rez --regle "chaque mardi 19h-21h" --du 1/12 --au 30/6 --objet chorale
    """
    dit = texte.ligne(objet, "L'objet")
    serie = Serie(
        id=f"{en_tirets(saisies.sans_personne(dit), 'serie')}-{identifiants.hasard(c.hasard, 4)}",
        salle=SALLES.designer(c.arbre, salle),
        objet=dit,
        recurrence=_lire(c, regle, du, au, passe=passe),
        pour=saisies.designer_qui(c, pour),
        demandeur=c.registre.designer(demandeur) if demandeur else "",
        personnes=personnes,
        disposition=disposition,
        montage=saisies.lire_minutes(montage),
        demontage=saisies.lire_minutes(demontage),
        demandee_le=f"{c.horloge.murale():%Y-%m-%dT%H:%M}",
    )
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    reglement = Reglement(c, serie, delais=False, periode=regles.etendue(serie))
    if reglement.modere(serie.salle) and not forcage:
        serie = structs.replace(serie, etat=Etat.DEMANDEE)
    while prises := _prises(c, reglement, serie):
        if forcage:
            serie = reservations.forcer(serie, forcage, [n for p in prises for n in p.examen.contre])
            break
        if si_pris is None and not c.ecran.interactif:
            raise _refus(c, prises, reglement)
        ecarts = {str(p.jour): _choisir(c, serie, p, reglement, si_pris) for p in prises}
        ecarts = {**serie.recurrence.ecarts, **ecarts}
        serie = structs.replace(serie, recurrence=structs.replace(serie.recurrence, ecarts=ecarts))
    SERIES.poser(e, serie)
    return _fait(c, serie, reglement)


def _lire(c: Contexte, regle: str, du: str, au: str, *, passe: bool) -> Recurrence:
    """La règle dite, entre deux jours ; ce qu'elle excepte doit avoir été noté par le lieu."""
    maintenant = c.horloge.murale()
    premier = saisie.lire_jour(du, maintenant, Sens.LIBRE)
    dernier = date.fromisoformat(saisies.lire_bornes(c, str(premier), au, passe=passe)[1])
    if premier < maintenant.date() and not passe:
        raise ErreurUsage(
            f"C'est déjà passé : {temps.dire_jour(premier)}.", "Si c'est voulu, ajouter --passe."
        )
    if dernier - premier > DUREE_MAXIMALE:
        raise ErreurUsage("Une série dure deux ans au plus.", "La reconduire le moment venu.")
    connues = PERIODES.idents(c.arbre)
    lue = lire_recurrence(regle, premier, dernier, natures={*NATURES, *connues})
    for nature in lue.sauf:
        if nature not in connues:
            raise ErreurUsage(
                f"Le lieu n'a pas encore noté ses « {nature} ».", f"Les noter : tl espace periode {nature} …"
            )
    return lue


def _prises(c: Contexte, reglement: Reglement, serie: Serie) -> list[DatePrise]:
    dates = regles.toutes(serie, occupations.exclus(c.arbre))
    if not dates:
        return []
    return dates_prises(c, reglement, dates, agenda_de(c, dates, serie.id))


def _choisir(
    c: Contexte, serie: Serie, prise: DatePrise, reglement: Reglement, si_pris: SiPris | None
) -> Ecart:
    if si_pris is None:
        libelles = [refus.libelle(p, prise.voulue, c, reglement.graphe) for p in prise.propositions]
        question = f"{temps.dire_jour(prise.jour)} : {refus.dire(prise.examen, reglement.graphe)}"
        rang = c.choisir(question, [*libelles, "sauter cette date", "la garder « à replacer »"])
        if rang < len(libelles):
            return regles.vers(serie, prise.propositions[rang].salle, prise.propositions[rang].seance)
        si_pris = SiPris.SAUTER if rang == len(libelles) else SiPris.A_REPLACER
    if si_pris is SiPris.DEPLACER and prise.propositions:
        premiere = prise.propositions[0]
        return regles.vers(serie, premiere.salle, premiere.seance)
    return Ecart(quoi=Quoi.SAUTE if si_pris is SiPris.SAUTER else Quoi.A_REPLACER)


def _refus(c: Contexte, prises: list[DatePrise], reglement: Reglement) -> refus.PasPossible:
    """Les dates qui ne vont pas ; sans personne ni --si-pris pour dire qu'en faire, c'est un refus."""
    dites = [
        f"  {temps.dire_jour(p.jour, c.horloge.aujourdhui())} : {_raison(p, reglement)}"
        for p in prises[:_CITEES]
    ]
    if len(prises) > _CITEES:
        dites.append(f"  … et {len(prises) - _CITEES} autres")
    echec = refus.PasPossible(
        "\n".join([f"Pas possible : {_compter(prises)}.", *dites]),
        "Ajouter --si-pris sauter, --si-pris deplacer ou --si-pris a-replacer.",
    )
    dates = [{"jour": p.jour, **refus.details(p.examen, p.propositions)} for p in prises]
    echec.details = {"dates": dates}
    return echec


def _compter(prises: list[DatePrise]) -> str:
    return "une date ne va pas" if len(prises) == 1 else f"{len(prises)} dates ne vont pas"


def _raison(p: DatePrise, reglement: Reglement) -> str:
    raisons = [dire_gene(prise, reglement.graphe) for _, prise in p.examen.genes]
    return (raisons + [m.phrase for m in p.examen.manquements])[0]


def _fait(c: Contexte, serie: Serie, reglement: Reglement) -> Fait:
    nom, quand = reglement.graphe.nom(serie.salle), dire(serie.recurrence)
    tenues: list[Occupation] = regles.toutes(serie, occupations.exclus(c.arbre))
    quois = [e.quoi for e in serie.recurrence.ecarts.values()]
    comptes = [
        f"{quois.count(quoi)} {mot}{'s' * (accorde and quois.count(quoi) > 1)}"
        for quoi, mot, accorde in (
            (Quoi.SAUTE, "sautée", True),
            (Quoi.DEPLACE, "déplacée", True),
            (Quoi.A_REPLACER, "à replacer", False),
        )
        if quoi in quois
    ]
    compte = ", ".join([f"{len(tenues)} date{'s' * (len(tenues) > 1)}", *comptes])
    place = reservations.dire_place(serie, c.horloge.aujourdhui())
    return Fait(
        id=serie.id,
        action="espace.serie.creer",
        histoire=f"Série de réservations, {nom}, {quand}{reservations.dire_forcage(serie)}",
        phrase=f"{nom} {place} {quand} : {compte} ({serie.id}).",
        suite=f"tl espace {'valider' if serie.etat is Etat.DEMANDEE else 'fiche'} {serie.id}",
    )
