"""Le registre tel qu'il était, autant qu'il se peut : un oubli, un accord retiré valent aussi pour hier."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from tiers_lieu_cli.noyau.depot.arbre import ArbreMemoire
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
from tiers_lieu_cli.noyau.fiches.collection import Recolte
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, NOM_PUBLIC, PERSONNES, PORTRAIT, Personne
from tiers_lieu_cli.noyau.gens.registre import Registre

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.gens.annuaire import Entree


class RegistreDAlors(Registre):
    """Les personnes connues de ce poste à un enregistrement passé du registre."""

    def __init__(self, racine_du_lieu: Path, contacts: Iterable[str], commit: str) -> None:
        super().__init__(racine_du_lieu, contacts)
        self._commit = commit
        self._aujourdhui = Registre(racine_du_lieu)

    @cached_property
    def arbre(self) -> ArbreMemoire:
        """Les fichiers du registre, à cet enregistrement."""
        return ArbreMemoire(ArbreEnregistre(self.racine, self._commit))

    @cached_property
    def toutes(self) -> Recolte[Personne]:
        """Toutes les personnes d'alors."""
        lues = PERSONNES.toutes(self.arbre)
        return structs.replace(lues, fiches=tuple(map(self._telle_qu_elle_permet, lues.fiches)))

    @cached_property
    def annuaire(self) -> list[Entree]:
        """De chacun, de quoi le reconnaître."""
        from tiers_lieu_cli.noyau.gens.annuaire import Entree

        return [Entree.de(p) for p in self.toutes.fiches]

    def une(self, ident: str) -> Personne | None:
        """La personne que cet identifiant désignait."""
        trouvee = super().une(ident)
        return self._telle_qu_elle_permet(trouvee) if trouvee else None

    @property
    def effacees(self) -> frozenset[str]:
        """Celles d'aujourd'hui."""
        return self._aujourdhui.effacees

    def est_effacee(self, ident: str) -> bool:
        """Effacée depuis, elle l'est partout."""
        return self._aujourdhui.est_effacee(ident)

    def effacees_depuis(self) -> int:
        """Combien d'identifiants ne mènent plus à personne, qui le faisaient peut-être."""
        return len({*EFFACEES.idents(self._aujourdhui.arbre)} - {*EFFACEES.idents(self.arbre)})

    def _telle_qu_elle_permet(self, alors: Personne) -> Personne:
        """Sa fiche d'alors, sans les accords qu'elle a retirés depuis, ni ce qu'ils permettaient de dire."""
        maintenant = self._aujourdhui.une(alors.id)
        if maintenant is None:
            return alors
        gardes = tuple(c for c in alors.consentements if c.retire or maintenant.accepte(c.but))
        return structs.replace(
            alors,
            consentements=gardes,
            portrait=alors.portrait if maintenant.accepte(PORTRAIT) else "",
            nom_public=alors.nom_public if maintenant.accepte(NOM_PUBLIC) else "",
        )
