"""Tout ce que l'outil dit : chaque lecture et chaque écriture du lieu de démonstration, relues."""

from __future__ import annotations

import os
import re
from pathlib import Path

import ecritures
import pytest
from commandes_dites import dans, faute, litteraux
from lectures import lectures
from repertoire import TOUTES
from soutien import MAINTENANT, Lieu, Reponse, lancer

from tiers_lieu_cli.noyau.francais import au_conditionnel

#: Une fin qui n'en est pas une ne se montre jamais.
SENTINELLE = re.compile(r"\b(?:9999|2199|2200)\b")
#: De quoi rendre vrai tout ce qui dure sans fin.
SANS_FIN = (
    ("espace", "fermer", "cour", "--du", "demain", "--sans-fin", "--motif", "dalle fendue"),
    ("espace", "fermer", "--du", "2027-02-01", "--sans-fin", "--motif", "chantier"),
    ("espace", "rouvrir", "chantier", "--du", "2027-02-03"),
    ("espace", "entretien", "panne", "Chaudière", "--salle", "atelier", "--hors-service"),
    ("espace", "fermer", "--liste"),
    ("espace", "reserver", "cour", "2027-06-01 10h-12h", "--objet", "goûter"),
    ("espace", "reserver", "cuisine", "2027-06-01 10h-12h", "--objet", "goûter"),
    ("prog", "evenement", "creer", "Bal", "--quand", "2027-06-01 20h-23h", "--salle", "cour"),
    ("espace", "libre", "--quand", "2027-06-01"),
    ("espace", "planning", "--format", "md"),
    ("espace", "exporter"),
    ("espace", "rouvrir", "cour"),
)


@pytest.fixture(scope="module")
def dits(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], Reponse]:
    """Ce que chaque commande a répondu, à l'écran."""
    dossier = tmp_path_factory.mktemp("dits")
    avant = Path.cwd()
    os.chdir(dossier)
    os.environ["TIERS_LIEU_MAINTENANT"] = MAINTENANT
    assert lancer("demo", "demo").code == 0
    lieu, rendus = Lieu(dossier / "demo"), {}
    for mots in (*SANS_FIN[:-1], *ecritures.toutes("Une fête", "Un mot")):
        rendus[mots] = lieu.faire(*mots, code=None)
    for nom, facons in lectures().items():
        for mots in facons:
            rendus[*nom, *mots] = lieu.faire(*nom, *mots, code=None)
    rendus[SANS_FIN[-1]] = lieu.faire(*SANS_FIN[-1], code=None)
    os.chdir(avant)
    return rendus


def test_aucune_date_sentinelle_n_est_montree(dits: dict[tuple[str, ...], Reponse]) -> None:
    for mots, dit in dits.items():
        assert not SENTINELLE.search(dit.sortie + dit.erreurs), (mots, dit)


def test_toute_commande_ecrite_dans_le_source_se_colle() -> None:
    fautes = [f"{ou} : {c} ({f})" for ou, texte in litteraux() for c in dans(texte) if (f := faute(c))]
    assert not fautes, "\n".join(fautes)


def test_toute_commande_proposee_se_colle(dits: dict[tuple[str, ...], Reponse]) -> None:
    fautes = {
        f"{' '.join(mots)} → {c} ({f})"
        for mots, dit in dits.items()
        for c in dans(f"{dit.sortie}\n{dit.erreurs}")
        if (f := faute(c))
    }
    assert not fautes, "\n".join(sorted(fautes))


#: Ce qu'une phrase française ne dit pas, et le mot qui le dit.
FAUTES = {
    "une élision manque": re.compile(
        r"(?<![\w^])[dD]e [AEIOUÉÈÊÎÔ][a-zé]|\b(?:le|la|que|ne|se) (?:il|elle)\b"
    ),
    "un pluriel de trop": re.compile(
        r"(?<![\d:.,/’'-])\b[01] (?!fois|mois|repas|cours|dehors|heures)[a-zé]{3,}[sx]\b"
    ),
    "un pluriel qui manque": re.compile(
        r"(?<![\d:.,/h×-])\b[2-9] (?:événement|besoin|note|personne|fiche|date|jour|clé|place|lien|heure)\b"
    ),
    "une heure d'une autre façon": re.compile(r"\d{1,2}h\d{0,2}-\d{1,2}h"),
    "un mot de développeur": re.compile(r"\bRRULE\b|\bpipx\b|\d<=x|\bNone\b|\bTrue\b|\bFalse\b|\{'|\['"),
    "une date de machine dans une phrase": re.compile(r"\b(?:le|du|au) \d{4}-\d\d-\d\d\b(?!\.\.)"),
}
#: Ce qui se lit par un autre programme, se répète tel qu'on l'a tapé, ou tient dans une case étroite.
TELS_QUELS = {
    *(("prog", "ical"), ("convention", "ical"), ("espace", "exporter"), ("espace", "planning")),
    *(("accueil", "besoin"), ("espace", "horaires"), ("aide",)),
}


def test_ce_qui_est_dit_est_du_francais(dits: dict[tuple[str, ...], Reponse]) -> None:
    fautes = {
        f"{nom} : {' '.join(mots)} → {ligne.strip()}"
        for mots, dit in dits.items()
        if not {mots[:1], mots[:2]} & TELS_QUELS
        for ligne in f"{dit.sortie}\n{dit.erreurs}".splitlines()
        for nom, motif in FAUTES.items()
        if motif.search(re.sub(r"«[^»]*»|\btl .*|^De ", "", ligne))
    }
    assert not fautes, "\n".join(sorted(fautes))


def test_l_aide_ne_parle_pas_aux_developpeurs() -> None:
    for mots in TOUTES:
        aide = lancer(*mots, "--help").sortie
        assert not FAUTES["un mot de développeur"].search(aide), (mots, aide)


def test_ce_qu_on_essaie_se_dit_au_conditionnel(dits: dict[tuple[str, ...], Reponse]) -> None:
    """La phrase de chaque écriture faite, dite comme un essai la dirait."""
    ecrites = {mots: dit.sortie.splitlines()[0] for mots, dit in dits.items() if not dit.code and dit.sortie}
    for mots in ecritures.toutes("Une fête", "Un mot"):
        if phrase := ecrites.get(mots):
            assert re.search(r"rai(?:t|ent)\b", au_conditionnel(phrase)), (mots, phrase)
