"""Reconnaître une adresse, un numéro de téléphone, un compte en banque, connus ou non du registre."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import msgspec

#: Une adresse, comme on l'écrit ; puis comme on la déguise (« karim [at] exemple point be »).
_COURRIEL = r"(?<![\w.+-])[\w.+-]{1,64}@(?![23]x\.)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_A_DIT = "arr?obase?|arr?obaz|apenstaartje"
_AROBASE = (
    rf"(?:\s{{0,2}}[\[({{<]\s?(?:@|at|a|{_A_DIT}|chez)\s?[\])}}>]\s{{0,2}}"
    rf"|\s{{0,2}}[-_*|]{{1,2}}at[-_*|]{{1,2}}\s{{0,2}}|\s{{1,2}}(?:at|{_A_DIT}|chez)\s{{1,2}}"
    r"|[\s\"'«»\\]{0,2}@[\s\"'«»]{0,2})"
)
_AROBASE_DITE = rf"(?i)[\[({{<]\s?(?:at|a|{_A_DIT}|chez)\s?[\])}}>]|\s(?:at|{_A_DIT}|chez)\s|[-_*|]at[-_*|]"
#: Ce qui se lit aussi dans une phrase, ou dans un nom de fichier : il y faut la fin d'une vraie adresse.
_AMBIGU = r"(?i)\s*(?:chez|[-_*|]+at[-_*|]+)\s*"
_FINS = r"(?i)(?:be|fr|com|org|net|eu|lu|nl|de|ch|io|info|brussels|coop|asso)"
_POINT = (
    r"(?:\s?\.\s?|\s?[\[({<]\s?(?:\.|dot|point|punt)\s?[\])}>]\s?|[\s_*-]{1,2}(?:dot|point|punt)[\s_*-]{1,2})"
)
_DEGUISE = rf"(?i)(?<![\w.+-])([\w.+-]{{1,64}})({_AROBASE})([\w-]{{1,63}}(?:{_POINT}[\w-]{{1,63}}){{1,4}})"
_SEPARE = rf"(?i){_POINT}"
_DOMAINE = r"(?i)(?:[\w-]+\.)+[a-z]{2,24}"
#: Ce qu'un agenda donne pour identifiant à un événement a la forme d'une adresse sans en être une.
_IDENTIFIANT = (
    r"(?i)[0-9a-f]{16,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-z_]{20,}|\d{8}t\d{6}z?[\w-]*"
)
_D_AGENDA = (".calendar.google.com", ".invalid")

#: Un numéro se dit avec son zéro ou son indicatif : « 0470/12.34.56 », « +32 (0)470… », « 470 12 34 56 ».
_CHIFFRES = r"(?<!\d)(?:\+|0|32|4[5-9])(?:[\W_]{0,3}\d){7,17}"
_ENTRE = r"[ ./()_·-]{0,2}"
#: Un portable belge, quatre chiffres puis trois paires : ce qui les sépare n'y change rien.
_MOBILE = r"(?<![\w+.,/-])04\d\d(?:\s?[.*/,-]?\s?\d\d){3}(?![\w]|[.,/-]\d)"
_NATIONAL = rf"(?<![\w+.,/-])\(?0[1-9](?:{_ENTRE}\d){{7,8}}(?!\w|[ .-]{{0,2}}[1-9]|[.,/-]0?\d\b)"
_INTERNATIONAL = r"(?<![\w+])(?:\+ ?\(?|\(?00 ?)[1-9](?:[ ./()_·-]{0,3}\d){8,13}(?!\w)"
#: Le jour, l'heure que le chemin d'une fiche dit deux fois (« passages/2026/01/2026-01-09-1029-passage »).
DATE_D_UN_CHEMIN = (
    r"(?<=[a-z]/)(?P<an>(?:19|20)\d\d)/(?P<mois>0[1-9]|1[0-2])/(?P=an)-(?P=mois)-(?:0[1-9]|[12]\d|3[01])"
    r"(?:-(?:[01]\d|2[0-3])[0-5]\d)?(?=-[a-z])"
)
#: Ce qui a des chiffres sans être un numéro : adresses de pages, jours, heures, identifiants.
_AUTRES_CHIFFRES = (
    rf"(?i){DATE_D_UN_CHEMIN}"
    r"|https?://(?!wa\.me|api\.whatsapp|[^\s]{0,40}tel)\S+"
    r"|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"
    r"|\b(?:19|20)\d\d(?P<trait>[-/. ]?)(?:0[1-9]|1[0-2])(?P=trait)(?:0[1-9]|[12]\d|3[01])"
    r"(?:[-T _]?\d{4,6}Z?\b)?"
    r"|(?<!\d)(?<!\d[ ./-])(?:0?[1-9]|[12]\d|3[01])(?P<barre>[/.-])(?:0?[1-9]|1[0-2])(?P=barre)(?:19|20)?\d\d"
    r"(?!\d|[ ./-]\d\d[ ./-])"
    r"|(?<!\d)(?:[01]?\d|2[0-3])\s?[:hH]\s?[0-5]\d(?:[:m][0-5]\d)?(?!\d)"
)
#: Devant une suite de chiffres, ce qui dit que c'est autre chose.
_REFERENCE = (
    r"(?i)(?<![^\W\d_])(?:ref[a-z]*|serie|sn|s/n|code|dossier|ticket|commande|lot|modele|version|inventaire|"
    r"facture|contrat|police|badge|cle)[\s:#.n°o]{0,6}$"
)
_OFFICIEL = r"(?i)(?<![^\W\d_])(?:isbn|ean|siren|siret|tva|bce|btw|kbo|be|entreprise)[\s:#.n°o]{0,6}$"
_ENTREPRISE = r"0(\d{3})\.(\d{3})\.(\d{3})"
#: Ce qu'on lit devant une suite de chiffres, en caractères.
_AVANT = 24
#: En dessous, une suite de chiffres n'est pas un numéro ; et ce qu'on en compare.
_CHIFFRES_UTILES = 8

_SANS_SIGNES = str.maketrans("", "", " ./+()-_")

#: Combien de signes a un compte, selon son pays (registre des IBAN, ISO 13616).
_LONGUEURS = {
    pays: longueur
    for longueur, tous in (
        *((15, "NO"), (16, "BE"), (18, "DK FI FO GL NL SD"), (19, "MK SI"), (20, "AT BA EE KZ LT LU MN XK")),
        *((21, "CH HR LI LV"), (22, "BG BH CR DE GB GE IE ME RS VA"), (23, "AE GI IL IQ OM SO TL")),
        *((24, "AD CZ ES MD PK RO SA SE SK TN VG"), (25, "LY PT ST"), (26, "IS TR")),
        *((27, "BI DJ FR GR IT MC MR SM"), (28, "AL AZ BY CY DO EG GT HU LB NI PL SV"), (29, "BR PS QA UA")),
        *((30, "JO KW MU YE"), (31, "MT SC"), (32, "LC"), (33, "RU")),
    )
    for pays in tous.split()
}
#: Un compte s'écrit d'un trait ou par groupes ; « : » entre deux mots n'en est pas un.
_COMPTE = r"(?<![^\W_])([A-Za-z]{2}[ .-]?\d{2})(?=((?:(?:(?!:)[\W_]){0,2}[A-Za-z0-9]){11,30}))"
_ANCIEN_COMPTE = r"(?<!\d)(\d{3})[- ](\d{7})[- ](\d{2})(?!\d)"


class Contact(msgspec.Struct, frozen=True):
    """Un contact reconnu : ses bornes dans le texte à plat, sa clef, de qui, s'il n'y a pas de doute."""

    debut: int
    fin: int
    cle: str
    personne: str = ""
    sur: bool = True


#: De qui est cette clef, d'après le registre ; vide s'il ne la connaît pas.
Qui = Callable[[str], str]


def cle_courriel(courriel: str) -> str:
    """Une adresse telle qu'on la compare : sans casse ni étiquette (« karim+lieu@… »)."""
    local, _, domaine = courriel.casefold().strip().rpartition("@")
    return f"{local.partition('+')[0]}@{domaine}"


def nationaux(telephone: str) -> str:
    """Les chiffres d'un numéro, sans l'indicatif belge ni le zéro de tête."""
    return re.sub(r"\D", "", telephone).lstrip("0").removeprefix("32").lstrip("0")


def cle_telephone(telephone: str) -> str:
    """La fin d'un numéro, la même avec ou sans indicatif ; vide s'il est trop court pour en être un."""
    chiffres = telephone.translate(_SANS_SIGNES)
    chiffres = chiffres if chiffres.isdigit() else re.sub(r"\D", "", chiffres)
    return chiffres[-_CHIFFRES_UTILES:] if len(chiffres) >= _CHIFFRES_UTILES else ""


def cle_compte(compte: str) -> str:
    """Un compte sans ses blancs."""
    return re.sub(r"[^A-Za-z0-9]", "", compte).upper()


def cles_publiques(dits: Iterable[str]) -> frozenset[str]:
    """Ce que le lieu donne lui-même à tous : adresses, numéros, compte, chacun par sa clef."""
    cles: set[str] = set()
    for dit in dits:
        cles |= {cle_courriel(dit)} if "@" in dit else {cle_telephone(dit), cle_compte(dit)}
    return frozenset(cles - {""})


def courriels(plat: str, qui: Qui) -> Iterator[Contact]:
    """Les adresses d'un texte ; déguisée, une inconnue doit l'être sans équivoque."""
    if "@" in plat:
        for trouve in re.finditer(_COURRIEL, plat):
            ecrit = trouve[0].rstrip(".-")
            cle = cle_courriel(ecrit)
            if re.fullmatch(_DOMAINE, cle.partition("@")[2]) and not _est_un_identifiant(cle):
                yield Contact(trouve.start(), trouve.start() + len(ecrit), cle, qui(cle))
    if "@" in plat or re.search(_AROBASE_DITE, plat):
        for trouve in re.finditer(_DEGUISE, plat):
            if (contact := _demasquer(trouve, qui)) is not None:
                yield contact


def _est_un_identifiant(cle: str) -> bool:
    local, _, domaine = cle.partition("@")
    google = domaine == "google.com" and len(local) >= 20
    return domaine.endswith(_D_AGENDA) or google or bool(re.fullmatch(_IDENTIFIANT, local))


def _demasquer(trouve: re.Match[str], qui: Qui) -> Contact | None:
    local, arobase, domaine = trouve.groups()
    if arobase == "@" and not re.search(r"\s|[\[({]", domaine):
        return None
    fins = [*(m.start() for m in re.finditer(_SEPARE, domaine))][1:]
    for fin in [len(domaine), *reversed(fins)]:
        cle = cle_courriel(f"{local}@{re.sub(_SEPARE, '.', domaine[:fin])}")
        if ident := qui(cle):
            return Contact(trouve.start(), trouve.start(3) + fin, cle, ident)
    mots_dits = bool(re.search(r"(?i)[\[({<]|arr?oba|apenst|\S@|@\S", arobase))
    points_dits = bool(re.search(r"(?i)[\[({<]|dot|point|punt", domaine))
    ambigu = re.fullmatch(_AMBIGU, arobase)
    if ambigu and "chez" in arobase.lower() and not points_dits:
        return None
    if not (mots_dits or points_dits or ambigu) and arobase.strip() != "@":
        return None
    cle = cle_courriel(f"{local}@{re.sub(_SEPARE, '.', domaine)}")
    if not re.fullmatch(_DOMAINE, cle.partition("@")[2]):
        return None
    if ambigu and not re.fullmatch(_FINS, cle.rpartition(".")[2]):
        return None
    # « RDV @ la.cour » n'est peut-être qu'un lieu ; une arobase ou un point en toutes lettres, non.
    return Contact(*trouve.span(), cle, sur=mots_dits or points_dits)


def telephones(plat: str, qui: Qui) -> Iterator[Contact]:
    """Les numéros d'un texte : ceux du registre sous toute forme, les autres s'ils en ont bien la forme."""
    if not re.search(_CHIFFRES, plat):
        return
    propre = re.sub(_AUTRES_CHIFFRES, lambda m: "\0" * len(m[0]), plat)
    pris: list[tuple[int, int]] = []
    for trouve in re.finditer(_CHIFFRES, propre):
        if contact := _connu(trouve, qui):
            pris.append((contact.debut, contact.fin))
            yield contact
    for motif in (_INTERNATIONAL, _NATIONAL, _MOBILE):
        for trouve in re.finditer(motif, propre):
            debut, fin = trouve.span()
            if any(d < fin and debut < f for d, f in pris) or _est_autre_chose(propre, trouve):
                continue
            pris.append((debut, fin))
            groupe = not trouve[0].isdigit() or bool(re.match(r"0(?:4[5-9]|[67]\d)\d{7}$|00", trouve[0]))
            reference = bool(re.search(_REFERENCE, propre[max(0, debut - _AVANT) : debut]))
            yield Contact(debut, fin, cle_telephone(trouve[0]), sur=groupe and not reference)


def _connu(trouve: re.Match[str], qui: Qui) -> Contact | None:
    """Le numéro du registre par lequel commence cette suite de chiffres."""
    chiffres = ""
    for n, signe in enumerate(trouve[0]):
        if signe.isdigit():
            chiffres += signe
            cle = chiffres[-_CHIFFRES_UTILES:]
            if len(chiffres) >= _CHIFFRES_UTILES and (ident := qui(cle)):
                return Contact(trouve.start(), trouve.start() + n + 1, cle, ident)
    return None


def _est_autre_chose(plat: str, trouve: re.Match[str]) -> bool:
    """Un numéro d'entreprise, un code, une suite de salles ou de jours."""
    if re.search(_OFFICIEL, plat[max(0, trouve.start() - _AVANT) : trouve.start()]):
        return True
    if entreprise := re.fullmatch(_ENTREPRISE, trouve[0]):
        chiffres = "0" + "".join(entreprise.groups())
        if 97 - int(chiffres[:8]) % 97 == int(chiffres[8:]):
            return True
    paires = [int(paire) for paire in re.findall(r"\d+", trouve[0])]
    suite = len(paires) >= 4 and all(b - a == 1 for a, b in pairwise(paires))
    return suite or plat.startswith("%", trouve.end())


def comptes(plat: str) -> Iterator[Contact]:
    """Les comptes en banque : un IBAN, ou un compte belge d'avant, dont le contrôle tombe juste."""
    for trouve in re.finditer(_COMPTE, plat):
        if (fin := _fin_du_compte(trouve)) is not None:
            yield Contact(trouve.start(), fin, cle_compte(plat[trouve.start() : fin]))
    for trouve in re.finditer(_ANCIEN_COMPTE, plat):
        base, controle = int(trouve[1] + trouve[2]), int(trouve[3])
        if (base % 97 or 97) == controle:
            yield Contact(*trouve.span(), cle_compte(trouve[0]))


def _fin_du_compte(trouve: re.Match[str]) -> int | None:
    """Où finit le compte : de la longueur de son pays, chiffré pour moitié au moins, contrôle compris."""
    tete, suite = re.sub(r"[ .-]", "", trouve[1]), trouve[2]
    voulue = _LONGUEURS.get(tete[:2].upper())
    places = [n for n, signe in enumerate(suite) if signe.isalnum()]
    if voulue is None or len(places) < voulue - 4:
        return None
    fin = places[voulue - 5] + 1
    numero = "".join(filter(str.isalnum, suite[:fin])).upper()
    entier = not trouve.string[trouve.start(2) + fin : trouve.start(2) + fin + 1].isalnum()
    chiffre = 2 * sum(map(str.isdigit, numero)) >= len(numero)
    return trouve.start(2) + fin if entier and chiffre and _tombe_juste(numero + tete.upper()) else None


def _tombe_juste(retourne: str) -> bool:
    """ISO 7064, modulo 97 : le compte, ses quatre premiers signes passés à la fin."""
    return int("".join(str(int(signe, 36)) for signe in retourne)) % 97 == 1
