"""Ce qu'un relevé redit, et ce qu'il apporte, quand la banque ne donne pas de référence (FIN-22, FIN-23)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from caisses import Caisse
from hypothesis import given
from hypothesis import strategies as st
from releves import IBAN, Ligne, camt

from tiers_lieu_cli.finance.banque import regles
from tiers_lieu_cli.finance.banque.modele import MouvementLu, Releve, ReleveLu
from tiers_lieu_cli.finance.montants import ZERO

JOUR = date(2026, 11, 20)


RIEN, ORDRE = "<NtryRef/>", "<NtryRef>1</NtryRef>"


@pytest.mark.long
@pytest.mark.parametrize("muette", [RIEN, ORDRE])
@pytest.mark.parametrize("numeros", [(41, 42, 43, 44), (0, 0, 0, 0), (8, 8, 8, 8)])
def test_fin_23_sans_reference_de_la_banque_aucun_paiement_ne_se_perd(
    caisse: Caisse, muette: str, numeros: tuple[int, ...]
) -> None:
    """Deux paiements pareils de deux relevés du jour sont deux ; le même relevé, redit, n'ajoute rien."""
    trente = Ligne("30.00", libelle="salle")
    du_jour = [
        camt((trente,), numero=numeros[0], muette=muette),
        camt((trente,), initial="30.00", numero=numeros[1], muette=muette),
        camt((trente, trente, Ligne("5.00")), initial="60.00", numero=numeros[2], muette=muette),
        camt((Ligne("-125.00"),), initial="125.00", numero=numeros[3], muette=muette),
    ]
    caisse.releve(du_jour[0])
    if numeros[0] > 8:
        assert "il manque le relevé n° 42" in caisse.releve(du_jour[2], code=2).erreurs
    for combien, octets in zip((1, 3, 1), du_jour[1:], strict=True):
        assert caisse.releve(octets).sortie.startswith(f"{combien} nouveau")
        assert "0 nouveau" in caisse.releve(octets).sortie
    assert all("0 nouveau" in caisse.releve(octets).sortie for octets in du_jour)
    lus = caisse.j("banque", "liste")
    assert lus["soldes"][IBAN] == "0.00" and len(lus["mouvements"]) == 6


def test_fin_22_un_releve_plus_ancien_se_dit_tel(caisse: Caisse) -> None:
    caisse.releve(camt((Ligne("23.15"),), initial="100.00", numero=2))
    for numero, jour in ((1, date(2026, 11, 19)), (9, date(2025, 12, 31)), (1, date(2026, 11, 20))):
        vieux = camt((Ligne("40.00"),), initial="60.00", numero=numero, jour=jour)
        refus = caisse.releve(vieux, code=2).erreurs
        assert f"(n° {numero} du {jour:%d/%m/%Y}) ne vient pas après le dernier importé" in refus
        assert "(n° 2 du 20/11/2026)" in refus and "il manque" not in refus


def garde(lu: ReleveLu) -> Releve:
    """Ce que la caisse retient de ce relevé."""
    soldes = {"initial": str(lu.initial), "final": str(lu.final)}
    return Releve(iban=IBAN, numero=lu.numero, jour=JOUR, mouvements=(), source="s", details="d", **soldes)


SUITES = st.lists(
    st.lists(st.sampled_from(["5.00", "5.00", "-5.00", "7.50"]), max_size=4), min_size=1, max_size=5
)


@given(SUITES, st.sets(st.integers(0, 19)), st.data())
def test_sans_reference_les_soldes_disent_ce_qui_est_neuf(
    suites: list[list[str]], uniques: set[int], data: Any
) -> None:
    """Une journée de relevés numérotés : chaque mouvement entre une fois, quoi qu'on redise et quand."""
    releves, solde, rang = list[ReleveLu](), Decimal(100), 0
    for numero, montants in enumerate(suites, start=41):
        dits = []
        for m in montants:
            seul = rang in uniques
            dits.append(
                MouvementLu(reference=f"R{rang}" if seul else "", jour=JOUR, montant=Decimal(m), unique=seul)
            )
            rang += 1
        final = solde + sum(map(Decimal, montants), ZERO)
        releves.append(
            ReleveLu(iban=IBAN, numero=numero, jour=JOUR, initial=solde, final=final, mouvements=tuple(dits))
        )
        solde = final
    deja, pris, entres = list[Releve](), set[str](), 0
    for n, releve in enumerate(releves):
        encore = data.draw(st.lists(st.integers(0, n), max_size=2))
        for un in (releve, *(releves[m] for m in encore)):
            paires = regles.reconnaitre(un, deja, pris)
            neufs = [m for m, _ in paires if m.cle not in pris]
            assert len(neufs) == (len(releve.mouvements) if len(deja) == n else 0)
            if len(deja) == n:
                deja.append(garde(un))
            pris |= {m.cle for m in neufs}
            entres += len(neufs)
    assert entres == len(pris) == rang
