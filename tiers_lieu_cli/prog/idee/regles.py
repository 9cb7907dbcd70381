"""Les règles de la boîte à idées, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.gens.personnes import cites, taire
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import en_tirets, sans_blancs
from tiers_lieu_cli.prog.idee.modele import Idee, Sort, Soutien

#: Qui dépose une idée doit avoir une réponse dans le mois.
ATTENTE_CONVENABLE = timedelta(days=30)
#: Une réponse qu'on a, on la rend dans la semaine.
DELAI_POUR_RENDRE = timedelta(days=7)
TEXTE_MAXIMAL = 2_000
#: Assez pour reconnaître l'idée, assez peu pour la taper.
MOTS_DU_NOM = 4


class DejaDecidee(ErreurUsage):
    """L'idée a déjà sa réponse."""

    def __init__(self, p: Idee) -> None:
        dit = "acceptée" if p.sort is Sort.ACCEPTEE else "déclinée"
        depuis = f", depuis le {temps.dire_jour(p.decidee)}" if p.decidee else ""
        super().__init__(
            f"« {p.titre} » est déjà {dit}{depuis}.",
            f"Si c'est une erreur, défaire cette action : tl historique {p.id}",
        )


def texte_propre(texte: str) -> str:
    """Le texte d'une idée, ni vide ni démesuré."""
    return _borne("Une idée", texte, 'tl prog proposer "Un café des langues le dimanche" --de @lea')


def reponse_propre(texte: str) -> str:
    """Ce qu'on dira à qui a eu l'idée, ni vide ni démesuré."""
    return _borne("Une réponse", texte, '--reponse "le CPAS le fait déjà, on y va ensemble"')


def _borne(quoi: str, texte: str, exemple: str) -> str:
    propre = sans_blancs(texte)
    if not propre or len(propre) > TEXTE_MAXIMAL:
        raise ErreurUsage(f"{quoi} tient en 1 à {TEXTE_MAXIMAL} caractères.", f"Exemple : {exemple}")
    return propre


def nouvelle(
    texte: str, jour: date, de: str, besoins: tuple[str, ...], publics: tuple[str, ...], hasard: Hasard
) -> Idee:
    """Une idée prête à enregistrer ; son nom ne garde des personnes aucune trace."""
    mots = en_tirets(taire(texte.split("\n", 1)[0], " "), "idee").split("-")
    ident = identifiants.date_de(jour, "-".join(mots[:MOTS_DU_NOM]), "idee", hasard)
    return Idee(id=ident, texte=texte, de=de, besoins=besoins, publics=publics)


def titre_au_programme(p: Idee) -> str:
    """Son titre, s'il peut paraître : le programme ne nomme personne."""
    if any(cites(p.titre)):
        raise ErreurUsage(
            "L'idée nomme quelqu'un, et le programme est public.", 'Dire le titre à afficher : --titre "…"'
        )
    return p.titre


def soutien_de(proposition: Idee, personne: str) -> Soutien:
    """Le soutien de cette personne : toujours le même nom, elle ne compte qu'une fois."""
    return Soutien(id=f"{proposition.id}-{personne}", proposition=proposition.id, personne=personne)


def soutien_sur_papier(proposition: Idee, papiers: int, hasard: Hasard) -> Soutien:
    """Des billets sans nom, comptés ensemble."""
    ident = f"{proposition.id}-papier-{identifiants.hasard(hasard, 4)}"
    return Soutien(id=ident, proposition=proposition.id, papiers=papiers)


def accepter(p: Idee, jour: date, reponse: str, evenements: tuple[str, ...], serie: str) -> Idee:
    """L'idée devient une activité."""
    _exiger_en_attente(p)
    return structs.replace(
        p,
        sort=Sort.ACCEPTEE,
        evenements=evenements,
        serie=serie,
        reponse=reponse,
        decidee=jour,
    )


def decliner(p: Idee, jour: date, reponse: str) -> Idee:
    """On ne fera pas cette idée, et l'on dit pourquoi."""
    _exiger_en_attente(p)
    return structs.replace(p, sort=Sort.DECLINEE, reponse=reponse, decidee=jour)


def rendre(p: Idee, jour: date) -> Idee:
    """La réponse a été dite à qui l'attendait."""
    if p.attend_une_decision:
        raise ErreurUsage(
            f"« {p.titre} » n'a pas encore de réponse.",
            f"Accepter : tl prog accepter {p.id} --quand\nDécliner : tl prog decliner {p.id} --reponse",
        )
    if p.est_finie:
        quand = f"a été rendue le {p.rendue}" if p.rendue else "n'attend personne : l'idée est sans nom"
        raise ErreurUsage(f"La réponse à « {p.titre} » {quand}.")
    return structs.replace(p, rendue=jour)


def _exiger_en_attente(p: Idee) -> None:
    if not p.attend_une_decision:
        raise DejaDecidee(p)


def attend_trop(p: Idee, jour: date) -> bool:
    """Attend-elle depuis plus d'un mois ?"""
    return jour - p.deposee > ATTENTE_CONVENABLE


def ranger(propositions: Iterable[Idee], voix: Mapping[str, int], jour: date) -> list[Idee]:
    """D'abord celles qui attendent depuis plus d'un mois, la plus ancienne en tête ;

    puis les plus soutenues ; à égalité, la plus ancienne.
    """

    def rang(p: Idee) -> tuple[bool, int, date, str]:
        trop = attend_trop(p, jour)
        return (not trop, 0 if trop else -voix.get(p.id, 0), p.deposee, p.id)

    return sorted(propositions, key=rang)


def compter(soutiens: Iterable[Soutien]) -> dict[str, int]:
    """Les voix de chaque idée."""
    voix: dict[str, int] = {}
    for s in soutiens:
        voix[s.proposition] = voix.get(s.proposition, 0) + s.voix
    return voix


def dire_voix(nombre: int) -> str:
    """« 3 soutiens »."""
    return {0: "sans soutien", 1: "1 soutien"}.get(nombre, f"{nombre} soutiens")


def suite_de_la_reponse(p: Idee) -> str:
    """À qui dire la réponse, et comment noter que c'est fait."""
    return f"le dire à {p.de}, puis : tl prog repondu {p.id}" if p.de else "tl prog boite"
