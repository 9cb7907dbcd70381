"""Les états d'un exercice, à côté du précédent : une description, toutes les formes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.comptabilite import regles, simple
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.comptabilite.simple import ComptesSimples
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.plan import Nature, Sens
from tiers_lieu_cli.finance.vendeur import Comptabilite
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.tableau import Colonne


class Rang(msgspec.Struct, frozen=True):
    """Une ligne d'un état : cette année, et la précédente."""

    compte: str
    nom: str
    somme: Decimal
    avant: Decimal


class Partie(msgspec.Struct, frozen=True):
    """Un côté d'un état ; `cle` : comme un autre programme le lit."""

    cle: str
    titre: str
    rangs: tuple[Rang, ...]

    @property
    def total(self) -> Rang:
        """Sa somme."""
        cette, avant = ([r.somme for r in self.rangs], [r.avant for r in self.rangs])
        return Rang("", "Total", sum(cette, ZERO), sum(avant, ZERO))


class Etat(msgspec.Struct, frozen=True):
    """Un état : ses parties, ce qu'il conclut, et ce qu'il faut savoir pour le lire."""

    titre: str
    annee: int
    parties: tuple[Partie, ...]
    conclusion: Rang
    note: str = ""

    @property
    def resultat(self) -> Decimal:
        """Ce que l'état conclut."""
        return self.conclusion.somme


def resultats(caisse: Caisse, annee: int) -> Etat:
    """Ce qui est entré, ce qui a coûté ; d'après la comptabilité que le lieu tient."""
    if caisse.vendeur.comptabilite is Comptabilite.SIMPLIFIEE:
        return _recettes_et_depenses(caisse.vue(ComptesSimples), annee)
    comptes = caisse.vue(Comptes)
    cette, avant = comptes.soldes(annee), comptes.soldes(annee - 1)
    return Etat(
        "Compte de résultat",
        annee,
        (
            _partie(comptes, "produits", "Produits", (cette, avant), Nature.PRODUIT),
            _partie(comptes, "charges", "Charges", (cette, avant), Nature.CHARGE),
        ),
        Rang("", "Résultat", *(regles.resultat(s, comptes.noms) for s in (cette, avant))),
    )


def patrimoine(caisse: Caisse, annee: int) -> Etat:
    """Ce que le lieu possède et ce qu'il doit, à la fin de l'exercice."""
    comptes = caisse.vue(Comptes)
    cette, avant = comptes.soldes(annee), comptes.soldes(annee - 1)
    if caisse.vendeur.comptabilite is Comptabilite.SIMPLIFIEE:
        return _avoirs_et_dettes(caisse, annee, (cette, avant))
    resultat = Rang("", "Résultat de l'exercice", *(regles.resultat(s, comptes.noms) for s in (cette, avant)))
    passif = _partie(
        comptes, "passif", "Ce qu'il doit, et ses fonds", (cette, avant), Nature.PASSIF, Nature.FONDS
    )
    if resultat.somme or resultat.avant:
        passif = msgspec.structs.replace(passif, rangs=(*passif.rangs, resultat))
    actif = _partie(comptes, "actif", "Ce que le lieu possède", (cette, avant), Nature.ACTIF)
    return Etat("État du patrimoine", annee, (actif, passif), resultat)


def _partie(
    comptes: Comptes,
    cle: str,
    titre: str,
    sommes: tuple[dict[str, Decimal], dict[str, Decimal]],
    *natures: Nature,
) -> Partie:
    lus = [{p.compte: p for p in regles.postes(s, comptes.noms, *natures)} for s in sommes]
    rangs = [
        Rang(c, comptes.noms[c][0], *(lu[c].somme if c in lu else ZERO for lu in lus))
        for c in sorted({*lus[0], *lus[1]})
    ]
    return Partie(cle, titre, tuple(rangs))


# -- la comptabilité simplifiée ------------------------------------------------------------


def _recettes_et_depenses(comptes: ComptesSimples, annee: int) -> Etat:
    annees = [simple.par_rubrique(comptes.flux(), a) for a in (annee, annee - 1)]
    recettes = _rubriques(comptes.caisse, "recettes", "Recettes", annees, Sens.RECETTE, 1)
    depenses = _rubriques(comptes.caisse, "depenses", "Dépenses", annees, Sens.DEPENSE, -1)
    comptees = {r.mot for r in comptes.caisse.plan.rubriques if r.sens in (Sens.RECETTE, Sens.DEPENSE)}
    passages = sum((s for mot, s in annees[0].items() if mot not in comptees), ZERO)
    avant, fin = comptes.liquidites(annee - 1), comptes.liquidites(annee)
    # Ce qu'un compte portait à son premier relevé était là avant : le livre n'en fait ni recette ni dépense.
    ouvert = fin - avant - sum(annees[0].values(), ZERO)
    dont = f" (dont {euros(ouvert)} à l'ouverture d'un compte)" if ouvert else ""
    return Etat(
        "État des recettes et dépenses",
        annee,
        (recettes, depenses),
        Rang(
            "",
            "Solde de l'exercice",
            recettes.total.somme - depenses.total.somme,
            recettes.total.avant - depenses.total.avant,
        ),
        f"Ce qui n'a fait que passer (cautions, virements internes) : {euros(passages)}. Liquidités :"
        f" {euros(avant + ouvert)} au début de l'exercice{dont}, {euros(fin)} à la fin.",
    )


def _avoirs_et_dettes(caisse: Caisse, annee: int, soldes: Sequence[Mapping[str, Decimal]]) -> Etat:
    annees = []
    for sommes in soldes:
        par_mot: dict[str, Decimal] = {}
        for compte, somme in sommes.items():
            if rubrique := caisse.plan.rubrique(compte):
                par_mot[rubrique.mot] = par_mot.get(rubrique.mot, ZERO) + somme
        annees.append(par_mot)
    avoirs = _rubriques(caisse, "avoirs", "Avoirs", annees, Sens.AVOIR, 1)
    ventiler = _rubriques(caisse, "", "", annees, Sens.PASSAGE, 1)
    if any(r.somme or r.avant for r in ventiler.rangs):
        avoirs = msgspec.structs.replace(avoirs, rangs=(*avoirs.rangs, *ventiler.rangs))
    dettes = _rubriques(caisse, "dettes", "Dettes", annees, Sens.DETTE, -1)
    return Etat(
        "État du patrimoine",
        annee,
        (avoirs, dettes),
        Rang(
            "",
            "Avoirs, dettes déduites",
            avoirs.total.somme - dettes.total.somme,
            avoirs.total.avant - dettes.total.avant,
        ),
        "Les droits et engagements (garanties, subsides promis) et les biens durables s'ajoutent à la main.",
    )


def _rubriques(
    caisse: Caisse, cle: str, titre: str, annees: Sequence[Mapping[str, Decimal]], sens: Sens, signe: int
) -> Partie:
    """Toutes les lignes du modèle légal, même vides."""
    return Partie(
        cle,
        titre,
        tuple(
            Rang(r.mot, r.nom, *(signe * sommes.get(r.mot, ZERO) for sommes in annees))
            for r in caisse.plan.rubriques
            if r.sens is sens
        ),
    )


# -- montrer --------------------------------------------------------------------------------


class Page(msgspec.Struct, frozen=True):
    """Un tableau d'une page, le total au dernier rang.

    `barres` : la dernière case de chaque rang est une part faite, et engagée, en centièmes (« 26+12 »).
    """

    titre: str
    colonnes: tuple[str, ...]
    parties: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    conclusion: tuple[str, ...] = ()
    note: str = ""
    barres: bool = False


class Pages(msgspec.Struct, frozen=True):
    """Un cahier d'états ; `garde` : la première page d'un dossier, ses lignes ; `signent` : qui le signe."""

    lieu: str
    titre: str
    pages: tuple[Page, ...]
    garde: tuple[tuple[str, str], ...] = ()
    signent: tuple[str, ...] = ()


def page(etat: Etat) -> Page:
    """L'état en mots, pour une page."""
    return Page(
        f"{etat.titre} {etat.annee}",
        (str(etat.annee), str(etat.annee - 1)),
        tuple(
            (partie.titre, tuple(_mots(r) for r in (*partie.rangs, partie.total))) for partie in etat.parties
        ),
        _mots(etat.conclusion),
        etat.note,
    )


def _mots(rang: Rang) -> tuple[str, ...]:
    return rang.nom, *(euros(s) if s else "–" for s in (rang.somme, rang.avant))


def montrer(ecran: Ecran, lieu: str, page: Page) -> None:
    """La page, au terminal."""
    ecran.titre(f"{lieu} · {page.titre[0].lower()}{page.titre[1:]}")
    for titre, rangs in page.parties:
        colonnes = [Colonne(titre, cede=True), *(Colonne(nom) for nom in page.colonnes)]
        if page.barres:
            colonnes, rangs = [*colonnes, Colonne("")], tuple((*r[:-1], barre(r[-1])) for r in rangs)
        ecran.tableau(colonnes, rangs)
    if page.conclusion:
        ecran.dire(
            f"{page.conclusion[0]} : {page.conclusion[1]} (l'exercice précédent : {page.conclusion[2]})"
        )
    if page.note:
        ecran.dire(f"  {page.note}")


def barre(part: str) -> str:
    """« ████▒▒░░░░ 42 % » : ce qui est fait, puis engagé, lisible sans couleur."""
    if not part:
        return "non voté"
    fait, _, engage = part.partition("+")
    plein = max(0, min(10, round(int(fait) / 10)))
    promis = min(10 - plein, round(int(engage or 0) / 10))
    return f"{'█' * plein}{'▒' * promis}{'░' * (10 - plein - promis)} {fait} %"


def vue(etat: Etat) -> dict[str, object]:
    """L'état, pour un autre programme."""
    dits = {
        partie.cle: [
            {
                "compte": r.compte,
                "nom": r.nom,
                "somme": ranger_montant(r.somme),
                "avant": ranger_montant(r.avant),
            }
            for r in partie.rangs
            if r.compte
        ]
        for partie in etat.parties
    }
    return {"annee": etat.annee, **dits, "resultat": ranger_montant(etat.resultat)}
