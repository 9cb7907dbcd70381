"""La lettre en courriel : du Markdown relu, son HTML au style dans chaque balise, son texte, son .eml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import sha256

#: Une adresse repliée serait encodée, et plus personne ne la lirait (RFC 5322 : 998 signes au plus).
COURRIEL = SMTP.clone(max_line_length=998)
_LIEN = motif(r"\[((?:[^\[\]\\]|\\.)*)\]\(<?([^()<>\s]*)>?\)")


class SansStyle(Echec):
    """Ce poste n'a pas de quoi mettre le style dans chaque balise."""

    def __init__(self) -> None:
        super().__init__(
            "Ce poste n'a pas de quoi écrire une lettre en HTML.",
            "Demander à qui a installé l'outil d'y ajouter « courrier ».",
        )


def en_lignes(html: str) -> str:
    """La page, où chaque règle de style est dans les balises qu'elle vise : tous les lecteurs la gardent."""
    try:
        import css_inline
    except ImportError:
        raise SansStyle from None
    return css_inline.CSSInliner(
        keep_style_tags=True, load_remote_stylesheets=False, keep_at_rules=True
    ).inline(html)


def en_texte(markdown: str) -> str:
    """Le même, pour qui lit en texte brut : un lien y est son texte puis son adresse, sans échappements."""

    def dire(trouve: re.Match[str]) -> str:
        # Une adresse « mailto » est longue et illisible : répondre suffit.
        return trouve[1] if trouve[2].startswith("mailto:") else f"{trouve[1]} ({trouve[2]})"

    texte = _LIEN.sub(dire, markdown)
    texte = re.sub(r"\*\*(.+?)\*\*", r"\1", texte)
    return re.sub(r"\\([\\`*_{}\[\]<>()#+!|~&])", r"\1", texte)


def verifier_le_desabonnement(adresse: str) -> str:
    """L'adresse où l'on se désabonne d'un clic (RFC 8058) : en https, et rien d'autre."""
    lue = urlsplit(adresse)
    if lue.scheme != "https" or not lue.netloc or re.search(r"[\s<>,]", adresse):
        raise ErreurUsage(
            f"« {adresse} » n'est pas une adresse https.",
            "Écrire https://exemple.be/lettre, ou ne rien dire.",
        )
    return adresse


def eml(
    *, de: tuple[str, str], sujet: str, texte: str, html: str, moment: datetime, desabonner: Sequence[str]
) -> bytes:
    """Le brouillon : à soi-même, les destinataires s'y mettent en copie cachée ; texte et HTML."""
    nom, adresse = de
    m = EmailMessage(policy=COURRIEL)
    if adresse:
        m["From"] = m["To"] = f'"{nom.replace(chr(34), chr(39))}" <{adresse}>'
    m["Subject"] = " ".join(sujet.split())
    m["Date"] = format_datetime(moment)
    if desabonner:
        m["List-Unsubscribe"] = ", ".join(f"<{ou}>" for ou in desabonner)
    if any(ou.startswith("https:") for ou in desabonner):
        m["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Un lecteur de courrier l'ouvre comme un brouillon.
    m["X-Unsent"] = "1"
    m.set_content(texte, cte="quoted-printable")
    m.add_alternative(html, subtype="html", cte="quoted-printable")
    m.set_boundary(f"lettre-{sha256(texte + html)[:24]}")
    return m.as_bytes()
