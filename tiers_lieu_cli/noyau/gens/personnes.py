"""Ce que le registre retient d'une personne, et comment on la nomme dans un texte."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Mot
from tiers_lieu_cli.noyau.fiches.identifiants import Genre, Hasard
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import TEL_QUEL, clef, est_visible, imprimee, sha256

#: Le dossier du registre, imbriqué dans le lieu et ignoré par l'archive.
DOSSIER = "registre"
#: Ce à quoi une personne peut consentir ; un portrait n'est public qu'avec le premier.
PORTRAIT = "portrait"
LETTRE = "lettre"
PHOTO = "photo"
MISE_EN_LIEN = "mise-en-lien"
NOM_PUBLIC = "nom-public"
BUTS = (PORTRAIT, LETTRE, PHOTO, MISE_EN_LIEN, NOM_PUBLIC)
#: Au-delà, un nom de fiche ne se lit plus.
_MOT_LISIBLE = 40
IDENT = motif(r"p-[a-z0-9]{6}", re.ASCII)
#: Une personne citée dans un texte de l'archive.
CITE = liens.CITE
#: La même, comme on la tape : « @karim ».
MENTION = motif(r"(?<![\w@.+-])@([\w’'-]*\w)")


class Consentement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Ce qu'une personne accepte, depuis quand ; `retire` : le jour où elle a changé d'avis."""

    but: str
    donne: date
    retire: date | None = None


class Personne(Fiche, frozen=True):
    """Une personne connue de l'accueil. Aucune note sur elle : ce qu'on n'oserait lui lire ne s'écrit pas.

    `tuteur` : la personne qui répond d'un mineur ; `portrait` : ce que le lieu dit d'elle en public ;
    `nom_public` : le nom sous lequel elle veut y paraître.
    """

    ENSEMBLE = (("mineur", "tuteur"), ("portrait", "nom_public", "consentements"))

    nom: str
    surnom: Mot = ""
    publics: tuple[liens.PublicCite, ...] = ()
    courriel: str = ""
    telephone: str = ""
    autre: str = ""
    langues: tuple[str, ...] = ()
    mineur: bool = False
    tuteur: liens.PersonneCitee = ""
    consentements: tuple[Consentement, ...] = ()
    portrait: liens.Texte = ""
    nom_public: str = ""
    depuis: date | None = None

    def __post_init__(self) -> None:
        if self.mineur and not self.tuteur:
            raise ValueError("une personne mineure a un « tuteur », la personne qui répond d'elle")
        if self.tuteur and (self.tuteur == self.id or not IDENT.fullmatch(self.tuteur)):
            raise ValueError("« tuteur » est l'identifiant d'une autre personne, comme p-7k2m9x")
        if self.portrait and not self.accepte(PORTRAIT):
            raise ValueError(f"un portrait demande un consentement « {PORTRAIT} » qui n'est pas retiré")
        if self.nom_public and not self.accepte(NOM_PUBLIC):
            raise ValueError(f"un nom public demande un consentement « {NOM_PUBLIC} » qui n'est pas retiré")

    @property
    def cle(self) -> str:
        """Son nom ramené à ses lettres, pour le reconnaître."""
        return clef(self.nom)

    @property
    def pivots(self) -> tuple[str, ...]:
        """Les mots sans lesquels un texte ne la nomme pas à coup sûr."""
        from tiers_lieu_cli.noyau.gens import formes

        return formes.pivots(self.nom)

    @property
    def appels(self) -> tuple[str, ...]:
        """Les mots qui, seuls, font demander si c'est elle."""
        from tiers_lieu_cli.noyau.gens import formes

        return formes.appels(self.nom, self.surnom)

    @property
    def repond_a(self) -> frozenset[str]:
        """Les clefs de ce qu'on tape pour la désigner : son surnom, son prénom, son nom entier."""
        return repond_a(self.cle, clef(self.surnom), premier_mot(self.nom))

    def accepte(self, but: str) -> bool:
        """Y consent-elle aujourd'hui ?"""
        return any(c.but == but and c.retire is None for c in self.consentements)


class Renvoi(Fiche, frozen=True):
    """Un ancien identifiant, réuni à un autre : il désigne la même personne pour toujours."""

    vers: liens.PersonneCitee


class Effacee(Fiche, frozen=True):
    """Tout ce qui reste d'une personne effacée : son identifiant, et le jour."""

    le: date


class MotCommun(Fiche, frozen=True):
    """Un mot dont on a dit qu'il n'est pas une personne : « Maëlle », le bateau."""

    mot: str
    depuis: date | None = None


PERSONNES = Collection(
    Genre("personne", "personnes", feminin=True, plutot="tl donnees effacer {id}"), Personne
)
RENVOIS = Collection(Genre("renvoi", "renvois"), Renvoi)
EFFACEES = Collection(
    Genre("personne effacée", "effacees", pluriel="personnes effacées", feminin=True), Effacee
)
MOTS = Collection(Genre("mot", "mots"), MotCommun)


def a_citer(mot: str) -> str:
    """Ce qui de ce mot s'écrit après une arobase (« J.-P. » : « J-P ») ; vide si rien ne s'y lit (« 🎉 »)."""
    propre = re.sub(r"[^\w’-]", "", imprimee(mot)).strip("’-_")
    return propre if clef(propre) else ""


def premier_mot(nom: str) -> str:
    """La clé de son prénom : le premier mot qui se cite, tirets compris."""
    return next(filter(None, map(clef, nom.split())), "")


def repond_a(cle: str, cle_surnom: str, prenom: str) -> frozenset[str]:
    """Ce à quoi répond quelqu'un ; un nom qui s'écrit sans blanc après le prénom n'a que lui-même."""
    return frozenset({cle_surnom, cle, prenom if cle.startswith(f"{prenom}-") else cle}) - {""}


def ident_du_mot(mot: str) -> str:
    """Le nom de fiche d'un mot, le même quelle que soit sa casse."""
    from tiers_lieu_cli.noyau.gens import formes

    cle = formes.cle_du_mot(mot)
    if cle.isascii() and 0 < len(cle) <= _MOT_LISIBLE:
        return cle
    return sha256(cle)[:16]


def anciens(arbre: Arbre, idents: Iterable[str]) -> frozenset[str]:
    """Tous les identifiants sous lesquels ces personnes ont eu une fiche, à travers les réunions."""
    trouves, vus = set(idents), frozenset[str]()
    renvois = RENVOIS.toutes(arbre).fiches
    while vus != trouves:
        vus = frozenset(trouves)
        trouves |= {renvoi.id for renvoi in renvois if renvoi.vers in vus}
    return vus


def effacees(arbre: Arbre) -> frozenset[str]:
    """Les personnes dont cet état du registre n'a plus que l'identifiant ; l'époque est leur nombre."""
    return frozenset(EFFACEES.idents(arbre))


def tel_quel(ident: str) -> str:
    """L'identifiant, que l'écran montrera tel quel au lieu du nom."""
    return ident.replace("p-", f"p-{TEL_QUEL}", 1)


def taire(texte: str, par: str = "…") -> str:
    """Un texte de l'archive sans personne, pas même un identifiant : `par` les remplace."""
    return CITE.sub(par, texte)


def cites(texte: str) -> Iterator[str]:
    """Les identifiants de personnes qu'un texte de l'archive cite."""
    return (trouve[1] for trouve in CITE.finditer(texte))


def ident_neuf(hasard: Hasard, pris: Iterable[str]) -> str:
    """Un identifiant opaque, qui ne dit rien de la personne."""
    pris = set(pris)
    while True:
        ident = f"p-{identifiants.hasard(hasard, 6)}"
        if ident not in pris:
            return ident


def verifier_nom(nom: str) -> str:
    """Un nom de personne : une ligne, de 1 à 120 caractères visibles."""
    propre = " ".join(nom.split())
    illisible = any(unicodedata.category(c) in ("Cc", "Cs") for c in propre)
    if not est_visible(propre) or len(propre) > 120 or illisible:
        raise ErreurUsage(
            "Un nom tient sur une ligne, de 1 à 120 caractères visibles.",
            'Exemple : tl accueil personne creer "Léa D\'Hondt"',
        )
    return propre
