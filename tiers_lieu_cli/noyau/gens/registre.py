"""Le registre : les noms des personnes, à part de l'archive et effaçables.

L'archive ne porte que des identifiants opaques (`p-7k2m9x`) ; l'écran, lui, montre
les noms. Un poste sans registre montre les identifiants et continue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.depot.arbre import ArbreDuRegistre, ArbreMemoire
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.passe import contenus
from tiers_lieu_cli.noyau.echecs import Lecture, SaisieAmbigue
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, Recolte
from tiers_lieu_cli.noyau.francais import elider
from tiers_lieu_cli.noyau.gens.personnes import (
    CITE,
    DOSSIER,
    EFFACEES,
    IDENT,
    MENTION,
    MOTS,
    NOM_PUBLIC,
    PERSONNES,
    RENVOIS,
    Personne,
    anciens,
    effacees,
    tel_quel,
)
from tiers_lieu_cli.noyau.gens.refus import (
    DITE,
    ContactDansLArchive,
    DouteALever,
    MontantDansLArchive,
    NomDansLArchive,
    PersonneEffacee,
    RefusDuMur,
    RegistreAbsent,
)
from tiers_lieu_cli.noyau.liens import S
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef, imprimee

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.gens.annuaire import Entree
    from tiers_lieu_cli.noyau.gens.mur import Detecteur, Indice

#: Ce que l'écran montre à la place d'un nom qui n'existe plus.
EFFACEE = "personne effacée"
#: Une commande à recopier, dans une phrase.
_COMMANDE = motif(r"(?<!\w)tl (?=[a-z-])")
_CITE_A_L_ECRAN = motif(r"(?<![\w/-])@?\b(p-[a-z0-9]{6})(?![\w-]|\.\w)", re.ASCII)
#: Les mêmes, et le « de » d'avant, qu'un nom élide : « de p-7k2m9x » se lit « d'Amina ».
_NOMME = motif(rf"(?:(?<!\w)([Dd]e|[Qq]ue) )?{CITE.pattern}", re.ASCII)
_NOMME_A_L_ECRAN = motif(rf"(?:(?<!\w)([Dd]e|[Qq]ue) )?{_CITE_A_L_ECRAN.pattern}", re.ASCII)


class Registre:
    """Les personnes connues de ce poste."""

    def __init__(self, racine_du_lieu: Path, contacts: Iterable[str] = ()) -> None:
        self.racine = racine_du_lieu / DOSSIER
        #: Ce que la maison donne à tous, et qui n'est donc le secret de personne.
        self.contacts = frozenset(contacts)
        self._vues: dict[str, Personne | None] = {}
        #: Un public écrit sans ses accents, et comment le lieu l'écrit (`Reglages.publics_d_avant`).
        self.publics: dict[str, str] = {}

    @property
    def est_la(self) -> bool:
        """Ce poste a-t-il le registre ?"""
        return self.racine.is_dir()

    @property
    def depot(self) -> Depot:
        """Le dépôt du registre ; `RegistreAbsent` si ce poste ne l'a pas."""
        if not self.range_dans.existe:
            raise RegistreAbsent
        return self.range_dans

    @cached_property
    def range_dans(self) -> Depot:
        """Son dépôt, que ce poste l'ait ou non."""
        return Depot(self.racine)

    @cached_property
    def arbre(self) -> ArbreDuRegistre | ArbreMemoire:
        """Les fichiers du registre."""
        return ArbreDuRegistre(self.racine, partial(contenus, self.range_dans))

    @cached_property
    def toutes(self) -> Recolte[Personne]:
        """Toutes les personnes, lues une fois."""
        lues = PERSONNES.toutes(self.arbre)
        return structs.replace(lues, fiches=tuple(map(self.accentuer, lues.fiches))) if self.publics else lues

    @cached_property
    def annuaire(self) -> list[Entree]:
        """De chacun, de quoi le reconnaître : bien plus vite que `toutes` quand ils sont dix mille."""
        from tiers_lieu_cli.noyau.gens import annuaire

        return annuaire.lire(self.racine, self.arbre) if self.est_la else []

    @cached_property
    def detecteur(self) -> Detecteur:
        """De quoi reconnaître, dans un texte, ce que l'archive ne doit pas garder."""
        from tiers_lieu_cli.noyau.gens.mur import Detecteur

        mots = [m.mot for m in MOTS.toutes(self.arbre).fiches] if self.est_la else []
        return Detecteur(self.annuaire, mots, self.contacts)

    def admettre(self, contacts: Iterable[str]) -> None:
        """Ce que la maison donne désormais à tous ; le contact de quelqu'un du registre est refusé."""
        for neuf in set(contacts) - self.contacts:
            for indice in self.detecteur.trouver(neuf):
                if indice.personne:
                    raise self.refus(indice)
        self.contacts = frozenset(contacts)
        self.__dict__.pop("detecteur", None)

    def oublier(self) -> None:
        """Ce qu'on avait lu a changé : le relire quand on le demandera."""
        for lu in ("arbre", "toutes", "annuaire", "detecteur", "_par_cle"):
            self.__dict__.pop(lu, None)
        self._vues.clear()

    def idents(self) -> frozenset[str]:
        """Tous les identifiants qui désignent ou ont désigné quelqu'un."""
        genres = (PERSONNES, RENVOIS, EFFACEES)
        return frozenset(ident for genre in genres for ident in genre.idents(self.arbre))

    def resoudre(self, ident: str) -> str:
        """L'identifiant de la fiche où mène celui-ci, à travers toutes les réunions."""
        vus = {ident}
        while renvoi := RENVOIS.une(self.arbre, ident):
            if renvoi.vers in vus:
                break
            ident = renvoi.vers
            vus.add(ident)
        return ident

    def une(self, ident: str) -> Personne | None:
        """La personne que cet identifiant désigne, fût-il ancien, si ce poste la connaît."""
        if ident not in self._vues:
            trouvee = PERSONNES.une(self.arbre, ident)
            trouvee = trouvee or PERSONNES.une(self.arbre, self.resoudre(ident))
            self._vues[ident] = self.accentuer(trouvee) if trouvee else None
        return self._vues[ident]

    @cached_property
    def renvois(self) -> dict[str, str]:
        """Chaque identifiant réuni à un autre, et la fiche où il mène."""
        return {ident: self.resoudre(ident) for ident in RENVOIS.idents(self.arbre)}

    def suivre(self, lue: S) -> S:
        """Une fiche, où une personne réunie à une autre est cette autre, et un public a ses accents."""
        return liens.suivre(self.accentuer(lue), self.renvois) if self.renvois else self.accentuer(lue)

    def accentuer(self, lue: S) -> S:
        """Une fiche, où chaque public est écrit comme le lieu l'écrit."""
        return liens.accentuer(lue, self.publics) if self.publics else lue

    def anciens(self, ident: str) -> frozenset[str]:
        """Tous les identifiants d'une même personne : celui de sa fiche, et ceux qui y renvoient."""
        return anciens(self.arbre, [ident])

    @property
    def effacees(self) -> frozenset[str]:
        """Ceux de ces identifiants qui ne désignent plus personne."""
        return effacees(self.arbre)

    def est_effacee(self, ident: str) -> bool:
        """Cet identifiant est-il celui d'une personne effacée ?"""
        return EFFACEES.une(self.arbre, self.resoudre(ident)) is not None

    def nom(self, ident: str) -> str:
        """Le nom à montrer ; l'identifiant si ce poste ne le connaît pas."""
        if not IDENT.fullmatch(ident):
            return ident
        personne = self.une(ident)
        if personne is None:
            return EFFACEE if self.est_effacee(ident) else ident
        return personne.surnom or personne.nom

    def nom_public(self, ident: str) -> str | None:
        """Le nom sous lequel cette personne accepte de paraître ; `None` si elle n'a rien accepté."""
        personne = self.une(ident)
        return personne.nom_public or None if personne and personne.accepte(NOM_PUBLIC) else None

    def montrer(self, texte: str) -> str:
        """Un texte de l'archive, où les identifiants deviennent des noms : pour une page écrite."""
        return _NOMME.sub(self._nommer, texte)

    def _nommer(self, trouve: re.Match[str]) -> str:
        nom = self.nom(trouve[2])
        return elider(trouve[1], nom) if trouve[1] else nom

    def a_l_ecran(self, texte: str) -> str:
        """Ce que l'écran dit : des noms dans la prose ; dans une commande à recopier, ce qui se retape.

        Un identifiant qui fait partie d'un chemin ou d'un nom de fiche reste tel quel.
        """
        if "p-" not in texte:
            return texte
        return "\n".join(self._ligne(ligne) for ligne in texte.split("\n"))

    def _ligne(self, ligne: str) -> str:
        commande = _COMMANDE.search(ligne)
        debut = commande.start() if commande else len(ligne)
        prose = _NOMME_A_L_ECRAN.sub(self._nommer, ligne[:debut])
        return prose + _CITE_A_L_ECRAN.sub(lambda trouve: self._a_taper(trouve[0], trouve[1]), ligne[debut:])

    def _a_taper(self, ecrit: str, ident: str) -> str:
        mention = self.mention(ident)
        return ecrit if mention == f"@{ident}" else mention

    def mention(self, ident: str) -> str:
        """Comment taper cette personne, elle seule : son surnom, sinon son nom, sinon son identifiant."""
        personne = self.une(ident)
        return (self.mention_de(personne) if personne else "") or f"@{ident}"

    def mention_de(self, personne: Personne | Entree) -> str:
        """Son surnom, sinon son nom, s'il ne désigne qu'elle ; vide sinon."""
        surnom, nom = personne.surnom, "-".join(imprimee(personne.nom).split())
        for mot, cle in ((surnom, clef(surnom) if surnom else ""), (nom, personne.cle)):
            if [p.id for p in self._repondent(cle)] == [personne.id] and MENTION.fullmatch(f"@{mot}"):
                return f"@{mot}"
        return ""

    def opacifier(self, texte: str) -> tuple[str, dict[str, SaisieAmbigue | None]]:
        """Un texte écrit à la main, ses mentions rendues opaques ; et celles qui ne désignent pas quelqu'un.

        À celles-là, entre qui choisir ; ou `None`, si le registre n'en connaît pas.
        """
        laissees: dict[str, SaisieAmbigue | None] = {}

        def opaque(vue: re.Match[str]) -> str:
            try:
                return vue[0] if IDENT.fullmatch(vue[1]) else self._opaque(vue)
            except SaisieAmbigue as plusieurs:
                laissees[vue[0]] = plusieurs
            except FicheIntrouvable:
                laissees[vue[0]] = None
            return vue[0]

        return MENTION.sub(opaque, texte) if "@" in texte else texte, laissees

    def opaque(self, texte: str) -> str:
        """Le texte où chaque « @prénom » est devenu « @p-7k2m9x »."""
        return MENTION.sub(self._opaque, texte) if "@" in texte else texte

    def _opaque(self, mention: re.Match[str]) -> str:
        return f"@{self.designer(mention[0], effacee=True)}"

    def exiger(self, mot: str) -> Personne:
        """La personne que ce mot désigne ; `ErreurUsage` s'il n'y en a pas, ou plus."""
        if not self.est_la:
            raise RegistreAbsent
        ident = self.designer(mot)
        personne = self.une(ident)
        if personne is None:
            raise PersonneEffacee(ident)
        return personne

    def designer(self, mot: str, *, effacee: bool = False) -> str:
        """L'identifiant de la personne dite « @karim », « Karim Haddad » ou « p-7k2m9x ».

        `effacee` : même si elle l'est, pour relire ou clore ce qui parle d'elle ; rien de neuf ne la cite.
        Un prénom que plusieurs portent n'en désigne aucune, fût-il le surnom de l'une : on demande.
        """
        dit, mot = mot, mot.removeprefix("@")
        if IDENT.fullmatch(mot):
            personne = self.une(mot)
            if personne or not self.est_la:
                return personne.id if personne else mot
            if self.est_effacee(mot):
                if not effacee:
                    raise PersonneEffacee(mot)
                return mot
        cle = clef(mot)
        candidats = self._repondent(cle)
        candidats = candidats or [p for p in self.annuaire if cle and f"-{cle}-" in f"-{p.cle}-"]
        if len(candidats) > 1:
            raise SaisieAmbigue(
                dit,
                f"Plusieurs personnes répondent à « {mot} ». Laquelle ?",
                tuple(self._lecture(p) for p in sorted(candidats, key=lambda p: (p.cle, p.id))),
            )
        if not candidats:
            raise FicheIntrouvable(
                "personne", f"@{mot}", self._proches(cle), "L'enregistrer : tl accueil personne creer"
            )
        return candidats[0].id

    def _repondent(self, cle: str) -> list[Entree]:
        """Ceux dont c'est le surnom, le prénom ou le nom entier."""
        return self._par_cle.get(cle, []) if cle else []

    @cached_property
    def _par_cle(self) -> dict[str, list[Entree]]:
        """À chaque mot, ceux qui y répondent : en nommer dix mille ne les parcourt pas dix mille fois."""
        ranges: dict[str, list[Entree]] = {}
        for p in self.annuaire:
            for cle in p.repond_a:
                ranges.setdefault(cle, []).append(p)
        return ranges

    def _lecture(self, p: Entree) -> Lecture:
        mention = self.mention(p.id)
        return Lecture(f"{p.nom} ({mention.replace(p.id, tel_quel(p.id))})", mention)

    def rendre_opaque(self, texte: str) -> str:
        """Le texte où chaque « @prénom » est devenu « @p-7k2m9x », et qui ne nomme plus personne."""
        opaque = self.opaque(texte)
        self.refuser_le_prive(opaque)
        return opaque

    def refuser_le_prive(self, *textes: str) -> None:
        """Refuser un texte qui porte le nom ou le contact de quelqu'un, ou un montant.

        Lève `NomDansLArchive`, `ContactDansLArchive` ou `MontantDansLArchive`.
        """
        for indice in self.detecteur.trouver("\n".join(textes)):
            if indice.sur:
                raise self.refus(indice)

    def a_ecrire(self, ident: str) -> str:
        """Comment citer cette personne dans un texte : « @karim »."""
        return self.mention(ident).replace(ident, tel_quel(ident)) if ident and self.une(ident) else ""

    def refus(self, indice: Indice) -> RefusDuMur:
        """Pourquoi cet indice ne passe pas, et que faire."""
        refus = self._refus(indice)
        refus.indice = indice
        return refus

    def _refus(self, indice: Indice) -> RefusDuMur:
        mention = self.a_ecrire(indice.personne)
        if mention and indice.sur and indice.extrait.startswith("@"):
            # « @karim » est déjà écrit : il n'y a plus que l'identifiant à mettre à sa place.
            mention = f"@{tel_quel(indice.personne)}"
        if not indice.sur:
            return DouteALever(indice, mention)
        if mention:
            return NomDansLArchive(indice.extrait, mention)
        if indice.sorte in DITE:
            return ContactDansLArchive(indice.extrait, indice.sorte)
        return MontantDansLArchive(indice.extrait)

    def _proches(self, cle: str) -> list[str]:
        from difflib import get_close_matches

        noms = {clef(p.surnom or p.nom.split()[0]): p for p in self.annuaire}
        return [f"@{noms[c].surnom or noms[c].nom}" for c in get_close_matches(cle, noms, n=3)]
