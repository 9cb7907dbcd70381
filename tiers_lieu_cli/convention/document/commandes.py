"""`tl convention document` : ranger, retrouver, ouvrir, détruire ce que la maison garde."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.convention.convention import fiches as conventions
from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, PIECES, DocumentCite
from tiers_lieu_cli.convention.document import fiches, lecture, regles
from tiers_lieu_cli.convention.document.coffre import Coffre, DocumentAbime, DocumentAbsent
from tiers_lieu_cli.convention.document.modele import DOCUMENTS, Classe, Document, Sorte
from tiers_lieu_cli.convention.options import De, jour_libre, jour_passe
from tiers_lieu_cli.convention.partenaire.modele import PartenaireCite
from tiers_lieu_cli.noyau import sorties, texte, valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser
from tiers_lieu_cli.noyau.temps import temps

app = Application("Le coffre : ce que la maison garde, et jusqu'à quand.")
app.anciens["ajouter"] = "creer"


def _etiquettes(c: Contexte) -> list[tuple[str, str]]:
    return [(e, "") for e in sorted({e for d in DOCUMENTS.toutes(c.arbre).fiches for e in d.etiquettes})]


Lequel = Annotated[DocumentCite, typer.Argument(metavar="ID", help="Le document (Tab propose).")]


class _Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit d'un document qu'on range."""

    titre: Annotated[str, typer.Option("--titre", help="Ce qu'il est, en quelques mots.")] = ""
    sorte: Annotated[Sorte, typer.Option("--sorte", help="Sa sorte.")] = Sorte.AUTRE
    le: Annotated[str, typer.Option("--le", metavar="JOUR", help="Sa date ; sinon, aujourd'hui.")] = ""
    echeance: Annotated[str, typer.Option("--echeance", metavar="JOUR", help="Jusqu'à quand il vaut.")] = ""
    convention: De = ""
    partie: Annotated[
        list[PartenaireCite] | None, typer.Option("--partie", help="Un partenaire qu'il engage.")
    ] = None
    nomme: Annotated[list[PersonneCitee] | None, typer.Option("--nomme", help="Quelqu'un qu'il nomme.")] = (
        None
    )
    nominatif: Annotated[
        bool, typer.Option("--nominatif", help="Il nomme des gens, qu'on ne sait pas tous dire.")
    ] = False
    etiquette: Annotated[
        list[str] | None,
        typer.Option("--etiquette", help="De quoi le retrouver.", autocompletion=completion(_etiquettes)),
    ] = None
    classe: Annotated[
        Classe | None, typer.Option("--classe", help="Combien de temps le garder (regles/documents.yaml).")
    ] = None
    remplace: Annotated[
        DocumentCite, typer.Option("--remplace", metavar="ID", help="Celui qu'il remplace.")
    ] = ""
    comme: Annotated[
        str,
        typer.Option(
            "--comme",
            help="De la convention, ce qu'il est : attestation, ou paiement (sa preuve).",
            autocompletion=lambda: [*PIECES],
        ),
    ] = ""


_CLASSES = {
    Sorte.CONTRAT: Classe.CONTRAT,
    Sorte.ATTESTATION: Classe.ASSURANCE,
    Sorte.PROCES_VERBAL: Classe.TOUJOURS,
}


@app.ecrit("creer", dits=_Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    fichier: Annotated[Path, typer.Argument(help="Un PDF, une image, un document de bureau, un texte.")],
    dits: _Dits,
) -> Fait:
    """Ranger un document au coffre : le contenu hors de l'archive, sa fiche dedans.

    Le coffre va au moyeu avec `tl synchroniser`, et dans les sauvegardes. Ce qui nomme des gens se dit
    (--nomme, --nominatif) : effacer quelqu'un, ou lui rendre ce qu'on sait de lui, en tient compte.

    Exemples :
        tl convention document creer police.pdf --titre "Police incendie" --convention c-7k2m
        tl convention document creer attestation.pdf --convention c-7k2m --comme attestation
    """
    if dits.comme not in ("", *PIECES):
        raise ErreurUsage(f"« {dits.comme} » ne se dit pas ici.", "Écrire attestation, ou paiement.")
    if dits.comme and not dits.convention:
        raise ErreurUsage("De quelle convention ?", "Ajouter --convention (Tab propose).")
    liee = conventions.exiger(c.arbre, dits.convention) if dits.convention else None
    sorte = {"attestation": Sorte.ATTESTATION, "paiement": Sorte.PREUVE}.get(dits.comme, dits.sorte)
    parties = tuple(conventions.partenaire(c.arbre, p).id for p in dits.partie or ())
    neuf = Document(
        id="",
        titre=texte.ligne(dits.titre or fichier.stem, "Le titre"),
        empreinte="0" * 64,
        taille=0,
        suffixe="",
        le=jour_passe(c, dits.le),
        sorte=sorte,
        classe=dits.classe or _CLASSES.get(sorte, Classe.COURANT),
        echeance=jour_libre(c, dits.echeance) if dits.echeance else None,
        convention=liee.id if liee else "",
        parties=parties or ((liee.avec,) if liee else ()),
        nomme=tuple(c.registre.exiger(qui).id for qui in dits.nomme or ()),
        nominatif=dits.nominatif,
        etiquettes=tuple(
            texte.mot(texte.ligne(x, "Une étiquette"), "L'étiquette") for x in dits.etiquette or ()
        ),
        remplace=fiches.exiger(c.arbre, dits.remplace).id if dits.remplace else "",
    )
    pose = fiches.deposer(c, e, fichier, neuf)
    deja = [d for d in DOCUMENTS.toutes(c.arbre).fiches if d.empreinte == pose.empreinte and not d.detruit_le]
    _prouver(c, e, pose, {liee.id: {dits.comme}} if liee and dits.comme else {})
    return Fait(
        id=pose.id,
        action="convention.document.creer",
        histoire=f"Document rangé : {pose.titre}",
        phrase=f"« {pose.titre} » est au coffre ({texte.taille(pose.taille)}).",
        lignes=[f"  Le même contenu y était déjà : « {deja[0].titre} » ; il n'est gardé qu'une fois."]
        if deja
        else (),
        suite=f"tl convention document ouvrir {pose.id}",
    )


def _prouver(c: Contexte, e: Ecriture, pose: Document, demandes: Mapping[str, Set[str]]) -> None:
    """Ce document est la pièce qu'on dit, et celle dont il prend la place, dans toute convention."""
    for x in conventions.toutes(c.arbre):
        prises = {champ for champ in PIECES if pose.remplace and getattr(x, champ) == pose.remplace}
        if champs := prises | demandes.get(x.id, set()):
            CONVENTIONS.corriger(e, x, structs.replace(x, **dict.fromkeys(champs, pose.id)))


@app.ecrit("detruire", oui=True)
def detruire(
    c: Contexte,
    e: Ecriture,
    lequel: Lequel,
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi, si c'est avant son terme.")] = "",
) -> Fait:
    """Détruire un document, ici puis partout à la prochaine synchronisation ; sa fiche le dit.

    Exemple :
        tl convention document detruire 2026-11-24-police-incendie-7k2m --motif "numérisé deux fois"
    """
    d = fiches.exiger(c.arbre, lequel)
    if d.detruit_le:
        raise Echec(f"« {d.titre} » est détruit depuis le {temps.dire_jour(d.detruit_le)}.")
    jour = c.horloge.aujourdhui()
    fin = regles.terme(d, fiches.durees(c.arbre), fiches.sa_convention(c.arbre, d), jour)
    if not (fin and fin <= jour) and not motif:
        jusque = f"jusqu'au {temps.dire_jour(fin)}" if fin else "sans terme, ou tant que sa convention court"
        raise Echec(f"« {d.titre} » se garde {jusque}.", 'Le détruire quand même : --motif "…"')
    c.confirmer(f"Détruire « {d.titre} » ? Le contenu ne revient pas.")
    fiches.detruire(c, e, [d], texte.ligne(motif, "Le motif", vide=True) or "terme de conservation atteint")
    return Fait(
        id=d.id,
        action="convention.document.detruire",
        histoire=f"Document détruit : {d.titre}",
        phrase=f"« {d.titre} » est détruit.",
        lignes=["  Les sauvegardes d'avant le gardent : les remplacer."],
        suite="tl synchroniser",
    )


@app.lit("liste")
def liste(
    c: Contexte,
    convention: De = "",
    etiquette: Annotated[
        str, typer.Option("--etiquette", help="Avec celle-ci.", autocompletion=completion(_etiquettes))
    ] = "",
    tout: Annotated[bool, typer.Option("--tout", help="Aussi ceux qui sont détruits ou remplacés.")] = False,
    json: Json = False,
) -> None:
    """Les documents du coffre, le plus récent d'abord.

    Exemple :
        tl convention document liste --convention c-7k2m
    """
    recolte = DOCUMENTS.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    voulues = valeurs.filtrer(filter(None, [etiquette]), dict(_etiquettes(c)), "l'étiquette d'un document")
    de = conventions.exiger(c.arbre, convention).id if convention else ""
    anciens = regles.remplaces(recolte.fiches)
    vus = sorted(
        (
            d
            for d in recolte.fiches
            if de in ("", d.convention)
            and (not voulues or voulues & {*d.etiquettes})
            and (tout or not (d.detruit_le or d.id in anciens))
        ),
        key=lambda d: (d.le, d.id),
        reverse=True,
    )
    if json:
        c.ecran.json(vus)
        return
    if not vus:
        c.ecran.dire("Aucun document.  En ranger un : tl convention document creer --help")
        return
    jour = c.horloge.aujourdhui()
    c.ecran.tableau(
        [
            Colonne("le"),
            Colonne("quoi", Style.GRAS, cede=True),
            Colonne("", cede=True),
            Colonne(style=Style.PALE, cede=True),
        ],
        [(temps.dire_jour(d.le, jour), d.titre, _etat(c, d), d.id) for d in vus],
    )


def _etat(c: Contexte, d: Document) -> str:
    if d.detruit_le:
        return "DÉTRUIT"
    if Coffre.du_lieu(c.lieu.racine).taille(d.empreinte) is None:
        return "pas sur ce poste"
    return f"vaut jusqu'au {temps.dire_jour(d.echeance, c.horloge.aujourdhui())}" if d.echeance else ""


@app.lit("fiche")
def fiche(c: Contexte, lequel: Lequel, json: Json = False) -> None:
    """Un document : ce qu'il est, ce qu'il prouve, jusqu'à quand on le garde.

    Exemple :
        tl convention document fiche police-incendie
    """
    d, jour = fiches.exiger(c.arbre, lequel), c.horloge.aujourdhui()
    fin = regles.terme(d, fiches.durees(c.arbre), fiches.sa_convention(c.arbre, d), jour)
    if json:
        c.ecran.json({"fiche": d, "garder_jusqu_au": fin})
        return
    c.ecran.titre(d.titre, d.id)
    garde = f"{d.classe}, " + (
        f"jusqu'au {temps.dire_jour(fin, jour)}" if fin else "sans terme pour l'instant"
    )
    dits = [
        ("sorte", f"{valeurs.montrer(d.sorte)} ({d.suffixe[1:].upper()}, {texte.taille(d.taille)})"),
        ("du", temps.dire_jour(d.le, jour)),
        ("vaut jusqu'au", temps.dire_jour(d.echeance, jour) if d.echeance else ""),
        ("convention", d.convention),
        ("parties", ", ".join(conventions.noms(c.arbre).get(p, p) for p in d.parties)),
        ("nomme", ", ".join(d.nomme) or ("des gens" if d.nominatif else "")),
        ("étiquettes", ", ".join(d.etiquettes)),
        ("remplace", d.remplace),
        ("se garde", garde if not d.detruit_le else ""),
        ("détruit le", f"{temps.dire_jour(d.detruit_le, jour)} : {d.motif}" if d.detruit_le else ""),
        ("où", _etat(c, d)),
    ]
    c.ecran.tableau([Colonne(style=Style.PALE), Colonne(cede=True)], [x for x in dits if x[1]])


@app.lit("ouvrir")
def ouvrir(
    c: Contexte,
    lequel: Lequel,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="FICHIER", help="En écrire une copie, hors du lieu.")
    ] = None,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Ouvrir un document (ou en prendre une copie), une fois sûr qu'il est bien celui qu'on a rangé.

    Exemples :
        tl convention document ouvrir police-incendie
        tl convention document ouvrir police-incendie --sortie ~/police.pdf
    """
    d = fiches.exiger(c.arbre, lequel)
    coffre = Coffre.du_lieu(c.lieu.racine)
    if d.detruit_le:
        raise Echec(f"« {d.titre} » est détruit depuis le {temps.dire_jour(d.detruit_le)} ({d.motif}).")
    if coffre.taille(d.empreinte) is None:
        raise DocumentAbsent(d.titre)
    if not coffre.est_intact(d.empreinte):
        raise DocumentAbime(d.empreinte)
    chemin = coffre.fichier(d.empreinte)
    if sortie is None and c.ecran.interactif and not json:
        # Une copie, sous son vrai nom : ce qu'un programme y changerait n'atteint pas le coffre.
        sortie = Path(tempfile.mkdtemp(prefix="tiers-lieu-")) / f"{d.id}{d.suffixe}"
        sortie.write_bytes(chemin.read_bytes())
        sortie.chmod(0o400)
        _montrer(sortie)
    elif sortie is not None:
        sortie = sorties.ecrire(c, sortie, chemin.read_bytes(), ecraser=ecraser, noms=d.est_nominatif)
    if json:
        c.ecran.json({"document": d.id, "fichier": str(sortie or chemin)})
    else:
        c.ecran.dire(f"« {d.titre} » : {sortie or chemin}")


def _montrer(copie: Path) -> None:
    """Le programme de ce poste qui montre ces fichiers ; s'il n'y en a pas, le chemin suffit."""
    if sys.platform == "win32":
        os.startfile(copie)  # noqa: S606  (une copie à nous, sous son vrai nom)
        return
    lanceur = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        subprocess.Popen([lanceur, str(copie)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return


@app.lit("chercher")
def chercher(
    c: Contexte,
    mots: Annotated[list[str], typer.Argument(help="Des mots du titre, des étiquettes, du texte.")],
    json: Json = False,
) -> None:
    """Retrouver un document par ce qu'il dit ; un PDF est lu une fois, puis se retrouve vite.

    Exemple :
        tl convention document chercher incendie franchise
    """
    noms, coffre = conventions.noms(c.arbre), Coffre.du_lieu(c.lieu.racine)
    connus = [d for d in DOCUMENTS.toutes(c.arbre).fiches if not d.detruit_le]
    trouves = sorted(
        filter(
            None,
            (
                regles.chercher(mots, d, lecture.texte(coffre, d), [noms.get(p, p) for p in d.parties])
                for d in c.ecran.avancer(connus, "Lecture")
            ),
        ),
        key=lambda t: (t.rang, t.document.id),
    )
    if json:
        c.ecran.json(trouves)
        return
    if not trouves:
        c.ecran.dire(f"Aucun document ne dit « {' '.join(mots)} ».  Les voir : tl convention document liste")
        return
    for t in trouves:
        c.ecran.dire(f"{t.document.titre}, {temps.dire_jour(t.document.le, c.horloge.aujourdhui())}")
        if t.extrait:
            c.ecran.dire(f"    {t.extrait}")
        c.ecran.dire(f"    tl convention document ouvrir {t.document.id}")
