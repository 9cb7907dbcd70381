"""Le texte d'une convention : rendu d'un gabarit, gardé version par version, imprimé."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tiers_lieu_cli.convention.convention import regles
from tiers_lieu_cli.convention.convention.modele import (
    CONVENTIONS,
    NOMS,
    VERSIONS,
    Compte,
    Convention,
    Version,
    ident_du_texte,
)
from tiers_lieu_cli.convention.engagement import regles as promesses
from tiers_lieu_cli.convention.engagement.fiches import de_la_convention
from tiers_lieu_cli.convention.engagement.modele import Cote, Engagement
from tiers_lieu_cli.convention.partenaire.modele import PARTENAIRES, SORTES, Partenaire
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.pages import gabarit
from tiers_lieu_cli.noyau.pages.prose import Bloc, blocs
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import capitale
from tiers_lieu_cli.stock.objet.modele import OBJETS

_COMPTES = {Compte.ENVOI: "de l'envoi", Compte.RECEPTION: "de la réception", None: ""}


class Case(msgspec.Struct, frozen=True):
    """Où signer : qui, ce qui est déjà signé, ce qui s'écrit sous le trait."""

    qui: str
    dit: str
    sous: str
    signe: bool


class Page(msgspec.Struct, frozen=True):
    """Une convention à imprimer."""

    titre: str
    pied: str
    blocs: list[Bloc]
    cases: tuple[Case, ...]


def rendre(
    c: Contexte,
    convention: Convention,
    engagements: Iterable[Engagement],
    partenaire: Partenaire | None = None,
) -> str:
    """Le texte que le gabarit donne : `convention-bail.md.j2` de la maison, ou celui de l'outil.

    Les engagements y sont rangés : les mêmes, donnés dans tout ordre, font le même texte.
    """
    partenaire = partenaire or PARTENAIRES.exiger(c.arbre, convention.avec)
    propre = f"convention-{convention.modele}.md"
    nom = propre if c.arbre.lire(f"{gabarit.LOCAUX}/{propre}.j2") is not None else "convention.md"
    return gabarit.rendre(c.lieu.racine, nom, _vue(c, convention, partenaire, engagements)).strip()


def _vue(
    c: Contexte, convention: Convention, partenaire: Partenaire, engagements: Iterable[Engagement]
) -> dict[str, object]:
    t = regles.terme(convention, convention.au)
    maison, qui = c.lieu.reglages.nom, partenaire.nom
    return {
        "id": convention.id,
        "titre": capitale(NOMS[convention.modele]),
        "modele": str(convention.modele),
        "version": convention.version,
        "avenant": convention.avenants[-1].objet if convention.avenants else "",
        "lieu": {"nom": maison, "adresse": c.lieu.reglages.adresse},
        "partenaire": {
            "nom": qui,
            "sorte": SORTES[partenaire.sorte] if partenaire.sorte else "",
            "contacts": [f"@{p}" for p in partenaire.contacts],
        },
        "objet": convention.objet,
        "porte_sur": [_nommer(c, ident) for ident in convention.porte_sur],
        "du": temps.dire_jour(convention.du),
        "au": temps.dire_jour(convention.au),
        "reconduction": convention.reconduction,
        "preavis": convention.preavis,
        "preavis_le": temps.dire_jour(t.preavis) if t.preavis else "",
        "forme": convention.forme,
        "compte": _COMPTES[convention.compte],
        "source": convention.source,
        "police": convention.police,
        "risques": list(convention.risques),
        "engagements": [
            {
                "qui": "la maison" if e.de is Cote.MAISON else "le partenaire",
                "quoi": e.quoi,
                "pour": temps.dire_jour(e.pour_le) if e.pour_le else "",
            }
            for e in promesses.ecrits(engagements)
        ],
    }


def _nommer(c: Contexte, ident: str) -> str:
    salle = SALLES.une(c.arbre, ident)
    objet = None if salle else OBJETS.une(c.arbre, ident)
    return salle.nom if salle else objet.nom if objet else ident


def poser(c: Contexte, e: Ecriture, convention: Convention, engagements: Iterable[Engagement]) -> None:
    """Poser le texte de sa dernière version, qui n'en a pas encore."""
    VERSIONS.poser(e, _version(c, convention, rendre(c, convention, engagements)))


def _version(c: Contexte, convention: Convention, texte: str) -> Version:
    return Version(
        id=ident_du_texte(convention.id, convention.version),
        convention=convention.id,
        version=convention.version,
        le=c.horloge.aujourdhui(),
        texte=texte,
    )


def refaire(
    c: Contexte,
    e: Ecriture,
    convention: Convention,
    engagement: Engagement | None = None,
    partenaire: Partenaire | None = None,
) -> list[str]:
    """Le texte suit ce qui vient de changer, tant qu'il n'est pas signé ; ce qu'une main y a mis est gardé.

    `engagement`, `partenaire` : neufs ou changés. Rend ce qu'il reste à faire à la main, s'il en reste.
    """
    ancien = VERSIONS.une(c.arbre, ident_du_texte(convention.id, convention.version))
    if convention.est_signee or convention.finie_le or ancien is None:
        return []
    promis = {x.id: x for x in de_la_convention(c.arbre, convention.id)}
    neufs = promis | ({engagement.id: engagement} if engagement else {})
    neuf = rendre(c, convention, neufs.values(), partenaire)
    if neuf == ancien.texte.strip():
        return []
    avant = CONVENTIONS.exiger(c.arbre, convention.id)
    if ancien.texte.strip() != rendre(c, avant, promis.values()):
        chemin = VERSIONS.genre.chemin(ancien.id)
        return [
            f"  Son texte ne suit plus : il fut retouché à la main, ou son modèle. Le corriger dans {chemin}."
        ]
    VERSIONS.corriger(e, ancien, msgspec.structs.replace(ancien, texte=neuf))
    return []


def page(c: Contexte, convention: Convention, version: Version, nommer: Callable[[str], str]) -> Page:
    """De quoi imprimer cette version ; les personnes y sont nommées."""
    connu = PARTENAIRES.une(c.arbre, convention.avec)
    signee = next((s for s in convention.signatures if s.version == version.version), None)
    dit = f"Signé le {temps.dire_jour(signee.le)}" if signee else "Lu et approuvé, le"
    par = (
        f"par {' et '.join(map(nommer, signee.par))}" if signee and signee.par else "Nom, qualité, signature"
    )
    maison, avec = c.lieu.reglages.nom, connu.nom if connu else convention.avec
    datee = f"version {version.version} du {temps.dire_jour(version.le)}"
    return Page(
        titre=f"{NOMS[convention.modele]}, {maison} et {avec}",
        pied=f"{maison} · {convention.id}, {datee}",
        blocs=blocs(nommer(version.texte)),
        cases=tuple(
            Case(qui, dit, par, signee is not None) for qui in ("Pour la maison", "Pour le partenaire")
        ),
    )
