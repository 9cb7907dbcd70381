"""Les pages rendues : Jinja en bac à sable, où un nom inconnu est une faute.

Un gabarit livré est de confiance. Celui que le lieu met dans `gabarits/` ne l'est pas :
il est rendu par un autre processus, borné en temps et en mémoire.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tiers_lieu_cli.noyau import borne, ressources
from tiers_lieu_cli.noyau import lieu as lieux
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.pages import charte
from tiers_lieu_cli.noyau.pages.langues import FRANCAIS, langue

if TYPE_CHECKING:
    from types import TracebackType

    from jinja2 import Template
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

#: Un gabarit ordinaire prend quelques centièmes de seconde ; la machine peut être occupée ailleurs.
DELAI = 20.0
#: Combien de pages un autre processus rend d'un coup.
LOT = 200
LOCAUX = "gabarits"
#: Combien de « [ » un paragraphe peut ouvrir. À chacun, markdown-it cherche le « ] » jusqu'au bout : 60 Kio
#: de « ![ » l'occupaient 4,3 s (ses pareils ont la même faute ; markdown-it n'en a réparé qu'un cas, n° 732).
CROCHETS = 500
#: Où commence ce que la page dit d'elle-même.
_TETE = motif(r'<head[^>]*>(?:\s*<meta charset="[^"]*">)?', re.IGNORECASE)


class GabaritFautif(Echec):
    """Un gabarit du lieu ne peut pas être rendu."""

    def __init__(self, nom: str, faute: str) -> None:
        super().__init__(
            f"{LOCAUX}/{nom} : {faute}", "Le corriger, ou l'ôter pour retrouver celui de l'outil."
        )


def rendre(racine: Path, nom: str, vue: object) -> str:
    """La page `nom` (« semaine.html ») pour une vue à plat ; le gabarit du lieu l'emporte."""
    donnees = msgspec.to_builtins(vue)
    reglages = lieux.lire_reglages(ArbreDisque(racine)) if nom.endswith(".html") else None
    if reglages is None:
        return Gabarit(racine, nom).rendre([donnees])[0]
    donnees["charte"] = charte.des_reglages(racine, reglages).pour_une_page()
    return fermer(Gabarit(racine, nom).rendre([donnees])[0], reglages.sites_permis)


class Gabarit:
    """Un gabarit, celui du lieu s'il en a un, prêt à rendre bien des pages."""

    def __init__(self, racine: Path, nom: str) -> None:
        self._fichier, self._html = f"{nom}.j2", nom.endswith(".html")
        local = ArbreDisque(racine).lire(f"{LOCAUX}/{self._fichier}")
        self.est_du_lieu = local is not None
        livre = ressources.dossier("templates") / self._fichier
        self.source = livre.read_text("utf-8") if local is None else local.decode("utf-8", "replace")
        self._pret: Template | None = None

    def rendre(self, vues: Sequence[dict[str, object]]) -> list[str]:
        """Une page par vue ; un gabarit du lieu, dont on se méfie, est rendu par un autre processus."""
        if self.est_du_lieu:
            return [page for lot in _lots(vues) for page in self._a_part(lot)]
        if self._pret is None:
            self._pret = preparer(self.source, html=self._html)
        return [_rendre(self._pret, vue) for vue in vues]

    def _a_part(self, vues: Sequence[dict[str, object]]) -> list[str]:
        demande = {"source": self.source, "vues": vues, "html": self._html}
        try:
            sortie = borne.executer(__name__, msgspec.json.encode(demande), delai=DELAI)
        except borne.Depassement:
            raise GabaritFautif(self._fichier, "prend trop de temps ou de mémoire") from None
        reponse = msgspec.json.decode(sortie)
        if "faute" in reponse:
            raise GabaritFautif(self._fichier, reponse["faute"])
        return [str(page) for page in reponse["pages"]]


def _lots(vues: Sequence[dict[str, object]]) -> Iterator[Sequence[dict[str, object]]]:
    return (vues[n : n + LOT] for n in range(0, len(vues), LOT))


def fermer(page: str, permis: Sequence[str] = ()) -> str:
    """La page, qui ne charge rien d'ailleurs, quoi qu'un gabarit ou un texte y ait mis ; sauf `permis`."""
    d_ici = " ".join(("'self'", "data:", *permis))
    regle = f"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src {d_ici}; font-src {d_ici}"
    suite = "base-uri 'none'; form-action 'none'"
    balise = f'<meta http-equiv="Content-Security-Policy" content="{regle}; {suite}">'
    tete = _TETE.search(page)
    if tete is None:
        return f"{balise}\n{page}"
    return f"{page[: tete.end()]}\n{balise}{page[tete.end() :]}"


def preparer(source: str, *, html: bool) -> Template:
    """Le gabarit dans son bac à sable ; il ne peut ni inclure, ni lire un fichier."""
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
    # « 9 ** 9 ** 9 » se calculerait jusqu'à la fin du délai, dès la lecture du gabarit.
    jinja.intercepted_binops = frozenset({"**"})
    jinja.binop_table["**"] = _sans_puissance

    def prose(texte: str, niveau: int = 3) -> Markup:
        """Du Markdown, dont le plus grand titre est de ce niveau dans la page."""
        lus = _markdown().parse(texte)
        titres = [jeton for jeton in lus if jeton.type in ("heading_open", "heading_close")]
        plus_grand = min((int(jeton.tag[1:]) for jeton in titres), default=1)
        for jeton in titres:
            jeton.tag = f"h{min(int(jeton.tag[1:]) - plus_grand + niveau, 6)}"
        rendu = _markdown().renderer.render(lus, _markdown().options, {})
        return Markup(rendu)  # noqa: S704  (js-default échappe le HTML)

    jinja.filters["prose"] = prose
    return jinja.from_string(source)


def _sans_puissance(*_: object) -> None:
    raise ValueError("« ** » n'est pas permis")


def _rendre(pret: Template, vue: dict[str, object]) -> str:
    """La page ; `t("…")` y dit un texte dans la langue de la vue (`langue`)."""
    return pret.render({"t": langue(str(vue.get("langue", FRANCAIS))).dire, **vue})


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown, sans_lien = MarkdownIt("js-default"), MarkdownIt("js-default").disable(["link", "image"])

    def phrases(etat: StateCore) -> None:
        """Chaque paragraphe, avec ses liens ; trop de crochets n'en sont pas, et se lisent tels quels."""
        for jeton in etat.tokens:
            if jeton.type == "inline":
                lecteur = sans_lien if jeton.content.count("[") > CROCHETS else markdown
                jeton.children = []
                lecteur.inline.parse(jeton.content, lecteur, etat.env, jeton.children)

    markdown.core.ruler.at("inline", phrases)
    markdown.add_render_rule("image", _image_en_lien)
    return markdown


def _image_en_lien(_: object, jetons: Sequence[Token], rang: int, *__: object) -> str:
    """Une image n'est pas chargée d'ailleurs : on peut aller la voir."""
    from markupsafe import Markup

    adresse = str(jetons[rang].attrGet("src") or "")
    return Markup('<a href="{}">{}</a>').format(adresse, jetons[rang].content or adresse)


def _repondre(demande: bytes) -> dict[str, object]:
    lu = msgspec.json.decode(demande)
    try:
        pret = preparer(lu["source"], html=lu["html"])
        return {"pages": [_rendre(pret, vue) for vue in lu["vues"]]}
    except Exception as erreur:  # noqa: BLE001  (un gabarit est du code : il échoue de toutes les façons)
        ligne = _ligne(erreur)
        dite = str(erreur) or type(erreur).__name__
        return {"faute": f"ligne {ligne}, {dite}" if ligne else dite}


def _ligne(erreur: BaseException) -> int | None:
    """Où le gabarit a failli : sa syntaxe le dit, ou la dernière de ses lignes que Python exécutait."""
    dite: int | None = getattr(erreur, "lineno", None)
    if dite:
        return dite
    lignes = [c.tb_lineno for c in _pas(erreur) if c.tb_frame.f_code.co_filename == "<template>"]
    return lignes[-1] if lignes else None


def _pas(erreur: BaseException) -> Iterator[TracebackType]:
    pas = erreur.__traceback__
    while pas is not None:
        yield pas
        pas = pas.tb_next


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_repondre(sys.stdin.buffer.read())))
