"""Les jours comme on les dit : « mar. 24/11 », « mardi en huit », « 1er samedi de juin », « dans 3 jours ».

Une date sans année est la prochaine (ou la dernière, selon le `Sens`) ; ce qui a deux sens rend les deux.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from tiers_lieu_cli.noyau.temps import mots, reperes, temps
from tiers_lieu_cli.noyau.temps.mots import NOM_DE_MOIS, RANG, SEMAINE
from tiers_lieu_cli.noyau.temps.refus import SaisieIncomprise
from tiers_lieu_cli.noyau.temps.reperes import Jours, Repere, Sens, un
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, UNE_SEMAINE

_RELATIFS = {
    "aujourd'hui": 0,
    "aujourdhui": 0,
    "auj": 0,
    "demain": 1,
    "apres-demain": 2,
    "apres demain": 2,
    "hier": -1,
    "avant-hier": -2,
    "avant hier": -2,
}
_RELATIF = "(?:" + "|".join(sorted(_RELATIFS, key=len, reverse=True)) + ")"
_EN_HUIT = {"huit": 1, "8": 1, "quinze": 2, "15": 2}
QUELLE_SEMAINE = (
    r"(?:(?:de )?(?:la )?semaine (?:(?P<apres>prochaine|suivante|d'apres|qui vient)"
    r"|(?P<avant>derniere|passee|precedente))|(?:de )?cette semaine)"
)


def lire(dit: str, repere: Repere) -> Jours | None:
    """Le jour que dit ce texte normalisé ; `None` s'il n'en dit pas, `SaisieIncomprise` s'il n'existe pas."""
    nu = dit.strip(" ,").removeprefix("le ").strip()
    lus = next((lus for lecteur in _LECTEURS if (lus := lecteur(nu, repere))), None)
    for jour in lus.possibles if lus else ():
        reperes.exiger_l_histoire(jour)
    return lus


def _relatif(nu: str, repere: Repere) -> Jours | None:
    """« demain », « aujourd'hui en huit »."""
    trouve = re.fullmatch(rf"(?:d')?({_RELATIF})\.?(?: en (huit|quinze|8|15))?", nu)
    if not trouve:
        return None
    semaines = _EN_HUIT.get(trouve[2] or "", 0)
    return un(reperes.decaler(repere.jour, _RELATIFS[trouve[1]] * UN_JOUR + semaines * UNE_SEMAINE))


def _dans(nu: str, repere: Repere) -> Jours | None:
    """« dans 3 jours », « il y a deux semaines », « dans un mois » ; huit et quinze jours ont deux sens."""
    trouve = re.fullmatch(r"(dans|il y a) (\d{1,4}) (jours?|semaines?|mois|ans?|annees?)", nu)
    if not trouve:
        return None
    combien = int(trouve[2]) * (1 if trouve[1] == "dans" else -1)
    if trouve[3] == "mois" or trouve[3].startswith("an"):
        return un(reperes.decaler_de_mois(repere.jour, combien * (1 if trouve[3] == "mois" else 12)))
    if trouve[3].startswith("semaine"):
        return un(reperes.decaler(repere.jour, combien * UNE_SEMAINE))
    compte = reperes.decaler(repere.jour, combien * UN_JOUR)
    if abs(combien) in (8, 15):
        # « Quinze jours » sont deux semaines pour l'un, quinze nuits pour l'autre.
        semaines = reperes.decaler(repere.jour, combien // abs(combien) * (abs(combien) - 1) * UN_JOUR)
        return Jours(tuple(sorted((compte, semaines))))
    return un(compte)


def _de_la_semaine(nu: str, repere: Repere) -> Jours | None:
    """« mardi de la semaine prochaine », « la semaine prochaine, mardi », « vendredi de cette semaine »."""
    trouve = re.fullmatch(
        rf"(?:(?P<jour>{SEMAINE}),? )?{QUELLE_SEMAINE}(?:,? (?:le )?(?P<suite>{SEMAINE}))?", nu
    )
    if not trouve or bool(trouve["jour"]) is bool(trouve["suite"]):
        return None
    numero = mots.numero_du_jour(trouve["jour"] or trouve["suite"])
    pas = 1 if trouve["apres"] else -1 if trouve["avant"] else 0
    return un(reperes.decaler(temps.lundi_de(repere.jour), pas * UNE_SEMAINE + numero * UN_JOUR))


def _dans_des_semaines(nu: str, repere: Repere) -> Jours | None:
    """« mardi dans deux semaines » : compté de mardi ou de cette semaine, si cela change le jour."""
    trouve = re.fullmatch(rf"({SEMAINE}) dans (?:(\d\d?) semaines?|(8|15) jours)", nu)
    if not trouve:
        return None
    pas = (int(trouve[2]) if trouve[2] else _EN_HUIT[trouve[3]]) * UNE_SEMAINE
    numero = mots.numero_du_jour(trouve[1])
    de_mardi = reperes.decaler(_a_venir(repere.jour, numero), pas)
    de_la_semaine = reperes.decaler(temps.lundi_de(repere.jour), pas + numero * UN_JOUR)
    return Jours(tuple(sorted({de_mardi, de_la_semaine})))


def _nom(nu: str, repere: Repere) -> Jours | None:
    """« lundi », « ce lundi », « lundi prochain », « lundi en huit »."""
    trouve = re.fullmatch(
        rf"(?:ce )?(?P<devant>prochain )?(?P<jour>{SEMAINE})"
        r"(?: (?P<suite>prochain|dernier|passe|qui vient|en (?P<huit>huit|quinze|8|15)))?",
        nu,
    )
    if not trouve or (trouve["devant"] and trouve["suite"]):
        return None
    numero, suite = mots.numero_du_jour(trouve["jour"]), trouve["suite"] or ""
    a_venir = _a_venir(repere.jour, numero)
    if trouve["huit"]:
        return un(reperes.decaler(a_venir, _EN_HUIT[trouve["huit"]] * UNE_SEMAINE))
    if trouve["devant"]:
        return un(a_venir if a_venir > repere.jour else reperes.decaler(a_venir, UNE_SEMAINE))
    if suite == "prochain":
        return _prochain(repere.jour, a_venir)
    if suite in ("dernier", "passe") or (not suite and repere.vers_le_passe and a_venir > repere.jour):
        return un(reperes.decaler(a_venir, -UNE_SEMAINE))
    return un(a_venir)


def _a_venir(jour: date, numero: int) -> date:
    """Ce jour de la semaine, aujourd'hui compris."""
    return reperes.decaler(jour, (numero - jour.weekday()) % 7 * UN_JOUR)


def _prochain(jour: date, a_venir: date) -> Jours:
    """« vendredi prochain », dit un mercredi, est dans deux jours ou dans neuf : on demande."""
    suivant = reperes.decaler(a_venir, UNE_SEMAINE)
    if a_venir == jour:
        return un(suivant)
    encore_cette_semaine = temps.lundi_de(a_venir) == temps.lundi_de(jour)
    return Jours((a_venir, suivant)) if encore_cette_semaine else un(a_venir)


def _rang(nu: str, repere: Repere) -> Jours | None:
    """« 1er samedi », « dernier vendredi de novembre », « 2e mardi du mois prochain »."""
    trouve = re.fullmatch(rf"({RANG}) ({SEMAINE})(?: (?:de |d'|du mois de )?(.+))?", nu)
    if not trouve:
        return None
    rang, numero = mots.rang(trouve[1]), mots.numero_du_jour(trouve[2])

    def du_mois(annee: int, mois: int) -> date | None:
        return reperes.jour_de_rang(annee, mois, rang, numero)

    if trouve[3]:
        return _d_un_mois_dit(trouve[3], repere, du_mois, nu)
    lu = reperes.d_un_mois(repere, du_mois)
    if rang == -1 and repere.sens not in (Sens.A_VENIR, Sens.ENSUITE):
        # « Le dernier vendredi », dit du passé, est aussi celui d'il y a peu.
        return Jours(tuple(sorted({lu, reperes.decaler(_a_venir(repere.jour, numero), -UNE_SEMAINE)})))
    return un(lu)


def _du_mois(nu: str, repere: Repere) -> Jours | None:
    """« le 15 du mois prochain », « le dernier jour de février 2027 »."""
    trouve = re.fullmatch(
        r"(?:(?P<jour>\d{1,2}|1er) (?=du mois(?! de)|de ce mois)|(?P<bout>dernier|premier) jour )"
        r"(?:de |d'|du mois de )?(?P<mois>.+)",
        nu,
    )
    if not trouve:
        return None
    dit = int((trouve["jour"] or "1").removesuffix("er"))

    def du_mois(annee: int, mois: int) -> date:
        dernier = trouve["bout"] == "dernier"
        return reperes.fin_de_mois(annee, mois) if dernier else reperes.batir(annee, mois, dit)

    return _d_un_mois_dit(trouve["mois"], repere, du_mois, nu)


def _d_un_mois_dit(
    dit: str, repere: Repere, du_mois: Callable[[int, int], date | None], nu: str
) -> Jours | None:
    """Ce jour du mois que l'on nomme : « décembre », « novembre 2027 », « du mois prochain »."""
    if relatif := re.fullmatch(r"(?:du |ce )?mois(?:-ci)?(?: (prochain|dernier))?", dit):
        pas = {"prochain": 1, "dernier": -1}.get(relatif[1] or "", 0)
        mois = reperes.decaler_de_mois(repere.jour.replace(day=1), pas)
        jour = du_mois(mois.year, mois.month)
        return un(jour) if jour else _aucun(nu)
    nomme = re.fullmatch(rf"({NOM_DE_MOIS})(?: (\d{{4}}))?", dit)
    if not nomme:
        return None
    numero = mots.numero_du_mois(nomme[1])
    if nomme[2]:
        jour = du_mois(reperes.lire_annee(nomme[2]), numero)
        return Jours((jour,), plein=True) if jour else _aucun(nu)
    ans = range(repere.jour.year - 8, repere.jour.year + 9)
    return reperes.choisir(repere, [jour for an in ans if (jour := du_mois(an, numero))], None)


def _aucun(nu: str) -> Jours:
    raise SaisieIncomprise("", f"Il n'y a pas de « {nu} » cette fois-là.")


def _quantieme(nu: str, repere: Repere) -> Jours | None:
    """« mar. 24 », « 24/11 », « mardi 24 novembre 2026 », « 2026-11-24 »."""
    chiffres = r"(?P<jour>\d{1,2}|1er)(?P<lien>[/.-])(?P<num>\d{1,2})(?:(?P=lien)(?P<an1>\d{4}|\d{2}))?"
    lettres = rf"(?P<jour2>\d{{1,2}}|1er)(?: (?P<mois>{NOM_DE_MOIS})(?: (?P<an2>\d{{4}}))?)?"
    iso = r"(?P<an3>\d{4})-(?P<num3>\d{2})-(?P<jour3>\d{2})"
    trouve = re.fullmatch(rf"(?:(?P<sem>{SEMAINE}),? (?:le )?)?(?:{iso}|{chiffres}|{lettres})", nu)
    if not trouve:
        return None
    quantieme = int((trouve["jour"] or trouve["jour2"] or trouve["jour3"]).removesuffix("er"))
    nom = mots.numero_du_jour(trouve["sem"]) if trouve["sem"] else None
    num = trouve["num"] or trouve["num3"]
    if not (num or trouve["mois"]):
        return _sans_mois(quantieme, nom, repere)
    mois = int(num) if num else mots.numero_du_mois(trouve["mois"])
    if annee := trouve["an1"] or trouve["an2"] or trouve["an3"]:
        return reperes.accorder(nom, reperes.batir(reperes.lire_annee(annee), mois, quantieme), plein=True)
    # Une année bissextile au plus est à huit ans (autour de 2100) : le 29 février se trouve.
    ans = range(repere.jour.year - 8, repere.jour.year + 9)
    possibles = [date(an, mois, quantieme) for an in ans if reperes.existe(an, mois, quantieme)]
    if not possibles:
        # « 31/2 » n'est d'aucune année : dire quand finit le février dont on parle.
        bout = reperes.fin_de_mois if not repere.vers_le_passe else lambda an, m: reperes.batir(an, m, 1)
        bouts = [bout(an, mois) for an in ans]
        reperes.batir(reperes.la_bonne(repere, bouts).year, mois, quantieme)
    return reperes.choisir(repere, possibles, nom)


def _sans_mois(quantieme: int, nom: int | None, repere: Repere) -> Jours:
    """« mardi 24 » : le 24 d'un mois proche ; « le 24 », sans rien de plus, se demande."""
    if not 1 <= quantieme <= 31:
        raise SaisieIncomprise("", f"Il n'y a pas de {quantieme} dans un mois.")
    rang = repere.jour.year * 12 + repere.jour.month - 1
    mois = [(n // 12, n % 12 + 1) for n in range(rang - 3, rang + 4)]
    possibles = [date(an, m, quantieme) for an, m in mois if reperes.existe(an, m, quantieme)]
    if nom is not None:
        return reperes.choisir(repere, possibles, nom)
    proches = sorted(reperes.du_cote(repere, possibles)[:2])
    dites = " ou ".join(temps.dire_jour(jour, repere.jour) for jour in proches)
    return Jours(
        tuple(proches), plein=True, doute=f"« le {quantieme} » : il manque le mois. {dites.capitalize()} ?"
    )


def emprunter(dit: str, fin: date) -> Jours | None:
    """Le premier jour d'une période : « 3 » ou « mercredi 3 » sont du mois de la fin, ou d'avant."""
    trouve = re.fullmatch(
        rf"(?:le )?(?:(?P<sem>{SEMAINE}),? (?:le )?)?(?P<jour>\d{{1,2}}|1er)"
        rf"(?: (?P<mois>{NOM_DE_MOIS})|/(?P<num>\d\d?))?",
        dit.strip(" ,"),
    )
    if not trouve:
        return None
    quantieme = int(trouve["jour"].removesuffix("er"))
    nom = mots.numero_du_jour(trouve["sem"]) if trouve["sem"] else None
    if trouve["num"] or trouve["mois"]:
        mois = int(trouve["num"]) if trouve["num"] else mots.numero_du_mois(trouve["mois"])
        annee = fin.year - 1 if (mois, quantieme) > (fin.month, fin.day) else fin.year
        return reperes.accorder(nom, reperes.batir(annee, mois, quantieme), plein=False)
    avant = temps.un_mois_avant(fin.replace(day=1))
    if nom is not None and quantieme > fin.day and reperes.existe(avant.year, avant.month, quantieme):
        # « du lundi 28 au dimanche 3 janvier » : le mois d'avant, si le jour s'accorde.
        jour = avant.replace(day=quantieme)
        return un(jour) if jour.weekday() == nom else None
    return reperes.accorder(nom, reperes.batir(fin.year, fin.month, quantieme), plein=False)


_LECTEURS = (_relatif, _dans, _de_la_semaine, _dans_des_semaines, _nom, _rang, _du_mois, _quantieme)
