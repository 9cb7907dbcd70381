"""Le programme d'un temps donné : une vue à plat, la même à l'écran, sur une page et en JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.lieu import Reglages
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import A_MONTRER, Montre
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.reseau import regles as reseau


class Remarque(msgspec.Struct, frozen=True):
    """Ce qui se dit d'un événement à côté de sa fiche : ses places, et ce qui manque à son équipe."""

    affluence: str = ""
    complet: bool = False
    manque: str = ""


class Ligne(msgspec.Struct, frozen=True, kw_only=True):
    """Un événement tel qu'on le montre."""

    id: str
    jour: str
    heures: Montre
    debut: str
    fin: str
    titre: str
    salles: tuple[str, ...]
    ou: Montre
    publics: tuple[str, ...]
    portee_par: tuple[str, ...]
    porteurs: Annotated[tuple[str, ...], A_MONTRER]
    etat: str
    ecart: str
    interne: bool
    calendrier: str
    description: str
    langues: tuple[str, ...]
    accessibilite: tuple[str, ...]
    ages: Montre
    affluence: Montre
    complet: bool
    manque: Montre


class Jour(msgspec.Struct, frozen=True, kw_only=True):
    """Un jour et ce qui s'y passe."""

    jour: str
    dit: Montre
    court: Montre
    evenements: tuple[Ligne, ...]


class Semaine(msgspec.Struct, frozen=True, kw_only=True):
    """Un jour, une semaine ou un mois du lieu.

    `voisins` vient des agendas amis, `heurts` dit ce qui tombe le même soir, `fermes` les jours où le lieu
    entier est fermé.
    """

    lieu: str
    adresse: str
    du: str
    au: str
    dite: Montre
    compte: Montre
    jours: tuple[Jour, ...]
    voisins: tuple[Jour, ...]
    heurts: Annotated[tuple[str, ...], A_MONTRER]
    fermes: Annotated[tuple[str, ...], A_MONTRER] = ()


def vue(
    evenements: Iterable[Evenement],
    fenetre: Creneau,
    reglages: Reglages,
    salles: Mapping[str, str],
    amis: Mapping[str, str],
    aujourdhui: date,
    nommer: Callable[[str], str],
    remarques: Mapping[str, Remarque] | None = None,
    fermes: Mapping[date, str] | None = None,
) -> Semaine:
    """La semaine, prête à montrer ; `nommer` donne le nom d'une personne, `remarques` celles de chacun."""
    remarques = remarques or {}
    evenements = tuple(evenements)

    def ligne(e: Evenement, jour: date) -> Ligne:
        return _ligne(e, jour, regles.lieu_dit(e, salles, amis), aujourdhui, nommer, _remarque(e, remarques))

    def jours(ranges: Mapping[date, Sequence[Evenement]]) -> tuple[Jour, ...]:
        return tuple(
            Jour(
                jour=jour.isoformat(),
                dit=temps.dire_jour(jour, aujourdhui),
                court=temps.jour_court(jour),
                evenements=tuple(ligne(e, jour) for e in du_jour),
            )
            for jour, du_jour in ranges.items()
        )

    a_nous = regles.par_jour((e for e in evenements if e.est_a_nous), fenetre)
    ont_lieu = sum(e.a_lieu for du_jour in a_nous.values() for e in du_jour)
    return Semaine(
        lieu=reglages.nom,
        adresse=reglages.adresse,
        du=fenetre.premier_jour.isoformat(),
        au=fenetre.dernier_jour.isoformat(),
        dite=_dire(fenetre),
        compte={0: "", 1: "1 activité"}.get(ont_lieu, f"{ont_lieu} activités"),
        jours=jours(a_nous),
        voisins=jours(regles.par_jour((e for e in evenements if not e.est_a_nous), fenetre)),
        heurts=tuple(reseau.dire_heurt(heurt, amis, aujourdhui) for heurt in reseau.heurts(evenements)),
        fermes=tuple(
            f"{temps.dire_jour(jour, aujourdhui)} : fermé{f' ({motif})' if motif else ''}"
            for jour, motif in (fermes or {}).items()
        ),
    )


def _remarque(e: Evenement, remarques: Mapping[str, Remarque]) -> Remarque:
    """Ce qui n'a pas lieu ce jour-là ne dit rien de ses places : elles sont ailleurs."""
    return remarques.get(e.id, Remarque()) if e.a_lieu else Remarque()


def _ligne(
    e: Evenement,
    jour: date,
    ou: str,
    aujourdhui: date,
    nommer: Callable[[str], str],
    remarque: Remarque,
) -> Ligne:
    return Ligne(
        id=e.id,
        jour=jour.isoformat(),
        heures=_heures(e.creneau),
        debut=e.debut,
        fin=e.fin,
        titre=e.titre,
        salles=e.salles,
        ou=ou,
        publics=e.publics,
        portee_par=e.porteurs,
        porteurs=tuple(nommer(p) for p in e.porteurs),
        etat=e.etat.value,
        ecart=regles.dire_ecart(e, aujourdhui),
        interne=e.interne,
        calendrier=e.calendrier,
        description=e.description,
        langues=e.langues,
        accessibilite=e.accessibilite,
        ages=regles.dire_ages(e),
        affluence=_affluence(e, remarque),
        complet=remarque.complet,
        manque=remarque.manque,
    )


def _affluence(e: Evenement, remarque: Remarque) -> str:
    """Combien viendront ; une fois l'événement tenu, combien sont venus."""
    if e.participants is not None:
        return regles.dire_participants(e.participants)
    return remarque.affluence


def _heures(creneau: Creneau) -> str:
    """« 18:30–20:00 », « la journée », « du ven 4 à 18:00 au dim 6 à 17:00 »."""
    if creneau.est_d_un_jour:
        return "la journée" if creneau.jours_entiers else temps.dire_heures(creneau)
    premier, dernier = creneau.premier_jour, creneau.dernier_jour
    meme_mois = (premier.year, premier.month) == (dernier.year, dernier.month)
    du, au = (temps.jour_court(jour) + ("" if meme_mois else f"/{jour.month}") for jour in (premier, dernier))
    if creneau.jours_entiers:
        return f"du {du} au {au}"
    # Minuit est de la veille.
    fin = f"{creneau.fin:%H:%M}" if creneau.fin.date() == dernier else "minuit"
    return f"du {du} à {creneau.debut:%H:%M} au {au} à {fin}"


def _dire(fenetre: Creneau) -> str:
    """« mardi 24 novembre 2026 », « novembre 2026 », « semaine du 23 au 29 novembre 2026 »."""
    premier, dernier = fenetre.premier_jour, fenetre.dernier_jour
    if premier == dernier:
        return temps.dire_jour(premier)
    if fenetre == temps.mois_de(premier):
        return f"{temps.MOIS[premier.month - 1]} {premier.year}"
    return temps.dire_semaine(fenetre)


def lignes(jours: Iterable[Jour]) -> Iterator[tuple[str, ...]]:
    """Les lignes du tableau du terminal ; le jour n'est dit qu'une fois."""
    for jour in jours:
        for rang, e in enumerate(jour.evenements):
            yield (
                "" if rang else jour.court,
                e.heures,
                " · ".join(filter(None, [e.titre, e.ecart, "interne" if e.interne else ""])),
                e.ou,
                ", ".join(filter(None, [*e.publics, e.ages])),
                " · ".join(filter(None, [", ".join(e.porteurs), e.affluence, e.manque])),
            )


def publique(semaine: Semaine, dire: Callable[[str, str], str]) -> Semaine:
    """Ce que tout le monde peut voir : ni brouillon, ni interne, ni ce qui manque à l'équipe.

    `dire` rend public le texte d'une fiche : chacun y a le nom qu'il a choisi.
    """

    def filtrer(jours: Iterable[Jour]) -> tuple[Jour, ...]:
        gardes = (
            structs.replace(
                jour,
                evenements=tuple(
                    structs.replace(
                        e,
                        titre=dire(e.titre, e.id),
                        description=dire(e.description, e.id),
                        ou=dire(e.ou, e.id),
                        ecart=dire(e.ecart, e.id),
                        porteurs=(),
                        affluence="complet" if e.complet and not e.ecart else "",
                        manque="",
                    )
                    for e in jour.evenements
                    if not e.interne and e.etat != Etat.BROUILLON
                ),
            )
            for jour in jours
        )
        return tuple(jour for jour in gardes if jour.evenements)

    # Ce qui nous heurte est une affaire d'équipe.
    return structs.replace(
        semaine,
        jours=filtrer(semaine.jours),
        voisins=filtrer(semaine.voisins),
        heurts=(),
        fermes=tuple(dire(f, "") for f in semaine.fermes),
    )
