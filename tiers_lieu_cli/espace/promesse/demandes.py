"""`tl espace demandes` : ce qui attend une réponse, une place, ou une décision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tiers_lieu_cli.espace import a_replacer, occupations
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import Promesse, Reservation
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json, Tout
from tiers_lieu_cli.noyau.fait import resumer
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.regle_dite import dire

app = Application()


@app.lit("demandes")
def demandes(c: Contexte, tout: Tout = False, json: Json = False) -> None:
    """Ce qui attend : les demandes à valider, les options, la file d'attente, ce qui est à replacer.

    Exemple :
        tl espace demandes
    """
    maintenant = c.horloge.murale()
    suspens = fiches.en_suspens(c.arbre, maintenant)
    replacees = a_replacer.avec_propositions(c, list(suspens.a_replacer))
    if json:
        c.ecran.json(
            {
                "a_repondre": suspens.a_repondre,
                "en_file": suspens.en_file,
                "a_replacer": [a_replacer.vue(a) for a in replacees],
            }
        )
        return
    if not (suspens.a_repondre or suspens.en_file or replacees):
        c.ecran.dire("Rien n'attend de réponse.")
        return
    for titre, lignes in (
        ("À répondre", _a_repondre(c, suspens.a_repondre)),
        ("En file d'attente", _en_file(c, suspens.en_file, maintenant)),
    ):
        dites = list(lignes)
        if dites:
            c.ecran.titre(titre)
            for ligne in dites:
                c.ecran.dire(ligne)
    if replacees:
        c.ecran.titre("À replacer")
        dites = list(a_replacer.dire(c, replacees))
        for ligne in dites if tout else resumer(dites, "tl espace demandes --tout"):
            c.ecran.dire(ligne)


def _a_repondre(c: Contexte, promesses: tuple[Promesse, ...]) -> Iterator[str]:
    for p in promesses:
        yield f"  {_dire(c, p)} · {regles.dire(p, c.horloge.aujourdhui())}"
        yield f"    → tl espace valider {p.id}   ·   tl espace refuser {p.id} --motif"


def _en_file(c: Contexte, attentes: tuple[Reservation, ...], maintenant: datetime) -> Iterator[str]:
    for r in attentes:
        libre = not occupations.genes(c.arbre, [regles.occuper(r)], maintenant)
        yield f"  {_dire(c, r)} · {'la place est libre' if libre else 'la salle est encore prise'}"
        if libre:
            yield f"    → tl espace valider {r.id}"


def _dire(c: Contexte, p: Promesse) -> str:
    """« Salle du rez · jeudi 26 novembre, 14:00–16:00 · réunion, pour Karim »."""
    jour = c.horloge.aujourdhui()
    if isinstance(p, Serie):
        quand = dire(p.recurrence)
    else:
        assert isinstance(p, Reservation)
        quand = temps.dire_creneau(p.creneau, jour)
    pour = f", pour {p.pour}" if p.pour else ""
    nom = occupations.graphe(c.arbre).nom(p.salle)
    return f"{nom} · {quand} · {p.objet}{pour}"
