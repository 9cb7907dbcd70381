"""Le reçu d'un effacement : ce qui disparaît, ce qui reste, pourquoi, jusqu'à quand. Sans un nom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec import structs

from tiers_lieu_cli.ensemble import documents
from tiers_lieu_cli.ensemble.documents import Fin
from tiers_lieu_cli.ensemble.donnees.endroits import Endroit, Sorte
from tiers_lieu_cli.ensemble.donnees.fiche import compter, dire_les_comptes
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire, moyeu
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, Personne, tel_quel
from tiers_lieu_cli.noyau.temps import temps

_CAISSE = "finance"


class Reste(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui n'est pas effacé, pourquoi, et jusqu'à quand."""

    quoi: str
    pourquoi: str
    jusque: str


class Recu(msgspec.Struct, frozen=True, kw_only=True):
    """Un effacement, fait ou à faire.

    `nommee_dans` : des fichiers présents de l'archive à corriger à la main ; `recrits` : ceux où elle n'est
    plus qu'un identifiant ; `endroits` : tout ce qui la nomme encore, et que l'effacement n'ôte pas.
    """

    id: str
    le: str
    efface: tuple[str, ...]
    archive: dict[str, int]
    restes: tuple[Reste, ...]
    orphelins: tuple[str, ...]
    nommee_dans: tuple[str, ...]
    documents: tuple[Fin, ...] = ()
    recrits: tuple[str, ...] = ()
    endroits: tuple[Endroit, ...] = ()


def dresser(
    c: Contexte, personne: Personne, endroits: Iterable[Endroit], recrits: Iterable[str] = ()
) -> Recu:
    """Ce qu'effacer cette personne ôtera, et ce qui restera."""
    anciens = c.registre.anciens(personne.id)
    comptes = compter(c, anciens)
    endroits, recrits = tuple(endroits), tuple(recrits)
    return Recu(
        id=personne.id,
        le=c.horloge.aujourdhui().isoformat(),
        efface=tuple(_efface(c, personne, anciens)),
        archive=comptes,
        restes=tuple(_restes(c, personne.id, comptes, endroits)),
        orphelins=tuple(p.id for p in c.registre.toutes.fiches if p.mineur and p.tuteur in anciens),
        documents=tuple(documents.fins(c, anciens)),
        nommee_dans=tuple(e.chemin for e in endroits if e.sorte is Sorte.ARCHIVE and e.chemin not in recrits),
        recrits=recrits,
        endroits=tuple(e for e in endroits if e.chemin not in recrits),
    )


def apres(c: Contexte, prevu: Recu, endroits: Iterable[Endroit], recrits: Iterable[str]) -> Recu:
    """Le reçu de ce qui est fait : ce qui reste est ce qu'on vient de chercher, non ce qu'on prévoyait."""
    restent = tuple(endroits)
    return structs.replace(
        prevu,
        restes=tuple(_restes(c, prevu.id, prevu.archive, restent)),
        nommee_dans=tuple(e.chemin for e in restent if e.sorte is Sorte.ARCHIVE),
        recrits=tuple(recrits),
        endroits=restent,
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


def _restes(
    c: Contexte, ident: str, comptes: dict[str, int], endroits: tuple[Endroit, ...]
) -> Iterator[Reste]:
    nommee = any(e.sorte in (Sorte.ARCHIVE, Sorte.HISTOIRE) for e in endroits)
    if comptes:
        yield Reste(
            quoi=f"dans l'archive, {'' if nommee else 'sans nom : '}{dire_les_comptes(comptes)}",
            pourquoi="l'identifiant ne mène plus à personne ; les comptes du lieu restent justes",
            jusque="aussi longtemps que le lieu",
        )
    yield Reste(
        quoi="dans le registre : l'identifiant et le jour de l'effacement",
        pourquoi="pour que chaque poste efface à son tour, et que nul ne revienne par mégarde",
        jusque="aussi longtemps que le registre",
    )
    if moyeu.liee(c.registre.depot):
        yield Reste(
            quoi="au moyeu, et sur chaque autre poste : tout ce qu'ils avaient d'elle",
            pourquoi="chacun efface quand il se synchronise ; un poste qui ne revient pas garde ce qu'il a",
            jusque="la prochaine synchronisation de ce poste, puis de chacun (tl synchroniser)",
        )
        # L'archive sait ce qu'est le moyeu ; au registre, qui se réécrit, aucun signe ne se retient.
        if c.archive.empreinte(moyeu.PARTAGE) and not moyeu.etait_garde(c.archive):
            yield Reste(
                quoi="au moyeu, qui ne garde rien : l'histoire d'avant, hors d'atteinte",
                pourquoi="un simple dépôt partagé n'ôte pas ce que plus rien n'atteint",
                jusque="le ménage de ce dépôt, ou un moyeu ouvert par : tl moyeu init",
            )
    if (c.lieu.racine / _CAISSE).exists():
        yield Reste(
            quoi=f"dans {_CAISSE}/, sur ce poste : ce que le trésorier y garde",
            pourquoi="ce poste ne le lit pas",
            jusque="ce qu'en dit le trésorier : tl finance rgpd effacer",
        )
    for dossier in sorted(c.lieu.racine.parent.glob(f"donnees-{ident}-*")):
        yield Reste(
            quoi=f"dans {dossier}", pourquoi="tout y est : il fut fait pour elle", jusque="qu'on l'ôte"
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
    yield Reste(
        quoi="dans les tableaux sortis du lieu avec leurs noms (tl exporter --avec-noms)",
        pourquoi="le lieu ne sait pas où ils sont",
        jusque="qu'on les ôte",
    )


#: Par sorte d'endroit : où l'on en est, et ce qu'on peut y faire.
_DITS = {
    Sorte.ARCHIVE: ("dans l'archive, aujourd'hui", "la corriger à la main, puis : tl enregistrer"),
    Sorte.HISTOIRE: ("dans l'histoire de l'archive", "elle ne se réécrit pas ; sur chaque poste et au moyeu"),
    Sorte.FICHE: (
        "dans la fiche d'une autre personne, qui porte ce nom ou ce contact",
        "si c'est elle : tl accueil personne fusionner, ou l'effacer aussi",
    ),
    Sorte.REGISTRE: ("dans le registre", "l'y ôter à la main, puis : tl enregistrer"),
    Sorte.SORTIE: ("dans ce que l'outil ou une main a produit", "le refaire (tl prog publier), ou l'ôter"),
    Sorte.AUTRE: ("dans des fichiers que l'archive ne suit pas", "les ôter à la main"),
    Sorte.ILLISIBLE: ("peut-être dans des fichiers qui ne se lisent pas", "y regarder"),
}
#: Ce qu'un écran montre d'endroits de même sorte ; le reçu gardé les dit tous.
_MONTRES = 8


def dire_les_endroits(endroits: Iterable[Endroit], combien: int = _MONTRES) -> Iterator[str]:
    """Chaque sorte d'endroit, ce qui s'y trouve, et ce qu'on peut y faire."""
    par_sorte: dict[Sorte, list[Endroit]] = {}
    for endroit in endroits:
        par_sorte.setdefault(endroit.sorte, []).append(endroit)
    for sorte, (ou, remede) in _DITS.items():
        if trouves := par_sorte.get(sorte):
            yield f"  · {ou} :"
            for e in trouves[:combien]:
                yield f"      {e.chemin}{'' if e.sur else ' (un mot qui pourrait être le sien)'}"
            if (reste := len(trouves) - combien) > 0:
                yield f"      … et {reste} autre{'s' * (reste > 1)} (tous : --json, ou --recu)"
            yield f"      → {remede}"


def lignes(c: Contexte, recu: Recu, *, fait: bool) -> Iterator[str]:
    """Le reçu en phrases."""
    yield f"{'Effacés' if fait else 'Seront effacés'}, histoire comprise : {', '.join(recu.efface)}."
    if recu.recrits:
        quand = "est devenu" if fait else "deviendra"
        yield f"Dans l'archive, son nom {quand} @{tel_quel(recu.id)} : {', '.join(recu.recrits)}."
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
    if recu.endroits:
        yield (
            "Son nom, ou un mot qui pourrait l'être, se lit encore :" if fait else "Son nom se lira encore :"
        )
        yield from dire_les_endroits(recu.endroits)


def _dire_la_fin(d: Fin) -> str:
    return "détruit." if d.detruit else f"gardé, {d.pourquoi} ; jusqu'à : {d.jusque}."


def page(c: Contexte, recu: Recu, opaque: Callable[[str], str]) -> str:
    """Le reçu à garder ou à remettre, en Markdown ; `opaque` : un chemin dit parfois un nom."""
    jour = temps.dire_jour(c.horloge.aujourdhui())
    restes = "".join(f"| {r.quoi} | {r.pourquoi} | {r.jusque} |\n" for r in recu.restes)
    restes += "".join(
        f"| le document « {d.titre} » | {d.pourquoi} | {d.jusque} |\n"
        for d in recu.documents
        if not d.detruit
    )
    endroits = "\n".join(dire_les_endroits(recu.endroits, len(recu.endroits)))
    ailleurs = f"\nSon nom, ou un mot qui pourrait l'être, se lit encore :\n\n{opaque(endroits)}\n"
    return (
        f"# {c.lieu.reglages.nom} : reçu d'effacement\n\n"
        f"Le {jour}, la personne {recu.id} a été effacée du registre, à sa demande ou par la règle de "
        f"conservation du lieu : {', '.join(recu.efface)}. Chaque poste du lieu l'efface à sa prochaine "
        "synchronisation.\n\n"
        f"| ce qui reste | pourquoi | jusqu'à |\n|---|---|---|\n{restes}"
        f"{ailleurs if recu.endroits else ''}"
    )
