"""Des histoires entières, écrites pour être lues : chaque page de ce dossier se joue du début à la fin.

Dans une page, `## Lundi 23 novembre 2026, 09:00` met la pendule à l'heure. Une ligne en retrait qui commence
par `tl` est une commande ; dessous, `→` dit ce qu'elle doit répondre, `≠` ce qu'elle ne doit pas dire, `✗` ce
qu'elle répond en refusant. `?` et `>` : la question posée au terminal, et ce que la personne répond.
`⌫` vide sur le disque les fiches d'un nom.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from soutien import Lieu
from terminal import terminal

from tiers_lieu_cli.noyau.temps.temps import MOIS

PAGES = sorted(Path(__file__).parent.glob("*.md"))
_HEURE = re.compile(r"## \w+ (\d{1,2})(?:er)? (\w+) (\d{4}), (\d{2}:\d{2})")


@dataclass
class Geste:
    """Une commande, et ce qu'on en attend."""

    commande: str
    dit: list[str] = field(default_factory=list)
    tait: list[str] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)
    echanges: list[tuple[str, str]] = field(default_factory=list)

    def jouer(self, lieu: Lieu) -> None:
        mots = shlex.split(self.commande)[1:]
        if self.echanges:
            self._au_terminal(lieu, mots)
            return
        reponse = lieu.faire(*mots, code=None)
        entier = reponse.sortie + reponse.erreurs
        assert bool(reponse.code) == bool(self.refuse), (self.commande, entier)
        for voulu in (*self.dit, *self.refuse):
            assert voulu in entier, (self.commande, voulu, entier)
        for tu in self.tait:
            assert tu not in entier, (self.commande, tu, entier)

    def _au_terminal(self, lieu: Lieu, mots: list[str]) -> None:
        with terminal(*mots, dans=lieu.racine) as t:
            for question, reponse in self.echanges:
                t.attendre(question)
                t.taper(reponse)
            for voulu in (*self.dit, *self.refuse):
                t.attendre(voulu)
            assert bool(t.finir()) == bool(self.refuse)


@dataclass
class Vidage:
    """Des fiches que quelqu'un vide, sans passer par l'outil."""

    nom: str

    def jouer(self, lieu: Lieu) -> None:
        fiches = list(lieu.racine.glob(self.nom))
        assert fiches, self.nom
        for fiche in fiches:
            fiche.write_bytes(b"")


def lire(page: str) -> list[str | Geste | Vidage]:
    """Les heures et les gestes de cette page, dans l'ordre."""
    etapes: list[str | Geste | Vidage] = []
    for ligne in page.splitlines():
        if heure := _HEURE.fullmatch(ligne):
            mois = MOIS.index(heure[2]) + 1
            etapes.append(f"{heure[3]}-{mois:02}-{int(heure[1]):02}T{heure[4]}+01:00")
        elif ligne.startswith("    "):
            signe, _, texte = ligne.strip().partition(" ")
            if signe == "tl":
                etapes.append(Geste(ligne.strip()))
                continue
            if signe == "⌫":
                etapes.append(Vidage(texte))
                continue
            geste = etapes[-1]
            assert isinstance(geste, Geste), ligne
            if signe == ">":
                question, _ = geste.echanges.pop()
                geste.echanges.append((question, texte))
            elif signe == "?":
                geste.echanges.append((texte, ""))
            else:
                {"→": geste.dit, "≠": geste.tait, "✗": geste.refuse}[signe].append(texte)
    return etapes


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_l_histoire_se_passe_comme_elle_est_ecrite(
    page: Path, lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    etapes = lire(page.read_text("utf-8"))
    assert any(isinstance(e, Geste) for e in etapes)
    for etape in etapes:
        if isinstance(etape, str):
            monkeypatch.setenv("TIERS_LIEU_MAINTENANT", etape)
        else:
            etape.jouer(lieu)
