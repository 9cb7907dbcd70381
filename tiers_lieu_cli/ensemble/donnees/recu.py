"""Le reçu d'un effacement : ce qui disparaît, ce qui reste, pourquoi, jusqu'à quand. Sans un nom."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tiers_lieu_cli.ensemble import documents
from tiers_lieu_cli.ensemble.documents import Fin
from tiers_lieu_cli.ensemble.donnees.fiche import compter, dire_les_comptes
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.gens import citations
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, Personne
from tiers_lieu_cli.noyau.temps import temps


class Reste(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui n'est pas effacé, pourquoi, et jusqu'à quand."""

    quoi: str
    pourquoi: str
    jusque: str


class Recu(msgspec.Struct, frozen=True, kw_only=True):
    """Un effacement, fait ou à faire. `nommee_dans` : des fichiers de l'archive à corriger à la main."""

    id: str
    le: str
    efface: tuple[str, ...]
    archive: dict[str, int]
    restes: tuple[Reste, ...]
    orphelins: tuple[str, ...]
    nommee_dans: tuple[str, ...]
    documents: tuple[Fin, ...] = ()


def dresser(c: Contexte, personne: Personne) -> Recu:
    """Ce qu'effacer cette personne ôtera, et ce qui restera."""
    anciens = c.registre.anciens(personne.id)
    comptes = compter(c, anciens)
    return Recu(
        id=personne.id,
        le=c.horloge.aujourdhui().isoformat(),
        efface=tuple(_efface(c, personne, anciens)),
        archive=comptes,
        restes=tuple(_restes(comptes)),
        orphelins=tuple(p.id for p in c.registre.toutes.fiches if p.mineur and p.tuteur in anciens),
        nommee_dans=tuple(_nommee_dans(c, personne)),
        documents=tuple(documents.fins(c, anciens)),
    )


def _efface(c: Contexte, p: Personne, anciens: frozenset[str]) -> Iterator[str]:
    chemins = [PERSONNES.genre.chemin(ident) for ident in sorted(anciens)]
    versions = sum(1 for _ in histoire.actes(c.registre.depot, *chemins))
    yield "sa fiche"
    contacts = sum(map(bool, (p.courriel, p.telephone, p.autre)))
    for combien, un, plusieurs in (
        (contacts, "1 contact", "contacts"),
        (len(p.consentements), "1 accord", "accords"),
        (int(bool(p.portrait)), "1 portrait", "portraits"),
        (max(0, versions - 1), "1 version passée", "versions passées"),
        (len(anciens) - 1, "1 ancienne fiche réunie", "anciennes fiches réunies"),
    ):
        if combien:
            yield un if combien == 1 else f"{combien} {plusieurs}"


def _restes(comptes: dict[str, int]) -> Iterator[Reste]:
    if comptes:
        yield Reste(
            quoi=f"dans l'archive, sans nom : {dire_les_comptes(comptes)}",
            pourquoi="l'identifiant ne mène plus à personne ; les comptes du lieu restent justes",
            jusque="aussi longtemps que le lieu",
        )
    yield Reste(
        quoi="dans le registre : l'identifiant et le jour de l'effacement",
        pourquoi="pour que chaque poste efface à son tour, et que nul ne revienne par mégarde",
        jusque="aussi longtemps que le registre",
    )
    yield Reste(
        quoi="chez le trésorier, s'il y en a : des pièces comptables à son nom",
        pourquoi="la loi comptable et fiscale l'y oblige ; le lui demander",
        jusque="le terme légal, que le trésorier connaît",
    )
    yield Reste(
        quoi="dans les sauvegardes faites avant ce jour",
        pourquoi="un fichier chiffré ne s'efface pas en partie",
        jusque="leur remplacement : en refaire une, détruire les anciennes",
    )


def _nommee_dans(c: Contexte, personne: Personne) -> Iterator[str]:
    """Les fichiers de l'archive où une main l'a nommée malgré tout."""
    detecteur = Detecteur([personne])
    mots = [mot for mot in (max(personne.nom.split(), key=len), personne.courriel, personne.telephone) if mot]
    for chemin in citations.chemins(c.archive, mots, casse=False):
        octets = c.arbre.lire(chemin) or b""
        if any(detecteur.nommes(octets.decode("utf-8", "replace"))):
            yield chemin


def lignes(c: Contexte, recu: Recu, *, fait: bool) -> Iterator[str]:
    """Le reçu en phrases."""
    yield f"{'Effacés' if fait else 'Seront effacés'}, histoire comprise : {', '.join(recu.efface)}."
    yield f"{'Restent' if fait else 'Resteront'} :"
    for reste in recu.restes:
        yield f"  · {reste.quoi}"
        yield f"      pourquoi : {reste.pourquoi}"
        yield f"      jusqu'à : {reste.jusque}"
    for d in recu.documents:
        yield f"Document « {d.titre} » : {_dire_la_fin(d)}"
    for ident in recu.orphelins:
        remede = f"tl accueil personne modifier {ident} --tuteur @qui"
        yield f"Plus personne ne répond de {c.registre.nom(ident)} : {remede}"
    for chemin in recu.nommee_dans:
        yield f"Son nom est écrit à la main dans {chemin}, que l'histoire gardera : tl verifier --reparer"


def _dire_la_fin(d: Fin) -> str:
    return "détruit." if d.detruit else f"gardé, {d.pourquoi} ; jusqu'à : {d.jusque}."


def page(c: Contexte, recu: Recu) -> str:
    """Le reçu à garder ou à remettre, en Markdown."""
    jour = temps.dire_jour(c.horloge.aujourdhui())
    restes = "".join(f"| {r.quoi} | {r.pourquoi} | {r.jusque} |\n" for r in recu.restes)
    restes += "".join(
        f"| le document « {d.titre} » | {d.pourquoi} | {d.jusque} |\n"
        for d in recu.documents
        if not d.detruit
    )
    return (
        f"# {c.lieu.reglages.nom} : reçu d'effacement\n\n"
        f"Le {jour}, la personne {recu.id} a été effacée du registre, à sa demande ou par la règle de "
        f"conservation du lieu : {', '.join(recu.efface)}. Chaque poste du lieu l'efface à sa prochaine "
        "synchronisation.\n\n"
        f"| ce qui reste | pourquoi | jusqu'à |\n|---|---|---|\n{restes}"
    )
