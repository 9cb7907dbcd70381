"""L'habillage français des commandes : l'aide, ses exemples, et les fautes de frappe.

typer parle anglais ; ici seulement, on le fait parler français. Une commande écrit
ses exemples dans sa docstring, après une ligne « Exemple : ».
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache, wraps
from typing import Any, TypeVar, get_type_hints

import msgspec
import typer
from msgspec import structs
from typer._click import exceptions as fautes
from typer._click import types
from typer._click.core import Command, Context, Parameter
from typer._click.formatting import HelpFormatter
from typer._types import TyperChoice
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_group
from typer.models import CommandInfo, TyperPath

from tiers_lieu_cli.noyau import texte, valeurs
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.mots_de_typer import aide_en_francais, en_capitales, nom_de
from tiers_lieu_cli.noyau.ecran.vocabulaire import ATTENDUS, traduire
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef

_EXEMPLE = motif(r"^Exemples? :$", re.MULTILINE)
_AIDE = ["--help", "-h"]
_NOMS_DE_L_AIDE = {"help_option_names": _AIDE, "max_content_width": 100}

Fonction = TypeVar("Fonction", bound=Callable[..., Any])


class _EnFrancais(Command):
    """Ce que commandes et groupes ont en commun : une aide en français, rien de deviné."""

    def make_parser(self, ctx: Context) -> Any:
        """L'analyseur de typer, qui ne laisse passer ni doublon, ni nombre ou nom de fichier douteux."""
        analyseur = super().make_parser(ctx)
        analyser = analyseur.parse_args

        def strictement(args: list[str]) -> tuple[dict[str, Any], list[str], list[Parameter]]:
            # Un groupe reçoit aussi les mots de la commande qu'il va nommer : elle seule les traduit.
            connus = self.params if isinstance(self, Commande) else ()
            traduits = traduire(ctx.command_path.partition(" ")[2], args, connus)
            try:
                dits, reste, ordre = analyser(traduits.mots)
            except fautes.BadOptionUsage as faute:
                faute.ctx = faute.ctx or ctx
                raise
            if not ctx.resilient_parsing:
                for phrase in traduits.phrases:
                    ctx.find_root().obj.ecran.avertir(phrase)
                self._exiger_une_fois(ordre)
                for param in self.params:
                    nom = param.name or ""
                    dits[nom] = _surs(param, traduits.completer(param, dits.get(nom)))
            return dits, reste, ordre

        analyseur.parse_args = strictement  # type: ignore[method-assign]
        return analyseur

    def _exiger_une_fois(self, ordre: list[Parameter]) -> None:
        for param in ordre:
            unique = param.param_type_name == "option" and not param.multiple
            if unique and sum(p is param for p in ordre) > 1:
                raise ErreurUsage(f"{nom_de(param)} est dite deux fois.", "N'en garder qu'une.")

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Usage, phrase, exemples, arguments, options, commandes."""
        usage = en_capitales(" ".join(self.collect_usage_pieces(ctx)))
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
                (en_capitales(nom if sorte == "option" else nom.upper()), aide_en_francais(aide))
                for param in self.get_params(ctx)
                if param.param_type_name == sorte
                for nom, aide in [param.get_help_record(ctx) or ("", "")]
                if nom
            ]
            if lignes:
                with formatter.section(titre):
                    formatter.write_dl(lignes)


def _surs(param: Parameter, valeur: Any) -> Any:
    """Un nombre s'écrit en chiffres ordinaires, un texte se voit, un fichier a un nom."""
    if isinstance(valeur, (list, tuple)):
        return type(valeur)(_surs(param, v) for v in valeur)
    if not isinstance(valeur, str):
        return valeur
    if isinstance(param.type, types.IntParamType):
        nombre = texte.entier(valeur)
        if nombre is None:
            fait = f"{nom_de(param)} : « {valeur} » n'est pas un nombre entier."
            raise ErreurUsage(fait, "L'écrire en chiffres, neuf au plus.")
        return str(nombre)
    if isinstance(param.type, TyperPath) and not (texte.est_visible(valeur) and valeur.isprintable()):
        fait = f"{nom_de(param)} : « {valeur} » n'est pas un nom de fichier ou de dossier."
        raise ErreurUsage(fait, "Le donner en toutes lettres ; « . » est le dossier où l'on est.")
    return texte.exiger_visible(valeur)


def _couper(aide: str) -> tuple[str, str, str]:
    texte = inspect.cleandoc(aide)
    trouve = _EXEMPLE.search(texte)
    if not trouve:
        return texte, "", ""
    return texte[: trouve.start()].strip(), trouve[0], texte[trouve.end() :]


class _Choix(TyperChoice[Any]):
    """Une valeur d'une liste fermée, montrée en français et tapée comme on la dit."""

    def normalize_choice(self, choice: Any, ctx: Context | None) -> str:
        """Comment la valeur se montre."""
        return valeurs.montrer(str(choice.value if isinstance(choice, Enum) else choice))

    def convert(self, value: Any, param: Parameter | None, ctx: Context | None) -> Any:
        """La valeur dite, accents, capitales et accord mis à part."""
        permises = {str(c.value if isinstance(c, Enum) else c): c for c in self.choices}
        dite = str(value.value if isinstance(value, Enum) else value)
        ou = param.opts[0] if param and param.param_type_name == "option" else "cet argument"
        return permises[valeurs.exiger(dite, valeurs.fermee(permises), f"une valeur de {ou}")]

    def shell_complete(self, ctx: Context, param: Parameter, incomplete: str) -> list[Any]:
        """Les valeurs qui commencent ainsi, avec ou sans leurs accents."""
        from typer._click.shell_completion import CompletionItem

        montrees = (self.normalize_choice(c, ctx) for c in self.choices)
        return [CompletionItem(m) for m in montrees if clef(m).startswith(clef(incomplete))]


class Commande(_EnFrancais, TyperCommand):
    """Une commande."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            if param.param_type_name == "option" and (attendu := ATTENDUS.get(param.opts[0])):
                param.metavar = attendu
            if type(param.type) is TyperChoice:
                param.type = _Choix(param.type.choices)

    def invoke(self, ctx: Context) -> Any:
        """La commande, dont un refus ne propose que ses options."""
        try:
            return super().invoke(ctx)
        except Echec as refus:
            refus.selon([p.opts[0] for p in self.params if p.param_type_name == "option"])
            raise


class Differee(msgspec.Struct, frozen=True):
    """Une commande dont le module (« module:application ») n'est importé que si on l'appelle."""

    resume: str
    ou: str


class APreparer(msgspec.Struct, frozen=True):
    """Une commande du même module, dont la signature n'est étudiée que si on l'appelle."""

    aide: str
    preparer: Callable[[], CommandInfo]


Entree = CommandInfo | Differee | APreparer


#: Ce que d'autres outils disent, et ce que la maison dit.
_VERBES = {
    "ajouter": "creer",
    "nouveau": "creer",
    "nouvelle": "creer",
    "lister": "liste",
    "voir": "fiche",
    "montrer": "fiche",
    "changer": "modifier",
    "supprimer": "annuler",
    "retirer": "annuler",
}


class CommandeInconnue(ErreurUsage):
    """Aucune commande n'a ce nom ; on propose celles qu'on voulait peut-être."""

    def __init__(self, chemin: str, nom: str, proches: Sequence[str]) -> None:
        super().__init__(
            f"La commande « {nom} » n'existe pas."
            + (f" Voulait-on {' ou '.join(f'« {p} »' for p in proches)} ?" if proches else ""),
            f"Toutes celles d'ici : {chemin} --help · par ce qu'elles font : tl aide",
        )


class Groupe(_EnFrancais, TyperGroup):
    """Un groupe dont chaque commande n'est bâtie que si on l'appelle."""

    entrees: Mapping[str, Entree | Application] = {}
    #: Les mots d'avant, qui marchent encore, et celui d'aujourd'hui.
    anciens: Mapping[str, str] = {}
    #: Dans l'aide, les titres et les commandes qu'ils réunissent ; vide : toutes ensemble.
    themes: Mapping[str, Sequence[str]] = {}
    #: La commande que dit le nom du groupe seul.
    defaut = ""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """« tl site --sortie DOSSIER » est « tl site batir --sortie DOSSIER »."""
        seul = not args or (args[0].startswith("-") and args[0] not in _AIDE)
        return super().parse_args(ctx, [self.defaut, *args] if self.defaut and seul else args)

    def list_commands(self, ctx: Context) -> list[str]:
        """Les noms, dans l'ordre où on les a écrits."""
        return list(self.entrees)

    def resume(self, nom: str) -> str:
        """La première phrase de l'aide d'une commande, sans la bâtir."""
        entree = self.entrees[nom]
        if isinstance(entree, Differee):
            return entree.resume
        texte = inspect.getdoc(entree.callback) if isinstance(entree, CommandInfo) else entree.aide
        return _couper(texte or "")[0].split("\n\n")[0].replace("\n", " ")

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Bâtir la commande de ce nom ; `aujourd'hui` et `aujourdhui` sont le même mot."""
        nom = cmd_name.replace("'", "").replace("’", "")
        if nom in self.anciens and not ctx.resilient_parsing:
            nom = self.anciens[nom]
            # Le poste, que la racine porte : c'est son écran qui parle.
            ctx.find_root().obj.ecran.avertir(
                f"« {cmd_name} » s'appelle maintenant « {nom} » ; c'est ce qui est fait."
            )
        entree = self.entrees.get(nom)
        if entree is None:
            if ctx.resilient_parsing:
                return None
            raise CommandeInconnue(ctx.command_path, cmd_name, self.proches(ctx, nom))
        if isinstance(entree, Differee):
            module, _, objet = entree.ou.partition(":")
            entree = getattr(importlib.import_module(module), objet)
        commande = batir(entree)
        commande.name = nom
        return commande

    def proches(self, ctx: Context, nom: str) -> list[str]:
        """Les commandes qu'on voulait peut-être : d'ici, à une faute près ; d'un groupe, sous ce nom."""
        from difflib import get_close_matches

        ici = get_close_matches(nom, self.entrees, 3, 0.7)
        if (dit := _VERBES.get(nom)) in self.entrees:
            ici.insert(0, str(dit))
        ailleurs = [
            f"{groupe} {nom}" for groupe in self.entrees if not ici and nom in self._dans(ctx, groupe)
        ]
        return list(dict.fromkeys([*ici, *ailleurs]))[:3]

    def _dans(self, ctx: Context, groupe: str) -> Mapping[str, object]:
        commande = self.get_command(ctx, groupe)
        return commande.entrees if isinstance(commande, Groupe) else {}

    def shell_complete(self, ctx: Context, incomplete: str) -> list[Any]:
        """Compléter un nom de commande sans en bâtir aucune."""
        from typer._click.shell_completion import CompletionItem

        noms = [nom for nom in self.list_commands(ctx) if nom.startswith(incomplete)]
        if incomplete.startswith("-"):
            return Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(nom, help=self.resume(nom)) for nom in noms]

    def _sections(self, ctx: Context, formatter: HelpFormatter) -> None:
        super()._sections(ctx, formatter)
        for titre, noms in (self.themes or {"Commandes": self.list_commands(ctx)}).items():
            with formatter.section(f"{titre} "):
                formatter.write_dl([(nom, self.resume(nom)) for nom in noms if nom in self.entrees])


class Application(typer.Typer):
    """Des commandes de la maison : en français, sans habillage coûteux.

    Avec une `aide`, c'est un groupe, n'eût-il qu'une commande ; sans aide, une seule commande.
    """

    def __init__(self, aide: str = "") -> None:
        self.aide = aide
        self.entrees: dict[str, Entree | Application] = {}
        self.anciens: dict[str, str] = {}
        self.themes: dict[str, tuple[str, ...]] = {}
        self.defaut = ""
        super().__init__(
            cls=Groupe,
            help=aide,
            no_args_is_help=True,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            context_settings=dict(_NOMS_DE_L_AIDE),
            subcommand_metavar="COMMANDE…",
            options_metavar="[OPTIONS]",
        )

    def action(self, nom: str, **reunies: type[msgspec.Struct]) -> Callable[[Fonction], Fonction]:
        """Ajouter une commande ; sa docstring est son aide.

        `reunies` : les paramètres qui sont une structure d'options, chaque champ étant la sienne ;
        ce que plusieurs commandes demandent de la même façon ne s'écrit ainsi qu'une fois.
        """

        def inscrire(fonction: Fonction) -> Fonction:
            self.preparer(nom, fonction, lambda: fonction, reunies)
            return fonction

        return inscrire

    def preparer(
        self,
        nom: str,
        fonction: Callable[..., Any],
        commande: Callable[[], Callable[..., Any]],
        reunies: Mapping[str, type[msgspec.Struct]],
    ) -> None:
        """Ajouter la commande que `commande` rendra, dont l'aide est celle de `fonction`."""

        def batie() -> CommandInfo:
            etalee = self.habiller(_etaler(commande(), reunies) if reunies else commande())
            return CommandInfo(nom, cls=Commande, callback=etalee, context_settings=dict(_NOMS_DE_L_AIDE))

        self.entrees[nom] = APreparer(inspect.getdoc(fonction) or "", batie)

    def habiller(self, commande: Callable[..., Any]) -> Callable[..., Any]:
        """La commande telle que typer la lira."""
        return commande

    def differer(self, nom: str, resume: str, ou: str) -> None:
        """Ajouter une commande ou un groupe d'un autre module, importé si on l'appelle."""
        self.entrees[nom] = Differee(resume, ou)


def _etaler(fonction: Callable[..., Any], reunies: Mapping[str, type[msgspec.Struct]]) -> Callable[..., Any]:
    """La même fonction, où chaque structure d'options laisse place à ses champs."""
    annotations = get_type_hints(fonction, include_extras=True)
    parametres: list[inspect.Parameter] = []
    for parametre in inspect.signature(fonction).parameters.values():
        structure = reunies.get(parametre.name)
        if structure is None:
            parametres.append(parametre.replace(annotation=annotations[parametre.name]))
            continue
        types = get_type_hints(structure, include_extras=True)
        parametres += [
            parametre.replace(name=champ.name, default=champ.default, annotation=types[champ.name])
            for champ in structs.fields(structure)
        ]

    @wraps(fonction)
    def etalee(**donnes: Any) -> Any:
        for nom, structure in reunies.items():
            donnes[nom] = structure(**{champ: donnes.pop(champ) for champ in structure.__struct_fields__})
        return fonction(**donnes)

    etalee.__signature__ = inspect.Signature(parametres)  # type: ignore[attr-defined]
    etalee.__annotations__ = {parametre.name: parametre.annotation for parametre in parametres}
    return etalee


@cache
def batir(entree: Application | CommandInfo | APreparer) -> Command:
    """La commande ou le groupe que cette entrée décrit, étudié une fois."""
    if isinstance(entree, APreparer):
        entree = entree.preparer()
    if isinstance(entree, CommandInfo):
        return get_command_from_info(entree, pretty_exceptions_short=False, rich_markup_mode=None)
    if not entree.aide:
        (seule,) = entree.entrees.values()
        assert not isinstance(seule, Differee)
        return batir(seule)
    groupe = get_group(entree)
    assert isinstance(groupe, Groupe)
    groupe.entrees, groupe.anciens, groupe.themes = entree.entrees, entree.anciens, entree.themes
    groupe.defaut = entree.defaut
    return groupe
