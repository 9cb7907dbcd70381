"""Les verbes des séries, les mêmes pour tout métier : sauter, ajouter, déplacer, annuler, changer la suite.

Ce qu'une date porte (des inscrits, une équipe, un état des lieux, sa propre fiche) la suit, ou
l'empêche de disparaître, quel que soit le verbe qui la déplace ou l'ôte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau import modification
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import CITE
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.series_d_un_metier import DateAttendue, DejaCommencee, Metier, S
from tiers_lieu_cli.noyau.temps import recurrence, regle_dite, saisie, series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import en_tirets

_REGLE = motif(r"chaque |tou[st]|une? .* sur ")
#: Ce que Tab propose des dates d'une série.
PROPOSEES = 12

Suivantes = Annotated[bool, typer.Option("--suivantes", help="Cette date et toutes celles d'après.")]
AutreRegle = Annotated[
    str | None, typer.Option("--regle", help='La nouvelle règle : "chaque jeudi 19h-21h".')
]
AutreFin = Annotated[str | None, typer.Option("--au", metavar="JOUR", help="La dernière date possible.")]


# -- les verbes ---------------------------------------------------------------


def sauter(c: Contexte, e: Ecriture, m: Metier[S], mot: str, dites: Sequence[str], motif: str) -> Fait:
    """Ces dates n'ont pas lieu, et ne se montrent pas."""
    ancienne, jours = _lire(c, m, mot, dites, refusees={Quoi.SAUTE: "sautée"})
    portees = {j: quoi for j, quoi in m.portees(c.arbre, ancienne, min(jours)).items() if j in jours}
    if portees:
        dates = " ".join(map(str, sorted(portees)))
        raise DateAttendue(
            portees, f"Les annuler, elles restent visibles : tl {m.nom} annuler {ancienne.id} {dates}"
        )
    ecart = Ecart(quoi=Quoi.SAUTE, motif=motif)
    nouvelle = avec(ancienne, series.ecarter(ancienne.recurrence, jours, ecart))
    dits = _poser(c, e, m, ancienne, [nouvelle])
    return _fait(m, ancienne, "sauter", "n'a pas lieu", jours, dits, "ajouter")


def ajouter(c: Contexte, e: Ecriture, m: Metier[S], mot: str, dites: Sequence[str]) -> Fait:
    """Une date sautée ou annulée revient, une autre s'ajoute à la règle."""
    ancienne = m.series.exiger(c.arbre, mot)
    m.exiger_vivante(ancienne)
    jours = [lire_date(c, dite) for dite in dites]
    m.exiger_sans_fiche(c.arbre, ancienne, jours)
    prolonger = f"tl {m.nom} modifier {ancienne.id} --au {max(jours)}"
    regle = series.ajouter(ancienne.recurrence, jours, m.exclus(c.arbre), prolonger)
    dits = _poser(c, e, m, ancienne, m.promettre(c, ancienne, [avec(ancienne, regle)]))
    return _fait(m, ancienne, "ajouter", "a lieu", jours, dits, "sauter")


def deplacer(
    c: Contexte,
    e: Ecriture,
    m: Metier[S],
    mot: str,
    dite: str,
    quand: str,
    salles: tuple[str, ...],
    motif: str,
) -> Fait:
    """Cette date a lieu à un autre moment ou ailleurs, et garde son nom."""
    ancienne, (jour,) = _lire(c, m, mot, [dite], refusees={Quoi.ANNULE: "annulée", Quoi.SAUTE: "sautée"})
    m.exiger_sans_fiche(c.arbre, ancienne, [jour])
    regle = ancienne.recurrence
    creneau = lire_autre_moment(c, regle, jour, quand)
    nouvelle = avec(ancienne, series.ecarter(regle, [jour], series.vers(creneau, salles, motif)))
    modification.exiger(ancienne, nouvelle)
    dits = _poser(c, e, m, ancienne, m.promettre(c, ancienne, [nouvelle]))
    aujourdhui, titre = c.horloge.aujourdhui(), m.titre(ancienne)
    metier = m.nom.split()[0].replace("prog", "prog evenement")
    return Fait(
        id=ancienne.id,
        action=_action(m, "deplacer"),
        histoire=f"Série « {titre} » : {temps.dire_jour(jour)} passe au {temps.dire_creneau(creneau)}",
        phrase=f"« {titre} », {temps.dire_jour(jour, aujourdhui)} :"
        f" aura lieu {temps.dire_creneau(creneau, aujourdhui)}.",
        lignes=dits,
        suite=f"tl {metier} fiche {series.nommer(ancienne.souche, jour)}",
    )


def annuler(
    c: Contexte,
    e: Ecriture,
    m: Metier[S],
    mot: str,
    dites: Sequence[str],
    *,
    suivantes: bool,
    motif: str,
) -> Fait:
    """Des dates, une date et les suivantes, ou toute la série ; ce qui a eu lieu reste."""
    if suivantes and len(dites) != 1:
        raise ErreurUsage(
            "« --suivantes » part d'une date, une seule.", f"tl {m.nom} annuler {mot} DATE --suivantes"
        )
    deja = {} if suivantes else {Quoi.ANNULE: "annulée", Quoi.SAUTE: "sautée"}
    ancienne, jours = _lire(c, m, mot, dites, refusees=deja)
    nouvelles = [
        avec(ancienne, series.ecarter(ancienne.recurrence, jours, Ecart(quoi=Quoi.ANNULE, motif=motif)))
    ]
    if suivantes or not jours:
        nouvelles = _arreter(c, m, ancienne, jours[0] if jours else None, motif)
    quoi = "toute la série" if not jours else ", ".join(temps.dire_jour(j) for j in jours)
    quoi += " et les suivantes" * suivantes
    if c.ecran.interactif:
        c.confirmer(f"Annuler « {m.titre(ancienne)} », {quoi} ?")
    return Fait(
        id=ancienne.id,
        action=_action(m, "annuler"),
        histoire=f"Série « {m.titre(ancienne)} » annulée, {quoi}" + (f" ({motif})" if motif else ""),
        phrase=f"« {m.titre(ancienne)} » est annulée, {quoi} ; cela reste visible.",
        lignes=_poser(c, e, m, ancienne, nouvelles),
        suite="défaire : tl defaire",
    )


def arreter(c: Contexte, e: Ecriture, m: Metier[S], serie: S, motif: str) -> list[str]:
    """Annuler tout ce qui vient d'une série ; rend ce qu'il faut en dire aux gens."""
    return _poser(c, e, m, serie, _arreter(c, m, serie, None, motif))


def remplacer(c: Contexte, e: Ecriture, m: Metier[S], ancienne: S, nouvelle: S) -> list[str]:
    """Poser toute une série changée, sans rien perdre de ce que portent ses dates."""
    modification.exiger(ancienne, nouvelle)
    _exiger_rien_de_perdu(c, m, ancienne, [nouvelle])
    dits = [*_dire_les_ecarts_perdus(ancienne, [nouvelle])]
    return dits + _poser(c, e, m, ancienne, m.promettre(c, ancienne, [nouvelle]))


def couper(
    c: Contexte, e: Ecriture, m: Metier[S], mot: str, dite: str, changer: Callable[[S, date], S]
) -> tuple[S, S, list[str]]:
    """La série d'avant cette date, et « celle-ci et les suivantes », changées ; et ce qu'il faut en dire."""
    ancienne, (jour,) = _lire(c, m, mot, [dite], refusees={})
    avant, apres = _couper(c, m, ancienne, jour)
    changee = changer(apres, jour)
    modification.exiger(apres, changee)
    _exiger_rien_de_perdu(c, m, ancienne, [avant, changee])
    avant, changee = m.promettre(c, ancienne, [avant, changee])
    dits = [*_dire_les_ecarts_perdus(ancienne, [avant, changee])]
    return avant, changee, dits + _poser(c, e, m, ancienne, [avant, changee])


def modifier(c: Contexte, e: Ecriture, m: Metier[S], ancienne: S, nouvelle: S) -> Fait:
    """Toute la série, changée, et ce qui change."""
    lignes = remplacer(c, e, m, ancienne, nouvelle)
    titre, regle = m.titre(nouvelle), dire_regle(nouvelle.recurrence)
    return Fait(
        id=nouvelle.id,
        action=_action(m, "modifier"),
        histoire=f"Série modifiée : « {titre} », {regle}",
        phrase=f"« {titre} » est modifiée : {regle}.",
        lignes=[*modification.changements(ancienne, nouvelle, c.horloge.aujourdhui()), *lignes],
        suite=m.series.genre.ouvrir.format(id=nouvelle.id),
    )


def depuis(
    c: Contexte, e: Ecriture, m: Metier[S], mot: str, dite: str, changer: Callable[[S, date], S]
) -> Fait:
    """Cette date et les suivantes, changées : deux séries désormais."""
    avant, apres, lignes = couper(c, e, m, mot, dite, changer)
    un, deux = (f"« {m.titre(s)} », {dire_regle(s.recurrence)} ({s.id})" for s in (avant, apres))
    return Fait(
        id=apres.id,
        action=_action(m, "depuis"),
        histoire=f"Série « {m.titre(avant)} » coupée en deux : {dire_regle(apres.recurrence)}",
        phrase=f"Deux séries désormais : {un}, puis {deux}.",
        lignes=lignes,
        suite=m.series.genre.ouvrir.format(id=apres.id),
    )


def exiger_a_venir(c: Contexte, m: Metier[S], serie: S) -> None:
    """`DejaCommencee` si changer toute la série réécrirait ce qui a eu lieu."""
    jour = c.horloge.aujourdhui()
    if serie.recurrence.du < str(jour):
        suivante = series.prochaine(serie.recurrence, jour, m.exclus(c.arbre))
        quand = suivante.jour if suivante else jour
        raise DejaCommencee(f"tl {m.nom} depuis {serie.id} {quand} …")


# -- lire ---------------------------------------------------------------------


def lire_date(c: Contexte, dite: str) -> date:
    """Une date de série : la plus proche, passée ou à venir."""
    return saisie.lire_jour(dite, c.horloge.murale(), Sens.LIBRE)


def lire_autre_moment(c: Contexte, regle: Recurrence, jour: date, quand: str) -> Creneau:
    """Le moment dit, lu à partir de la date qu'on déplace ; sans heure, elle garde les siennes."""
    prevu = regle.creneau(jour)
    dit = saisie.lire_creneau(quand, temps.minuit(jour), c.lieu.fuseau, sens=Sens.LIBRE, duree=prevu.duree)
    return regle.creneau(dit.premier_jour) if dit.jours_entiers and regle.debut else dit


def lire_autre_rythme(c: Contexte, m: Metier[S], regle: Recurrence, jour: date, quand: str) -> Recurrence:
    """Une règle (« chaque mercredi 18h-20h »), ou le moment de la prochaine date, et de toutes ensuite."""
    if _REGLE.match(saisie.normaliser(quand)):
        natures = m.exclus(c.arbre).keys()
        fin = date.fromisoformat(regle.au) if regle.au else None
        dite = regle_dite.lire_recurrence(quand, jour, fin, natures=natures)
        return series.suivre_une_autre_regle(regle, dite)
    moment, suivant = (lire_autre_moment(c, regle, j, quand) for j in (jour, jour + temps.UNE_SEMAINE))
    if suivant.debut - moment.debut != temps.UNE_SEMAINE:
        raise ErreurUsage(
            f"« {quand} » n'est que d'un jour : dire quelle date de la série y va.",
            'Ajouter --le ; ou, pour toute la série, dire son rythme : "chaque jeudi 19h-21h".',
        )
    return series.decaler(regle, jour, moment)


def autre_regle(c: Contexte, m: Metier[S], serie: S, regle: str | None, au: str | None, depart: date) -> S:
    """La série, sous la règle dite et jusqu'au jour dit, s'ils sont donnés."""
    fin = saisie.lire_jour(au, temps.minuit(depart), Sens.A_VENIR) if au else None
    if regle is None:
        return avec(serie, series.prolonger(serie.recurrence, fin)) if fin else serie
    dite = regle_dite.lire_recurrence(regle, depart, fin, natures=m.exclus(c.arbre).keys())
    return avec(serie, series.suivre_une_autre_regle(serie.recurrence, dite))


def sans(serie: S, dites: Iterable[str]) -> S:
    """La série, moins ces dates qu'on laisse d'emblée."""
    depart = temps.minuit(date.fromisoformat(serie.recurrence.du))
    jours = [saisie.lire_jour(dite, depart, Sens.A_VENIR) for dite in dites]
    return avec(serie, series.ecarter(serie.recurrence, jours, Ecart(quoi=Quoi.SAUTE)))


def ident_neuf(c: Contexte, titre: str) -> str:
    """Un mot, et de quoi ne jamais le confondre : `chorale-7k2m`."""
    return f"{en_tirets(CITE.sub(' ', titre), 'serie')}-{identifiants.hasard(c.hasard, 4)}"


def dates_a_proposer(m: Metier[S]) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    """Les prochaines dates de toutes les séries : la touche Tab ne sait pas laquelle est dite."""

    def proposer(c: Contexte) -> list[tuple[str, str]]:
        jour, exclus = c.horloge.aujourdhui(), m.exclus(c.arbre)
        dites = {
            (ligne.jour, m.titre(serie))
            for serie in m.series.toutes(c.arbre).fiches
            for ligne in series.lignes(serie.recurrence, jour, PROPOSEES, exclus)
        }
        return sorted(dites)

    return completion(proposer)


# -- en commun ----------------------------------------------------------------


def _lire(
    c: Contexte, m: Metier[S], mot: str, dites: Sequence[str], refusees: Mapping[Quoi, str]
) -> tuple[S, list[date]]:
    """La série encore vivante, et ses dates que ces mots désignent."""
    serie = m.series.exiger(c.arbre, mot)
    m.exiger_vivante(serie)
    return serie, [exiger_la_date(c, m, serie, lire_date(c, dite), refusees) for dite in dites]


def exiger_la_date(c: Contexte, m: Metier[S], serie: S, jour: date, refusees: Mapping[Quoi, str]) -> date:
    """La date de la série que ce jour désigne, si rien ne lui est arrivé qui l'empêche."""
    regle = serie.recurrence
    ecart = regle.ecarts.get(str(jour))
    if ecart and ecart.quoi in refusees and recurrence.est_une_date(regle, jour):
        raise ErreurUsage(
            f"« {m.titre(serie)} » est déjà {refusees[ecart.quoi]} {temps.dire_jour(jour)}.",
            f"La rétablir : tl {m.nom} ajouter {serie.id} {jour}",
        )
    if ecart and ecart.quoi is Quoi.SAUTE:
        return jour
    return series.designer(regle, jour, m.exclus(c.arbre))


def _poser(c: Contexte, e: Ecriture, m: Metier[S], ancienne: S, nouvelles: Sequence[S]) -> list[str]:
    """Poser la série changée et celles qu'on en détache ; rend ce qu'il faut en dire aux gens."""
    if nouvelles[0] != ancienne:
        m.series.corriger(e, ancienne, nouvelles[0])
    for neuve in nouvelles[1:]:
        m.series.poser(e, neuve)
    return list(m.suivre(c, e, ancienne, nouvelles))


def _exiger_rien_de_perdu(c: Contexte, m: Metier[S], ancienne: S, nouvelles: Iterable[S]) -> None:
    jour = c.horloge.aujourdhui()
    exclus = m.exclus(c.arbre)
    portees = m.portees(c.arbre, ancienne, jour)
    siennes = [j for j in portees if series.occurrence_de(ancienne.recurrence, j, exclus)]
    perdues = series.perdues(siennes, [n.recurrence for n in nouvelles], exclus)
    if perdues:
        raise DateAttendue(
            {j: portees[j] for j in perdues},
            f"Les annuler ou les déplacer d'abord : tl {m.nom} annuler {ancienne.id} {perdues[0]}",
        )


def _dire_les_ecarts_perdus(ancienne: S, nouvelles: Iterable[S]) -> Iterator[str]:
    gardes = {j for nouvelle in nouvelles for j in nouvelle.recurrence.ecarts}
    if perdus := sorted(ancienne.recurrence.ecarts.keys() - gardes):
        yield f"Avec cette règle, ces dates changées n'existent plus : {', '.join(perdus)}."


def avec(serie: S, regle: Recurrence) -> S:
    """La même, sous cette autre règle."""
    return structs.replace(serie, recurrence=regle)


def _couper(c: Contexte, m: Metier[S], serie: S, jour: date) -> tuple[S, S]:
    avant, apres = recurrence.couper(serie.recurrence, jour)
    suite = structs.replace(serie, id=ident_neuf(c, m.titre(serie)), suite_de=serie.souche)
    return avec(serie, avant), avec(suite, apres)


def _arreter(c: Contexte, m: Metier[S], serie: S, voulue: date | None, motif: str) -> list[S]:
    """La série annulée à partir de cette date (`None` : de ce qui vient) ; ce qui a eu lieu reste."""
    aujourdhui = c.horloge.aujourdhui()
    depuis = voulue or series.premiere_depuis(serie.recurrence, aujourdhui)
    if depuis is None:
        raise ErreurUsage(f"« {m.titre(serie)} » est finie : il n'y a plus rien à annuler.")
    regle = serie.recurrence
    if str(depuis) <= min((regle.du, *regle.ajouts)):
        return [m.annulee(serie, motif)]
    avant, apres = _couper(c, m, serie, depuis)
    if voulue is None:
        avant = avec(avant, series.annuler_les_deplacees(avant.recurrence, aujourdhui, motif))
    return [avant, m.annulee(apres, motif)]


def _fait(
    m: Metier[S],
    serie: S,
    verbe: str,
    dit: str,
    jours: Sequence[date],
    lignes: Sequence[str],
    inverse: str,
) -> Fait:
    """Ce qu'on dit de dates ôtées ou ajoutées."""
    lesquelles = ", ".join(temps.dire_jour(jour) for jour in jours)
    return Fait(
        id=serie.id,
        action=_action(m, verbe),
        histoire=f"Série « {m.titre(serie)} » : {dit} {lesquelles}",
        phrase=f"« {m.titre(serie)} » {dit} {lesquelles}.",
        lignes=lignes,
        suite=f"revenir : tl {m.nom} {inverse} {serie.id} {' '.join(map(str, jours))}",
    )


def _action(m: Metier[S], verbe: str) -> str:
    return f"{m.nom.replace(' ', '.')}.{verbe}"
