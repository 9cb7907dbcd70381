"""Comprendre un courriel : à quel fil il appartient, qui demande, et quoi. Des fonctions pures."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date

import msgspec
from msgspec import structs

from tiers_lieu_cli.ensemble.courrier.lecture import Lu, Presence, empreinte
from tiers_lieu_cli.ensemble.courrier.modele import Courrier, Etat
from tiers_lieu_cli.noyau.fiches.identifiants import ALPHABET
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import COMBIEN, NOM, Geste
from tiers_lieu_cli.noyau.texte import clef, entier, sans_accent

#: Le Message-ID de nos brouillons, où se lit le fil ; le code qu'un sujet redit.
_DES_NOTRES = motif(rf"<(c-[{ALPHABET}]{{10}})\.\w{{1,40}}@[^<>\s]{{1,200}}>")
_CODE = motif(rf"\[\s*(c-[{ALPHABET}]{{10}})\s*\]")
#: « Je ne viendrai pas », sans accents, en cinq langues ; dans les premières lignes seulement.
_NON = motif(
    r"\b(?:je|nous|on) n(?:e |')(?:pourr|peu|pouv|viend|vien|ser|suis)\w*(?: \w+){0,2} (?:pas|plus)\b"
    r"|\bannul(?:er|ez|ons|e|ation)\b|\bdesinscri\w*|\bempeche(?:e|ment)?\b"
    r"|\b(?:can(?:not|'t| ?not)|won't|unable to) (?:\w+ ){0,3}(?:come|make|attend|join)|\bcancel\b"
    r"|\bkan (?:\w+ ){0,4}niet (?:\w+ ){0,2}komen|\bkom (?:\w+ ){0,2}niet\b|\bafmelden\b|\bannuleren\b"
    r"|\bkann (?:\w+ ){0,4}nicht (?:\w+ ){0,2}kommen|\bkomme (?:\w+ ){0,2}nicht\b|\babmelden\b|\babsagen\b"
    r"|\bno (?:podre|puedo) (?:ir|venir|asistir)|\bcancelar\b",
)
_LIGNES_LUES = 6


class Passe(msgspec.Struct, frozen=True):
    """Un courriel dont il n'y a rien à faire, et pourquoi."""

    raison: str


class Registre(msgspec.Struct, frozen=True):
    """Ce qu'il faut savoir pour comprendre : les courriels connus, les adresses des gens, celles d'ici."""

    connu: Callable[[str], Courrier | None]
    #: Ceux qui attendent encore un geste.
    ouverts: Collection[Courrier]
    #: L'adresse de chaque personne du registre.
    adresses: Mapping[str, str]
    d_ici: frozenset[str] = frozenset()
    domaine: str = ""


def comprendre(lu: Lu, r: Registre, jour: date) -> Courrier | Passe:
    """Ce que ce courriel devient : un courrier à traiter, dont la sorte dit ce qu'on propose ; ou rien."""
    if r.connu(lu.ident):
        return Passe("déjà lu")
    if lu.automate:
        return Passe(str(lu.automate))
    if lu.adresse in r.d_ici:
        return Passe("envoyé d'ici")
    racine = trouver_le_fil(lu, r)
    nu = Courrier(
        id=lu.ident,
        recu=min(lu.le.date(), jour) if lu.le else jour,
        nom=lu.nom,
        adresse=lu.adresse,
        objet=lu.objet,
        texte=lu.texte,
        pieces=tuple(p.nom for p in lu.pieces[:20]),
        message=lu.message if lu.message.startswith("<") else "",
        references=tuple(reversed(lu.fil)),
        presence=str(lu.invitation.presence) if lu.invitation else "",
    )
    return _dans_un_fil(lu, nu, racine) if racine else _neuf(lu, nu, r)


def trouver_le_fil(lu: Lu, r: Registre) -> Courrier | None:
    """La conversation d'un courriel : ses en-têtes d'abord ; un code ne compte que de qui le reçut."""
    for message in lu.fil:
        notre = _DES_NOTRES.fullmatch(message)
        if connu := r.connu(notre[1] if notre else empreinte(message)):
            return r.connu(connu.racine) or connu
    for code in _CODE.findall(lu.objet):
        connu = r.connu(code)
        if connu and lu.adresse and lu.adresse == adresse_de(connu, r):
            return r.connu(connu.racine) or connu
    marque = courriel.lire_sujet(lu.objet) if lu.repond else None
    if marque is None or not lu.adresse:
        return None
    # Répondre à son propre envoi, par un client qui oublie d'où il vient.
    siens = (
        c
        for c in r.ouverts
        if not c.fil and c.sorte is marque.geste and c.quoi == marque.quoi and adresse_de(c, r) == lu.adresse
    )
    return max(siens, key=lambda c: (c.recu, c.id), default=None)


def adresse_de(c: Courrier, r: Registre) -> str:
    """L'adresse de qui a demandé."""
    return (c.adresse or r.adresses.get(c.de, "")).lower()


def _dans_un_fil(lu: Lu, nu: Courrier, racine: Courrier) -> Courrier | Passe:
    """Dans une conversation, le sujet est celui d'avant : seuls les mots neufs comptent."""
    suivi = structs.replace(nu, fil=racine.id, de=racine.de, quoi=racine.quoi, suite=racine.suite)
    if lu.invitation:
        sorte = Geste.ANNULATION if lu.invitation.presence is Presence.NON else Geste.LIBRE
        return structs.replace(suivi, sorte=sorte)
    if not lu.texte:
        return Passe("rien de neuf")
    annulable = racine.sorte in (Geste.INSCRIPTION, Geste.SALLE)
    return structs.replace(suivi, sorte=Geste.ANNULATION if annulable and dit_non(lu.texte) else Geste.LIBRE)


def _neuf(lu: Lu, nu: Courrier, r: Registre) -> Courrier:
    if lu.invitation:
        ident, _, domaine = lu.invitation.uid.rpartition("@")
        sorte = _SELON_LA_REPONSE[lu.invitation.presence] if ident and domaine == r.domaine else Geste.LIBRE
        return structs.replace(nu, sorte=sorte, quoi=ident if domaine == r.domaine else "")
    marque = courriel.lire_sujet(lu.objet)
    # « Répondre à tous », ou transférer : le geste du sujet est celui d'un autre.
    if marque is None or lu.repond or lu.transfere:
        return nu
    return structs.replace(nu, sorte=marque.geste, quoi=marque.quoi)


_SELON_LA_REPONSE = {
    Presence.OUI: Geste.INSCRIPTION,
    Presence.NON: Geste.ANNULATION,
    Presence.PEUT_ETRE: Geste.LIBRE,
}


def dit_non(texte: str) -> bool:
    """Ces mots disent-ils qu'on ne viendra pas ?"""
    debut = " ".join(texte.splitlines()[:_LIGNES_LUES])[:1000]
    return bool(_NON.search(sans_accent(debut.replace("’", "'"))))


def combien(texte: str) -> int:
    """Combien ils seront, si le courriel le dit ; 0 sinon."""
    dit = courriel.lire_champs(texte).get(COMBIEN, "")
    trouve = re.search(r"\d{1,3}", dit)
    return (entier(trouve[0]) or 0) if trouve else 0


def nom_dit(c: Courrier) -> str:
    """Le nom sous lequel l'expéditeur se présente : dans le courriel, sinon dans son adresse."""
    dit = courriel.lire_champs(c.texte).get(NOM, "").splitlines()
    nom = dit[0] if dit else c.nom
    return " ".join(nom.split())[:120] or c.adresse.partition("@")[0].replace(".", " ").title()


def correspondants(c: Courrier, gens: Mapping[str, tuple[str, str]]) -> list[str]:
    """Les personnes de cette adresse ; à plusieurs, celle qui porte le nom dit, s'il y en a une.

    `gens` : par identifiant, le nom et l'adresse.
    """
    siens = [ident for ident, (_, adresse) in gens.items() if adresse and adresse.lower() == c.adresse]
    memes = [ident for ident in siens if clef(gens[ident][0]) == clef(nom_dit(c))]
    return memes if len(memes) == 1 else siens


def clore(c: Courrier) -> Courrier:
    """Clos : il n'en reste que de quoi ne pas le relire, et le fil."""
    return structs.replace(
        c, etat=Etat.CLOS, nom="", adresse="", objet="", texte="", pieces=(), message="", references=()
    )
