"""L'assemblage : les groupes de commandes, et le seul endroit où un échec devient un code de sortie."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from msgspec import structs
from typer._click import exceptions as fautes

from tiers_lieu_cli import __version__
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte, Poste, poste
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import CodeSortie, Echec, Lecture, SaisieAmbigue
from tiers_lieu_cli.noyau.ecran import aide, mots_de_typer
from tiers_lieu_cli.noyau.ecran.ecran import A_DEFAUT, Ecran, SortieImpossible

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
    from tiers_lieu_cli.noyau.fait import Fait

_PAQUET = "tiers_lieu_cli"
#: Ce que typer rend quand on l'interrompt (Ctrl-C).
_INTERROMPU = 130


app = aide.Application(
    """La boîte à outils de la concierge d'un tiers-lieu.

    Exemples :
        tl journal noter "Livraison de bois, @karim l'a reçue #atelier"
        tl prog evenement creer "Atelier vélo" --quand "mardi 18h30-20h" --salle cour
        tl prog semaine
    """
)
app.differer("aujourdhui", "La journée d'un coup d'œil.", f"{_PAQUET}.ensemble.aujourdhui:app")
app.differer("journal", "Noter le quotidien, relire un jour.", f"{_PAQUET}.journal.commandes:app")
app.differer("prog", "Le programme : événements, semaine, agenda.", f"{_PAQUET}.prog.commandes:app")
app.differer("accueil", "Les gens, qui passe, les besoins et les liens.", f"{_PAQUET}.accueil.commandes:app")
app.differer(
    "courrier", "Le courrier reçu : l'accepter, y répondre.", f"{_PAQUET}.ensemble.courrier.commandes:app"
)
app.differer("espace", "Les salles.", f"{_PAQUET}.espace.commandes:app")
app.differer("stock", "Ce qui se consomme, ce qui se prête.", f"{_PAQUET}.stock.commandes:app")
app.differer("convention", "Ce qui lie la maison, et jusqu'à quand.", f"{_PAQUET}.convention.commandes:app")
app.differer("importer", "Faire entrer un agenda, un tableau.", f"{_PAQUET}.ensemble.echanges.commandes:app")
app.differer("exporter", "Tout sortir : tableur, JSON, analyse.", f"{_PAQUET}.ensemble.echanges.exporter:app")
app.differer(
    "federation", "Ce que les autres maisons publient.", f"{_PAQUET}.ensemble.federation.commandes:app"
)
app.differer("site", "Le site public de la maison.", f"{_PAQUET}.ensemble.site.commandes:app")
app.differer("gabarit", "Les mises en page de la maison.", f"{_PAQUET}.ensemble.gabarits:app")
app.differer("regles", "La charte et les règles.", f"{_PAQUET}.ensemble.regles_de_la_maison:app")
app.differer("bilan", "Le rapport d'activité du lieu.", f"{_PAQUET}.ensemble.bilan.commandes:app")
app.differer("verifier", "Tout relire, dire ce qui ne va pas.", f"{_PAQUET}.ensemble.verifier:app")
app.differer("enregistrer", "Enregistrer ce qu'on a écrit à la main.", f"{_PAQUET}.ensemble.enregistrer:app")
app.differer("reprise", "Reprendre ce qu'une panne a interrompu.", f"{_PAQUET}.ensemble.reprise:app")
app.differer(
    "chercher", "Chercher partout : gens, notes, salles…", f"{_PAQUET}.ensemble.chercher.commandes:app"
)
app.differer("historique", "Ce qui s'est fait, en phrases.", f"{_PAQUET}.ensemble.historique:app")
app.differer("defaire", "Défaire la dernière action, ou une autre.", f"{_PAQUET}.ensemble.defaire:app")
app.anciens["annuler"] = "defaire"
app.differer(
    "synchroniser", "Mettre ce poste et les autres en commun.", f"{_PAQUET}.ensemble.synchroniser:app"
)
app.differer("trancher", "Choisir entre deux versions d'une chose.", f"{_PAQUET}.ensemble.trancher:app")
app.differer("moyeu", "L'endroit où les postes se retrouvent.", f"{_PAQUET}.ensemble.moyeu:app")
app.differer(
    "sauvegarder", "Tout mettre dans un fichier chiffré.", f"{_PAQUET}.ensemble.sauvegarde:sauvegarder_app"
)
app.differer(
    "restaurer", "Retrouver un lieu depuis une sauvegarde.", f"{_PAQUET}.ensemble.sauvegarde:restaurer_app"
)
app.differer(
    "donnees", "Ce que le lieu sait des gens : rendre, effacer.", f"{_PAQUET}.ensemble.donnees.commandes:app"
)
app.differer("faits", "Ce que le lieu dit au trésorier.", f"{_PAQUET}.ensemble.faits.commandes:app")
app.differer(
    "retour", "Ce que le trésorier répond au lieu.", f"{_PAQUET}.ensemble.faits.retour_commandes:app"
)
if find_spec("saxonche") and find_spec("facturx"):
    # La caisse n'existe que chez le trésorier, qui a installé de quoi la tenir (extra « finance »).
    app.differer("finance", "La caisse, pour le trésorier seul.", f"{_PAQUET}.finance.commandes:app")
app.differer("init", "Ouvrir un nouveau lieu.", f"{_PAQUET}.ensemble.ouverture:app")
app.differer("lieu", "Les réglages du lieu : nom, adresse, heures…", f"{_PAQUET}.ensemble.reglages:app")
app.differer("adopter", "Reprendre un lieu reçu, sans rien y lancer.", f"{_PAQUET}.ensemble.adopter:app")
app.differer("demo", "Bâtir un lieu de démonstration et y passer un matin.", f"{_PAQUET}.ensemble.demo:app")
app.differer(
    "apprendre", "Apprendre en faisant, sur un lieu inventé.", f"{_PAQUET}.ensemble.apprendre.commandes:app"
)
app.differer("aide", "Trouver une commande par ce qu'elle fait.", f"{_PAQUET}.ensemble.aide:app")
app.differer("completion", "Apprendre la touche Tab au terminal.", f"{_PAQUET}.ensemble.completion:app")
#: Dans l'ordre d'une journée.
app.themes = {
    "Accueillir": ("aujourdhui", "accueil", "courrier"),
    "Programmer": ("prog",),
    "Faire savoir": (
        "site",
        "gabarit",
    ),
    "Les salles, le matériel": ("espace", "stock"),
    "Noter, retrouver": ("journal", "regles", "bilan", "chercher", "historique", "defaire"),
    "S'engager": ("convention",),
    "Transmettre": ("synchroniser", "trancher", "moyeu", "sauvegarder", "restaurer", "adopter"),
    "Faire entrer, faire sortir": ("importer", "exporter", "federation"),
    "Vérifier, régler": (
        "verifier",
        "enregistrer",
        "reprise",
        "donnees",
        "init",
        "lieu",
        "completion",
        "aide",
        "apprendre",
        "demo",
    ),
    "Le trésorier": ("faits", "retour", "finance"),
}


def _dire_la_version(demandee: bool) -> None:
    if demandee:
        Ecran.du_terminal(os.environ).dire(f"tiers-lieu {__version__}")
        raise typer.Exit


@app.callback()
def racine(
    ctx: typer.Context,
    lieu: Annotated[
        Path | None,
        typer.Option("--lieu", metavar="DOSSIER", help="Le dossier du lieu, si on n'est pas dedans."),
    ] = None,
    au: Annotated[
        str,
        typer.Option("--au", metavar="JOUR", help="Voir le lieu tel qu'il était ce jour-là au soir."),
    ] = "",
    version: Annotated[  # noqa: ARG001  (dite avant que la commande ne soit cherchée)
        bool,
        typer.Option(
            "--version", help="Dire la version de l'outil.", is_eager=True, callback=_dire_la_version
        ),
    ] = False,
) -> None:
    """Ce qui se dit avant le nom de la commande."""
    ctx.obj = structs.replace(poste(ctx), dossier=lieu, au=au)


def principal(arguments: list[str] | None = None) -> NoReturn:
    """Point d'entrée : lance la commande, et change un échec en phrase et en code."""
    systeme.preparer_les_flux(A_DEFAUT)
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        code = executer(arguments, Path(sys.argv[0]).name.replace("__main__.py", "tl"))
    except SystemExit as fin:
        # La complétion finit ainsi.
        code = fin.code if isinstance(fin.code, int) else CodeSortie.FAIT
    except Exception as faute:  # noqa: BLE001  (une trace n'est pas pour la concierge)
        code = _avouer(faute, arguments)
    _rendre_la_main(code)


def _avouer(faute: Exception, arguments: list[str]) -> int:
    """Dire que l'outil s'est trompé."""
    from tiers_lieu_cli.noyau import bogue

    ecran = Ecran.du_terminal(os.environ)
    with suppress(SortieImpossible):
        _refuser(ecran, bogue.retenir(faute), arguments)
        ecran.finir()
    return CodeSortie.BOGUE


def _rendre_la_main(code: int) -> NoReturn:
    """Finir sans défaire l'interpréteur : le dixième d'une commande y passerait, le système reprend tout."""
    for flux in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            flux.flush()
    os._exit(code)


def executer(arguments: list[str], nom: str = "tl") -> int:
    """Lancer une commande, tout dire, et rendre son code de sortie.

    Ce qui est enregistré l'est, que l'écran ait pu le dire ou non : le code n'en dépend pas.
    """
    ecran = Ecran.du_terminal(os.environ)
    try:
        try:
            code = _lancer(arguments, nom, ecran)
            for dire in ecran.a_la_fin:
                dire()
        except BaseException as faute:
            if not _nee_d_une_interruption(faute):
                raise
            code = _refuser(ecran, _interruption(ecran), arguments)
        ecran.finir()
    except SortieImpossible as impossible:
        if ecran.acquis or impossible.sans_personne:
            return CodeSortie.FAIT if ecran.acquis else CodeSortie.REFUS
        with suppress(SortieImpossible):
            ecran.refuser(impossible)
            ecran.finir()
        return CodeSortie.REFUS
    return code


def _nee_d_une_interruption(faute: BaseException | None) -> bool:
    """Cette faute est-elle née d'un Ctrl-C ? Une bibliothèque qu'il surprend finit parfois par une autre."""
    while faute is not None and not isinstance(faute, KeyboardInterrupt):
        faute = faute.__cause__ or faute.__context__
    return faute is not None


def _lancer(arguments: list[str], nom: str, ecran: Ecran) -> int:
    if f"_{nom.upper().replace('-', '_')}_COMPLETE" in os.environ:
        from tiers_lieu_cli.noyau.ecran import completer

        completer.preparer()
    try:
        rendu = aide.batir(app).main(
            arguments,
            prog_name=nom,
            standalone_mode=False,
            obj=Poste(ecran=ecran, tapee=(nom, *arguments), genres=GENRES, prevenir=_prevenir),
        )
    except fautes.NoArgsIsHelpError as faute:
        ecran.dire(faute.message)
        return CodeSortie.USAGE
    except SaisieAmbigue as ambigue:
        return _trancher(ambigue, arguments, nom, ecran)
    except (fautes.MissingParameter, fautes.BadOptionUsage) as faute:
        return _demander(faute, arguments, nom, ecran)
    except (Echec, GitRefuse, fautes.ClickException, typer.Abort, OSError) as faute:
        if isinstance(faute, SortieImpossible):
            raise
        return _refuser(ecran, _en_phrase(faute, ecran), arguments)
    if rendu == _INTERROMPU:
        if ecran.interactif:
            ecran.avertir("")
        return _refuser(ecran, _interruption(ecran), arguments)
    return int(rendu) if isinstance(rendu, int) else CodeSortie.FAIT


def _demander(faute: fautes.ClickException, arguments: list[str], nom: str, ecran: Ecran) -> int:
    """Demander ce qui manque à la commande, puis la faire ; sans personne pour répondre, refuser."""
    manque = mots_de_typer.manquant(faute) if ecran.interactif and "--json" not in arguments else None
    dit = ""
    if manque and manque.choix:
        rang = ecran.choisir(manque.question, manque.choix)
        dit = "" if rang is None else manque.choix[rang]
    elif manque:
        dit = ecran.demander(manque.question)
    if not (manque and dit):
        return _refuser(ecran, _en_phrase(faute, ecran), arguments)
    return _lancer([*arguments, *filter(None, [manque.option]), dit], nom, ecran)


def _en_phrase(faute: Exception, ecran: Ecran) -> Echec:
    """Ce qui n'a pas marché, dit en français ; vrai aussi quand une action est déjà enregistrée."""
    if isinstance(faute, Echec):
        return faute
    if isinstance(faute, fautes.ClickException):
        return mots_de_typer.en_francais(faute)
    if isinstance(faute, GitRefuse):
        return git.expliquer(faute)
    if isinstance(faute, OSError):
        # Un dossier fermé, un disque plein, un nom impossible : le système a dit pourquoi.
        ou = faute.filename or "Un fichier"
        return Echec(f"{ou} : {systeme.raison(faute)}.", "Y remédier, puis refaire.")
    return _interruption(ecran)


def _interruption(ecran: Ecran) -> Echec:
    etat = "ce qui était fait est enregistré" if ecran.acquis else "rien n'a été enregistré"
    return Echec(f"Interrompu ; {etat}.")


def _refuser(ecran: Ecran, echec: Echec, arguments: list[str]) -> int:
    """Dire un refus à qui l'attend : une phrase, ou du JSON."""
    if {"--json", "--format=json"} & {*arguments} or ("--format", "json") in pairwise(arguments):
        ecran.json(echec.json)
    else:
        ecran.refuser(echec)
    return echec.code


def _trancher(ambigue: SaisieAmbigue, arguments: list[str], nom: str, ecran: Ecran) -> int:
    """Faire choisir le sens d'une saisie ; sans personne pour répondre, donner les commandes exactes."""
    versions = [_version(arguments, ambigue.texte, lecture) for lecture in ambigue.lectures]
    if arguments in versions:
        # Ce qui est douteux n'est pas dans la commande : il a été tapé ailleurs, dans l'éditeur ou un tube.
        ambigue.suites = tuple(f"{lu.libelle} : y écrire {lu.texte}" for lu in ambigue.lectures)
        return _refuser(ecran, ambigue, arguments)
    if ecran.interactif:
        choix = ecran.choisir(ambigue.fait, [lecture.libelle for lecture in ambigue.lectures])
        return CodeSortie.REFUS if choix is None else _lancer(versions[choix], nom, ecran)
    import shlex

    ambigue.suites = tuple(
        f"{lecture.libelle} : {shlex.join([nom, *version])}"
        for lecture, version in zip(ambigue.lectures, versions, strict=True)
    )
    return _refuser(ecran, ambigue, arguments)


def _prevenir(
    c: Contexte, e: Ecriture, fait: Fait, brouillon: Path | None, *, tout: bool
) -> Callable[[], None]:
    from tiers_lieu_cli.ensemble import prevenir

    return prevenir.apres(c, e, fait, brouillon, tout=tout)


def _version(arguments: list[str], douteux: str, lecture: Lecture) -> list[str]:
    """Les arguments, dits comme cette lecture les comprend."""
    dits = _a_la_place(arguments, douteux, lecture.texte) if douteux else arguments
    return [*dits, *lecture.options]


def _a_la_place(arguments: list[str], texte: str, lecture: str) -> list[str]:
    """Les mêmes arguments, où seul celui qui était douteux change ; la prose, si c'est elle, au mot près."""
    entier = {texte: lecture} | {f"--{a}={texte}": f"--{a}={lecture}" for a in _options(arguments)}
    if not entier.keys().isdisjoint(arguments):
        return [entier.get(argument, argument) for argument in arguments]
    mot = re.compile(rf"(?<!\w){re.escape(texte)}(?!\w)")
    return [mot.sub(lambda _: lecture, argument) for argument in arguments]


def _options(arguments: list[str]) -> list[str]:
    return [a.removeprefix("--").partition("=")[0] for a in arguments if a.startswith("--") and "=" in a]
