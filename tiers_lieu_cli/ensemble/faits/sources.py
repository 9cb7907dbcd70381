"""D'une fiche, les faits qu'elle vaut : chaque métier, une fonction pure ; la table en clair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, tzinfo
from decimal import Decimal
from functools import cached_property

import msgspec

from tiers_lieu_cli.ensemble.faits.modele import Fait, Genre
from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.cle.modele import PRETS, Fin, PretDeCle
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Etat, Promesse, Reservation
from tiers_lieu_cli.espace.serie import regles as series
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.gens.personnes import IDENT
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.series import Exclus
from tiers_lieu_cli.noyau.temps.temps import UNE_HEURE, Creneau
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Inscription
from tiers_lieu_cli.prog.modele import EVENEMENTS
from tiers_lieu_cli.stock.article.modele import MOUVEMENTS, Mouvement, Sens
from tiers_lieu_cli.stock.objet.modele import PRETS as PRETS_D_OBJETS
from tiers_lieu_cli.stock.objet.modele import Etat as EtatDuPret
from tiers_lieu_cli.stock.objet.modele import Pret

#: En mois. Au-delà, une clé dehors est une affaire du trésorier, pas un fait du jour.
UNE_CLE_REVIENT = 24
UN_PRET_REVIENT = 12
_QUATRE_DECIMALES = Decimal("0.0001")


class Lecture(msgspec.Struct, frozen=True, dict=True):
    """Le lieu tel qu'enregistré, et les jours qu'on en dit."""

    arbre: Arbre
    du: date
    au: date
    fuseau: tzinfo

    @cached_property
    def partagees(self) -> frozenset[str]:
        """Les salles où l'on vient travailler à plusieurs : leur usage se compte en journées."""
        return frozenset(s.id for s in SALLES.toutes(self.arbre).fiches if s.partage)

    @cached_property
    def exclus(self) -> Exclus:
        """Les périodes que les séries sautent."""
        return occupations.exclus(self.arbre)

    @property
    def fenetre(self) -> Creneau:
        """Ces jours, de minuit à minuit."""
        return Creneau.de_jours(self.du, self.au)

    def couvre(self, jour: date) -> bool:
        """Ce jour en est-il ?"""
        return self.du <= jour <= self.au


class Source(msgspec.Struct, frozen=True):
    """Des fiches d'un genre, et les faits de chacune.

    `remonte` : combien de mois avant le premier jour une fiche peut être rangée et valoir encore un fait.
    """

    collection: Collection[Fiche]
    faits: Callable[[Fiche, Lecture], Iterable[Fait]]
    remonte: int = 1

    def dossiers(self, lecture: Lecture) -> list[str]:
        """Où chercher celles qui valent des faits ces jours-là, présentes ou passées."""
        genre = self.collection.genre
        if not genre.par_mois:
            return [genre.dossier]
        depuis = lecture.du
        for _ in range(self.remonte):
            depuis = temps.un_mois_avant(depuis)
        return [genre.mois(annee, mois) for annee, mois in temps.mois_entre(depuis, lecture.au)]


def _reservation(fiche: Fiche, lecture: Lecture) -> Iterator[Fait]:
    assert isinstance(fiche, Reservation)
    jour = fiche.creneau.premier_jour
    if lecture.couvre(jour):
        yield from _promesse(fiche, fiche.id, fiche.salle, fiche.creneau, lecture, absence=fiche.absence)


def _serie(fiche: Fiche, lecture: Lecture) -> Iterator[Fait]:
    assert isinstance(fiche, Serie)
    for prise in series.occupations(fiche, lecture.fenetre, lecture.exclus):
        seance = prise.annonce
        if lecture.couvre(seance.premier_jour):
            absence = series.jour_de(prise) in fiche.absences
            yield from _promesse(fiche, prise.id, prise.salle, seance, lecture, absence=absence)


def _promesse(
    promesse: Promesse, source: str, salle: str, seance: Creneau, lecture: Lecture, *, absence: bool
) -> Iterator[Fait]:
    """Une salle promise et prise ; annulée, ou promise à qui n'est pas venu, c'est une annulation."""
    if promesse.etat not in (Etat.CONFIRMEE, Etat.ANNULEE):
        return
    genre = Genre.ANNULATION if absence or promesse.etat is Etat.ANNULEE else Genre.USAGE
    quantite, unite = _duree(seance, lecture)
    if salle in lecture.partagees:
        jours = (seance.dernier_jour - seance.premier_jour).days + 1
        quantite, unite = str(jours * max(1, promesse.personnes)), "journee"
        genre = Genre.JOURNEE if genre is Genre.USAGE else genre
    yield Fait(
        source=source,
        jour=seance.premier_jour,
        genre=genre,
        personne=next((qui for qui in (promesse.pour, promesse.demandeur) if IDENT.fullmatch(qui)), None),
        objet=salle,
        quantite=quantite,
        unite=unite,
    )


def _duree(seance: Creneau, lecture: Lecture) -> tuple[str, str]:
    if seance.jours_entiers:
        return str((seance.dernier_jour - seance.premier_jour).days + 1), "jour"
    heures = temps.duree_reelle(seance, lecture.fuseau) / UNE_HEURE
    return f"{heures:.2f}".rstrip("0").rstrip("."), "heure"


def _inscription(fiche: Fiche, lecture: Lecture) -> Iterator[Fait]:
    """Qui est venu à une activité ; qui n'y est pas venu n'a rien pris."""
    assert isinstance(fiche, Inscription)
    jour = date.fromisoformat(fiche.evenement[:10])
    if fiche.presents and lecture.couvre(jour):
        evenement = EVENEMENTS.une(lecture.arbre, fiche.evenement)
        yield Fait(
            source=fiche.id,
            jour=jour,
            genre=Genre.INSCRIPTION,
            personne=fiche.personne or None,
            objet=(evenement.service or None) if evenement else None,
            quantite=str(fiche.presents),
            unite="personne",
        )


def _pret_de_cle(fiche: Fiche, lecture: Lecture) -> Iterator[Fait]:
    """Une clé remise, une clé rendue : deux faits, deux jours."""
    assert isinstance(fiche, PretDeCle)
    jours = [("remise", fiche.depuis_quand.date(), Genre.CLE_REMISE)]
    if fiche.fin is Fin.RENDUE:
        jours.append(("rendue", date.fromisoformat(fiche.fini_le[:10]), Genre.CLE_RENDUE))
    for quoi, jour, genre in jours:
        if lecture.couvre(jour):
            yield Fait(
                source=f"{fiche.id}/{quoi}",
                jour=jour,
                genre=genre,
                personne=fiche.a or None,
                objet=fiche.cle,
                quantite="1",
                unite="cle",
            )


def _pret_d_objet(fiche: Fiche, lecture: Lecture) -> Iterator[Fait]:
    """Un objet sorti : tant de jours, ceux promis tant qu'il n'est pas revenu ; et son retour."""
    assert isinstance(fiche, Pret)
    if fiche.sorti is None:
        return
    revenu = date.fromisoformat(fiche.fini_le[:10]) if fiche.fini_le else None
    dernier = revenu or max(fiche.creneau.dernier_jour, fiche.sorti.date())
    jours = max(1, (dernier - fiche.sorti.date()).days + 1)
    faits = [("pret", fiche.sorti.date(), Genre.PRET, str(jours * fiche.combien), "jour")]
    if revenu and fiche.etat is EtatDuPret.RENDU:
        faits.append(("retour", revenu, Genre.RETOUR, str(fiche.combien), "piece"))
    for quoi, jour, genre, quantite, unite in faits:
        if lecture.couvre(jour):
            yield Fait(
                source=f"{fiche.id}/{quoi}",
                jour=jour,
                genre=genre,
                personne=fiche.a if IDENT.fullmatch(fiche.a) else None,
                objet=fiche.objet,
                quantite=quantite,
                unite=unite,
            )


def _consommation(fiche: Fiche, lecture: Lecture) -> Iterator[Fait]:
    """Ce qui est sorti de la réserve."""
    assert isinstance(fiche, Mouvement)
    jour = date.fromisoformat(fiche.moment[:10])
    if fiche.sens is Sens.SORTIE and lecture.couvre(jour):
        yield Fait(
            source=fiche.id,
            jour=jour,
            genre=Genre.CONSOMMATION,
            objet=fiche.article,
            quantite=f"{-fiche.valeur.quantize(_QUATRE_DECIMALES):f}".rstrip("0").rstrip("."),
            unite=en_tirets(fiche.unite, "unite"),
        )


#: Tout ce qui vaut des faits ; un métier neuf ajoute sa ligne.
SOURCES: tuple[Source, ...] = (
    Source(RESERVATIONS, _reservation),  # type: ignore[arg-type]
    Source(SERIES, _serie),  # type: ignore[arg-type]
    Source(INSCRIPTIONS, _inscription),  # type: ignore[arg-type]
    # Rendue, une clé se range au mois où elle fut remise.
    Source(MOUVEMENTS, _consommation),  # type: ignore[arg-type]
    *(Source(rangement, _pret_d_objet, UN_PRET_REVIENT) for rangement in PRETS_D_OBJETS.rangements),  # type: ignore[arg-type]
    *(Source(rangement, _pret_de_cle, UNE_CLE_REVIENT) for rangement in PRETS.rangements),  # type: ignore[arg-type]
)
