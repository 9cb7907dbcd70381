"""La file du moyeu : qui passe avant qui, qui n'est plus attendu, ce que le moyeu ôte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.depot import tickets
from tiers_lieu_cli.noyau.depot.tickets import PATIENCE, PLACES, TICKETS, Attente, Ticket

A, B, C = (lettre * 40 for lettre in "abc")
UN, DEUX, TROIS = Ticket(1, A, 1), Ticket(2, B, 1), Ticket(3, C, 1)

un_ticket = st.builds(
    Ticket,
    rang=st.integers(1, 999_999),
    apport=st.text("0123456789abcdef", min_size=40, max_size=40),
    poids=st.integers(0, 9_999),
)


@given(un_ticket)
def test_le_nom_d_un_ticket_dit_tout(ticket: Ticket) -> None:
    assert tickets.lire(ticket.nom) == ticket


@pytest.mark.parametrize(
    "nom",
    [
        "refs/heads/main",
        f"{TICKETS}1-0001-{A}",
        f"{TICKETS}000001-0001-{A[1:]}",
        f"{TICKETS}000001-0001-{A}x",
        f"{TICKETS}000001-0001-{A}\n",
        f"{TICKETS}٠٠٠٠٠١-0001-{A}",
        f"{TICKETS}../000001-0001-{A}",
        f"000001-0001-{A}",
    ],
)
def test_rien_d_autre_n_est_un_ticket(nom: str) -> None:
    assert tickets.lire(nom) is None


@given(st.lists(un_ticket, max_size=5), st.integers(0, 100_000))
def test_qui_arrive_est_derriere_tous(file: list[Ticket], poids: int) -> None:
    neuf = tickets.suivant(file, A, poids)
    assert tickets.lire(neuf.nom) == neuf
    assert all(t.rang < neuf.rang or t.rang == 999_999 for t in file)


@given(st.lists(un_ticket, min_size=1, max_size=8, unique=True))
def test_tous_ne_voient_qu_un_premier(file: list[Ticket]) -> None:
    """Chacun regarde la même file : un seul n'a personne devant."""
    places = [Attente().devant(file, sien, "tête", 0) for sien in file]
    assert sorted(places) == list(range(len(file)))


def test_on_attend_tant_que_cela_bouge() -> None:
    attente = Attente()
    for n in range(10):
        # Le premier porte, un autre devient premier : chacun a droit à sa patience.
        file = [Ticket(n + 1, A, 1), Ticket(50, B, 1)]
        assert attente.devant(file, file[1], f"tête {n}", n * PATIENCE) == 1


def test_qui_ne_bouge_plus_n_est_plus_attendu() -> None:
    attente = Attente()
    file = [UN, DEUX, TROIS]
    assert attente.devant(file, TROIS, "tête", 100) == 2
    assert attente.devant(file, TROIS, "tête", 100 + PATIENCE) == 2
    assert attente.devant(file, TROIS, "tête", 101 + PATIENCE) == 1
    # Le suivant a la sienne, qui ne commence qu'alors.
    assert attente.devant(file, TROIS, "tête", 100 + 2 * PATIENCE) == 1
    assert attente.devant(file, TROIS, "tête", 102 + 2 * PATIENCE) == 0
    assert attente.partis == {UN, DEUX}


def test_un_premier_que_d_autres_depassent_sans_cesse_ne_bloque_pas_la_file() -> None:
    attente, instant = Attente(), 0.0
    while attente.devant([UN, DEUX], DEUX, f"tête à {instant}", instant):
        instant += PATIENCE / 2
    assert PATIENCE < instant <= 4 * PATIENCE


def test_qui_porte_beaucoup_est_attendu_plus_longtemps() -> None:
    lourd = Ticket(1, A, 5000)
    attente = Attente()
    assert attente.devant([lourd, DEUX], DEUX, "tête", 0) == 1
    assert attente.devant([lourd, DEUX], DEUX, "tête", 60) == 1
    assert attente.devant([lourd, DEUX], DEUX, "tête", 200) == 0


def test_on_ne_se_croit_jamais_parti() -> None:
    attente = Attente()
    assert attente.devant([UN, DEUX], UN, "tête", 0) == 0
    assert attente.devant([UN, DEUX], UN, "tête", 1_000) == 0


def test_le_moyeu_ote_ce_qui_a_servi_et_les_disparus() -> None:
    ages = {UN: 300.0, DEUX: 2.0, TROIS: 300.0, Ticket(4, "d" * 40, 1): 300.0, Ticket(5, "e" * 40, 1): 9e9}
    otes = tickets.a_oter(ages, {C})
    # Le premier fut dépassé sans bouger ; le deuxième vient d'arriver ; le quatrième attend encore.
    assert otes == [UN, TROIS, Ticket(5, "e" * 40, 1)]
    assert tickets.a_oter(ages, ()) == [Ticket(5, "e" * 40, 1)]


def test_la_file_est_bornee() -> None:
    assert PLACES < 1000
