"""La page de manuel (« man tl »), engendrée des commandes elles-mêmes : elle dit ce que dit `--help`."""

from __future__ import annotations

from collections.abc import Iterator

from typer._click.core import Command, Context

from tiers_lieu_cli import __version__
from tiers_lieu_cli.noyau.ecran.aide import Groupe
from tiers_lieu_cli.noyau.motif import motif

#: Rien n'y est replié d'avance : c'est au lecteur de man de le faire.
_LARGE = 10_000
_TITRE = motif(r"(Usage|Exemples|Arguments|Options|Commandes) ?:(.*)")
_COLONNES = motif(r"\s{2,}")


def page(racine: Context) -> str:
    """Toute la page, en roff."""
    groupe = racine.command
    assert isinstance(groupe, Groupe)
    lignes = [
        f'.TH TL 1 "" "tiers\\-lieu {_roff(__version__)}" "Manuel de la concierge"',
        ".ad l",
        ".nh",
        ".SH NOM",
        "tl, tiers\\-lieu \\- la boîte à outils de la concierge d'un tiers\\-lieu",
        ".SH SYNOPSIS",
        ".B tl",
        "[\\-\\-lieu DOSSIER] [\\-\\-au JOUR] COMMANDE \\fI...\\fR",
        ".SH DESCRIPTION",
        "Un lieu est un dossier de fiches, que ces commandes lisent et écrivent. Partout, \\-\\-help donne",
        "des exemples, \\-\\-json répond à un autre programme, et \\-\\-essai montre sans écrire.",
        ".SH COMMANDES",
        *_commandes(groupe, racine, ("tl",)),
        '.SH "CODES DE SORTIE"',
        "0 fait, 1 refusé, 2 mal dit, 11 le lieu est occupé.",
        ".SH ENVIRONNEMENT",
        ".TP",
        ".B TIERS_LIEU",
        "Le dossier du lieu, si l'on n'est pas dedans.",
        ".TP",
        ".B TIERS_LIEU_QUI",
        "Qui tient ce poste.",
    ]
    return "\n".join(lignes) + "\n"


def _commandes(groupe: Groupe, ctx: Context, avant: tuple[str, ...]) -> Iterator[str]:
    for nom in groupe.list_commands(ctx):
        commande = groupe.get_command(ctx, nom)
        chemin = (*avant, nom)
        if isinstance(commande, Groupe):
            yield from _commandes(commande, ctx, chemin)
        elif commande is not None:
            yield f".SS {_roff(' '.join(chemin))}"
            yield from _une(commande, " ".join(chemin))


def _une(commande: Command, chemin: str) -> Iterator[str]:
    """Ce que dit l'aide de cette commande, section par section."""
    ctx = Context(commande, info_name=chemin, terminal_width=_LARGE, max_content_width=_LARGE)
    section = ""
    for ligne in commande.get_help(ctx).splitlines():
        if titre := _TITRE.fullmatch(ligne):
            section = titre[1]
            if section == "Usage":
                yield f".B {_roff(titre[2].strip())}"
                yield ".br"
                section = ""
            elif section == "Exemples":
                yield ".PP"
        elif not ligne.strip():
            continue
        elif section in ("Arguments", "Options"):
            nom, *dit = _COLONNES.split(ligne.strip(), maxsplit=1)
            # Un nom trop long pour sa colonne est seul sur sa ligne ; ce qu'il fait vient dessous.
            if ligne.startswith("   "):
                nom, dit = "", [ligne.strip()]
            if nom:
                yield ".TP"
                yield f".B {_roff(nom)}"
            yield from map(_roff, dit)
        elif section == "Exemples":
            yield f".br\n{_roff(ligne.strip())}"
        else:
            yield _roff(ligne.strip())


def _roff(texte: str) -> str:
    """Le texte, dont rien n'est lu comme une commande de mise en page."""
    propre = texte.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{propre}" if propre.startswith((".", "'")) else propre
