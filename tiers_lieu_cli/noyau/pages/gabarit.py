"""Les pages rendues : Jinja en bac à sable, où un nom inconnu est une faute.

Un gabarit livré est de confiance. Celui que le lieu met dans `gabarits/` ne l'est pas :
il est rendu par un autre processus, borné en temps et en mémoire.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import borne, ressources
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.echecs import Echec

#: Un gabarit ordinaire prend quelques centièmes de seconde.
DELAI = 10.0
LOCAUX = "gabarits"


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
    if local is None:
        livre = (ressources.dossier("templates") / fichier).read_text("utf-8")
        return composer(livre, donnees, html=nom.endswith(".html"))
    demande = {"source": local.decode("utf-8", "replace"), "vue": donnees, "html": nom.endswith(".html")}
    try:
        sortie = borne.executer(__name__, msgspec.json.encode(demande), delai=DELAI)
    except borne.Depassement:
        raise GabaritFautif(fichier, "prend trop de temps ou de mémoire") from None
    reponse = msgspec.json.decode(sortie)
    if "faute" in reponse:
        raise GabaritFautif(fichier, reponse["faute"])
    return str(reponse["page"])


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

        return Markup(MarkdownIt("js-default").render(texte))  # noqa: S704  (js-default échappe le HTML)

    jinja.filters["prose"] = prose
    return jinja.from_string(source).render(**vue)


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
