"""Ce qu'un courriel dit de neuf : sans ce qu'il cite, sans signature, sans la phrase du téléphone.

Mesuré sur les onze réponses de `tests/ensemble/test_courrier_lu.py` : mail-parser-reply 1.36 en lit trois,
email-reply-parser 0.5 trois (français, néerlandais, citations repliées leur échappent) ; ces règles, onze.
Chaque ligne est lue une fois, et tout motif est borné : un courriel hostile ne coûte que sa longueur.
"""

from __future__ import annotations

import re

from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef

#: « Le mar. 24 nov. 2026 à 08:52, Untel <…> a écrit : », parfois replié sur trois lignes, en cinq langues.
_A_ECRIT = motif(
    r"(?:Le|On|Op|Am|El|Il) .{4,300}?"
    r"(?:a écrit|wrote|schreef(?: .{1,120})?|schrieb(?: .{1,120})?|escribió|ha scritto)\s*:",
    re.IGNORECASE,
)
_DEBUT_A_ECRIT = motif(r"(?:Le|On|Op|Am|El|Il) (?=.*\d)", re.IGNORECASE)
_LIGNES_D_UNE_ATTRIBUTION = 3
#: « -----Message d'origine----- », « ________________ », « Début du message transféré : ».
_ORIGINAL = motif(
    r"\s*(?:-{2,}\s*(?:Message (?:d['’]origine|original|transféré|initial)|Original Message|Forwarded message"
    r"|Oorspronkelijk bericht|Doorgestuurd bericht|Ursprüngliche Nachricht|Weitergeleitete Nachricht"
    r"|Mensaje original|Mensaje reenviado)\s*-{2,}|_{10,}"
    r"|(?:Début du message (?:transféré|réexpédié)|Begin forwarded message|Begin doorgestuurd bericht"
    r"|Anfang der weitergeleiteten Nachricht)\s*:)\s*",
    re.IGNORECASE,
)
#: L'en-tête qu'Outlook recopie : « De : … », suivi de près de « Envoyé : … », « Objet : … ».
_EN_TETE = motif(r"\s*\*?(De|From|Van|Von)\s?:\*?\s.{1,200}", re.IGNORECASE)
_SUITE_D_EN_TETE = motif(
    r"\s*\*?(Envoyé|Sent|Date|Verzonden|Datum|Gesendet|Enviado|Objet|Subject|Onderwerp|Betreff|Asunto)"
    r"(?: le)?\s?:\*?\s.{0,200}",
    re.IGNORECASE,
)
_LIGNES_D_UN_EN_TETE = 5
_LIGNES_D_UNE_CARTE = 10
_SIGNATURE = motif(r"--\s?|—\s?|-- ?\s*")
#: Ce qu'un téléphone ou un antivirus ajoute.
_MENTION = motif(
    r"\s*(?:Envoyé (?:de(?:puis)?|à partir de) |Sent from |Sent with |Verzonden (?:vanaf|met|via) "
    r"|Verstuurd vanaf|Von meinem .{1,60} gesendet|Gesendet (?:mit|von) |Enviado desde |Téléchargez Outlook"
    r"|Get Outlook for"
    r"|Obtenir Outlook|Outlook voor |Sans virus|Virus-free|Virusvrij|Diese Nachricht wurde von"
    r"|Cet e-mail a été vérifié|Garanti sans virus).{0,200}",
    re.IGNORECASE,
)


def mots_neufs(texte: str, *, signe: str = "", transfere: bool = False) -> str:
    """Le texte que l'expéditeur a tapé cette fois ; d'un courriel transféré, tout compte.

    `signe` : le nom sous lequel il écrit ; une ligne qui n'est que lui commence sa signature.
    """
    lignes = [ligne.rstrip() for ligne in texte.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if transfere:
        return _sans_blancs(lignes)
    gardees: list[str] = []
    rang = 0
    while rang < len(lignes):
        ligne = lignes[rang]
        if ligne.lstrip().startswith(">"):
            rang += 1
            continue
        if longueur := _attribution(lignes, rang):
            rang += longueur
            # Répondre sous chaque question : ce qui suit la citation est neuf.
            continue
        if (_ORIGINAL.fullmatch(ligne) and _cite_la_suite(lignes, rang)) or _est_un_en_tete(lignes, rang):
            break
        if _SIGNATURE.fullmatch(ligne) and ligne.startswith(("--", "—")):
            rang = _apres_la_signature(lignes, rang)
            continue
        if not _MENTION.fullmatch(ligne):
            gardees.append(ligne)
        rang += 1
    return _sans_blancs(_sans_carte(gardees, signe))


def _sans_carte(lignes: list[str], signe: str) -> list[str]:
    """Les mêmes, sans la carte de visite du bas : le nom de qui écrit, et les quelques lignes d'après."""
    cle = clef(signe)
    for rang in range(max(1, len(lignes) - _LIGNES_D_UNE_CARTE), len(lignes)):
        if cle and clef(lignes[rang]) == cle and any(ligne.strip() for ligne in lignes[:rang]):
            return lignes[:rang]
    return lignes


def _attribution(lignes: list[str], rang: int) -> int:
    """Combien de lignes prend « Le …, Untel a écrit : » ici ; 0 si ce n'en est pas une."""
    if not _DEBUT_A_ECRIT.match(lignes[rang][:300].lstrip("> ")):
        return 0
    dit = ""
    for combien, ligne in enumerate(lignes[rang : rang + _LIGNES_D_UNE_ATTRIBUTION], 1):
        dit = f"{dit} {ligne[:300].lstrip('> ')}".strip()
        if _A_ECRIT.fullmatch(dit):
            return combien
    return 0


def _est_un_en_tete(lignes: list[str], rang: int) -> bool:
    """Est-ce l'en-tête recopié d'un autre courriel, et non « De : 14h à 16h » ?"""
    if not _EN_TETE.fullmatch(lignes[rang][:220]):
        return False
    suite = lignes[rang + 1 : rang + 1 + _LIGNES_D_UN_EN_TETE]
    return sum(bool(_SUITE_D_EN_TETE.fullmatch(ligne[:220])) for ligne in suite) >= 2


def _cite_la_suite(lignes: list[str], rang: int) -> bool:
    """Un trait n'annonce un autre courriel que s'il le nomme, ou si l'en-tête d'un courriel le suit."""
    if "_" not in lignes[rang]:
        return True
    return any(_est_un_en_tete(lignes, r) for r in range(rang + 1, min(rang + 4, len(lignes))))


def _apres_la_signature(lignes: list[str], rang: int) -> int:
    """Où reprend le texte après une signature : à la citation qui la suit, ou jamais."""
    for suivant in range(rang + 1, len(lignes)):
        if lignes[suivant].lstrip().startswith(">") or _attribution(lignes, suivant):
            return suivant
    return len(lignes)


def _sans_blancs(lignes: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lignes)).strip()
