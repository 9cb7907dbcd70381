"""Les passages, sans fichier ni heure courante : comprendre ce qu'on dit, compter, savoir qui est là."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from tiers_lieu_cli.accueil.passage.modele import SANS_PUBLIC, Mouvement, Passage
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import en_tirets, entier

#: Avant cette heure, la soirée de la veille continue : ses présents sont toujours là.
FIN_DE_NUIT = timedelta(hours=5)
#: Un autobus scolaire en compte soixante ; au-delà de mille, c'est une faute de frappe.
NOMBRE_MAXIMAL = 1000
_UNITES = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")


class Dit(msgspec.Struct, frozen=True):
    """Ce qu'on dit au comptoir : « riverains 3 », ou « @karim » (`personne`, telle que dite)."""

    public: str = ""
    nombre: int = 1
    personne: str = ""


class PasLa(Echec):
    """On fait partir quelqu'un qui n'est pas noté présent."""

    def __init__(self, qui: str, presents: int) -> None:
        combien = f"{presents} seulement" if presents else "personne"
        super().__init__(
            f"{qui} : {combien} de présent d'après les passages notés.",
            "Voir qui est là : tl accueil presents",
        )


def comprendre(mots: Sequence[str], publics: Sequence[str]) -> list[Dit]:
    """« riverains 3 membres », « 3 riverains », « @karim » : le nombre suit ou précède son public."""
    dits: list[Dit] = []
    attend = 0
    for mot in mots:
        dernier = dits[-1] if dits else None
        if mot.startswith("@"):
            dits.append(Dit(personne=mot))
        elif entier(mot) is None and not mot.isdecimal():
            permis, remede = valeurs.parmi(publics), f"Une personne : @{mot}."
            dits.append(Dit(valeurs.exiger(mot, permis, "un public du lieu", remede), attend))
            attend = 0
        elif dernier and dernier.public and not dernier.nombre:
            dits[-1] = Dit(dernier.public, _nombre(mot))
        else:
            attend = _nombre(mot)
    if attend:
        raise ErreurUsage(f"« {attend} » : de quel public ?", f"Dire par exemple : {attend} {publics[0]}")
    return [Dit(d.public, d.nombre or 1, d.personne) for d in dits]


def _nombre(mot: str) -> int:
    nombre = entier(mot) or 0
    if not 0 < nombre <= NOMBRE_MAXIMAL:
        raise ErreurUsage(f"« {mot} » : un nombre de personnes va de 1 à {NOMBRE_MAXIMAL}.")
    return nombre


def noter(dit: Dit, quand: datetime | date, sens: Mouvement, hasard: Hasard) -> Passage:
    """Un passage prêt à enregistrer ; son nom ne dit de personne que le public."""
    qui = "personne" if dit.personne else en_tirets(dit.public, "public")
    return Passage(
        id=f"{marque(quand)}-{qui}-{identifiants.hasard(hasard, 4)}",
        moment=ecrire_moment(quand),
        public=dit.public,
        nombre=dit.nombre,
        personne=dit.personne,
        sens=sens,
    )


def marque(quand: datetime | date) -> str:
    """Ce par quoi commence le nom d'un passage."""
    return f"{quand:%Y-%m-%d-%H%M}" if isinstance(quand, datetime) else f"{quand:%Y-%m-%d}"


def ecrire_moment(quand: datetime | date) -> str:
    """Le moment d'un passage, tel que sa fiche le dit."""
    return temps.ecrire_moment(quand) if isinstance(quand, datetime) else f"{quand:%Y-%m-%d}"


def soiree_de(maintenant: datetime) -> date:
    """Le premier jour dont les arrivés peuvent encore être là : la veille, tant que la nuit dure."""
    return (maintenant - FIN_DE_NUIT).date()


class Present(msgspec.Struct, frozen=True):
    """Une personne, ou `nombre` anonymes d'un public, arrivés depuis l'heure `depuis`."""

    personne: str
    public: str
    nombre: int
    depuis: str


def presents(passages: Iterable[Passage]) -> list[Present]:
    """Qui est là, d'après les mouvements ; les premiers arrivés d'un public repartent les premiers."""
    la: dict[str, list[Passage]] = {}
    for p in sorted((p for p in passages if p.instant), key=lambda p: (p.moment, p.sens, p.id)):
        ici = la.setdefault(p.qui, [])
        if p.sens is Mouvement.ARRIVEE:
            if not (p.personne and ici):
                ici.append(p)
        else:
            la[p.qui] = _partis(ici, p.nombre)
    return [
        Present(ici[0].personne, ici[0].public, sum(p.nombre for p in ici), ici[0].moment[11:])
        for ici in la.values()
        if ici
    ]


def entrants(
    dits: Iterable[Dit], passages: Iterable[Passage], moment: datetime | date
) -> tuple[list[Dit], list[Present]]:
    """Qui entre vraiment à ce moment, et ceux qu'on y a déjà notés : une personne n'entre pas deux fois."""
    if isinstance(moment, datetime):
        la = {p.personne: p for p in presents(p for p in passages if p.moment <= ecrire_moment(moment))}
    else:
        la = {p.personne: Present(p.personne, "", 1, p.moment[11:]) for p in passages if p.jour == moment}
    entrent: list[Dit] = []
    deja: list[Present] = []
    for dit in dits:
        if dit.personne and dit.personne in la:
            deja.append(la[dit.personne])
            continue
        entrent.append(dit)
        if dit.personne:
            la[dit.personne] = Present(dit.personne, dit.public, 1, "")
    return entrent, deja


def dire_deja_la(deja: Iterable[Present]) -> str:
    """« Karim est déjà là, depuis 09:12 »."""
    dits = (f"{p.personne} est déjà là" + (f", depuis {p.depuis}" if p.depuis else "") for p in deja)
    return " ; ".join(dict.fromkeys(dits))


def _partis(ici: list[Passage], nombre: int) -> list[Passage]:
    reste = []
    for p in ici:
        partis = min(p.nombre, nombre)
        nombre -= partis
        if p.nombre > partis:
            reste.append(msgspec.structs.replace(p, nombre=p.nombre - partis))
    return reste


def exiger_presents(dits: Iterable[Dit], la: Iterable[Present]) -> None:
    """Refuser le départ de qui n'est pas noté présent."""
    presents_de = {p.personne or p.public: p.nombre for p in la}
    partants: Counter[str] = Counter()
    for dit in dits:
        partants[dit.personne or dit.public] += dit.nombre
    for qui, nombre in partants.items():
        if nombre > presents_de.get(qui, 0):
            raise PasLa(qui, presents_de.get(qui, 0))


def combien(passages: Iterable[Passage]) -> int:
    """Le nombre de personnes entrées."""
    return sum(p.nombre for p in passages if p.sens is Mouvement.ARRIVEE)


class Compte(msgspec.Struct, frozen=True):
    """Des entrées comptées par public, par jour et par heure (-1 : heure inconnue)."""

    total: int
    par_public: dict[str, int]
    par_jour: dict[str, int]
    par_heure: dict[int, dict[str, int]]


def compter(passages: Iterable[Passage], du: date, au: date) -> Compte:
    """Les entrées de `du` à `au` compris."""
    par_public: Counter[str] = Counter()
    par_jour: Counter[str] = Counter()
    par_heure: dict[int, Counter[str]] = {}
    for p in passages:
        if p.sens is Mouvement.ARRIVEE and du <= p.jour <= au:
            public = p.public or SANS_PUBLIC
            par_public[public] += p.nombre
            par_jour[p.jour.isoformat()] += p.nombre
            heure = p.instant.hour if p.instant else -1
            par_heure.setdefault(heure, Counter())[public] += p.nombre
    return Compte(
        total=par_public.total(),
        par_public=dict(par_public.most_common()),
        par_jour=dict(sorted(par_jour.items())),
        par_heure={h: dict(c) for h, c in sorted(par_heure.items())},
    )


def dire_groupe(public: str, nombre: int) -> str:
    """« Trois riverains », « Un riverain » ; en chiffres au-delà de douze."""
    mots = public if nombre > 1 else " ".join(mot.removesuffix("s") for mot in public.split())
    combien = _UNITES[nombre - 1] if nombre <= len(_UNITES) else str(nombre)
    return f"{combien} {mots}".capitalize()


def dire_sans_nom(dits: Iterable[Dit]) -> str:
    """Ce que l'histoire en garde : des nombres et des publics, personne d'autre."""
    return ", ".join(
        "une personne" if dit.personne else dire_groupe(dit.public, dit.nombre).lower() for dit in dits
    )


def dire_arrivee(dits: Sequence[Dit]) -> str:
    """« Trois riverains et Karim accueillis », « Karim est là »."""
    groupes = [dire_groupe(d.public, d.nombre) for d in dits if not d.personne]
    noms = [d.personne for d in dits if d.personne]
    if noms and not groupes:
        return f"{_et(noms)} {'est là' if len(noms) == 1 else 'sont là'}"
    pluriel = len(dits) > 1 or dits[0].nombre > 1
    suite = [groupes[0], *(g[0].lower() + g[1:] for g in groupes[1:]), *noms]
    return f"{_et(suite)} accueilli{'s' * pluriel}"


def _et(mots: Sequence[str]) -> str:
    return " et ".join(filter(None, [", ".join(mots[:-1]), mots[-1]]))
