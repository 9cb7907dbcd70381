"""Ce que le programme sait de ses séries, que les verbes communs (`noyau/series`) lui demandent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import structs

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.qui_revient import jours_nommes
from tiers_lieu_cli.noyau.temps import series
from tiers_lieu_cli.noyau.temps.series import Exclus
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles as evenements
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.inscription import suites
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Etat, Evenement
from tiers_lieu_cli.prog.serie import fiches, regles, salles
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie


class ASaFiche(ErreurUsage):
    """Cette date a sa propre fiche, qui l'emporte sur la série."""

    def __init__(self, ident: str) -> None:
        super().__init__(
            f"Cette date a sa propre fiche ({ident}), qui l'emporte sur la série.",
            f"La changer : tl prog evenement modifier {ident}",
        )


class AuProgramme:
    """Un `noyau.series_d_un_metier.Metier`."""

    nom = "prog serie"
    series = SERIES

    def titre(self, serie: Serie) -> str:
        """Son titre."""
        return serie.titre

    def exiger_vivante(self, serie: Serie) -> None:
        """Une série annulée ne se change plus."""
        if serie.etat is Etat.ANNULE:
            raise ErreurUsage(
                f"« {serie.titre} » est déjà annulée.",
                f"La rétablir : tl prog serie modifier {serie.id} --confirmer",
            )

    def annulee(self, serie: Serie, motif: str) -> Serie:
        """Annulée : elle reste au programme, et le dit."""
        return structs.replace(serie, etat=Etat.ANNULE, motif=motif)

    def exclus(self, arbre: Arbre) -> Exclus:
        """Les périodes que le lieu nomme."""
        return fiches.jours_exclus(arbre)

    def portees(self, arbre: Arbre, serie: Serie, depuis: date) -> Mapping[date, str]:
        """Les inscrits, l'équipe et la fiche de chaque date qui en a."""
        par_date: dict[date, list[str]] = defaultdict(list)
        noms = {regles.ident_de(serie, jour): jour for jour in jours_portes(arbre, serie, depuis)}
        for nom, inscrits in inscriptions.par_evenement(arbre, noms).items():
            if attendus := sum(i.places for i in inscrits if i.est_attendue or i.attend):
                par_date[noms[nom]].append(f"{attendus} inscrit{'s' * (attendus > 1)}")
        for nom, equipe in equipes.par_evenement(arbre, noms).items():
            if engages := sum(not g.retire for g in equipe):
                par_date[noms[nom]].append(f"{engages} dans l'équipe")
        for nom, jour in noms.items():
            if arbre.lire(EVENEMENTS.genre.chemin(nom)) is not None:
                par_date[jour].append("sa propre fiche")
        return {jour: ", ".join(dits) for jour, dits in par_date.items()}

    def exiger_sans_fiche(self, arbre: Arbre, serie: Serie, jours: Sequence[date]) -> None:
        """`ASaFiche` si l'une de ces dates a sa propre fiche."""
        for jour in jours:
            ident = regles.ident_de(serie, jour)
            if EVENEMENTS.une(arbre, ident) is not None:
                raise ASaFiche(ident)

    def promettre(self, c: Contexte, ancienne: Serie | None, nouvelles: Sequence[Serie]) -> list[Serie]:
        """Les mêmes, dont chaque date neuve ou changée a sa salle."""
        return salles.promettre(c, ancienne, nouvelles)

    def prevenir(
        self, c: Contexte, e: Ecriture, ancienne: Serie, nouvelles: Sequence[Serie]
    ) -> Iterator[str]:
        """Les inscrits des dates qui n'ont pas leur fiche sont à prévenir."""
        exclus = self.exclus(c.arbre)
        for jour in sorted(jours_portes(c.arbre, ancienne, c.horloge.aujourdhui())):
            avant = regles.seance_le([ancienne], jour, exclus)
            apres = regles.seance_le(nouvelles, jour, exclus)
            if avant and apres and EVENEMENTS.une(c.arbre, avant.id) is None:
                yield from suites.suivre(c, e, avant, apres)

    def suivre(self, c: Contexte, e: Ecriture, ancienne: Serie, nouvelles: Sequence[Serie]) -> Iterator[str]:
        """Les fiches des dates suivent la série ; les inscrits sont à prévenir."""
        exclus = self.exclus(c.arbre)
        for jour in sorted(jours_portes(c.arbre, ancienne, c.horloge.aujourdhui())):
            avant = regles.seance_le([ancienne], jour, exclus)
            apres = regles.seance_le(nouvelles, jour, exclus)
            if avant is None or apres is None:
                continue
            propre = EVENEMENTS.une(c.arbre, avant.id)
            if propre is None:
                yield from suites.suivre(c, e, avant, apres)
            else:
                yield from _accorder(c, e, propre, regles.accorder(propre, avant, apres))
                if apres.etat is Etat.ANNULE and propre.reporte_a:
                    yield from _annuler_le_report(c, e, propre.reporte_a, apres.motif)


def jours_portes(arbre: Arbre, serie: Serie, depuis: date) -> set[date]:
    """Les dates de la série, à partir de ce jour, qu'une fiche nomme."""
    dernier = max(series.etendue(serie.recurrence, depuis).dernier_jour, depuis)
    return jours_nommes(arbre, (INSCRIPTIONS, EQUIPES, EVENEMENTS), serie.souche, depuis, dernier)


def _accorder(c: Contexte, e: Ecriture, propre: Evenement, suivie: Evenement) -> Iterator[str]:
    if suivie != propre:
        programme.corriger(e, propre, suivie, lambda _: propre.id)
        yield from suites.suivre(c, e, propre, suivie)


def _annuler_le_report(c: Contexte, e: Ecriture, ident: str, motif: str) -> Iterator[str]:
    """Une date reportée ailleurs s'annule avec sa série."""
    parti = EVENEMENTS.une(c.arbre, ident) or LONGS.une(c.arbre, ident)
    if parti is not None and parti.a_lieu and parti.etat is not Etat.TENU:
        yield from _accorder(c, e, parti, evenements.annuler(parti, motif))
