"""Toutes les dates d'une série ont-elles leurs salles ? Vérifié avant d'écrire, elle-même comprise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import structs

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace import regles as espaces
from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps import series
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches
from tiers_lieu_cli.prog.modele import EVENEMENTS, Evenement
from tiers_lieu_cli.prog.serie import fiches as du_lieu
from tiers_lieu_cli.prog.serie import regles
from tiers_lieu_cli.prog.serie.modele import Seance, Serie, SiFerme

CITEES = 5
#: Passé ce nombre de dates prises, ce n'est plus la série qu'on voulait.
A_SAUTER = 12
Gene = tuple[Occupation, Occupation]


class DatesPrises(Echec):
    """Des dates de la série gênent une promesse, une fermeture, ou se gênent entre elles.

    `dites` : celles qu'on a nommées une à une ; les laisser, c'est ne rien faire.
    """

    def __init__(self, genes: Sequence[Gene], graphe: Graphe, dites: frozenset[str] = frozenset()) -> None:
        prises = list(dict.fromkeys(prise for _, prise in genes))
        raisons = [espaces.dire_gene(prise, graphe) for prise in prises[:CITEES]]
        reste = f" … et {len(prises) - CITEES} autres" if len(prises) > CITEES else ""
        jours = _jours(genes)
        remede = "Choisir une autre salle ou une autre heure"
        if len(jours) > A_SAUTER:
            remede += f" : elle est prise à {len(jours)} dates"
        elif not dites.issuperset(map(str, jours)):
            remede += f", ou laisser ces dates : {' '.join(f'--sauter {jour}' for jour in jours)}"
        if not dites and any(prise.nature == FERMEE for prise in prises):
            remede += ". Pour toute fermeture : --si-ferme sauter, ou a-replacer"
        super().__init__(f"Pas possible : {' ; '.join(raisons)}{reste}.", remede)
        self.details = {
            "conflits": [prise.id for prise in prises],
            "dates": [{"jour": v.id[:10], "salle": v.salle, "conflit": p.id} for v, p in genes],
        }


def _jours(genes: Sequence[Gene]) -> list[date]:
    return sorted({date.fromisoformat(voulue.id[:10]) for voulue, _ in genes})


def promettre(c: Contexte, ancienne: Serie | None, nouvelles: Sequence[Serie]) -> list[Serie]:
    """Les séries dont chaque date neuve ou changée a sa salle ; une date fermée a le sort qu'elles disent.

    Ce qui n'a pas bougé n'est pas reproché. Au terminal, on choisit quoi faire des dates prises ; sinon,
    c'est `DatesPrises`.
    """
    while genes := _genes(c, ancienne, nouvelles):
        fermees = {v.id: p.titre for v, p in genes if p.nature == FERMEE}
        choisies = [s for s in nouvelles if s.si_ferme is not SiFerme.REFUSER]
        motifs = {ident: motif for ident, motif in fermees.items() if any(_donne(s, ident) for s in choisies)}
        if motifs and not _a_sa_fiche(c.arbre, motifs):
            nouvelles = [_fermer(s, motifs) if s in choisies else s for s in nouvelles]
            continue
        refus = DatesPrises(genes, occupations.graphe(c.arbre), _dites(ancienne, nouvelles))
        siennes = {voulue.id for voulue, _ in genes}
        if not c.ecran.interactif or _a_sa_fiche(c.arbre, siennes) or any(p.id in siennes for _, p in genes):
            raise refus
        quoi = (Quoi.SAUTE, Quoi.A_REPLACER)[
            c.choisir(refus.fait, ["sauter ces dates", "les garder « à replacer »"])
        ]
        nouvelles = [_ecarter(s, _jours(genes), Ecart(quoi=quoi, motif="salle prise")) for s in nouvelles]
    return list(nouvelles)


def _dites(ancienne: Serie | None, nouvelles: Iterable[Serie]) -> frozenset[str]:
    """Les dates que la commande déplace ou ajoute, nommées une à une."""
    if ancienne is None:
        return frozenset()
    regle = ancienne.recurrence
    changees = {j for s in nouvelles for j, e in s.recurrence.ecarts.items() if regle.ecarts.get(j) != e}
    ajoutes = {j for s in nouvelles for j in s.recurrence.ajouts} - {*regle.ajouts}
    revenues = regle.ecarts.keys() - {j for s in nouvelles for j in s.recurrence.ecarts}
    return frozenset(changees | ajoutes | revenues)


def _genes(c: Contexte, ancienne: Serie | None, nouvelles: Sequence[Serie]) -> list[Gene]:
    """Ce que gêneraient les dates neuves ou changées."""
    regle = ancienne.recurrence if ancienne else None
    depuis = series.change_depuis(regle, [s.recurrence for s in nouvelles], c.horloge.aujourdhui())
    avant = {_place(o): o for o in _occupees(c.arbre, ancienne, [ancienne], depuis)} if ancienne else {}
    apres = {_place(o): o for o in _occupees(c.arbre, ancienne, nouvelles, depuis)}
    voulues = [o for place, o in apres.items() if place not in avant]
    if not voulues:
        return []
    maintenant, graphe = c.horloge.murale(), occupations.graphe(c.arbre)
    touchees = {genee for voulue in voulues for genee in graphe.genees(voulue.salle)}
    fenetre = Creneau(min(v.creneau.debut for v in voulues), max(v.creneau.fin for v in voulues))
    parties = {o.id for place, o in avant.items() if place not in apres}
    prises = [o for o in occupations.de_la_fenetre(c.arbre, fenetre, maintenant) if o.id not in parties]
    prises += [o for place, o in avant.items() if place in apres and o.id in parties]
    prises += occupations.fermees(c.arbre, fenetre, graphe)
    prises += occupations.illisibles(c.arbre, fenetre, graphe)
    return espaces.genes(voulues, [o for o in prises if o.salle in touchees], graphe)


def _place(o: Occupation) -> tuple[str, str, Creneau]:
    return o.id, o.salle, o.creneau


def _occupees(
    arbre: Arbre, ancienne: Serie | None, voulues: Sequence[Serie], depuis: date
) -> Iterator[Occupation]:
    """Les salles que prendraient leurs dates ; une fiche à part suit ce qu'elle tient de la série."""
    exclus = du_lieu.jours_exclus(arbre)
    for serie in voulues:
        fenetre = series.etendue(serie.recurrence, depuis)
        yield from fiches.occupations(
            _suivie(arbre, ancienne, seance, exclus) for seance in regles.seances(serie, fenetre, exclus)
        )


def _suivie(arbre: Arbre, ancienne: Serie | None, seance: Seance, exclus: series.Exclus) -> Evenement:
    propre = EVENEMENTS.une(arbre, seance.id)
    if propre is None or ancienne is None:
        return propre or seance
    avant = regles.seance_le([ancienne], date.fromisoformat(seance.id[:10]), exclus)
    return regles.accorder(propre, avant, seance) if avant else propre


def _a_sa_fiche(arbre: Arbre, idents: Iterable[str]) -> bool:
    """L'une de ces dates a-t-elle sa propre fiche ? C'est elle alors qu'il faut changer."""
    return any(arbre.lire(EVENEMENTS.genre.chemin(ident)) is not None for ident in idents)


def _donne(serie: Serie, ident: str) -> bool:
    jour = date.fromisoformat(ident[:10])
    return series.occurrence_de(serie.recurrence, jour, {}) is not None


def _fermer(serie: Serie, motifs: Mapping[str, str]) -> Serie:
    """Ces dates tombent un jour de fermeture : elles deviennent ce que la série a choisi."""
    quoi = Quoi.SAUTE if serie.si_ferme is SiFerme.SAUTER else Quoi.A_REPLACER
    for ident, motif in motifs.items():
        serie = _ecarter(serie, [date.fromisoformat(ident[:10])], Ecart(quoi=quoi, motif=motif))
    return serie


def _ecarter(serie: Serie, jours: Sequence[date], ecart: Ecart) -> Serie:
    siens = [j for j in jours if series.occurrence_de(serie.recurrence, j, {})]
    return structs.replace(serie, recurrence=series.ecarter(serie.recurrence, siens, ecart))
