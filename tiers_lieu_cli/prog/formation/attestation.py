"""`tl prog formation attestation` : une page par personne qui a fini, à signer."""

from __future__ import annotations

import msgspec

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages.bilan import dire_duree
from tiers_lieu_cli.noyau.pages.rendu import Format, Page, ecrire, forme
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog.formation import fiches, regles
from tiers_lieu_cli.prog.formation.commandes import Laquelle, Qui
from tiers_lieu_cli.prog.formation.modele import FORMATIONS, Formation
from tiers_lieu_cli.prog.formation.regles import Avancee
from tiers_lieu_cli.prog.modele import Evenement

app = Application()


class Seance(msgspec.Struct, frozen=True):
    """Une séance suivie."""

    quand: str
    titre: str
    duree: str


class Attestation(msgspec.Struct, frozen=True):
    """Ce qu'une personne a suivi, et ce que cela lui ouvre."""

    qui: str
    seances: tuple[Seance, ...]
    total: str
    habilitation: str


class Attestations(msgspec.Struct, frozen=True):
    """Les pages à imprimer."""

    lieu: str
    titre: str
    fait_le: str
    par: str
    pages: tuple[Attestation, ...]


@app.lit("attestation", page=Page)
def attestation(c: Contexte, laquelle: Laquelle, page: Page, qui: Qui = None) -> None:
    """Imprimer l'attestation de ceux qui ont fini, une page chacun.

    Exemples :
        tl prog formation attestation tenir-l-accueil
        tl prog formation attestation tenir-l-accueil @lea --sortie ~/attestation.pdf
    """
    f = FORMATIONS.exiger(c.arbre, laquelle)
    finies = _finies(c, f, [c.registre.designer(q) for q in qui or ()])
    vue = Attestations(
        c.lieu.reglages.nom,
        f.titre,
        temps.dire_jour(c.horloge.aujourdhui()),
        ", ".join(_nom(c, p) for p in f.enseigne),
        tuple(_page(c, f, a) for a in finies),
    )
    voulue = forme(page.format, page.sortie, json=page.json)
    if voulue is not Format.TERMINAL:
        ecrire(c, "attestation", vue, voulue, page, "L'attestation", noms=True)
        return
    c.ecran.titre(f.titre, f"{len(finies)} à attester")
    c.ecran.tableau(
        [Colonne(style=Style.GRAS, cede=True), Colonne(), Colonne(cede=True)],
        [(p.qui, p.total, p.habilitation) for p in vue.pages],
    )
    c.ecran.dire(f"  Ensuite : tl prog formation attestation {f.id} --sortie ~/attestations.pdf")


def _finies(c: Contexte, f: Formation, voulues: list[str]) -> list[Avancee]:
    """Ceux qui ont tout suivi, habilités depuis ou non ; `voulues` : seulement eux."""
    # Ce qui a fait leur habilitation compte ici.
    vues = fiches.parcours(
        c.arbre, msgspec.structs.replace(f, habilite="", vaut=""), c.horloge.aujourdhui(), c.registre
    )
    finies = {a.personne: a for a in regles.a_habiliter(vues.gens)}
    for ident in voulues:
        if ident not in finies:
            connue = next((a for a in vues.gens if a.personne == ident), None)
            raise regles.PasFinie(f, connue or Avancee(ident, (), tuple(vues.etapes)))
    if not finies:
        raise ErreurUsage(
            f"Personne n'a fini « {f.titre} ».", f"Voir où chacun en est : tl prog formation fiche {f.id}"
        )
    return [finies[ident] for ident in voulues] if voulues else list(finies.values())


def _nom(c: Contexte, ident: str) -> str:
    """Sur le papier, le nom entier."""
    personne = c.registre.une(ident)
    return personne.nom if personne else c.registre.nom(ident)


def _page(c: Contexte, f: Formation, a: Avancee) -> Attestation:
    assert a.finie_le is not None
    fin = f.jusqu_au(a.finie_le)
    jusque = f", jusqu'au {temps.dire_jour(fin)}" if fin else ""
    return Attestation(
        _nom(c, a.personne),
        tuple(Seance(temps.dire_creneau(s.creneau), s.titre, dire_duree(_minutes(s))) for s in a.suivies),
        dire_duree(sum(map(_minutes, a.suivies))),
        f.habilite and f"{f.habilite}{jusque}",
    )


def _minutes(e: Evenement) -> int:
    return int((e.creneau.fin - e.creneau.debut).total_seconds() // 60)
