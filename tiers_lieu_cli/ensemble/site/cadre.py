"""Ce qui entoure toute page du site (menu, langues, pied), et ce que plusieurs y montrent : jours, liens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from urllib.parse import quote, urlsplit

import msgspec

from tiers_lieu_cli.ensemble.site import donnees, vues
from tiers_lieu_cli.ensemble.site.recolte import Recolte
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.pages.langues import NOMS, Langue
from tiers_lieu_cli.noyau.texte import capitale
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Etat, Evenement

_ECARTS = {Etat.ANNULE: "Annulé", Etat.REPORTE: "Reporté", Etat.A_REPLACER: "Fermé ce jour-là"}
_PHOTO = 155


class APoser(msgspec.Struct, frozen=True):
    """Une page à rendre : où, avec quel gabarit, ce qu'il reçoit, et ce qui l'entoure."""

    chemin: str
    gabarit: str
    vue: msgspec.Struct
    autour: vues.Page


class Cadre:
    """Les pages d'une langue ont ceci en commun. `dossier` : où elles vont (« », « nl/ »)."""

    def __init__(
        self,
        recolte: Recolte,
        langue: Langue,
        dossier: str,
        autres: Mapping[str, str],
        adresse: str,
        logo: str,
    ) -> None:
        self._r, self._langue, self._dossier = recolte, langue, dossier
        self._autres, self._adresse, self._logo = autres, adresse, logo
        self._reglages = recolte.c.lieu.reglages
        self._ecrire_a = courriel.adresse(self._reglages.contacts)
        self._t = langue.dire

    @cached_property
    def _menu(self) -> list[tuple[str, str]]:
        r = self._r
        dits = [("index.html", self._t("Accueil")), (self._du_mois(r.jour), self._t("Le programme"))]
        dits += [("salles.html", self._t("Les salles"))] if r.salles else []
        dits += [("services.html", self._t("Les services"))] if r.services else []
        dits += [("entraide.html", self._t("L'entraide"))] if r.besoins or r.offres or self._ecrire_a else []
        dits += [("membres.html", self._t("Les membres"))] if r.membres else []
        dits += [("nouvelles.html", self._t("Ce qui s'est passé"))] if r.nouvelles else []
        return dits

    def _poser(
        self, fichier: str, gabarit: str, vue: msgspec.Struct, titre: str, resume: str, ld: object = None
    ) -> APoser:
        chemin = f"{self._dossier}{fichier}"
        haut = "../" * fichier.count("/")
        racine = "../" * chemin.count("/")
        ici = "mois/" if fichier.startswith(("mois/", "evenements/")) else fichier
        autour = vues.Page(
            langue=self._langue.code,
            lieu=self._reglages.nom,
            titre=titre,
            resume=_bref(resume),
            racine=racine,
            accueil=f"{haut}index.html",
            menu=tuple(
                vues.Lien(f"{haut}{ou}", dit, ou == fichier or (ici == "mois/" and ou.startswith(ici)))
                for ou, dit in self._menu
            ),
            langues=tuple(
                vues.Lien(f"{racine}{dossier}{fichier}", NOMS[code], code == self._langue.code, code)
                for code, dossier in self._autres.items()
            )
            if len(self._autres) > 1
            else (),
            adresse=self._reglages.adresse,
            contacts=tuple(_contact(c) for c in self._reglages.contacts),
            logo=f"{racine}{self._logo}" if self._logo else "",
            canonique=f"{self._adresse}{chemin}" if self._adresse else "",
            agenda=vues.Lien(f"{racine}programme.ics", self._t("L'agenda (fichier ICS)")),
            abonnement=self._adresse.replace("https://", "webcal://") + "programme.ics"
            if self._adresse
            else "",
            atom=f"{racine}{self._dossier}nouvelles.atom",
            donnees=donnees.ecrire(ld) if ld else "",
        )
        return APoser(chemin, gabarit, vue, autour)

    def _du_mois(self, jour: date) -> str:
        return f"mois/{jour:%Y-%m}.html"

    def _vers(self, e: Evenement, depuis: str) -> str:
        """Le lien d'un événement ; celui d'un voisin est chez lui, s'il l'a dit."""
        if e.est_a_nous:
            return f"{'../' * depuis.count('/')}evenements/{e.id}.html"
        return sur(e.lien)

    def _ligne(self, e: Evenement, depuis: str) -> vues.Ligne:
        return vues.Ligne(
            vers=self._vers(e, depuis),
            heures=self._langue.heures(e.creneau),
            debut=e.debut,
            titre=self._r.dire(e.titre, e.id),
            ou=self._r.ou(e),
            pour=", ".join(filter(None, [*e.publics, regles.dire_ages(e), *e.accessibilite])),
            ecart=self._ecart(e),
            motif=self._r.dire(e.motif, e.id),
            complet=e.a_lieu and e.id in self._r.complets,
        )

    def _ecart(self, e: Evenement) -> str:
        if e.etat is Etat.REPORTE and e.reporte_a:
            jour = self._langue.jour(date.fromisoformat(e.reporte_a[:10]), self._r.jour)
            return self._t("Reporté au {jour}", jour=jour)
        return self._t(_ECARTS[e.etat]) if e.etat in _ECARTS else ""

    def _jours(
        self,
        jours: Iterable[tuple[date, list[Evenement]]],
        depuis: str,
        ouvert: Mapping[date, str] | None = None,
    ) -> tuple[vues.Jour, ...]:
        ouvert = ouvert or {}
        return tuple(
            vues.Jour(
                jour=jour.isoformat(),
                dit=capitale(self._langue.jour(jour, self._r.jour)),
                ouvert=self._ouverture(ouvert.get(jour, "")),
                ferme=ouvert.get(jour, "").startswith(("fermé", "férié")),
                lignes=tuple(self._ligne(e, depuis) for e in du_jour),
            )
            for jour, du_jour in jours
        )

    def _ouverture(self, dit: str) -> str:
        """« fermé (travaux) » : le mot se traduit, le motif est celui de la maison."""
        mot, parenthese, reste = dit.partition(" (")
        if mot in ("fermé", "férié"):
            return f"{self._t(mot)}{parenthese}{reste}"
        et = f" {self._t('et')} "
        return f"{self._t('ouvert')} {dit.replace(' et ', et)}" if dit else ""

    def _lien(self, geste: Geste, titre: str = "", ident: str = "", quand: str = "") -> str:
        return courriel.lien(self._ecrire_a, geste, titre, ident, quand, self._t) if self._ecrire_a else ""

    def _gestes(self, *gestes: Geste) -> tuple[vues.Lien, ...]:
        dits = {
            Geste.IDEE: self._t("J'ai une idée d'activité"),
            Geste.BESOIN: self._t("J'ai besoin de…"),
            Geste.OFFRE: self._t("Je propose…"),
        }
        return tuple(vues.Lien(self._lien(g), dits[g]) for g in gestes) if self._ecrire_a else ()


def sur(adresse: str) -> str:
    """L'adresse, si c'est celle d'une page du web ; vide sinon (« javascript: » n'en est pas une)."""
    try:
        lue = urlsplit(adresse.strip())
    except ValueError:
        return ""
    return adresse.strip() if lue.scheme in ("http", "https") and lue.netloc else ""


def _contact(dit: str) -> vues.Lien:
    """Une adresse ou un numéro de la maison, qu'on touche pour écrire ou appeler."""
    if courriel.adresse([dit]):
        return vues.Lien(f"mailto:{quote(dit.strip(), safe='@+')}", dit)
    chiffres = "".join(c for c in dit if c.isdigit() or c == "+")
    numero = dit.strip()[:1] in "+0(" and 8 <= len(chiffres) <= 16 and not any(map(str.isalpha, dit))
    return vues.Lien(f"tel:{chiffres}" if numero else "", dit)


def _bref(dit: str) -> str:
    """Ce qu'un moteur de recherche montre d'une page."""
    dit = " ".join(dit.split())
    return dit if len(dit) <= _PHOTO else f"{dit[: _PHOTO - 1].rstrip()}…"
