"""Les habilitations, sans fichier ni heure courante : donner, renouveler, retirer, dire ce qui expire."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.accueil.habilitation.modele import Habilitation, ident_de
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import en_tirets

#: On prévient trois semaines avant la fin : le temps de trouver une date avec qui sait.
PREAVIS = timedelta(days=21)
#: Une habilitation expirée depuis plus longtemps n'est plus à renouveler : elle se reprend.
OUBLI = timedelta(days=90)


class DejaTenue(Echec):
    """Elle est déjà habilitée, et rien n'est donné de neuf."""

    def __init__(self, qui: str, sujet: str, etat: str) -> None:
        super().__init__(
            f"{qui} a déjà cette habilitation : {sujet}, {etat}.",
            "Pour la renouveler, donner un autre jour : --expire, ou --le.",
        )


def sujet_propre(dit: str) -> str:
    """Le mot qui nomme un sujet : « Clé de la cave » → « cle-de-la-cave »."""
    sujet = en_tirets(dit, "")
    if not sujet:
        raise ErreurUsage("Il manque le sujet.", "Exemple : tl accueil habilitation creer @karim fraiseuse")
    return sujet


def nouvelle(personne: str, sujet: str, obtenue: date, avec: str, expire: date | None) -> Habilitation:
    """Une habilitation prête à enregistrer."""
    if expire and expire < obtenue:
        raise ErreurUsage("Elle expirerait avant d'être obtenue.", "Revoir --le et --expire.")
    return Habilitation(
        id=ident_de(personne, sujet),
        personne=personne,
        sujet=sujet,
        obtenue=obtenue,
        avec=avec,
        expire=expire,
    )


def retirer(habilitation: Habilitation, jour: date, motif: str) -> Habilitation:
    """La même, qui ne vaut plus dès ce jour."""
    if habilitation.retiree:
        raise ErreurUsage(f"Elle est déjà retirée, depuis {temps.dire_jour(habilitation.retiree)}.")
    return structs.replace(habilitation, retiree=jour, motif=motif)


def dire_etat(habilitation: Habilitation, jour: date) -> str:
    """« jusqu'au 3 mars », « expirée le … », « retirée le … » ; vide si elle vaut sans limite."""
    h = habilitation
    if h.retiree and h.retiree <= jour:
        return f"retirée {temps.dire_jour(h.retiree, jour)}"
    if h.obtenue > jour:
        return f"à partir de {temps.dire_jour(h.obtenue, jour)}"
    if h.expire is None:
        return "sans limite"
    if h.expire < jour:
        return f"expirée depuis {temps.dire_jour(h.expire, jour)}"
    return f"jusqu'au {temps.dire_jour(h.expire, jour)}"


def est_a_renouveler(habilitation: Habilitation, jour: date) -> bool:
    """Expire-t-elle bientôt, ou vient-elle d'expirer ?"""
    fin = habilitation.expire
    return fin is not None and habilitation.retiree is None and jour - OUBLI <= fin <= jour + PREAVIS
