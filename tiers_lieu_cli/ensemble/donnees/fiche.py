"""`tl accueil personne fiche` : tout ce que le lieu sait d'une personne, archive comprise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import typer

from tiers_lieu_cli.accueil.personne.commandes import Qui
from tiers_lieu_cli.ensemble.donnees import choses
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fiches.affaires import hors_cours
from tiers_lieu_cli.noyau.gens import citations
from tiers_lieu_cli.noyau.gens.personnes import Consentement, Personne, tel_quel
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application()


@app.action("fiche")
def fiche(ctx: typer.Context, qui: Qui, json: Json = False) -> None:
    """Tout ce que le lieu sait d'une personne : sa fiche, ses accords, ce qu'elle a en cours ici.

    Exemple :
        tl accueil personne fiche @karim
    """
    c = ouvrir(ctx)
    personne = c.registre.exiger(qui)
    anciens = c.registre.anciens(personne.id)
    chemins = citations.chemins(c.archive, anciens, c.commit)
    comptes = _compter(chemins)
    en_cours = choses.reunir(c, chemins, anciens)
    if json:
        c.ecran.json({"fiche": personne, "choses": en_cours, "archive": comptes})
        return
    c.ecran.titre(personne.nom, tel_quel(personne.id))
    pleines = [(quoi, dit) for quoi, dit in lignes(c, personne) if dit]
    c.ecran.tableau([Colonne(style=Style.PALE), Colonne(cede=True)], pleines)
    for sorte, dit, commande in choses.dire(c, en_cours):
        c.ecran.dire(f"{sorte} : {dit}")
        c.ecran.dire(f"    {commande}")
    if comptes:
        c.ecran.dire("Dans l'archive : " + dire_les_comptes(comptes))
        c.ecran.dire(f"  Les voir : tl historique {personne.id}")


def compter(c: Contexte, idents: frozenset[str]) -> dict[str, int]:
    """Combien de fiches de l'archive citent quelqu'un, par dossier de genre."""
    return _compter(t.chemin for t in citations.de(c.archive, c.arbre, GENRES, idents, c.commit))


def _compter(trouves: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(hors_cours(GENRES.dossier(chemin)) for chemin in trouves).items()))


def dire_les_comptes(comptes: dict[str, int]) -> str:
    """« 3 notes · 1 événement » ; ce qui n'est pas une fiche est un texte."""
    trouves = ((GENRES.collection(dossier), combien) for dossier, combien in comptes.items())
    return " · ".join(r.genre.compter(n) if r else f"{n} texte{'s' * (n > 1)}" for r, n in trouves)


def lignes(c: Contexte, p: Personne) -> Iterator[tuple[str, str]]:
    """Chaque chose que le registre sait de cette personne, et comment la dire ; vide si rien."""
    yield "citée", f"@{p.surnom}" if p.surnom else ""
    yield "publics", ", ".join(p.publics)
    yield "courriel", p.courriel
    yield "téléphone", p.telephone
    yield "autrement", p.autre
    yield "langues", ", ".join(p.langues)
    yield "connue depuis", temps.dire_jour(p.depuis) if p.depuis else ""
    if p.mineur:
        yield "mineure", f"{c.registre.nom(p.tuteur)} répond d'elle ({p.tuteur})"
    anciens = c.registre.anciens(p.id)
    enfants = (autre for autre in c.registre.toutes.fiches if autre.tuteur in anciens)
    yield "répond de", ", ".join(f"{e.nom} ({tel_quel(e.id)})" for e in enfants)
    for consentement in p.consentements:
        yield f"accord {consentement.but}", _dire(consentement)
    yield "portrait public", p.portrait
    yield "nom public", p.nom_public
    yield "aussi", ", ".join(map(tel_quel, sorted(anciens - {p.id})))


def _dire(c: Consentement) -> str:
    donne = f"donné le {temps.dire_jour(c.donne)}"
    return f"{donne}, retiré le {temps.dire_jour(c.retire)}" if c.retire else donne
