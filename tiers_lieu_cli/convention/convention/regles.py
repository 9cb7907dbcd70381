"""Les trois dates d'une convention, ce qu'elles demandent, et les trous de couverture. Sans horloge.

Préavis au plus tard : un jour avant « reconduction moins le délai » (partir de la fin tromperait d'un jour).
Tout se calcule à la lecture : soixante jours d'absence ne font rien manquer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from tiers_lieu_cli.convention.convention.modele import PIECES, Compte, Convention, Decision, Modele, Quoi
from tiers_lieu_cli.noyau.temps import delais, temps
from tiers_lieu_cli.noyau.temps.delais import Periode
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR

#: À combien de jours du préavis on redemande une décision.
RAPPELS = (90, 60, 30, 7)
#: Loi française (consommateurs et non-professionnels) : l'avis arrive entre ces deux délais avant le terme.
AVIS_AU_PLUS_TOT, AVIS_AU_PLUS_TARD = Periode(3, "mois"), Periode(1, "mois")
#: Combien de temps avant la fin d'une couverture on s'inquiète de la suite, en jours.
AVANT_UN_TROU = 30
#: Une convention qui doit être signée se rappelle avant de commencer, en jours.
AVANT_DE_SIGNER = 14


class Terme(msgspec.Struct, frozen=True):
    """Une période : son dernier jour couvert, le lendemain, et jusqu'à quand on peut dire non."""

    fin: date
    reconduction: date
    preavis: date | None
    #: Avec la marge de la poste, si le préavis compte à la réception.
    a_poster: date | None

    @property
    def limite(self) -> date:
        """Jusqu'à quand décider ; sans préavis connu, jusqu'à la fin."""
        return self.preavis or self.fin


def terme(c: Convention, fin: date) -> Terme:
    """Les trois dates de la période qui finit ce jour-là ; résiliée, il n'y a plus de non à dire."""
    lendemain = fin + UN_JOUR
    preavis = delais.avant(lendemain, c.delai) - UN_JOUR if c.delai and not c.finie_le else None
    poste = preavis - c.marge * UN_JOUR if preavis and c.marge and c.compte is not Compte.ENVOI else None
    return Terme(fin, lendemain, preavis, poste)


def termes(c: Convention, jusque: date) -> Iterator[Terme]:
    """Ses périodes, de la première à la première qui finit après ce jour ; résiliée, elle n'a qu'une fin."""
    if c.finie_le:
        yield terme(c, c.finie_le)
        return
    fois, fin = 0, c.au
    while True:
        yield terme(c, fin)
        if c.pas is None or fin >= jusque:
            return
        fois += 1
        # Depuis la première reconduction : ajouter mois par mois perdrait le 31.
        fin = delais.apres(c.au + UN_JOUR, c.pas, fois) - UN_JOUR


def courant(c: Convention, jour: date) -> Terme:
    """La période où l'on est ce jour-là ; la dernière si elle est finie."""
    *_, dernier = termes(c, jour)
    return dernier


def est_finie(c: Convention, jour: date) -> bool:
    """N'engage-t-elle plus personne ?"""
    return courant(c, jour).fin < jour


def dire_duree(c: Convention, jour: date) -> str:
    """« jusqu'au 31 décembre 2027, puis 1 an », « finie le 3 mars »."""
    t = courant(c, jour)
    dite = temps.dire_jour(t.fin, jour)
    if t.fin < jour:
        return f"finie le {dite}"
    if c.du > jour:
        return f"du {temps.dire_jour(c.du, jour)} au {dite}"
    return f"jusqu'au {dite}" + (f", puis {c.reconduction}" if c.pas and not c.finie_le else "")


def dire_les_dates(c: Convention, t: Terme, jour: date) -> Iterator[tuple[str, str]]:
    """Les dates d'une période, nommées : celles qui ont un sens."""
    if t.a_poster:
        yield "à poster avant le", temps.dire_jour(t.a_poster, jour)
    if t.preavis:
        yield "préavis au plus tard", temps.dire_jour(t.preavis, jour)
    yield "dernier jour couvert", temps.dire_jour(t.fin, jour)
    if c.pas and not c.finie_le:
        yield "reconduite le", f"{temps.dire_jour(t.reconduction, jour)}, pour {c.reconduction}"


def decide(c: Convention, t: Terme) -> Decision | None:
    """Ce qui fut décidé de cette période, en dernier."""
    return max((d for d in c.decisions if d.terme == t.fin), key=lambda d: d.le, default=None)


class Alerte(msgspec.Struct, frozen=True, order=True):
    """Ce qu'une convention demande : dû ce `jour` ; `rouge` : on n'est plus couvert, ou c'est passé."""

    jour: date
    convention: str
    phrase: str
    commande: str
    rouge: bool = False


def alertes(c: Convention, qui: str, jour: date) -> Iterator[Alerte]:
    """Tout ce qu'elle demande ce jour-là ; `qui` nomme le partenaire."""
    if c.finie_le and c.finie_le < jour:
        return
    nom = f"{c.nom} ({qui})"
    vivante = not est_finie(c, jour)
    if vivante and not c.est_signee and not c.finie_le and c.du <= jour + AVANT_DE_SIGNER * UN_JOUR:
        quoi = "faire signer l'avenant" if c.avenants else "faire signer"
        yield Alerte(c.du, c.id, f"{quoi} : {nom}", f"tl convention signer {c.id}")
    yield from _du_preavis(c, nom, jour)
    if c.pas and not c.delai and not c.finie_le:
        yield Alerte(
            jour,
            c.id,
            f"dire le préavis, que rien ne suppose : {nom}",
            f"tl convention modifier {c.id} --preavis '3 mois'",
        )
    yield from _de_l_avis(c, nom, jour)
    if c.modele is Modele.ASSURANCE and vivante:
        for champ, dit in PIECES.items():
            if not getattr(c, champ):
                commande = f"tl convention document creer {champ}.pdf --convention {c.id}"
                yield Alerte(max(c.du, jour), c.id, f"il manque {dit} : {nom}", f"{commande} --comme {champ}")


def _du_preavis(c: Convention, nom: str, jour: date) -> Iterator[Alerte]:
    if c.finie_le:
        return
    tous = list(termes(c, _assez_loin(c, jour)))
    passes = [t for t in tous if t.limite < jour]
    if passes:
        yield from _passe(c, passes[-1], nom, jour)
    for t in tous:
        atteints = [t.limite - n * UN_JOUR for n in RAPPELS if t.limite - n * UN_JOUR <= jour]
        if t.limite < jour or not atteints:
            continue
        dite = decide(c, t)
        if dite and (dite.quoi in (Quoi.RENOUVELER, Quoi.VU) or dite.le >= atteints[-1]):
            continue
        quoi = "préavis" if t.preavis else "fin"
        reste = (t.limite - jour).days
        combien = "aujourd'hui" if not reste else f"dans {reste} jour{'s' * (reste > 1)}"
        poste = f", à poster le {temps.dire_jour(t.a_poster, jour)}" if t.a_poster else ""
        yield Alerte(
            t.limite,
            c.id,
            f"décider : {nom}, {quoi} au plus tard le {temps.dire_jour(t.limite, jour)} ({combien}{poste})",
            f"tl convention decider {c.id} renouveler",
            rouge=reste <= RAPPELS[-1],
        )
        return


def _assez_loin(c: Convention, jour: date) -> date:
    """Jusqu'où une période peut finir et être déjà à décider."""
    loin = jour + RAPPELS[0] * UN_JOUR
    return delais.apres(loin, c.delai) if c.delai else loin


def _passe(c: Convention, t: Terme, nom: str, jour: date) -> Iterator[Alerte]:
    """Le dernier préavis passé sans décision : visible tant qu'on ne l'a pas lu."""
    dite = decide(c, t)
    eteinte = c.pas is None and t.fin < jour
    if dite and (dite.le > t.fin if eteinte else dite.quoi is not Quoi.RENEGOCIER or dite.le > t.limite):
        return
    if any(d.terme > t.fin for d in c.decisions):
        return
    if c.pas:
        au = temps.dire_jour(delais.apres(t.reconduction, c.pas) - UN_JOUR, jour)
        fait = f"reconduite sans décision jusqu'au {au}" if c.delai else f"reconduite jusqu'au {au}"
    elif eteinte:
        fait = f"finie le {temps.dire_jour(t.fin, jour)}"
    else:
        fait = f"préavis passé ; elle finit le {temps.dire_jour(t.fin, jour)}"
    yield Alerte(t.limite, c.id, f"{fait} : {nom}", f"tl convention decider {c.id} vu", rouge=True)


def _de_l_avis(c: Convention, nom: str, jour: date) -> Iterator[Alerte]:
    """L'avis que le prestataire doit : attendu, puis manquant ; on peut alors partir sans frais."""
    if not c.avis or c.finie_le or c.pas is None:
        return
    t = courant(c, jour)
    tot, tard = fenetre_de_l_avis(t)
    if any(tot <= recu <= tard for recu in c.avis_recus) or jour < tot:
        return
    if jour <= tard:
        yield Alerte(
            tard,
            c.id,
            f"avis de reconduction attendu d'ici le {temps.dire_jour(tard, jour)} : {nom}",
            f"tl convention avis {c.id}",
        )
    else:
        yield Alerte(
            tard,
            c.id,
            f"avis de reconduction jamais reçu, résiliation sans frais possible : {nom}",
            f"tl convention resilier {c.id}",
        )


def fenetre_de_l_avis(t: Terme) -> tuple[date, date]:
    """Entre trois mois et un mois avant le terme."""
    return delais.avant(t.fin, AVIS_AU_PLUS_TOT), delais.avant(t.fin, AVIS_AU_PLUS_TARD)


# -- les assurances -----------------------------------------------------------


class Trou(msgspec.Struct, frozen=True):
    """Un risque que plus rien ne couvre à partir de ce jour (jusqu'à `jusque`, si une police suit)."""

    risque: str
    depuis: date
    jusque: date | None
    derniere: str


def trous(conventions: Iterable[Convention], jour: date) -> Iterator[Trou]:
    """Les risques assurés un jour et qui ne le sont pas, ou bientôt plus ; ce qu'on a dit « vu » se tait."""
    par_risque: dict[str, list[Convention]] = defaultdict(list)
    for c in conventions:
        if c.modele is Modele.ASSURANCE:
            for risque in c.risques:
                par_risque[risque].append(c)
    for risque, polices in sorted(par_risque.items()):
        yield from _trou(risque, polices, jour)


def _trou(risque: str, polices: list[Convention], jour: date) -> Iterator[Trou]:
    """Le premier jour découvert, d'aujourd'hui à un mois : couvert de proche en proche."""
    decouvert = jour
    couvertes = [(c.du, _couvre_jusqu_a(c, jour)) for c in polices]
    avance = True
    while avance:
        avance = False
        for du, au in couvertes:
            if du <= decouvert <= au:
                decouvert, avance = au + UN_JOUR, True
    if decouvert > jour + AVANT_UN_TROU * UN_JOUR:
        return
    avant = [c for c in polices if c.du <= decouvert]
    if not avant:
        # Elle commence plus tard : rien n'était couvert, et rien n'est perdu.
        return
    derniere = max(avant, key=lambda c: (_couvre_jusqu_a(c, jour), c.id))
    finie = _couvre_jusqu_a(derniere, jour)
    if any(d.terme >= finie and d.quoi is Quoi.VU for d in derniere.decisions):
        return
    suivantes = [du for du, _ in couvertes if du > decouvert]
    yield Trou(risque, finie + UN_JOUR, min(suivantes) - UN_JOUR if suivantes else None, derniere.id)


def _couvre_jusqu_a(c: Convention, jour: date) -> date:
    """Le dernier jour qu'elle couvre, ses reconductions comprises."""
    if c.finie_le:
        return c.finie_le
    t = courant(c, jour)
    # Sans rien dire, elle continue.
    return date.max - UN_JOUR if c.pas else t.fin


# -- décider, résilier -----------------------------------------------------------------


def a_decider(c: Convention, jour: date, *, vu: bool) -> Terme:
    """La période dont on décide ce jour-là : celle qu'on peut encore refuser ; vue, la dernière passée."""
    vus = list(termes(c, _assez_loin(c, jour)))
    passes = [t for t in vus if t.limite < jour]
    if vu and passes:
        return passes[-1]
    return next((t for t in vus if t.limite >= jour), vus[-1])


def fin_possible(c: Convention, jour: date) -> Terme:
    """La première période qu'on peut encore faire la dernière en le disant ce jour-là."""
    vus = list(termes(c, jour))
    while vus[-1].limite < jour and c.pas:
        vus = list(termes(c, vus[-1].reconduction))
    return vus[-1]
