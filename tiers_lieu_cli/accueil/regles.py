"""Les règles de l'accueil, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.identifiants import Hasard, clef
from tiers_lieu_cli.noyau.personnes import Personne, ident_neuf, verifier_nom


def nouvelle_personne(
    nom: str,
    *,
    surnom: str,
    publics: tuple[str, ...],
    courriel: str,
    telephone: str,
    connues: Iterable[Personne],
    hasard: Hasard,
) -> Personne:
    """Une personne prête à enregistrer ; on la citera par son surnom, sinon par son prénom s'il est libre."""
    propre = verifier_nom(nom)
    connues = tuple(connues)
    pris = {clef(p.surnom) for p in connues if p.surnom}
    if surnom and clef(surnom) in pris:
        raise ErreurUsage(f"« @{surnom} » désigne déjà quelqu'un.", "Choisir un autre surnom.")
    prenom = propre.split()[0]
    return Personne(
        id=ident_neuf(hasard, (p.id for p in connues)),
        nom=propre,
        surnom=surnom or ("" if clef(prenom) in pris else prenom),
        publics=publics,
        courriel=courriel.strip(),
        telephone=telephone.strip(),
    )
