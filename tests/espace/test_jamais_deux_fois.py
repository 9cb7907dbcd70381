"""Aucune salle promise deux fois, quel que soit l'ordre : un compte à la minute le dit aussi."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import structs
from soutien import Lieu

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.proches import proposer
from tiers_lieu_cli.espace.regles import EmploiDuTemps, Graphe, Occupation, conflits, doubles, genes
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Un dimanche où l'on change d'heure : le mur n'en sait rien.
MINUIT = datetime(2027, 3, 28)
GRAPHE = Graphe(
    (
        Salle(id="rez", nom="Rez", compose_de=("nord", "sud")),
        Salle(id="nord", nom="Nord"),
        Salle(id="sud", nom="Sud"),
        Salle(id="scene", nom="Scène", exclut=("sud",)),
        Salle(id="bureaux", nom="Bureaux", capacite=3, partage=True),
        Salle(id="etage", nom="Étage", compose_de=("bureaux",)),
    )
)
#: L'oracle, écrit à la main : ce que chaque salle prend avec elle.
PREND = {
    "rez": {"rez", "nord", "sud", "scene"},
    "nord": {"nord", "rez"},
    "sud": {"sud", "rez", "scene"},
    "scene": {"scene", "sud", "rez"},
    "bureaux": {"etage"},
    "etage": {"etage", "bureaux"},
}


def occupation(ident: str, salle: str, debut: int, duree: int, personnes: int = 0) -> Occupation:
    depart = MINUIT + timedelta(minutes=debut)
    creneau = Creneau(depart, depart + timedelta(minutes=duree))
    return Occupation(ident, ident, salle, creneau, personnes=personnes)


def minutes(o: Occupation) -> range:
    debut = int((o.creneau.debut - MINUIT).total_seconds() // 60)
    return range(debut, debut + int(o.creneau.duree.total_seconds() // 60))


def se_marchent_dessus(ensemble: list[Occupation]) -> bool:
    """Minute par minute : deux salles qui se prennent l'une l'autre, ou trop de monde aux bureaux."""
    for m in {m for o in ensemble for m in minutes(o)}:
        presentes = [o for o in ensemble if m in minutes(o)]
        if any(a is not b and b.salle in PREND[a.salle] for a in presentes for b in presentes):
            return True
        if sum(o.personnes or 3 for o in presentes if o.salle == "bureaux") > 3:
            return True
    return False


occupations = st.builds(
    occupation,
    st.uuids().map(str),
    st.sampled_from(sorted(PREND)),
    st.integers(-90, 300),
    st.integers(1, 120),
    st.integers(0, 3),
)


@given(occupations, occupations)
def test_la_gene_est_mutuelle(a: Occupation, b: Occupation) -> None:
    assert bool(conflits(a, [b], GRAPHE)) is bool(conflits(b, [a], GRAPHE)) is se_marchent_dessus([a, b])


@given(st.lists(occupations, max_size=8), st.integers(-400, 400))
def test_decaler_tout_ne_change_rien_a_travers_le_changement_d_heure(
    liste: list[Occupation], jours: int
) -> None:
    def decaler(o: Occupation) -> Occupation:
        ecart = timedelta(days=jours)
        return structs.replace(o, creneau=Creneau(o.creneau.debut + ecart, o.creneau.fin + ecart))

    avant = {(a.id, b.id) for a, b in doubles(liste, GRAPHE)}
    assert {(a.id, b.id) for a, b in doubles(map(decaler, liste), GRAPHE)} == avant


@given(st.lists(occupations, max_size=8))
def test_l_agenda_range_par_jour_dit_la_meme_chose_qu_une_liste(liste: list[Occupation]) -> None:
    par_jour = {(a.id, b.id) for a, b in genes(liste, [], GRAPHE)}
    assert par_jour == {(a.id, b.id) for a in liste for b in conflits(a, liste, GRAPHE)}


@given(st.lists(occupations, max_size=8), occupations)
def test_ce_qu_on_propose_est_libre(prises: list[Occupation], voulue: Occupation) -> None:
    agenda = EmploiDuTemps(GRAPHE, prises)
    proposees = proposer(voulue, agenda, lambda _salle, _creneau: True, MINUIT - timedelta(days=400))
    assert len(proposees) == len(set(proposees)) == 3
    for p in proposees:
        deplacee = Occupation("x", "x", p.salle, p.seance, personnes=voulue.personnes)
        assert not conflits(deplacee, prises, GRAPHE)
        assert p.seance.duree == voulue.creneau.duree


class Maison(RuleBasedStateMachine):
    """Promettre, déplacer, annuler, dans n'importe quel ordre : ce qui est accepté ne se gêne jamais."""

    def __init__(self) -> None:
        super().__init__()
        self.tenues: dict[str, Occupation] = {}

    @rule(voulue=occupations)
    def promettre(self, voulue: Occupation) -> None:
        libre = not genes([voulue], self.tenues.values(), GRAPHE)
        assert libre is not se_marchent_dessus([*self.tenues.values(), voulue])
        if libre:
            self.tenues[voulue.id] = voulue

    @rule(rang=st.integers(0, 20), vers=occupations)
    def deplacer(self, rang: int, vers: Occupation) -> None:
        if self.tenues:
            ident = sorted(self.tenues)[rang % len(self.tenues)]
            deplacee = Occupation(ident, ident, vers.salle, vers.creneau, personnes=vers.personnes)
            if not genes([deplacee], self.tenues.values(), GRAPHE):
                self.tenues[ident] = deplacee

    @rule(rang=st.integers(0, 20))
    def annuler(self, rang: int) -> None:
        if self.tenues:
            del self.tenues[sorted(self.tenues)[rang % len(self.tenues)]]

    @invariant()
    def rien_ne_se_gene(self) -> None:
        assert not list(doubles(self.tenues.values(), GRAPHE))


TestMaison = Maison.TestCase
TestMaison.settings = settings(max_examples=40, stateful_step_count=15, deadline=None, derandomize=True)

GESTES = ["reserver", "evenement", "serie", "fermer", "rouvrir", "annuler", "deplacer"]
GESTES += ["sauter", "ajouter", "deplacer-serie", "depuis"]
gestes = st.lists(
    st.tuples(
        st.sampled_from(GESTES),
        st.sampled_from(["cour", "salle-du-rez", "tout"]),
        st.integers(1, 4),
        st.integers(8, 12),
    ),
    min_size=4,
    max_size=9,
)


@pytest.mark.long
@given(gestes)
@settings(max_examples=8)
def test_par_la_commande_quel_que_soit_l_ordre(lieu: Lieu, suite: list[tuple[str, str, int, int]]) -> None:
    parties = ("--compose-de", "cour", "--compose-de", "salle-du-rez")
    lieu.faire("espace", "salle", "creer", "tout", "--nom", "Tout", *parties, code=None)
    for geste, salle, jour, heure in suite:
        quand = f"2026-12-0{jour} {heure}h-{heure + 2}h"
        connues = sorted((lieu.racine / "espace/reservations").rglob("*.yaml"))
        series = sorted((lieu.racine / "espace/series").glob("*.yaml"))
        une = series[0].stem if series else "rien"
        mots = {
            "sauter": ("serie", "sauter", une, f"2026-12-0{jour}"),
            "ajouter": ("serie", "ajouter", une, f"2026-12-0{jour}"),
            "deplacer-serie": ("deplacer", une, f"{heure}h-{heure + 2}h", "--si-pris", "sauter"),
            "depuis": ("serie", "depuis", une, f"2026-12-0{jour}", "--salle", salle, "--si-pris", "sauter"),
            "reserver": ("reserver", salle, quand, "--objet", "x", "--montage", "30min"),
            "serie": ("serie", "creer", salle, "--regle", f"chaque jour {heure}h-{heure + 1}h",
                      "--du", f"2026-12-0{jour}", "--au", f"2026-12-0{jour + 2}", "--si-pris", "deplacer"),
            "fermer": ("fermer", salle, "--du", f"{jour}/12", "--au", f"{jour}/12", "--motif", "x"),
            "rouvrir": ("rouvrir", salle),
            "annuler": ("annuler", connues[0].stem if connues else "rien", "--oui"),
            "deplacer": ("deplacer", connues[-1].stem if connues else "rien", quand, "--salle", salle),
        }.get(geste)  # fmt: skip
        if mots:
            lieu.faire("espace", *mots, code=None)
        else:
            lieu.faire("prog", "evenement", "creer", "x", "--quand", quand, "--salle", salle, code=None)
    constats = lieu.faire("verifier", "--json", code=None).json["constats"]
    assert [k for k in constats if k["regle"] == "double-promesse"] == []


class Comptoir:
    """Le modèle naïf : quelle salle est prise, minute par minute, et par quoi."""

    PREND = {
        "cour": {"cour", "tout"},
        "salle-du-rez": {"salle-du-rez", "tout"},
        "tout": {"cour", "salle-du-rez", "tout"},
    }

    def __init__(self) -> None:
        self.prises: dict[str, tuple[str, set[int]]] = {}

    def est_libre(self, salle: str, minutes: set[int], sauf: str = "") -> bool:
        return not any(
            ident != sauf and autre in self.PREND[salle] and minutes & prises
            for ident, (autre, prises) in self.prises.items()
        )


decisions = st.lists(
    st.tuples(
        st.sampled_from(["reserver", "reserver", "deplacer", "annuler", "fermer", "rouvrir"]),
        st.sampled_from(sorted(Comptoir.PREND)),
        st.integers(1, 2),
        st.integers(8, 13),
        st.sampled_from([0, 30]),
    ),
    min_size=6,
    max_size=12,
)


@pytest.mark.long
@given(decisions)
@settings(max_examples=10)
def test_chaque_decision_est_celle_d_un_compte_a_la_minute(
    modele: Path, tmp_path_factory: pytest.TempPathFactory, suite: list[tuple[str, str, int, int, int]]
) -> None:
    racine = tmp_path_factory.mktemp("comptoir") / "lieu"
    subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
    lieu, comptoir = Lieu(racine), Comptoir()
    parties = ("--compose-de", "cour", "--compose-de", "salle-du-rez")
    lieu.faire("espace", "salle", "creer", "tout", "--nom", "Tout", *parties)
    for geste, salle, jour, heure, montage in suite:
        quand = f"2026-12-0{jour} {heure}h-{heure + 2}h"
        debut = jour * 1440 + heure * 60
        minutes = set(range(debut - montage, debut + 120))
        reservees = sorted(ident for ident in comptoir.prises if not ident.startswith("fermee"))
        if geste == "reserver":
            avant = ("--montage", f"{montage}min") if montage else ()
            fait = lieu.faire("espace", "reserver", salle, quand, "--objet", "x", *avant, "--json", code=None)
            assert (fait.code == 0) is comptoir.est_libre(salle, minutes), (geste, salle, quand, montage)
            if fait.code == 0:
                comptoir.prises[fait.json["id"]] = salle, minutes
        elif geste == "deplacer" and reservees:
            ident = reservees[0]
            prise = comptoir.prises[ident][1]
            voulues = set(range(debut - (len(prise) - 120), debut + 120))
            fait = lieu.faire("espace", "deplacer", ident, quand, "--salle", salle, "--json", code=None)
            if fait.code != 2:
                assert (fait.code == 0) is comptoir.est_libre(salle, voulues, ident), (geste, salle, quand)
            if fait.code == 0:
                comptoir.prises[ident] = salle, voulues
        elif geste == "annuler" and reservees:
            lieu.faire("espace", "annuler", reservees[-1])
            del comptoir.prises[reservees[-1]]
        elif geste == "fermer":
            bornes = ("--du", f"{jour}/12", "--au", f"{jour}/12", "--motif", "travaux")
            ident = lieu.id("espace", "fermer", salle, *bornes)
            comptoir.prises[f"fermee {ident}"] = salle, set(range(jour * 1440, (jour + 1) * 1440))
        elif geste == "rouvrir" and (fermees := sorted(set(comptoir.prises) - set(reservees))):
            lieu.faire("espace", "rouvrir", fermees[0].partition(" ")[2])
            del comptoir.prises[fermees[0]]
