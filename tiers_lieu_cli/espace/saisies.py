"""Ce que les commandes de l'espace demandent : une salle, un moment, quelqu'un."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import NUIT_LA_PLUS_LONGUE, DatePassee, Sens
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, UNE_MINUTE, Creneau


def lire_creneau(c: Contexte, quand: str, jusqua: str, *, passe: bool) -> Creneau:
    """Le créneau dit en une fois, ou son début et sa fin."""
    sens = Sens.PASSE if passe else Sens.A_VENIR
    maintenant = c.horloge.murale()
    duree = UNE_MINUTE if jusqua else None
    creneau = saisie.lire_creneau(quand, maintenant, c.lieu.fuseau, sens=sens, duree=duree)
    if jusqua:
        if not creneau.jours_entiers and creneau.duree != UNE_MINUTE:
            raise ErreurUsage(
                f"La fin est dite deux fois : « {quand} », et --jusqua.", "Ôter l'une des deux."
            )
        creneau = _jusqua(c, creneau, _fin_dite(c, creneau, jusqua, passe=passe))
    refuser_le_passe(c, creneau, passe=passe)
    return creneau


def refuser_le_passe(c: Contexte, creneau: Creneau, *, passe: bool) -> None:
    """Une date passée ne s'admet que voulue."""
    if creneau.fin <= c.horloge.murale() and not passe:
        raise ErreurUsage(
            f"C'est déjà passé : {temps.dire_creneau(creneau)}.", "Si c'est voulu, ajouter --passe."
        )


def _fin_dite(c: Contexte, depart: Creneau, dite: str, *, passe: bool) -> Creneau:
    """La fin, dite d'ici (« demain ») ; une heure seule, ou ce qui tomberait avant, l'est du début."""
    seule = saisie.est_une_heure(dite)
    bases = [temps.minuit(depart.premier_jour)]
    if not (seule or passe):
        bases.insert(0, c.horloge.murale())
    for base in bases:
        with suppress(DatePassee):
            fin = saisie.lire_creneau(dite, base, c.lieu.fuseau, duree=UNE_MINUTE, est_la_fin=True)
            if fin.fin >= depart.fin or base is bases[-1]:
                return fin
    raise ErreurUsage(f"« {dite} » est avant le début.", "Revoir la fin, ou la donner avec son année.")


def _jusqua(c: Contexte, depart: Creneau, fin: Creneau) -> Creneau:
    """Du début à la fin ; « 16h » est du même jour, ou de la nuit qui suit."""
    if fin.jours_entiers and depart.jours_entiers and fin.dernier_jour >= depart.premier_jour:
        return Creneau.de_jours(depart.premier_jour, fin.dernier_jour)
    moment = fin.fin if fin.jours_entiers else fin.debut
    if moment <= depart.debut and moment + UN_JOUR - depart.debut <= NUIT_LA_PLUS_LONGUE:
        moment = temps.existante(moment + UN_JOUR, c.lieu.fuseau)
    if moment <= depart.debut:
        raise ErreurUsage(
            f"La fin ({temps.dire_jour(moment.date())}, {moment:%H:%M}) est avant le début.",
            "Revoir --jusqua.",
        )
    return Creneau(depart.debut, moment)


def lire_moment(c: Contexte, dit: str) -> datetime:
    """Un moment à venir ; un jour seul vaut jusqu'à son soir."""
    maintenant = c.horloge.murale()
    lu = saisie.lire_creneau(dit, maintenant, c.lieu.fuseau, duree=UNE_MINUTE, est_la_fin=True)
    moment = lu.fin if lu.jours_entiers else lu.debut
    if moment <= maintenant:
        raise ErreurUsage(f"C'est déjà passé : {dit}.", "Dire un moment à venir.")
    return moment


def designer_qui(c: Contexte, mot: str) -> str:
    """Une personne du registre (@karim), ou un public du lieu (membres)."""
    if public := c.lieu.reglages.public(mot):
        return public
    if not mot.startswith(("@", "p-")) and not c.registre.est_la:
        return c.lieu.reglages.publics_connus([mot])[0]
    return c.registre.designer(mot) if mot else ""


def sans_personne(texte_libre: str) -> str:
    """Le texte, sans qui que ce soit : de quoi nommer un fichier."""
    return taire(texte_libre, " ")


def lire_forcage(motif: str, *, forcer: bool) -> str:
    """Le motif pour lequel on passe outre ; vide si l'on ne force rien."""
    if forcer and not motif.strip():
        raise ErreurUsage(
            "Forcer demande de dire pourquoi.", 'Ajouter --motif "…" ; il est gardé dans l\'histoire.'
        )
    return lire_motif(motif) if forcer else ""


def lire_motif(motif: str) -> str:
    """Un motif d'une ligne ; vide s'il n'y en a pas."""
    return texte.ligne(motif, "Le motif", vide=True)


def lire_bornes(c: Contexte, du: str, au: str, *, passe: bool) -> tuple[str, str]:
    """Deux jours compris, ou deux moments ; sans `au`, la fin est celle que `du` dit (« du 3 au 5 juin »),
    ou reste vide.
    """
    maintenant = c.horloge.murale()
    sens = Sens.LIBRE if passe else Sens.A_VENIR
    debut = saisie.lire_creneau(du, maintenant, c.lieu.fuseau, sens=sens, duree=UNE_MINUTE)
    ecrit = temps.ecrire_bornes(debut)[0]
    if not au and debut.duree > UNE_MINUTE and not (debut.jours_entiers and debut.est_d_un_jour):
        return temps.ecrire_bornes(debut)
    if not au:
        return ecrit, ""
    fin = _fin_dite(c, debut, au, passe=passe)
    if debut.jours_entiers != fin.jours_entiers:
        raise ErreurUsage("Donner deux jours, ou deux moments avec leur heure.", "Revoir --du et --au.")
    if fin.debut < debut.debut or (fin.debut == debut.debut and not fin.jours_entiers):
        raise ErreurUsage(f"« {au} » est avant « {du} ».", "Revoir --du et --au.")
    entier = Creneau(debut.debut, fin.fin if fin.jours_entiers else fin.debut, fin.jours_entiers)
    refuser_le_passe(c, entier, passe=passe)
    return temps.ecrire_bornes(entier)


def lire_heures(dites: str) -> str:
    """« 9h-12h30 » tel qu'une fiche l'écrit : « 09:00-12:30 » ; minuit ferme le jour."""
    debut, fin = saisie.lire_plage(dites)
    if fin > UN_JOUR:
        raise ErreurUsage(
            f"« {dites} » n'est pas une plage d'un même jour.", "Dire par exemple : 9h-12h30, ou 18h-minuit."
        )
    return f"{temps.ecrire_heure(debut)}-{temps.ecrire_heure(fin)}"
