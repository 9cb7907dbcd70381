"""Les pages du site dans une langue : leur chemin, leur gabarit, ce qu'il reçoit ; rien n'est écrit ici."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property

from tiers_lieu_cli.accueil.annonce.modele import Besoin, Offre
from tiers_lieu_cli.ensemble.site import donnees, vues
from tiers_lieu_cli.ensemble.site.cadre import APoser, Cadre, sur
from tiers_lieu_cli.ensemble.site.recolte import CHOISIE
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import capitale
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Evenement

#: Combien des prochaines fois une page annonce.
AUTRES = 5


class Pages(Cadre):
    """Toutes les pages d'une langue, une par une."""

    def toutes(self) -> Iterator[APoser]:
        """L'accueil, les mois, les événements, puis ce qui n'est pas vide du reste."""
        yield self._accueil()
        yield from self._les_mois()
        for e in self._r.a_nous.values():
            yield self._evenement(e)
        for fichier, _ in self._menu[2:]:
            yield self._fixes[fichier]()

    @cached_property
    def _fixes(self) -> dict[str, Callable[[], APoser]]:
        return {
            "salles.html": self._salles,
            "services.html": self._services,
            "entraide.html": self._entraide,
            "membres.html": self._membres,
            "nouvelles.html": self._nouvelles,
        }

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
            parties.append(vues.Partie(titre=self._t("Chez nos voisins"), jours=voisins, ancre="v"))
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
            jours = self._r.jours(temps.mois_de(premier))
            titre = capitale(self._langue.mois(premier))
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
            quand=capitale(quand),
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
        ou = ", ".join(filter(None, [capitale(quand), vue.ou, self._reglages.nom]))
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
                    quand=capitale(self._langue.jour(n.jour)),
                    jour=n.jour.isoformat(),
                    texte=sans_etiquette(self._r.dire(n.texte, n.id)),
                )
                for n in self._r.nouvelles
            ),
        )
        return self._poser("nouvelles.html", "site-nouvelles.html", vue, titre, titre)


def sans_etiquette(texte: str) -> str:
    """Le texte d'une note, sans l'étiquette qui l'a fait choisir."""
    return texte.replace(f"#{CHOISIE}", "").strip()


def _ferme(dit: str) -> bool:
    return dit.startswith(("fermé (", "férié"))


def _sans_salle(nom: str) -> str:
    """« bleue », pour dire « la salle bleue »."""
    return nom[6:] if nom.lower().startswith("salle ") else nom
