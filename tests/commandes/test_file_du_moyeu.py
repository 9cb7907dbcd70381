"""La file du moyeu, par de vrais envois : son ordre, ses morts, ce que la garde en admet."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from soutien import Lieu, envoyer_a_la_main, git, lancer

from tiers_lieu_cli.ensemble import mise_en_commun
from tiers_lieu_cli.noyau.depot import moyeu as transport
from tiers_lieu_cli.noyau.depot import tickets
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.tickets import Ticket

AILLEURS = "a" * 40


@pytest.fixture
def la(ici: Lieu, moyeu: Path, tmp_path: Path) -> Lieu:
    assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "la")).code == 0
    return Lieu(tmp_path / "la")


def file(moyeu: Path) -> list[str]:
    return git(moyeu, "for-each-ref", "--format=%(refname)", tickets.TICKETS).split()


def prendre(poste: Lieu, moyeu: Path, ticket: Ticket) -> bool:
    return transport.prendre_un_ticket(Depot(poste.racine), str(moyeu), ticket)


def deposer(poste: Lieu, contenu: bytes) -> str:
    (poste.racine / ".git/depose").write_bytes(contenu)
    empreinte = poste.git("hash-object", "-w", str(poste.racine / ".git/depose")).strip()
    (poste.racine / ".git/depose").unlink()
    return empreinte


def presser_le_temps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six secondes passent à chaque fois qu'on regarde l'heure ; attendre n'en prend pas."""
    instants = iter(range(0, 10_000, 6))
    monkeypatch.setattr(mise_en_commun.time, "monotonic", lambda: float(next(instants)))
    monkeypatch.setattr(mise_en_commun.time, "sleep", lambda _: None)


def tout(depot: Path) -> bytes:
    """Chaque contenu de ce dépôt, atteignable ou non."""
    mots = ["git", "-C", str(depot), "cat-file", "--batch-all-objects", "--batch"]
    return subprocess.run(mots, capture_output=True, check=True).stdout


def pousser(poste: Lieu, moyeu: Path, *quoi: str) -> str:
    """Porter à la main ; rend ce que le moyeu en dit, vide s'il accepte."""
    fini = subprocess.run(
        ["git", "-C", str(poste.racine), "push", str(moyeu), *quoi],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    return fini.stderr if fini.returncode else ""


def test_sans_concurrence_personne_ne_prend_de_ticket(ici: Lieu, moyeu: Path) -> None:
    ici.faire("journal", "noter", "Seul")
    ici.faire("synchroniser")
    assert file(moyeu) == []


def test_qui_perd_prend_un_ticket_qui_sert_des_qu_il_a_porte(
    ici: Lieu, la: Lieu, moyeu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un autre poste passe entre prendre et porter : la fois suivante est la bonne, et la file est vide."""
    vrai, vues = mise_en_commun.moyeu.porter, []

    def porter(depot: Depot, url: str, **autres: object) -> None:
        if depot.racine == ici.racine and not vues:
            vues.append("perdu")
            monkeypatch.undo()
            monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T08:52+01:00")
            la.faire("journal", "noter", "Passé devant")
            la.faire("synchroniser")
            monkeypatch.setattr(mise_en_commun.moyeu, "porter", porter)
        elif depot.racine == ici.racine:
            vues.extend(file(moyeu))
        vrai(depot, url, **autres)  # type: ignore[arg-type]

    monkeypatch.setattr(mise_en_commun.moyeu, "porter", porter)
    ici.faire("journal", "noter", "Dépassé")
    vu = ici.faire("synchroniser", "--json").json
    assert (vu["envoyees"], vu["recues"]) == (1, 1)
    assert len(vues) == 2
    assert tickets.lire(vues[1])
    assert file(moyeu) == []


def test_un_nouveau_venu_attend_derriere(
    ici: Lieu, la: Lieu, moyeu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un ticket plus ancien attend : ce poste prend le sien, et ne porte qu'une fois l'autre servi."""
    la.faire("journal", "noter", "Arrivé le premier")
    assert prendre(la, moyeu, Ticket(7, la.git("rev-parse", "HEAD").strip(), 1))
    siestes = []

    def dormir(secondes: float) -> None:
        siestes.append([t for t in map(tickets.lire, file(moyeu)) if t])
        la.faire("synchroniser")

    monkeypatch.setattr(mise_en_commun.time, "sleep", dormir)
    ici.faire("journal", "noter", "Arrivé après")
    vu = ici.faire("synchroniser", "--json").json
    assert (vu["envoyees"], vu["recues"]) == (1, 1)
    assert [[t.rang for t in vus] for vus in siestes] == [[7, 8]]
    assert file(moyeu) == []


def test_qui_n_a_rien_a_porter_n_attend_pas(ici: Lieu, la: Lieu, moyeu: Path) -> None:
    la.faire("journal", "noter", "À recevoir")
    la.faire("synchroniser")
    assert prendre(la, moyeu, Ticket(1, AILLEURS, 1))
    assert ici.faire("synchroniser", "--json").json["recues"] == 1
    assert len(file(moyeu)) == 1


def test_un_mort_n_arrete_pas_la_file_et_son_ticket_s_en_va(
    ici: Lieu, moyeu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prendre(ici, moyeu, Ticket(1, AILLEURS, 1))
    os.utime(moyeu / file(moyeu)[0], (0, 0))
    presser_le_temps(monkeypatch)
    ici.faire("journal", "noter", "Après lui")
    assert ici.faire("synchroniser", "--json").json["envoyees"] == 1
    assert file(moyeu) == []


def test_un_poste_tue_retrouve_sa_place(ici: Lieu, la: Lieu, moyeu: Path) -> None:
    """Son ticket nomme ce qu'il apporte : il n'en prend pas d'autre, et personne ne l'attend après."""
    ici.faire("journal", "noter", "Avant de mourir")
    assert prendre(ici, moyeu, Ticket(3, ici.git("rev-parse", "HEAD").strip(), 1))
    ici.faire("journal", "noter", "Revenu")
    assert prendre(la, moyeu, Ticket(4, AILLEURS, 1))
    ici.faire("synchroniser")
    assert file(moyeu) == [Ticket(4, AILLEURS, 1).nom]


def test_la_garde_n_admet_qu_un_ticket_et_rien_avec(ici: Lieu, moyeu: Path) -> None:
    mot = deposer(ici, tickets.MOT)
    secret = deposer(ici, b"Karim Haddad\n")
    tete = ici.git("rev-parse", "HEAD").strip()
    bon = Ticket(1, AILLEURS, 1).nom
    for quoi, dit in (
        (f"{mot}:refs/heads/autre", "Seule l'histoire"),
        (f"{mot}:refs/tiers-lieu/autre", "Seule l'histoire"),
        (f"{mot}:{tickets.TICKETS}karim-haddad", "Seule l'histoire"),
        (f"{secret}:{bon}", "ne se change pas"),
        (f"{tete}:{bon}", "ne se change pas"),
    ):
        assert dit in pousser(ici, moyeu, quoi)
    assert pousser(ici, moyeu, f"{mot}:{bon}") == ""
    assert "ne se change pas" in pousser(ici, moyeu, f"+{tete}:{bon}")
    assert "ne se change pas" in pousser(ici, moyeu, f":{bon}")
    assert file(moyeu) == [bon]
    assert "contient plus que l'histoire" in envoyer_a_la_main(
        ici, moyeu, ("0" * 40, mot, Ticket(2, AILLEURS, 1).nom), secret
    )
    assert file(moyeu) == [bon]
    assert b"Karim" not in tout(moyeu)


def test_la_file_du_moyeu_est_bornee(ici: Lieu, moyeu: Path) -> None:
    mot = deposer(ici, tickets.MOT)
    noms = [Ticket(n + 1, AILLEURS, 1).nom for n in range(tickets.PLACES)]
    assert pousser(ici, moyeu, *(f"{mot}:{nom}" for nom in noms)) == ""
    assert "est pleine" in pousser(ici, moyeu, f"{mot}:{Ticket(999, AILLEURS, 1).nom}")
    # Une file pleine n'empêche pas de porter : on s'en passe.
    ici.faire("journal", "noter", "Quand même")
    assert ici.faire("synchroniser", "--json").json["envoyees"] == 1


def test_un_moyeu_qui_ne_connait_pas_la_file_marche_sans(ici: Lieu, la: Lieu, moyeu: Path) -> None:
    crochet = moyeu / "hooks/pre-receive"
    crochet.write_text("#!/bin/sh\n! grep -q file\n", "utf-8")
    vieux = subprocess.run(
        ["git", "-C", str(ici.racine), "push", str(moyeu), f"HEAD:{Ticket(1, AILLEURS, 1).nom}"],
        capture_output=True,
        check=False,
    )
    assert vieux.returncode
    la.faire("journal", "noter", "Là")
    la.faire("synchroniser")
    ici.faire("journal", "noter", "Ici")
    assert ici.faire("synchroniser", "--json").json["envoyees"] == 1


def test_un_simple_depot_tient_aussi_la_file(
    lieu: Lieu, nu: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sans garde, chaque poste ôte son ticket, et ceux qu'il n'attend plus."""
    lieu.faire("moyeu", "relier", str(nu))
    lieu.faire("synchroniser")
    assert lancer("moyeu", "rejoindre", str(nu), str(tmp_path / "la")).code == 0
    la = Lieu(tmp_path / "la")
    assert prendre(la, nu, Ticket(1, AILLEURS, 1))
    presser_le_temps(monkeypatch)
    la.faire("journal", "noter", "Après le mort")
    assert la.faire("synchroniser", "--json").json["envoyees"] == 1
    assert file(nu) == []


def test_un_effacement_vide_la_file_du_registre(ici: Lieu, moyeu: Path) -> None:
    qui = ici.id("accueil", "personne", "creer", "Karim Haddad")
    ici.faire("synchroniser")
    registre = moyeu / "registre"
    assert transport.prendre_un_ticket(Depot(ici.racine / "registre"), str(registre), Ticket(1, AILLEURS, 1))
    ici.faire("donnees", "effacer", qui, "--oui")
    ici.faire("synchroniser")
    assert file(registre) == []
    assert b"Haddad" not in tout(registre)
