"""Chaque écriture de la caisse, tuée ou mise en échec : elle est faite, ou rien ne s'est passé."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from caisses import Caisse, fait, lot_de
from ecritures import caisse as ecritures
from pannes import Geste, Issue, Juger, a_moitie, enchainer
from releves import Ligne, coda
from soutien import Lieu, git

#: Une par sorte d'écriture, et ce qu'il leur faut : ce que la suite rejoue chaque fois.
_BREVES = (
    *("init", "vendeur modifier", "tarif creer", "tiers creer", "faits importer", "facture brouillon"),
    *("facture emettre", "banque importer", "note-credit creer", "achat creer", "rgpd effacer"),
)
#: Le premier numéro qu'une facture prend ici, et ce qu'elle demande.
_OGM, _DU = "202600000192", "30.25"


def gestes(caisse: Caisse, dossier: Path, *, breves: bool = False) -> Iterator[Geste]:
    """Chaque commande de la caisse qui n'est pas refusée, la caisse ouverte ; `breves` : quelques-unes."""
    for nom, octets in (
        ("faits.json", lot_de(fait()).encode()),
        ("releve.coda", coda((Ligne(_DU, _OGM), Ligne("-12.10")))),
        ("accuse.xml", b"<ok/>"),
    ):
        Path(nom).write_bytes(octets)
    ouvrir, *toutes = ecritures.commandes("Un titre", "Un texte d'essai")
    caisse.faire(*ouvrir)
    if breves:
        toutes = [mots for mots in toutes if " ".join(mots[1:]).startswith(_BREVES)]
    yield from enchainer(caisse, toutes, dossier, _juge)


def _juge(caisse: Lieu, suivante: Lieu) -> Juger:
    avant, apres = _tete(caisse), _tete(suivante)

    def juger(copie: Lieu, issue: Issue) -> tuple[list[str], bool]:
        ici = Caisse(copie.racine)
        fautes = ["acquittée et perdue"] if issue.acquittee and _tete(ici) == avant != apres else []
        suite = ici.f("caisse", "noter", "1", "--compte", "don", code=None)
        demande = "reprise" in suite.erreurs
        if suite.code and demande:
            ici.faire("reprise", "--oui", code=None)
            suite = ici.f("caisse", "noter", "1", "--compte", "don", code=None)
        fautes += [f"la suite refuse : {suite.erreurs}"] if suite.code else []
        fautes += [str(d) for d in ici.f("verifier", "--json", code=None).json["defauts"]]
        if reste := git(ici.dossier, "status", "--porcelain"):
            fautes.append(f"à moitié écrit : {reste.strip()}")
        return [*fautes, *a_moitie(caisse.racine, ici.racine, suivante.racine)], demande

    return juger


def _tete(caisse: Lieu) -> str:
    return git(caisse.racine / "finance", "rev-parse", "HEAD")
