"""Les pages rendues : Jinja en bac à sable, où un nom inconnu est une faute.

Un gabarit livré est de confiance. Celui que le lieu met dans `gabarits/` ne l'est pas :
il est rendu par un autre processus, borné en temps et en mémoire.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tiers_lieu_cli.noyau import borne, ressources
from tiers_lieu_cli.noyau import lieu as lieux
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.pages import charte

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Un gabarit ordinaire prend quelques centièmes de seconde.
DELAI = 10.0
LOCAUX = "gabarits"
#: Où commence ce que la page dit d'elle-même.
_TETE = re.compile(r'<head[^>]*>(?:\s*<meta charset="[^"]*">)?', re.IGNORECASE)


class GabaritFautif(Echec):
    """Un gabarit du lieu ne peut pas être rendu."""

    def __init__(self, nom: str, faute: str) -> None:
        super().__init__(
            f"{LOCAUX}/{nom} : {faute}", "Le corriger, ou l'ôter pour retrouver celui de l'outil."
        )


def rendre(racine: Path, nom: str, vue: object) -> str:
    """La page `nom` (« semaine.html ») pour une vue à plat ; le gabarit du lieu l'emporte."""
    donnees = msgspec.to_builtins(vue)
    fichier = f"{nom}.j2"
    local = ArbreDisque(racine).lire(f"{LOCAUX}/{fichier}")
    html = nom.endswith(".html")
    reglages = lieux.lire_reglages(ArbreDisque(racine)) if html else None
    if reglages:
        donnees["charte"] = charte.des_reglages(racine, reglages).pour_une_page()
    if local is None:
        page = composer((ressources.dossier("templates") / fichier).read_text("utf-8"), donnees, html=html)
    else:
        page = _composer_a_part(local.decode("utf-8", "replace"), donnees, fichier, html=html)
    return _fermer(page, reglages.sites_permis) if reglages else page


def _composer_a_part(source: str, vue: dict[str, object], fichier: str, *, html: bool) -> str:
    """Rendre un gabarit du lieu : on s'en méfie, un autre processus s'en charge."""
    demande = {"source": source, "vue": vue, "html": html}
    try:
        sortie = borne.executer(__name__, msgspec.json.encode(demande), delai=DELAI)
    except borne.Depassement:
        raise GabaritFautif(fichier, "prend trop de temps ou de mémoire") from None
    reponse = msgspec.json.decode(sortie)
    if "faute" in reponse:
        raise GabaritFautif(fichier, reponse["faute"])
    return str(reponse["page"])


def _fermer(page: str, permis: Sequence[str]) -> str:
    """La page, qui ne charge rien d'ailleurs, quoi qu'un gabarit ou un texte y ait mis ; sauf `permis`."""
    d_ici = " ".join(("'self'", "data:", *permis))
    regle = f"default-src 'none'; style-src 'unsafe-inline'; img-src {d_ici}; font-src {d_ici}"
    balise = f'<meta http-equiv="Content-Security-Policy" content="{regle}; base-uri \'none\'">'
    tete = _TETE.search(page)
    if tete is None:
        return f"{balise}\n{page}"
    return f"{page[: tete.end()]}\n{balise}{page[tete.end() :]}"


def composer(source: str, vue: dict[str, object], *, html: bool) -> str:
    """Rendre un gabarit dans le bac à sable ; il ne peut ni inclure, ni lire un fichier."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    jinja = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=html,
    )

    def prose(texte: str) -> Markup:
        from markdown_it import MarkdownIt

        markdown = MarkdownIt("js-default")
        markdown.add_render_rule("image", _image_en_lien)
        return Markup(markdown.render(texte))  # noqa: S704  (js-default échappe le HTML)

    jinja.filters["prose"] = prose
    return jinja.from_string(source).render(**vue)


def _image_en_lien(_: object, jetons: Sequence[Token], rang: int, *__: object) -> str:
    """Une image n'est pas chargée d'ailleurs : on peut aller la voir."""
    from markupsafe import Markup

    adresse = str(jetons[rang].attrGet("src") or "")
    return Markup('<a href="{}">{}</a>').format(adresse, jetons[rang].content or adresse)


def _repondre(demande: bytes) -> dict[str, str]:
    from jinja2 import TemplateError

    lu = msgspec.json.decode(demande)
    try:
        return {"page": composer(lu["source"], lu["vue"], html=lu["html"])}
    except (TemplateError, TypeError, ValueError, OverflowError, MemoryError, RecursionError) as erreur:
        ligne = getattr(erreur, "lineno", None)
        return {"faute": f"ligne {ligne}, {erreur}" if ligne else str(erreur)}


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_repondre(sys.stdin.buffer.read())))
