"""Les pages du site dans une langue : leur chemin, leur gabarit, ce qu'il reçoit ; rien n'est écrit ici."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import quote, urlsplit

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import Besoin, Offre
from tiers_lieu_cli.ensemble.site import donnees, vues
from tiers_lieu_cli.ensemble.site.recolte import CHOISIE, Recolte
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.pages.langues import NOMS, Langue
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Etat, Evenement

#: Combien des prochaines fois une page annonce.
AUTRES = 5
_ECARTS = {Etat.ANNULE: "Annulé", Etat.REPORTE: "Reporté", Etat.A_REPLACER: "Fermé ce jour-là"}
_PHOTO = 155


class APoser(msgspec.Struct, frozen=True):
    """Une page à rendre : où, avec quel gabarit, ce qu'il reçoit, et ce qui l'entoure."""

    chemin: str
    gabarit: str
    vue: msgspec.Struct
    autour: vues.Page


class Pages:
    """Toutes les pages d'une langue. `dossier` : où elles vont (« », « nl/ »)."""

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

    def toutes(self) -> Iterator[APoser]:
        """L'accueil, les mois, les événements, puis ce qui n'est pas vide du reste."""
        yield self._accueil()
        yield from self._les_mois()
        for e in self._r.a_nous.values():
            yield self._evenement(e)
        for fichier, _ in self._menu[2:]:
            yield self._fixes[fichier]()

    # -- ce qui entoure une page -------------------------------------------------

    @cached_property
    def _fixes(self) -> dict[str, Callable[[], APoser]]:
        return {
            "salles.html": self._salles,
            "services.html": self._services,
            "entraide.html": self._entraide,
            "membres.html": self._membres,
            "nouvelles.html": self._nouvelles,
        }

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

    # -- les jours ----------------------------------------------------------------

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
                dit=_capitale(self._langue.jour(jour, self._r.jour)),
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

    def _accueil(self) -> APoser:
        r, jour = self._r, self._r.jour
        dimanche = temps.lundi_de(jour) + timedelta(days=6)
        ouvert = r.ouvert([jour + timedelta(days=n) for n in range((dimanche - jour).days + 8)])

        def partie(titre: str, premier: date, dernier: date, vide: str, *, tous: bool = False) -> vues.Partie:
            a_lieu = r.jours(Creneau.de_jours(premier, dernier))
            fermes = {j for j, dit in ouvert.items() if premier <= j <= dernier and (tous or _ferme(dit))}
            dits = [(j, a_lieu.get(j, [])) for j in sorted({*a_lieu, *fermes})]
            # Les heures d'un jour ordinaire sont celles de la maison : seul aujourd'hui les redit.
            heures = {j: ouvert[j] for j in fermes}
            return vues.Partie(titre=titre, jours=self._jours(dits, "index.html", heures), vide=vide)

        rien = self._t("Rien de prévu.")
        demain, apres = jour + temps.UN_JOUR, dimanche + temps.UN_JOUR
        parties = [partie(self._t("Aujourd'hui"), jour, jour, rien, tous=True)]
        if demain <= dimanche:
            parties.append(partie(self._t("Cette semaine"), demain, dimanche, rien))
        parties.append(partie(self._t("La semaine prochaine"), apres, apres + timedelta(days=6), rien))
        chez_eux = r.jours(Creneau.de_jours(jour, apres + timedelta(days=6)), a_nous=False)
        if chez_eux:
            voisins = self._jours(chez_eux.items(), "index.html")
            parties.append(vues.Partie(titre=self._t("Chez nos voisins"), jours=voisins))
        vue = vues.Programme(
            langue=self._langue.code,
            titre=self._t("Aujourd'hui et cette semaine"),
            dit=self._reglages.horaires,
            parties=tuple(parties),
            apres=vues.Lien(self._du_mois(jour), self._t("Tout le mois")),
            repondre=self._gestes(Geste.IDEE, Geste.BESOIN, Geste.OFFRE),
        )
        resume = self._t("Le programme, les salles et l'entraide de {lieu}.", lieu=self._reglages.nom)
        ld = donnees.lieu(self._reglages, self._adresse, self._logo)
        return self._poser("index.html", "site-programme.html", vue, self._reglages.nom, resume, ld)

    def _les_mois(self) -> Iterator[APoser]:
        mois = self._r.mois
        for rang, premier in enumerate(mois):
            fichier = self._du_mois(premier)
            jours = self._r.jours(regles.mois_de(premier))
            titre = _capitale(self._langue.mois(premier))
            avant = mois[rang - 1] if rang else None
            apres = mois[rang + 1] if rang + 1 < len(mois) else None
            vue = vues.Programme(
                langue=self._langue.code,
                titre=titre,
                parties=(
                    vues.Partie(
                        titre="", jours=self._jours(jours.items(), fichier), vide=self._t("Rien de prévu.")
                    ),
                ),
                avant=vues.Lien(f"{avant:%Y-%m}.html", self._langue.mois(avant)) if avant else None,
                apres=vues.Lien(f"{apres:%Y-%m}.html", self._langue.mois(apres)) if apres else None,
            )
            resume = self._t("Le programme de {lieu}, {mois}.", lieu=self._reglages.nom, mois=titre.lower())
            yield self._poser(fichier, "site-programme.html", vue, titre, resume)

    # -- un événement ---------------------------------------------------------------

    def _evenement(self, e: Evenement) -> APoser:
        r, fichier = self._r, f"evenements/{e.id}.html"
        titre, quand = r.dire(e.titre, e.id), self._langue.creneau(e.creneau, None)
        passe = e.creneau.dernier_jour < r.jour
        repond = bool(self._ecrire_a) and e.a_lieu and not passe
        nouveau = r.a_nous.get(e.reporte_a) if e.reporte_a else None
        faits = [
            (self._t("Pour qui"), ", ".join(filter(None, [*e.publics, regles.dire_ages(e)]))),
            (self._t("Langues"), ", ".join(e.langues)),
            (self._t("Accès"), ", ".join(e.accessibilite)),
            (self._t("Places"), str(e.capacite) if e.capacite else ""),
        ]
        vue = vues.Evenement(
            langue=self._langue.code,
            titre=titre,
            quand=_capitale(quand),
            debut=e.debut,
            ou=r.ou(e),
            adresse="" if e.ailleurs else self._reglages.adresse,
            ecart=self._ecart(e),
            motif=r.dire(e.motif, e.id),
            vers=vues.Lien(f"{nouveau.id}.html", self._langue.creneau(nouveau.creneau, r.jour))
            if nouveau
            else None,
            complet=e.a_lieu and e.id in r.complets,
            passe=passe,
            faits=tuple((nom, dit) for nom, dit in faits if dit),
            description=r.dire(e.description, e.id),
            lien=sur(e.lien),
            inscription=self._lien(Geste.INSCRIPTION, titre, e.id, quand) if repond else "",
            annulation=self._lien(Geste.ANNULATION, titre, e.id, quand) if repond else "",
            # À la racine, quelle que soit la langue : un agenda n'en a qu'une.
            agenda=f"{'../' * (self._dossier + fichier).count('/')}evenements/{e.id}.ics"
            if e.a_lieu and not passe
            else "",
            autres=() if passe else self._autres_fois(e),
            mois=vues.Lien(
                f"../{self._du_mois(e.creneau.premier_jour)}", self._langue.mois(e.creneau.premier_jour)
            ),
        )
        ld = donnees.evenement(e, titre, r, self._adresse and f"{self._adresse}{self._dossier}{fichier}")
        ou = ", ".join(filter(None, [_capitale(quand), vue.ou, self._reglages.nom]))
        return self._poser(fichier, "site-evenement.html", vue, titre, ou, ld)

    @cached_property
    def _a_venir(self) -> dict[str, list[Evenement]]:
        """Ce qui vient, par titre."""
        dits: dict[str, list[Evenement]] = {}
        for e in sorted(self._r.a_nous.values(), key=lambda e: (e.creneau, e.id)):
            if e.creneau.dernier_jour >= self._r.jour and e.a_lieu:
                dits.setdefault(e.titre, []).append(e)
        return dits

    def _autres_fois(self, e: Evenement) -> tuple[vues.Lien, ...]:
        suivants = (x for x in self._a_venir.get(e.titre, ()) if x.creneau > e.creneau)
        return tuple(
            vues.Lien(f"{x.id}.html", self._langue.creneau(x.creneau, self._r.jour))
            for x, _ in zip(suivants, range(AUTRES), strict=False)
        )

    # -- le reste ---------------------------------------------------------------------

    def _salles(self) -> APoser:
        libres = self._r.libres
        titre = self._t("Les salles")
        vue = vues.Salles(
            langue=self._langue.code,
            titre=titre,
            dit=self._t("Ce qui est libre d'ici deux semaines. Une demande est relue avant d'être promise."),
            salles=tuple(
                vues.Salle(
                    id=s.id,
                    nom=s.nom,
                    atouts=tuple(s.atouts),
                    dispositions=tuple(f"{nom} {combien}" for nom, combien in s.dispositions.items()),
                    libre=self._heures_libres(libres[s.id]),
                    demander=self._lien(Geste.SALLE, _sans_salle(s.nom), s.id),
                )
                for s in self._r.salles
            ),
        )
        return self._poser("salles.html", "site-salles.html", vue, titre, vue.dit)

    def _heures_libres(self, libres: Iterable[Creneau]) -> tuple[tuple[str, str], ...]:
        par_jour: dict[date, list[str]] = {}
        for c in libres:
            par_jour.setdefault(c.premier_jour, []).append(temps.dire_heures(c))
        return tuple((self._langue.jour(j, self._r.jour), ", ".join(dits)) for j, dits in par_jour.items())

    def _services(self) -> APoser:
        titre = self._t("Les services")
        venir = [e for dits in self._a_venir.values() for e in dits if e.service]
        vue = vues.Services(
            langue=self._langue.code,
            titre=titre,
            services=tuple(
                vues.Service(
                    nom=self._r.dire(s.nom, s.id),
                    essai=s.stade == "essai",
                    pour=", ".join(s.publics),
                    description=self._r.dire(s.description, s.id),
                    dates=tuple(
                        vues.Lien(
                            f"evenements/{e.id}.html",
                            f"{self._r.dire(e.titre, e.id)}, {self._langue.creneau(e.creneau, self._r.jour)}",
                        )
                        for e in sorted((e for e in venir if e.service == s.id), key=lambda e: e.creneau)[
                            :AUTRES
                        ]
                    ),
                )
                for s in self._r.services
            ),
        )
        return self._poser("services.html", "site-services.html", vue, titre, titre)

    def _membres(self) -> APoser:
        titre = self._t("Les membres")
        membres = tuple(
            vues.Membre(nom=p.nom_public, portrait=self._r.dire(p.portrait)) for p in self._r.membres
        )
        vue = vues.Membres(langue=self._langue.code, titre=titre, membres=membres)
        return self._poser("membres.html", "site-membres.html", vue, titre, titre)

    def _entraide(self) -> APoser:
        titre = self._t("L'entraide")
        vue = vues.Entraide(
            langue=self._langue.code,
            titre=titre,
            besoins=tuple(self._annonce(b, Geste.OFFRE) for b in self._r.besoins),
            offres=tuple(self._annonce(o, Geste.BESOIN) for o in self._r.offres),
            repondre=self._gestes(Geste.BESOIN, Geste.OFFRE),
        )
        return self._poser("entraide.html", "site-entraide.html", vue, titre, titre)

    def _annonce(self, a: Besoin | Offre, geste: Geste) -> vues.Annonce:
        texte = self._r.dire(a.texte, a.id)
        de = self._r.c.registre.nom_public(a.personne) if a.personne else a.public
        return vues.Annonce(
            texte=texte,
            de=de or "",
            quand=", ".join(a.quand),
            themes=", ".join(a.themes),
            urgent=isinstance(a, Besoin) and a.urgent,
            repondre=self._lien(geste, texte, a.id),
        )

    def _nouvelles(self) -> APoser:
        titre = self._t("Ce qui s'est passé")
        vue = vues.Nouvelles(
            langue=self._langue.code,
            titre=titre,
            nouvelles=tuple(
                vues.Nouvelle(
                    ancre=n.id,
                    quand=_capitale(self._langue.jour(n.jour)),
                    jour=n.jour.isoformat(),
                    texte=sans_etiquette(self._r.dire(n.texte, n.id)),
                )
                for n in self._r.nouvelles
            ),
        )
        return self._poser("nouvelles.html", "site-nouvelles.html", vue, titre, titre)

    # -- répondre -----------------------------------------------------------------------

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


def sans_etiquette(texte: str) -> str:
    """Le texte d'une note, sans l'étiquette qui l'a fait choisir."""
    return texte.replace(f"#{CHOISIE}", "").strip()


def _contact(dit: str) -> vues.Lien:
    """Une adresse ou un numéro de la maison, qu'on touche pour écrire ou appeler."""
    if courriel.adresse([dit]):
        return vues.Lien(f"mailto:{quote(dit.strip(), safe='@+')}", dit)
    chiffres = "".join(c for c in dit if c.isdigit() or c == "+")
    numero = dit.strip()[:1] in "+0(" and 8 <= len(chiffres) <= 16 and not any(map(str.isalpha, dit))
    return vues.Lien(f"tel:{chiffres}" if numero else "", dit)


def _ferme(dit: str) -> bool:
    return dit.startswith(("fermé (", "férié"))


def _sans_salle(nom: str) -> str:
    """« bleue », pour dire « la salle bleue »."""
    return nom[6:] if nom.lower().startswith("salle ") else nom


def _capitale(dit: str) -> str:
    return dit[:1].upper() + dit[1:]


def _bref(dit: str) -> str:
    """Ce qu'un moteur de recherche montre d'une page."""
    dit = " ".join(dit.split())
    return dit if len(dit) <= _PHOTO else f"{dit[: _PHOTO - 1].rstrip()}…"
