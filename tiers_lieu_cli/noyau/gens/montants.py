"""Reconnaître un montant, en chiffres ou en mots, dans toute monnaie, fût-il coupé par la ligne."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tiers_lieu_cli.noyau.gens.aplati import Aplati
from tiers_lieu_cli.noyau.gens.formes import LETTRES

# Chaque motif est borné : un texte hostile ne doit pas coûter plus que sa longueur. Aucun n'est préparé
# avant de servir : la plupart des textes n'ont rien d'une monnaie.
SIGNES = "€$£¥₣₤₽₺₹₴₿¢₪₫₩₦₱฿円元"
_SIGNES = tuple(signe.encode() for signe in SIGNES)
#: Les mêmes, en octets : par quoi ils commencent, et la suite du motif (voir `mur`).
UN_SIGNE = (
    b"".join(re.escape(debut) for debut in sorted({signe[:1] for signe in _SIGNES})),
    b"|".join(b"(?<=%s)%s" % (re.escape(signe[:1]), re.escape(signe[1:])) for signe in _SIGNES),
)
#: Les mots qui disent une monnaie, après un nombre en chiffres ou en lettres.
_MONNAIES = (
    "euros?|eurs?|euri|keur|keuros?|meur|dollars?|livres? sterling|"
    "livres? turques?|sterling|dirhams?|dinars?|yens?|yuans?|roubles?|zlotys?|roupies?|pesos?|fcfa|"
    "cfa|francs|centimes?|eurocents?|bitcoins?|couronnes? (?:sued|dan|norveg|tch|island)[a-z]{2,9}|"
    "forints?|hryvnias?|shekels?|rials?|pesetas|pounds|bucks"
)
#: Des codes si courts qu'un nom de fiche pourrait finir par eux : le nombre y est à part.
_CODES = (
    "usd|chf|gbp|cad|mad|dzd|tnd|pln|zl|btc|dhs?|cts?|frs|fr\\.|sek|nok|dkk|czk|kc|huf|ron|aed|xof|xaf|cdf|rwf|egp|uah|rub|jpy|cny|inr|brl|aud|nzd|ils|"
    "lei|lires|reais|marks|quid|ttc|htva|tvac|(?-i:TL|FF|TRY)"
)
#: Sans l'un de ces mots, de ces signes ou de ces tirets, aucun montant.
MOTS = frozenset(
    re.findall(
        r"\w+",
        "tl ff try aed aud balles bitcoin bitcoins brl btc bucks cad cdf centime centimes cents cfa chf cny "
        "couronne couronnes ct cts czk dh dhs dinar dinars dirham dirhams dkk dollar dollars dzd egp eur "
        "euri euro eurocent eurocents euros eurs fcfa forint forints fr franc francs frs gbp hryvnia "
        "hryvnias htva huf ils inr jpy kc keur keuro keuros lei lires mad marks meur nok nzd pesetas peso "
        "pesos pln pounds quid reais rial rials ron rouble roubles roupie roupies rub rwf sek sfr shekel "
        "shekels sterling symbolique tnd ttc turque turques tvac uah usd xaf xof yen yens yuan yuans zl "
        "zloty zlotys ",
    )
)
#: Ce qu'écrit un montant sans eux ; en octets, comme `UN_SIGNE`.
TIRETS = (
    b".,",
    rb"(?<=\d[.,])(?:-|\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xef|\d\d(?:"
    + b"|".join(rb"(?<=\d[.,' \x80-\xff]{%d}\d{3}[.,]\d\d)" % n for n in (1, 2, 3))
    + rb"))",
)
_ECART = 60
_LETTRE = r"(?![^\W_])"
_CHIFFRES = r"\d(?:[\d .,']{0,24}\d)?"
_BLANCS = r"[\s_*)-]{0,40}"
_NOMBRES = (
    "quelques|plusieurs|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    "quarante|cinquante|soixante|septante|huitante|octante|nonante|cents?|mille|millions?|milliards?|milliers?|"
    "dizaines?|douzaines?|quinzaines?|vingtaines?|trentaines?|quarantaines?|cinquantaines?|soixantaines?|"
    "centaines?|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|honderd|duizend|"
    "(?:[a-z]{2,9}en)?(?:twin|der|veer|vijf|zes|zeven|tach|negen)tig|one|two|three|four|five|seven|eight|nine|"
    "zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|zwanzig|dreissig|vierzig|funfzig|sechzig|siebzig|"
    "achtzig|neunzig|hundert|tausend|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|veinte|treinta|"
    "cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|dieci|venti|trenta|quaranta|cinquanta|"
    "cento|dez|vinte|trinta|cinquenta|cem|mil|"
    "ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
)
_QUANTITES = (
    "[kcdm]?m[23]?|[km]?g|t|[cdm]?l|%|h|ha|k?wh?|kva|v|[kmgt]o|ppm|km/h|tonnes?|litres?|metres?|heures?|"
    "habitants?|personnes?|visites?|kilos?"
)
#: 12,50 €, 12 k€, 50 (cinquante) euros ; « 50 » en fin de ligne et « € » à la suivante.
_EN_CHIFFRES = (
    rf"{_CHIFFRES}\s?(?:[km]|mille|millions?(?: d['e]?)?|milliards?(?: d['e]?)?)?(?:\s?\([^()\n]{{1,40}}\))?"
    rf"{_BLANCS}(?:[{SIGNES}]|(?:{_MONNAIES}|cents){_LETTRE})"
)
_EN_CODES = rf"(?<![\w-]){_CHIFFRES}{_BLANCS}(?:{_CODES}){_LETTRE}"
#: € 30, EUR 30, US$ 30, CHF 50.-, « prix en euros : 30 ».
_MONNAIE_DEVANT = (
    rf"(?:(?:US|CA)?[{SIGNES}]|(?<![^\W_])(?:eur|chf|usd|gbp|s?fr\.)|(?<![^\W_])euros?\s?:)\s{{0,3}}:?\s{{0,3}}"
    rf"{_CHIFFRES}(?:[.,]-{{1,2}})?"
)
#: 50,- et 50.-, mais pas « 12.- Clôture ».
_A_TIRET = r"\d[\d .']{0,12},-{1,2}(?![\w-])|(?<![\n\d])\d{2,6}\.-{1,2}(?![\w-]|\s?(?-i:[A-Z]))"
#: 1.200,00 et 1,200.00, si ce n'est pas la mesure de quelque chose.
_AU_CENTIME = (
    r"(?<![\d.,])(?:\d{1,3}(?:[.' ]\d{3})+,\d{2}|\d{1,3}(?:,\d{3})+\.\d{2})(?![\d.,]*\d)"
    rf"(?!\s?(?:{_QUANTITES}){_LETTRE})"
)
#: Cinquante euros, une centaine d'euros, deux mille cinq cents francs.
_EN_MOTS = (
    rf"(?<![^\W_])(?:(?:{_NOMBRES}|et|en|and)[\s-]{{1,40}}){{0,12}}(?:{_NOMBRES})[\s-]{{1,40}}"
    rf"(?:d'|de\s{{1,3}}|petits?\s|bons?\s)?(?:(?:{_MONNAIES}|{_CODES}){_LETTRE}(?!-)|[{SIGNES}])"
    "|euro symbolique"
)
#: « Prix : 20 », « tarif : 7,50 » : sans monnaie, on demande.
_ANNONCE = (
    r"(?<![^\W_])(?:prix|tarifs?|paf|cout|cotisation|loyer|caution|acompte|prijs|price)"
    r"(?:\s(?:libre|conseille|unitaire|adulte|plein|reduit))?\s?:\s?"
    r"(?!(?:19|20)\d\d(?!\d))\d{1,5}(?:[.,]\d\d?)?(?!\w|\s?%|[.,:/-]\d|\s?[^\W\d_])"
)
ANNONCES = frozenset(
    ("prix", "tarif", "tarifs", "paf", "cout", "cotisation", "loyer", "caution", "acompte", "prijs", "price")
)
_MONTANT = "|".join((_EN_CHIFFRES, _EN_CODES, _MONNAIE_DEVANT, _A_TIRET, _AU_CENTIME, _EN_MOTS))
_COMBIEN = rf"(?<![^\W_])(?:{_CHIFFRES}|(?:(?:{_NOMBRES})[\s-]{{1,40}}){{0,12}}(?:{_NOMBRES}))"
#: « 25 balles » se paient ou se lancent : ce qui suit le dit, ou rien.
_BALLES = rf"{_COMBIEN}[\s-]{{1,40}}balles{_LETTRE}(?!\s+(?:(?:de|du|des|en mousse){_LETTRE}|d'))"
_SE_PAIENT = (
    r"\s*(?:$|[.,;:!?)\]\"»\n]|(?:par|la|le|l'|chacune?|chaque|max|maximum|mini|minimum|et|pour|svp|"
    rf"environ|a|au|seulement|cash){_LETTRE})"
)


class Montant(msgspec.Struct, frozen=True):
    """Un montant reconnu : ses bornes dans le texte à plat, s'il n'y a pas de doute."""

    debut: int
    fin: int
    sur: bool = True


def peut_etre(octets: bytes) -> bool:
    """Y a-t-il un signe ou un tiret de montant ? Les `MOTS` se cherchent à part."""
    return any(signe in octets for signe in _SIGNES) or bool(re.search(b"[%s]%s" % TIRETS, octets))


def chercher(plat: str) -> Iterator[Montant]:
    """Les montants d'un texte à plat."""
    mots = set(LETTRES.findall(plat.lower()))
    dits = MOTS & mots
    for trouve in re.finditer(_ANNONCE, plat, re.IGNORECASE) if ":" in plat and mots & ANNONCES else ():
        yield Montant(*trouve.span(), sur=False)
    if not dits and not peut_etre(plat.encode("utf-8", "replace")):
        return
    for trouve in re.finditer(_MONTANT, plat, re.IGNORECASE):
        yield Montant(*trouve.span())
    for trouve in re.finditer(_BALLES, plat, re.IGNORECASE) if "balles" in dits else ():
        sur = re.match(_SE_PAIENT, plat[trouve.end() : trouve.end() + _ECART], re.IGNORECASE)
        yield Montant(*trouve.span(), sur=bool(sur))


def montants(texte: str) -> Iterator[str]:
    """Les montants écrits dans un texte."""
    lu = Aplati(texte)
    return (lu.extrait(m.debut, m.fin) for m in chercher(lu.plat))


def sans_montant(texte: str) -> str:
    """Un texte venu d'ailleurs, dont les montants sont retirés."""
    for dit in sorted(set(montants(texte)), key=len, reverse=True):
        texte = texte.replace(dit, "(montant retiré)")
    return texte
