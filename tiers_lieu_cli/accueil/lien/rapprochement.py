"""Rapprocher besoins et offres, sans note opaque : une piste dit ce qu'ils ont en commun, et c'est tout.

Un index des mots et des thèmes donne, pour chaque besoin, les seules offres qui partagent
quelque chose avec lui ; rapidfuzz ne sert qu'à rattraper une faute de frappe, sur les mots
qu'aucune offre n'emploie. Cinq mille besoins et cinq mille offres se rapprochent en une seconde.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from tiers_lieu_cli.accueil.annonce import moments
from tiers_lieu_cli.accueil.annonce.modele import Annonce, Besoin, Offre
from tiers_lieu_cli.accueil.annonce.moments import Case, MomentIncompris
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef

_VIDES = """
aide aider aimerait aimerais aux avec avoir besoin cela cette chez cherche chercher chose comme comment
dans demande demander des deux donner elle elles entre envie est etre faire fois gens heure heures jour
jours les leur leurs mais meme mes mieux moi moins mon nos notre nous offre offrir par parfois personne
personnes petit petite petits plus pour pouvoir propose proposer quand que quel quelle quelqu quelque
quelques qui sans semaine ses son sont sous sur tous tout toute toutes trois trouver une vers veut veux
votre voudrais voudrait vos vous
"""
#: Des mots qu'on trouve dans tout besoin : ils ne rapprochent rien.
VIDES = frozenset(_VIDES.split())
#: Les fins de mots qui ne changent pas de quoi l'on parle, les plus longues d'abord.
_FINS = motif(
    r"(?:ations?|ateurs?|atrices?|ements?|euses?|eurs?|ieres?|iers?|ages?|iques?|ees?|er|ez|ir|es|ent|[sxe])$"
)
#: Un mot plus court ne se raccourcit pas, et ne se rattrape pas s'il est mal écrit.
RACINE_LA_PLUS_COURTE = 3
MOT_A_RATTRAPER = 5
#: Sur cent : une lettre de travers dans un mot de huit.
RESSEMBLANCE = 86
#: Pour un besoin, on ne regarde de près que les offres qui partagent le plus avec lui.
A_REGARDER = 12


class Piste(msgspec.Struct, frozen=True):
    """Un besoin et une offre qui ont quelque chose en commun, et ce que c'est."""

    besoin: Besoin
    offre: Offre
    themes: tuple[str, ...]
    mots: tuple[str, ...]
    quand: str
    publics: tuple[str, ...]

    @property
    def commun(self) -> int:
        """Combien de choses ils ont en commun."""
        return len(self.themes) + len(self.mots) + bool(self.quand) + bool(self.publics)

    @property
    def raison(self) -> str:
        """Ce qu'ils ont en commun, en toutes lettres."""
        themes, mots, publics = (", ".join(dits) for dits in (self.themes, self.mots, self.publics))
        raisons = (
            themes and f"thème {themes}",
            mots and f"mot{'s' * (len(self.mots) > 1)} {mots}",
            self.quand,
            publics and f"tous deux {publics}",
        )
        return " · ".join(filter(None, raisons))


class _Lue(msgspec.Struct, frozen=True):
    """Une annonce, et ce par quoi on la rapproche : ses racines (avec le mot écrit), ses moments."""

    annonce: Annonce
    racines: Mapping[str, str]
    themes: Mapping[str, str]
    cases: frozenset[Case]


class Index:
    """Les offres, par racine de mot et par thème."""

    def __init__(self, offres: Iterable[Offre]) -> None:
        self.lues = [(offre, _lire(offre)) for offre in offres]
        self.par_racine: dict[str, list[int]] = {}
        #: Les mots écrits (et leur racine), par leurs deux premières lettres.
        self._mots: dict[str, dict[str, str]] = {}
        for rang, (_, lue) in enumerate(self.lues):
            for racine, mot in lue.racines.items():
                self.par_racine.setdefault(racine, []).append(rang)
                self._mots.setdefault(mot[:2], {})[mot] = racine
        self._rattrapees: dict[str, str] = {}

    def proches(self, lue: _Lue) -> tuple[dict[str, str], list[int]]:
        """Les racines de l'index que ce besoin emploie (avec son mot), et les offres qui les partagent."""
        racines = {self._rattraper(racine, mot): mot for racine, mot in lue.racines.items()}
        compte: Counter[int] = Counter()
        # Un mot rare d'abord : à égalité, most_common garde l'ordre où il a vu les offres.
        for racine in sorted(racines, key=lambda r: len(self.par_racine.get(r, ()))):
            compte.update(self.par_racine.get(racine, ()))
        return racines, [rang for rang, _ in compte.most_common(A_REGARDER)]

    def _rattraper(self, racine: str, mot: str) -> str:
        """La racine que ce mot mal écrit veut sans doute dire ; la sienne si aucune offre n'y ressemble."""
        if racine in self.par_racine or len(mot) < MOT_A_RATTRAPER:
            return racine
        if mot not in self._rattrapees:
            from rapidfuzz import fuzz, process

            voisins = self._mots.get(mot[:2], {})
            trouve = process.extractOne(mot, [*voisins], scorer=fuzz.ratio, score_cutoff=RESSEMBLANCE)
            self._rattrapees[mot] = voisins[trouve[0]] if trouve else racine
        return self._rattrapees[mot]


def pistes(
    besoin: Besoin,
    index: Index,
    publics_de: Callable[[Annonce], Sequence[str]],
    deja: Collection[tuple[str, str]] = (),
) -> list[Piste]:
    """Les offres qui pourraient répondre à ce besoin, celles qui ont le plus en commun d'abord.

    `deja` : les paires déjà reliées. Deux annonces de la même personne, ou qui ne peuvent jamais
    se voir au même moment, ne sont pas rapprochées.
    """
    lue = _lire(besoin)
    racines, rangs = index.proches(lue)
    trouvees = []
    for rang in rangs:
        offre, autre = index.lues[rang]
        soi = besoin.personne and besoin.personne == offre.personne
        jamais = lue.cases and autre.cases and not lue.cases & autre.cases
        if soi or jamais or (besoin.id, offre.id) in deja:
            continue
        trouvees.append(_piste(besoin, offre, racines, lue, autre, publics_de))
    return sorted(trouvees, key=lambda p: -p.commun)


def _piste(
    besoin: Besoin,
    offre: Offre,
    racines: Mapping[str, str],
    lue: _Lue,
    autre: _Lue,
    publics_de: Callable[[Annonce], Sequence[str]],
) -> Piste:
    themes = [theme for cle, theme in lue.themes.items() if cle in autre.themes]
    des_themes = {racine for theme in themes for racine in _racines(theme)}
    mots = [
        mot if mot == autre.racines[r] else f"{mot} ≈ {autre.racines[r]}"
        for r, mot in racines.items()
        if r in autre.racines and r not in des_themes
    ]
    publics = publics_de(offre)
    return Piste(
        besoin=besoin,
        offre=offre,
        themes=tuple(themes),
        mots=tuple(mots),
        quand=moments.dire(lue.cases & autre.cases),
        publics=tuple(p for p in publics_de(besoin) if p in publics),
    )


def dans_l_ordre(par_besoin: Iterable[Sequence[Piste]]) -> list[Piste]:
    """Les besoins urgents d'abord, puis ceux qui ont le plus en commun avec une offre ; les anciens avant."""
    meilleures = [piste for du_besoin in par_besoin for piste in du_besoin]
    return sorted(
        meilleures, key=lambda p: (not p.besoin.urgent, -p.commun, p.besoin.entendu, p.besoin.id, p.offre.id)
    )


def _lire(annonce: Annonce) -> _Lue:
    try:
        cases = moments.cases(annonce.quand)
    except MomentIncompris:
        cases = frozenset()
    return _Lue(
        annonce,
        _racines(" ".join([annonce.texte, *annonce.themes])),
        {clef(theme): theme for theme in annonce.themes},
        cases,
    )


def _racines(texte: str) -> dict[str, str]:
    """Les racines des mots qui comptent, et le mot tel qu'on le montre."""
    racines: dict[str, str] = {}
    for mot in clef(texte).split("-"):
        if len(mot) >= RACINE_LA_PLUS_COURTE and mot not in VIDES:
            racines.setdefault(racine(mot), mot)
    return racines


def racine(mot: str) -> str:
    """Ce qui reste d'un mot sans sa fin : « réparer » et « réparations » ont la même."""
    court = _FINS.sub("", mot)
    return court if len(court) >= RACINE_LA_PLUS_COURTE else mot
