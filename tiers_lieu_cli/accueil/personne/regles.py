"""Les règles d'une fiche de personne : la remplir, la changer, en réunir deux."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain, count
from typing import Any, Protocol

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.gens.personnes import (
    NOM_PUBLIC,
    PORTRAIT,
    Consentement,
    Personne,
    a_citer,
    ident_neuf,
    premier_mot,
    verifier_nom,
)
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef, mot

#: Une adresse où un serveur peut porter une lettre (RFC 5321, en plus large) : un nom, un domaine entier.
_ADRESSE = motif(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}\.[^\s@<>,;.]{2,63}")
#: Le plus court qui se compose : un numéro interne, un service d'urgence.
_CHIFFRES_D_UN_NUMERO = 3


class Dit(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on vient d'apprendre d'une personne ; `None` : on n'en dit rien, la fiche ne change pas."""

    nom: str | None = None
    surnom: str | None = None
    publics: tuple[str, ...] | None = None
    courriel: str | None = None
    telephone: str | None = None
    autre: str | None = None
    langues: tuple[str, ...] | None = None
    mineur: bool | None = None
    tuteur: str | None = None
    portrait: str | None = None
    nom_public: str | None = None
    depuis: date | None = None
    accepte: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()


class Connue(Protocol):
    """Ce qu'il faut savoir de quelqu'un pour ne pas prendre son surnom."""

    @property
    def id(self) -> str: ...
    @property
    def nom(self) -> str: ...
    @property
    def surnom(self) -> str: ...


class SansTuteur(ErreurUsage):
    """Un mineur sans personne qui réponde de lui."""

    def __init__(self) -> None:
        super().__init__("Un mineur a une personne qui répond de lui.", "La donner : --tuteur @prénom")


class TropJeune(ErreurUsage):
    """Un mineur répondrait d'un autre."""

    def __init__(self, tuteur: str, enfant: str) -> None:
        super().__init__(
            f"{tuteur} est mineur·e et répondrait de {enfant} : qui répond d'un mineur est majeur.",
            "Donner une autre personne : --tuteur @prénom ; ou dire qu'elle a grandi : --majeur",
        )


def nouvelle_personne(nom: str, dit: Dit, jour: date, connues: Iterable[Connue], hasard: Hasard) -> Personne:
    """Une personne prête à enregistrer ; on la citera par son surnom, sinon par son prénom s'il est libre."""
    connues = tuple(connues)
    propre = verifier_nom(nom)
    surnom = dit.surnom or _surnom(propre, _pris(connues))
    ident = ident_neuf(hasard, (p.id for p in connues))
    neuve = Personne(id=ident, nom=propre, depuis=dit.depuis or jour)
    return changer(neuve, structs.replace(dit, nom=None, surnom=surnom), jour, connues)


def a_surnommer(nom: str, surnom: str, connues: Iterable[Connue]) -> dict[str, str]:
    """À ceux qui n'ont que ce prénom pour être cités, le surnom qui les distingue de cette personne-là."""
    connues, prenom = tuple(connues), premier_mot(nom)
    pris = _pris(connues) | {clef(surnom), prenom}
    donnes: dict[str, str] = {}
    for homonyme in connues:
        if prenom and premier_mot(homonyme.nom) == prenom and clef(homonyme.surnom) in ("", prenom):
            donnes[homonyme.id] = _surnom(homonyme.nom, pris)
            pris.add(clef(donnes[homonyme.id]))
    return donnes


def _pris(connues: Iterable[Connue]) -> set[str]:
    """Ce qui désigne déjà quelqu'un : un surnom, un prénom, un nom entier."""
    return {cle for p in connues for cle in (clef(p.surnom), premier_mot(p.nom), clef(p.nom)) if cle}


def _surnom(nom: str, pris: set[str]) -> str:
    """« Karim » ; s'il est pris, « Karim-H », « Karim-Ha »… ; à nom égal, « Karim-2 »."""
    prenom, *suite = [*filter(None, map(a_citer, nom.split()))] or [""]
    if not prenom:
        # Rien de ce nom ne se tape : on la citera par son identifiant.
        return ""
    famille = "".join(c for c in suite[-1] if c.isalnum()) if suite else ""
    essais = (prenom, *(f"{prenom}-{famille[:n]}" for n in range(1, len(famille) + 1)))
    suivants = (f"{prenom}-{n}" for n in count(2))
    return next(essai for essai in chain(essais, suivants) if clef(essai) not in pris)


def changer(personne: Personne, dit: Dit, jour: date, connues: Iterable[Connue]) -> Personne:
    """La personne telle qu'on vient de la dire ; un consentement retiré emporte le portrait."""
    champs: dict[str, Any] = {
        nom: " ".join(valeur.split()) if isinstance(valeur, str) else valeur
        for nom, valeur in structs.asdict(dit).items()
        if valeur is not None and nom not in ("accepte", "retire")
    }
    if "nom" in champs:
        champs["nom"] = verifier_nom(champs["nom"])
    surnom = mot(champs.get("surnom") or "", "Le surnom")
    if surnom and surnom != a_citer(surnom):
        propose = next(filter(None, map(a_citer, surnom.split())), "")
        raise ErreurUsage(
            f"« @{surnom} » ne désignerait personne : un surnom est un seul mot, de lettres et de tirets.",
            f"Par exemple : --surnom {propose}" if propose else "En choisir un autre.",
        )
    if surnom and clef(surnom) in _pris(p for p in connues if p.id != personne.id):
        raise ErreurUsage(f"« @{surnom} » désigne déjà quelqu'un.", "Choisir un autre surnom.")
    _exiger_de_vrais_contacts(dit)
    dit = _avec_le_nom_public(personne, dit)
    consentements = _consentir(personne.consentements, dit, jour)
    champs["consentements"] = consentements
    accepte_le_portrait = any(c.but == PORTRAIT and c.retire is None for c in consentements)
    if dit.portrait and not accepte_le_portrait:
        raise ErreurUsage("Un portrait public demande son accord.", "S'il est donné : --accepte portrait")
    if PORTRAIT in dit.retire:
        champs["portrait"] = ""
    if NOM_PUBLIC in dit.retire:
        champs["nom_public"] = ""
    if champs.get("mineur", personne.mineur) and not champs.get("tuteur", personne.tuteur):
        raise SansTuteur
    if dit.mineur is False and dit.tuteur is None:
        champs["tuteur"] = ""
    if champs.get("tuteur") == personne.id:
        raise ErreurUsage("Une personne ne répond pas d'elle-même.", "Donner une autre personne : --tuteur")
    return structs.replace(personne, **champs)


def exiger_un_tuteur_majeur(personne: Personne, toutes: Iterable[Personne]) -> None:
    """Ni qui répond d'elle, ni elle-même si elle répond de quelqu'un ; `TropJeune` sinon."""
    if not personne.mineur:
        return
    for autre in toutes:
        if autre.mineur and autre.id == personne.tuteur:
            raise TropJeune(autre.nom, personne.nom)
        if autre.mineur and autre.tuteur == personne.id:
            raise TropJeune(personne.nom, autre.nom)


def _exiger_de_vrais_contacts(dit: Dit) -> None:
    """Une adresse où écrire, un numéro à composer : le reste se note sous « autre »."""
    if dit.courriel and not _ADRESSE.fullmatch(dit.courriel.strip()):
        raise ErreurUsage(
            f"« {dit.courriel} » n'est pas une adresse électronique.", "Exemple : --courriel lea@exemple.be"
        )
    if dit.telephone and sum(map(str.isdigit, dit.telephone)) < _CHIFFRES_D_UN_NUMERO:
        raise ErreurUsage(
            f"« {dit.telephone} » n'est pas un numéro de téléphone.",
            'Exemple : --telephone "0470 12 34 56" ; une autre façon de la joindre : --autre',
        )


def _avec_le_nom_public(personne: Personne, dit: Dit) -> Dit:
    """Donner un nom public, c'est l'accepter ; l'effacer, c'est ne plus vouloir."""
    if dit.nom_public:
        verifier_nom(dit.nom_public)
        return structs.replace(dit, accepte=tuple({*dit.accepte, NOM_PUBLIC}))
    if NOM_PUBLIC in dit.accepte and not personne.nom_public:
        raise ErreurUsage("Sous quel nom veut-elle paraître ?", 'Le donner : --nom-public "Mina"')
    if dit.nom_public == "" and personne.accepte(NOM_PUBLIC):
        return structs.replace(dit, retire=tuple({*dit.retire, NOM_PUBLIC}))
    return dit


def _consentir(connus: tuple[Consentement, ...], dit: Dit, jour: date) -> tuple[Consentement, ...]:
    """Les consentements, après ce qui est accepté et retiré ce `jour` ; le passé reste."""
    vivants = {c.but for c in connus if c.retire is None}
    for but in dit.retire:
        if but not in vivants:
            raise ErreurUsage(f"Elle n'avait pas accepté « {but} ».", "Voir : tl accueil personne fiche")
    retires = [
        structs.replace(c, retire=jour) if c.but in dit.retire and c.retire is None else c for c in connus
    ]
    neufs = [Consentement(but=but, donne=jour) for but in dit.accepte if but not in vivants]
    return (*retires, *neufs)


#: Les champs d'une seule valeur que la réunion prend de l'autre quand la première n'en dit rien.
_UNIQUES = ("surnom", "courriel", "telephone", "tuteur", "portrait", "nom_public")
#: Les champs qu'un accord permet.
_ACCORDES = {"portrait": PORTRAIT, "nom_public": NOM_PUBLIC}


def reunir(gardee: Personne, autre: Personne) -> Personne:
    """Les deux fiches en une ; ce qui ne tient pas dans un champ reste sous « autre »."""
    if gardee.id == autre.id:
        raise ErreurUsage("C'est déjà une seule et même personne.", "Voir : tl accueil personne doublons")
    if autre.id == gardee.tuteur or gardee.id == autre.tuteur:
        raise ErreurUsage("L'une répond de l'autre : ce sont deux personnes.", "Revoir leurs fiches.")
    champs: dict[str, Any] = {nom: getattr(gardee, nom) or getattr(autre, nom) for nom in _UNIQUES}
    en_trop = (getattr(autre, nom) for nom in ("courriel", "telephone") if getattr(autre, nom) != champs[nom])
    consentements = _reunir_les_consentements((*gardee.consentements, *autre.consentements))
    vivants = {c.but for c in consentements if c.retire is None}
    champs |= {champ: "" for champ, but in _ACCORDES.items() if but not in vivants}
    return structs.replace(
        gardee,
        **champs,
        autre=" ; ".join(dict.fromkeys(filter(None, (gardee.autre, autre.autre, *en_trop)))),
        publics=tuple(dict.fromkeys((*gardee.publics, *autre.publics))),
        langues=tuple(dict.fromkeys((*gardee.langues, *autre.langues))),
        mineur=gardee.mineur or autre.mineur,
        consentements=consentements,
        depuis=min(filter(None, (gardee.depuis, autre.depuis)), default=None),
    )


def _reunir_les_consentements(tous: Iterable[Consentement]) -> tuple[Consentement, ...]:
    """Un retrait vaut pour tout ce qui fut donné jusque-là, sur l'une ou l'autre fiche."""
    tous = sorted(set(tous), key=lambda c: (c.donne, c.retire or date.max))
    retraits = {c.but: c.retire for c in sorted(tous, key=lambda c: c.retire or date.min) if c.retire}
    reunis: dict[tuple[str, date | None], Consentement] = {}
    for c in tous:
        retrait = retraits.get(c.but)
        if c.retire is None and retrait and retrait >= c.donne:
            c = structs.replace(c, retire=retrait)
        reunis.setdefault((c.but, c.retire), c)
    return tuple(reunis.values())
