"""Trouver le lieu, et lire `lieu.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Defaut, Echec, ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, MotImprime
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef, imprimee

#: Le numéro de format que cette version sait lire et écrire.
FORMAT = 1
REGLAGES = "lieu.yaml"
#: Jusqu'où l'on remonte pour retrouver un `lieu.yaml` qui se lit.
_PASSES = 50
#: Ce que l'outil écrivait sans accent avant que les publics n'aient leur nom.
_ACCENTUES = {"benevoles": "bénévoles"}
#: Le dossier du lieu, quand on n'est pas dedans.
VARIABLE = "TIERS_LIEU"


#: La couleur de la maison, si le lieu n'en dit pas une.
COULEUR = "#1c6e5a"
#: Les langues où les textes publics sont prêts (`templates/langues/`).
LANGUES = ("fr", "nl", "en", "de")
Couleur = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9A-Fa-f]{6}\Z")]
Image = Annotated[str, msgspec.Meta(pattern=r"\A(gabarits/[A-Za-z0-9][\w.-]*\.(svg|png|jpe?g))?\Z")]
Langue = Literal["fr", "nl", "en", "de"]
#: Le domaine d'un lieu qui n'a pas encore dit le sien.
SANS_DOMAINE = "lieu.invalid"
_DOMAINE = motif(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_SITE = r"\Ahttps://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?\Z"
Site = Annotated[str, msgspec.Meta(pattern=_SITE)]


class Reglages(Fiche, frozen=True):
    """Ce que `lieu.yaml` dit du lieu."""

    format: int
    nom: str
    fuseau: str = "Europe/Brussels"
    domaine: str = SANS_DOMAINE
    adresse: str = ""
    #: Sa commune. La dire, c'est publier ses comptes sans personne avec le site (docs/federation.md).
    commune: str = ""
    publics: tuple[MotImprime, ...] = ("riverains", "membres", "bénévoles", "partenaires")
    #: Les heures s'y écrivaient ; elles sont dans `espace/horaires` (`tl lieu --heures`), et là seulement.
    horaires: str = ""
    #: Ce que la maison donne à tous : ses adresses, ses numéros, son compte.
    contacts: tuple[str, ...] = ()
    #: Sa couleur (« #1c6e5a ») et son logo (« gabarits/logo.svg »), sur tout ce qui se publie.
    couleur: Couleur = COULEUR
    logo: Image = ""
    #: Celles du site, la première d'abord.
    langues: tuple[Langue, ...] = ("fr",)
    #: D'où les pages du lieu peuvent charger une image ou une police : « https://images.exemple.be ».
    sites_permis: tuple[Site, ...] = ()
    #: Le code du pays, pour ses jours fériés.
    pays: str = "BE"
    #: Qui tient le lieu d'ordinaire, et signe ses notes (p-7k2m9x).
    qui: PersonneCitee = ""

    def __post_init__(self) -> None:
        publics = (_ACCENTUES.get(public, imprimee(public)) for public in self.publics)
        structs.force_setattr(self, "publics", tuple(dict.fromkeys(publics)))

    def publics_connus(self, demandes: Iterable[str]) -> tuple[str, ...]:
        """Les publics demandés, comme le lieu les écrit ; `ValeurInconnue` s'il n'en est pas."""
        permis, remede = valeurs.parmi(self.publics), "En ajouter : tl lieu --public"
        return tuple(valeurs.exiger(dit, permis, "un public du lieu", remede) for dit in demandes)

    def public(self, dit: str) -> str:
        """Le public que ce mot dit, comme le lieu l'écrit ; vide s'il n'en dit aucun."""
        trouves = valeurs.trouver(dit, valeurs.parmi(self.publics))
        return trouves[0] if len(trouves) == 1 else ""

    @property
    def publics_d_avant(self) -> dict[str, str]:
        """Un public écrit sans ses accents, et celui que c'est : les lui rendre ne perd aucune fiche."""
        return {clef(public): public for public in self.publics if clef(public) != public}


class LieuIntrouvable(ErreurUsage):
    """On n'est pas dans un lieu."""

    def __init__(self, depuis: Path) -> None:
        super().__init__(
            f"Aucun lieu dans {depuis}, ni au-dessus.",
            "Aller dans le dossier du lieu, le donner avec --lieu DOSSIER, ou en ouvrir un : "
            'tl init mon-lieu --nom "La Passerelle"',
        )


class DansLeLieu(ErreurUsage):
    """Un papier qui nomme des gens ne s'écrit pas dans le dossier du lieu."""

    def __init__(self, nom: str) -> None:
        super().__init__(
            "Ce document porte des noms : il ne s'écrit pas dans le dossier du lieu.",
            f"Choisir un autre endroit, par exemple ~/{nom}",
        )


class FormatFutur(FicheFautive):
    """Un outil plus récent a écrit ce lieu : celui-ci n'en comprend pas toutes les fiches."""

    def __init__(self, format: int) -> None:
        fait = f"ce lieu est au format {format}, plus récent que cet outil (format {FORMAT})"
        super().__init__(Defaut(REGLAGES, 1, fait, "Mettre l'outil à jour."))


class Lieu(msgspec.Struct, frozen=True):
    """Un lieu ouvert : sa racine et ses réglages.

    `faute` : ce qui empêche de lire ceux d'aujourd'hui ; ce sont alors les derniers qui se lisaient.
    """

    racine: Path
    reglages: Reglages
    fuseau: ZoneInfo
    faute: Echec | None = None


def trouver(
    demande: Path | None, environ: Mapping[str, str], courant: Path, *, malgre_tout: bool = False
) -> Path:
    """La racine du lieu : `--lieu`, puis `TIERS_LIEU`, puis le dossier courant et ceux au-dessus.

    `malgre_tout` : un lieu dont `lieu.yaml` a disparu en est encore un.
    """
    explicite = demande or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    depart = (explicite.expanduser() if explicite else courant).resolve()
    dossiers = (depart,) if explicite else (depart, *depart.parents)
    for dossier in dossiers:
        if (dossier / REGLAGES).is_file():
            return dossier
    for dossier in dossiers if malgre_tout else ():
        if _derniers_reglages(dossier):
            return dossier
    raise LieuIntrouvable(depart)


def ouvrir(racine: Path, *, malgre_tout: bool = False) -> Lieu:
    """Lire les réglages d'un lieu ; refuse un format plus récent que l'outil.

    `malgre_tout` : s'ils ne se lisent pas, prendre les derniers qui se lisaient, et le dire (`faute`).
    """
    faute: Echec | None = None
    try:
        reglages = lire_reglages(ArbreDisque(racine))
    except (FicheFautive, ErreurUsage) as illisible:
        if not malgre_tout:
            raise
        faute, passes = illisible, _derniers_reglages(racine)
        if not isinstance(faute, FicheFautive):
            faute = FicheFautive(Defaut(REGLAGES, 0, faute.fait.rstrip("."), faute.remede.rstrip(".")))
        reglages = passes[0] if passes else Reglages(id="lieu", format=FORMAT, nom=racine.name)
    return Lieu(racine, reglages, ZoneInfo(reglages.fuseau), faute)


def derniers_bons(racine: Path) -> bytes | None:
    """Le dernier `lieu.yaml` enregistré qui se lisait ; `None` s'il n'y en eut pas."""
    passes = _derniers_reglages(racine)
    return passes[1] if passes else None


def _derniers_reglages(racine: Path) -> tuple[Reglages, bytes] | None:
    depot = Depot(racine)
    if not depot.existe:
        return None
    from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre

    try:
        commits = depot.git("rev-list", f"-n{_PASSES}", "HEAD", "--", REGLAGES).decode().split()
        for commit in commits:
            arbre = ArbreEnregistre(racine, commit)
            with suppress(FicheFautive, ErreurUsage):
                return lire_reglages(arbre), arbre.lire(REGLAGES) or b""
    except (Echec, GitRefuse):
        # Un dossier qui n'est pas à nous, ou pas un lieu : il n'a rien à nous dire.
        return None
    return None


def lire_reglages(arbre: Arbre) -> Reglages:
    """`lieu.yaml`, vérifié."""
    octets = arbre.lire(REGLAGES)
    if octets is None:
        raise FicheFautive(Defaut(REGLAGES, 0, "manque", "Le remettre : tl verifier --reparer"))
    format = fiche.entier(octets, "format", REGLAGES)
    if format > FORMAT:
        raise FormatFutur(format)
    reglages = fiche.lire(octets, Reglages, "lieu", REGLAGES)
    verifier_fuseau(reglages.fuseau)
    return reglages


def est_un_domaine(dit: str) -> bool:
    """« passerelle.be » : un nom que le monde entier comprend."""
    return _DOMAINE.fullmatch(dit) is not None


def site(dit: str) -> str:
    """Un site d'où charger une image ; `ErreurUsage` s'il ne s'écrit pas « https://images.exemple.be »."""
    if not re.match(_SITE, dit):
        raise ErreurUsage(f"« {dit} » n'est pas un site.", "Écrire par exemple : https://images.exemple.be")
    return dit


def verifier_fuseau(nom: str) -> ZoneInfo:
    """Le fuseau de ce nom (base IANA) ; `ErreurUsage` s'il n'existe pas."""
    try:
        return ZoneInfo(nom)
    except (ValueError, OSError, KeyError):
        raise ErreurUsage(
            f"« {nom} » n'est pas un fuseau horaire connu.", "Écrire par exemple Europe/Brussels."
        ) from None
