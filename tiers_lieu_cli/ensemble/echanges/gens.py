"""Les personnes d'un tableau de membres : les reconnaître, les enregistrer, les tenir à jour."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs

from tiers_lieu_cli.accueil.personne.regles import Dit, changer, exiger_un_tuteur_majeur, nouvelle_personne
from tiers_lieu_cli.ensemble.echanges.accord import PRENOM
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.personnes import IDENT, Personne, verifier_nom
from tiers_lieu_cli.noyau.texte import clef

_DITS = frozenset(Dit.__struct_fields__)


class Gens:
    """Celles du registre, et celles que les lignes d'avant viennent d'y mettre."""

    def __init__(self, c: Contexte) -> None:
        self._c = c
        self._toutes = {p.id: p for p in c.registre.toutes.fiches}

    def ancienne(self, dits: dict[str, Any]) -> Personne | None:
        """Qui cette ligne désigne : par son identifiant, ou par son nom si rien ne la contredit."""
        if ident := _ident(dits):
            if self._c.registre.est_effacee(ident):
                raise ErreurUsage(f"{ident} a été effacée : elle ne revient pas")
            return self._toutes.get(ident)
        nom = clef(nom_entier(dits))
        memes = [p for p in self._toutes.values() if nom and nom in (p.cle, _retourne(p.cle))]
        if not memes:
            return None
        autres = [p for p in memes if not _contredit(p, dits)]
        if len(memes) > 1 or not autres:
            raise ErreurUsage(
                "quelqu'un de ce nom est déjà au registre, avec un autre contact"
                if len(memes) == 1
                else "plusieurs personnes portent ce nom : dire laquelle (colonne id)"
            )
        return memes[0]

    def neuve(self, dits: dict[str, Any]) -> Personne:
        """Une personne prête à enregistrer ; qui revient avec son identifiant revient telle quelle."""
        if _ident(dits):
            telle: Personne = msgspec.convert(dits, Personne)
            verifier_nom(telle.nom)
            if telle.surnom and any(clef(p.surnom) == clef(telle.surnom) for p in self._toutes.values()):
                raise ErreurUsage(f"« @{telle.surnom} » désigne déjà quelqu'un")
        else:
            jour, hasard = self._c.horloge.aujourdhui(), self._c.hasard
            telle = nouvelle_personne(nom_entier(dits), self._dit(dits), jour, self._toutes.values(), hasard)
        exiger_un_tuteur_majeur(telle, self._toutes.values())
        self._toutes[telle.id] = telle
        return telle

    def changee(self, ancienne: Personne, dits: dict[str, Any]) -> Personne:
        """La même, et ce que la ligne en dit."""
        dit = self._dit(dits)
        if _ident(dits) and nom_entier(dits):
            dit = structs.replace(dit, nom=nom_entier(dits))
        changee = changer(ancienne, dit, self._c.horloge.aujourdhui(), self._toutes.values())
        exiger_un_tuteur_majeur(changee, self._toutes.values())
        self._toutes[changee.id] = changee
        return changee

    def _dit(self, dits: dict[str, Any]) -> Dit:
        connus = {champ: v for champ, v in dits.items() if champ in _DITS and champ != "nom"}
        if "publics" in connus:
            connus["publics"] = self._c.lieu.reglages.publics_connus(connus["publics"])
        return msgspec.convert(connus, Dit)


def _ident(dits: dict[str, Any]) -> str:
    """L'identifiant que donne la ligne, s'il est de chez nous ; un numéro de membre n'en est pas un."""
    ident = str(dits.get("id", ""))
    return ident if IDENT.fullmatch(ident) else ""


def nom_entier(dits: dict[str, Any]) -> str:
    """« Karim Haddad », d'une colonne ou de deux."""
    return " ".join(filter(None, (dits.get(PRENOM, ""), dits.get("nom", ""))))


def _retourne(cle: str) -> str:
    """« haddad-karim » : les tableaux disent souvent le nom d'abord."""
    premier, _, reste = cle.partition("-")
    return f"{reste}-{premier}"


def _contredit(p: Personne, dits: dict[str, Any]) -> bool:
    """Le tableau donne-t-il un autre courriel que celui qu'on lui connaît ?"""
    dit = str(dits.get("courriel", ""))
    return bool(dit and p.courriel and dit.casefold() != p.courriel.casefold())
