"""Les liens `mailto:` que portent le site, la lettre et l'affiche, et ce que leur sujet redit au retour.

Un lien ouvre un courriel déjà écrit, lisible de qui l'envoie : « S'inscrire à Atelier vélo, mardi
24 novembre [inscription 2026-11-24-7k2m] ». Entre crochets, le geste et ce dont il parle : c'est
ce que `tl courrier lire` reconnaît, quelle que soit la langue du sujet. Rien n'y est secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from urllib.parse import quote

import msgspec

from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.pages.langues import NOMS, langue
from tiers_lieu_cli.noyau.texte import sans_accent

#: Un texte français, dans la langue de qui le lira.
Dire = Callable[[str], str]

#: Bien des téléphones coupent un lien plus long.
LONGUEUR_MAXIMALE = 1800
_ADRESSE = motif(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_DATE_ET_CODE = motif(rf"(\d{{4}}-\d{{2}}-\d{{2}})-([{identifiants.ALPHABET}]{{4}})", re.ASCII)


class Geste(StrEnum):
    """Ce qu'on demande en répondant ; le mot est celui qui se lit dans le sujet.

    `LIBRE` n'a pas de modèle : à quelqu'un de le lire.
    """

    INSCRIPTION = "inscription"
    ANNULATION = "annulation"
    SALLE = "salle"
    BESOIN = "besoin"
    OFFRE = "offre"
    IDEE = "idee"
    DESABONNEMENT = "desabonnement"
    LIBRE = "libre"


class Modele(msgspec.Struct, frozen=True):
    """Un courriel déjà écrit : son sujet, sa phrase (où `{}` est ce dont il parle), ce qu'on y remplit.

    `mots` : les débuts de sujet qui disent ce geste sans nos crochets, sans accents.
    """

    sujet: str
    phrase: str
    champs: tuple[str, ...]
    mots: tuple[str, ...]


NOM, COMBIEN, QUAND, POUR_QUOI = (
    "Mon nom",
    "Combien serons-nous",
    "Quel jour, de quelle heure à quelle heure",
    "Pour quoi faire",
)
CE_QUI = "En quelques mots"
BONJOUR = "Bonjour"
MODELES: Mapping[Geste, Modele] = {
    Geste.INSCRIPTION: Modele(
        "S'inscrire à {}",
        "Je voudrais m'inscrire à {}.",
        (NOM, COMBIEN),
        ("s'inscrire a", "inscription a", "inscription pour", "je m'inscris a", "je m'inscris pour"),
    ),
    Geste.ANNULATION: Modele(
        "Ne plus venir à {}",
        "Je ne viendrai pas à {}.",
        (NOM,),
        ("ne plus venir a", "je ne viendrai pas a", "me desinscrire de", "desinscription"),
    ),
    Geste.SALLE: Modele(
        "Demander la salle {}",
        "Je voudrais la salle {}.",
        (NOM, QUAND, POUR_QUOI, COMBIEN),
        ("demander la salle", "demande de salle", "reserver la salle", "reservation de la salle"),
    ),
    Geste.BESOIN: Modele(
        "J'ai besoin de…",
        "J'ai besoin de quelque chose, ou de quelqu'un.",
        (NOM, CE_QUI),
        ("j'ai besoin", "je cherche", "nous cherchons", "besoin de"),
    ),
    Geste.OFFRE: Modele(
        "Je propose…",
        "Je peux proposer quelque chose aux autres.",
        (NOM, CE_QUI),
        ("je propose", "nous proposons", "je peux aider", "j'offre"),
    ),
    Geste.IDEE: Modele(
        "J'ai une idée d'activité",
        "J'ai une idée pour le programme.",
        (NOM, CE_QUI),
        ("j'ai une idee", "une idee", "idee d'activite", "idee :"),
    ),
    Geste.DESABONNEMENT: Modele(
        "Ne plus recevoir la lettre",
        "Je ne veux plus recevoir la lettre.",
        (),
        ("ne plus recevoir", "me desabonner", "desabonnement", "unsubscribe", "uitschrijven", "abbestellen"),
    ),
}
_MARQUE = motif(
    rf"\[\s*({'|'.join(MODELES)})(?:\s+([a-z0-9][a-z0-9-]{{0,99}}))?\s*\]", re.IGNORECASE | re.ASCII
)


class Marque(msgspec.Struct, frozen=True):
    """Ce qu'un sujet dit entre crochets : le geste, et ce dont il parle (vide si rien)."""

    geste: Geste
    quoi: str = ""


def code(ident: str) -> str:
    """Ce qui désigne une fiche dans un sujet, sans son long nom : « 2026-11-24-7k2m », « salle-rez »."""
    court = identifiants.code(ident)
    return ident if court == ident else f"{ident[:10]}-{court}"


def designe(code: str, ident: str) -> bool:
    """Ce code est-il celui de cette fiche ?"""
    coupe = _DATE_ET_CODE.fullmatch(code)
    return ident == code or bool(
        coupe and ident.startswith(f"{coupe[1]}-") and ident.endswith(f"-{coupe[2]}")
    )


def lien(vers: str, geste: Geste, titre: str = "", ident: str = "", quand: str = "", dire: Dire = str) -> str:
    """L'adresse `mailto:` d'un geste ; `titre` et `quand` disent de quoi il s'agit, `ident` le désigne.

    Elle s'écrit telle quelle dans un texte ; dans du HTML, le gabarit l'échappe. `dire` : dans la langue
    de la page (`Langue.dire`).
    """
    sujet, corps = courriel(geste, titre, ident, quand, dire)
    entier = f"mailto:{quote(vers, safe='@+')}?subject={quote(sujet, safe='')}"
    avec_corps = f"{entier}&body={quote(corps.replace(chr(10), chr(13) + chr(10)), safe='')}"
    return avec_corps if len(avec_corps) <= LONGUEUR_MAXIMALE else entier


def courriel(
    geste: Geste, titre: str = "", ident: str = "", quand: str = "", dire: Dire = str
) -> tuple[str, str]:
    """Le sujet et le corps du courriel d'un geste, sur une ligne chacun ce qui vient d'ailleurs."""
    modele = MODELES[geste]
    titre = _court(titre)
    dit = ", ".join(filter(None, (titre, _court(quand))))
    marque = f"[{geste}{f' {code(ident)}' if ident else ''}]"
    phrase = dire(modele.phrase).replace("{}", f"« {titre} »" + (f", {_court(quand)}" if quand else ""))
    champs = "\n".join(f"{dire(champ)} : " for champ in modele.champs)
    sujet = dire(modele.sujet).replace("{}", dit)
    return f"{sujet} {marque}", f"{dire(BONJOUR)},\n\n{phrase}\n\n{champs}\n\n"


def _court(dit: str) -> str:
    dit = " ".join(dit.translate({ord("["): "(", ord("]"): ")"}).split())
    return dit if len(dit) <= 120 else f"{dit[:119].rstrip()}…"


def lire_sujet(sujet: str) -> Marque | None:
    """Le geste qu'un sujet demande : d'après nos crochets, sinon ses premiers mots ; `None` si aucun."""
    if trouve := _MARQUE.search(sujet):
        return Marque(Geste(trouve[1].lower()), (trouve[2] or "").lower())
    debut = sans_accent(sujet.replace("’", "'")).strip()
    gestes = [g for g, modele in MODELES.items() if debut.startswith(modele.mots)]
    return Marque(gestes[0]) if gestes else None


def lire_champs(corps: str) -> dict[str, str]:
    """Ce qui fut écrit après chaque « Mon nom : » du courriel, jusqu'au champ suivant, en toute langue."""
    champs = {champ for modele in MODELES.values() for champ in modele.champs}
    connus = {_cle(langue(code).dire(champ)): champ for code in NOMS for champ in champs}
    trouves: dict[str, list[str]] = {}
    ouvert = ""
    for ligne in corps.splitlines():
        etiquette, deux_points, reste = ligne.partition(":")
        if deux_points and (champ := connus.get(_cle(etiquette))):
            ouvert = champ
            trouves.setdefault(champ, []).append(reste.strip())
        elif ouvert:
            trouves[ouvert].append(ligne.strip())
    dits = {champ: "\n".join(lignes).strip() for champ, lignes in trouves.items()}
    return {champ: dit for champ, dit in dits.items() if dit}


def _cle(etiquette: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", sans_accent(etiquette)).split())


def adresse(contacts: Iterable[str]) -> str:
    """Où l'on écrit à la maison : la première adresse de ses contacts ; vide s'il n'y en a pas."""
    return next((c.strip() for c in contacts if _ADRESSE.fullmatch(c.strip())), "")
