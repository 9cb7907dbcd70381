"""L'habillage français des commandes : l'aide, ses exemples, et les fautes de frappe.

typer parle anglais ; ici seulement, on le fait parler français. Une commande écrit
ses exemples dans sa docstring, après une ligne « Exemple : ».
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import typer
from typer._click import exceptions as fautes
from typer._click.core import Command, Context, Parameter
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup
from typer.models import Default

from tiers_lieu_cli.noyau.echecs import ErreurUsage

_EXEMPLE = re.compile(r"^Exemples? :$", re.MULTILINE)
_NOMS_DE_L_AIDE = {"help_option_names": ["--help", "-h"], "max_content_width": 100}

Fonction = TypeVar("Fonction", bound=Callable[..., Any])


class _EnFrancais(Command):
    """Ce que commandes et groupes ont en commun : une aide en français."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Usage, phrase, exemples, arguments, options, commandes."""
        usage = _valeurs(" ".join(self.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, usage, "Usage : ")
        texte, _, exemples = _couper(self.help or "")
        formatter.write_paragraph()
        formatter.write_text(texte)
        if exemples:
            formatter.write_heading("\nExemples ")
            for ligne in exemples.strip("\n").splitlines():
                formatter.write(f"  {ligne.strip()}\n")
        self._sections(ctx, formatter)

    def _sections(self, ctx: Context, formatter: HelpFormatter) -> None:
        for titre, sorte in (("Arguments ", "argument"), ("Options ", "option")):
            lignes = [
                (_valeurs(nom if sorte == "option" else nom.upper()), _francais(aide))
                for param in self.get_params(ctx)
                if param.param_type_name == sorte
                for nom, aide in [param.get_help_record(ctx) or ("", "")]
                if nom
            ]
            if lignes:
                with formatter.section(titre):
                    formatter.write_dl(lignes)


def _couper(aide: str) -> tuple[str, str, str]:
    texte = inspect.cleandoc(aide)
    trouve = _EXEMPLE.search(texte)
    if not trouve:
        return texte, "", ""
    return texte[: trouve.start()].strip(), trouve[0], texte[trouve.end() :]


_VALEURS = {"<str>": "TEXTE", "<int>": "NOMBRE", "<path>": "FICHIER", "<int range>": "NOMBRE"}


def _valeurs(usage: str) -> str:
    """Les valeurs attendues, en français et en capitales."""
    for anglais, francais in _VALEURS.items():
        usage = usage.replace(anglais, francais)
    return re.sub(r"\{(\w+)\}", lambda nom: nom[1].upper(), usage)


def _francais(aide: str) -> str:
    if aide == "Show this message and exit.":
        return "Montrer cette aide."
    aide = aide.replace("[required]", "").replace("[default: ", "[sinon : ")
    return aide.replace("; required]", "]").rstrip()


class Commande(_EnFrancais, TyperCommand):
    """Une commande."""


class Groupe(_EnFrancais, TyperGroup):
    """Un groupe de commandes."""

    def _sections(self, ctx: Context, formatter: HelpFormatter) -> None:
        super()._sections(ctx, formatter)
        with formatter.section("Commandes "):
            formatter.write_dl([(nom, self.resume(ctx, nom)) for nom in self.list_commands(ctx)])

    def resume(self, ctx: Context, nom: str) -> str:
        """La première phrase de l'aide d'une commande."""
        commande = self.get_command(ctx, nom)
        return _couper(commande.help or "")[0].split("\n\n")[0].replace("\n", " ") if commande else ""

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """La commande de ce nom ; `aujourd'hui` et `aujourdhui` sont le même mot."""
        return super().get_command(ctx, cmd_name.replace("'", "").replace("’", ""))


class GroupeParesseux(Groupe):
    """Un groupe dont chaque commande n'est importée que si on l'appelle.

    `paresseuses` : nom → (résumé, « module:application »).
    """

    paresseuses: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def list_commands(self, ctx: Context) -> list[str]:
        """Les noms, dans l'ordre où on les a écrits."""
        return [*self.paresseuses, *self.commands]

    def resume(self, ctx: Context, nom: str) -> str:
        """Le résumé, sans importer la commande."""
        return self.paresseuses[nom][0] if nom in self.paresseuses else super().resume(ctx, nom)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Importer et bâtir la commande."""
        cmd_name = cmd_name.replace("'", "").replace("’", "")
        if cmd_name not in self.paresseuses:
            return super().get_command(ctx, cmd_name)
        module, _, nom = self.paresseuses[cmd_name][1].partition(":")
        commande = batir(getattr(importlib.import_module(module), nom))
        commande.name = cmd_name
        return commande

    def shell_complete(self, ctx: Context, incomplete: str) -> list[Any]:
        """Compléter un nom de commande sans en importer aucune."""
        from typer._click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(nom, help=self.resume(ctx, nom))
            for nom in self.list_commands(ctx)
            if nom.startswith(incomplete)
        ]


class Application(typer.Typer):
    """Des commandes de la maison : en français, sans habillage coûteux.

    Avec une `aide` ou un `groupe`, c'est un groupe, n'eût-il qu'une commande ; sinon, une commande.
    """

    def __init__(self, aide: str | None = None, groupe: type[Groupe] = Groupe) -> None:
        self.est_un_groupe = aide is not None or groupe is not Groupe
        super().__init__(
            cls=groupe,
            help=Default(None) if aide is None else aide,
            no_args_is_help=True,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            context_settings=dict(_NOMS_DE_L_AIDE),
            subcommand_metavar="COMMANDE…",
            options_metavar="[OPTIONS]",
        )

    def action(self, nom: str) -> Callable[[Fonction], Fonction]:
        """Ajouter une commande ; sa docstring est son aide."""
        return self.command(nom, cls=Commande, context_settings=dict(_NOMS_DE_L_AIDE))


def batir(application: Application) -> Command:
    """La commande ou le groupe que cette application décrit."""
    if application.est_un_groupe:
        return typer.main.get_group(application)
    return typer.main.get_command(application)


def en_francais(faute: fautes.ClickException) -> ErreurUsage:
    """La faute de frappe que typer a vue, dite en français avec son remède."""
    ctx = getattr(faute, "ctx", None)
    remede = f"Voir : {ctx.command_path} --help" if ctx else ""
    return ErreurUsage(_dire(faute), remede)


def _dire(faute: fautes.ClickException) -> str:
    if isinstance(faute, fautes.NoSuchOption):
        proches = f" Voulait-on {' ou '.join(faute.possibilities)} ?" if faute.possibilities else ""
        return f"L'option {faute.option_name} n'existe pas.{proches}"
    if isinstance(faute, fautes.MissingParameter):
        return f"Il manque {_nom(faute.param)}."
    if isinstance(faute, fautes.BadParameter):
        return f"{_nom(faute.param)} : {_traduire(faute.message)}"
    if isinstance(faute, fautes.BadOptionUsage):
        manque = "requires" in faute.message
        return f"L'option {faute.option_name} {'attend une valeur' if manque else 'ne prend pas de valeur'}."
    return _traduire(faute.message)


def _nom(param: Parameter | None) -> str:
    if param is None:
        return "une valeur"
    if param.param_type_name == "argument":
        return f"l'argument {param.human_readable_name.upper()}"
    return f"l'option {param.opts[0]}"


_PHRASES = (
    (r"No such command '(.*?)'\.(?: Did you mean (.*?)\?)?", r"La commande « \1 » n'existe pas."),
    (r"Missing command\.", "Il manque la commande à faire."),
    (
        r"Got unexpected extra argument\(?s?\)? \((.*)\)",
        r"« \1 » est de trop ; mettre les textes entre guillemets.",
    ),
    (r"'(.*)' is not a valid int(?:eger)?(?: range)?\.", r"« \1 » n'est pas un nombre entier."),
    (r"'(.*)' is not one of (.*)\.", r"« \1 » n'est pas l'un de : \2."),
    (r"(.*) is not in the range (.*)\.", r"\1 n'est pas dans les bornes \2."),
    (r".*'(.*)' does not exist\.", r"« \1 » n'existe pas."),
    (r".*'(.*)' is a directory\.", r"« \1 » est un dossier."),
)


def _traduire(message: str) -> str:
    for motif, phrase in _PHRASES:
        trouve = re.fullmatch(motif, message, re.DOTALL)
        if trouve:
            return trouve.expand(phrase)
    return message
