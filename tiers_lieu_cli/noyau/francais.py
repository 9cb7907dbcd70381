"""Le français de l'écran : l'élision, la capitale, et le conditionnel de ce qu'on essaie seulement."""

from __future__ import annotations

import re

from tiers_lieu_cli.noyau.motif import motif

#: Devant elle, « de » s'élide ; le h d'« Hélène » aussi, non celui de « Hassan ». Ni « Yann », ni « onze ».
_VOYELLE = motif(r"(?!onz|oui)(?:[aeiouàâäéèêëîïôöùûüœæ]|h(?=[eéèêiouyœ])|y(?![aeiouéè]))", re.IGNORECASE)
#: Ce qu'on cite, ou qu'on précise, n'est pas à nous.
_CITE = motif(r"(«[^»]*»|\([^)]*\))")
_CONDITIONNEL = {
    "c'est": "ce serait",
    "n'est": "ne serait",
    "n'a": "n'aurait",
    "n'ont": "n'auraient",
    "est": "serait",
    "sont": "seraient",
    "a": "aurait",
    "ont": "auraient",
    "aura": "aurait",
    "auront": "auraient",
    "reste": "resterait",
    "restent": "resteraient",
    "finit": "finirait",
    "vaut": "vaudrait",
    "valent": "vaudraient",
    "tient": "tiendrait",
    "tiennent": "tiendraient",
    "reviendra": "reviendrait",
    "redevient": "redeviendrait",
    "demande": "demanderait",
    "se prête": "se prêterait",
    "se compte": "se compterait",
    "se donne": "se donnerait",
    "s'engage": "s'engagerait",
    "passe": "passerait",
    "passent": "passeraient",
    "dit": "dirait",
    "faut": "faudrait",
}
_VERBE = motif(rf"(?<![\w'’-])({'|'.join(_CONDITIONNEL)})(?![\w’'-])", re.IGNORECASE)
_PARTICIPE = motif(r"([A-ZÉ][a-zéèê]+(?:é|i|u|t|is))(e?)(s?)(?=[\s,.:])")


def elider(mot: str, nom: str) -> str:
    """« de » et « Amina » : « d'Amina » ; « de » et « Karim » : « de Karim »."""
    return f"{mot[:-1]}'{nom}" if _VOYELLE.match(nom) else f"{mot} {nom}"


def capitale(phrase: str) -> str:
    """Une phrase commence par une capitale ; un identifiant, non."""
    return phrase if re.match(r"p-|\S*\d|tl ", phrase) else f"{phrase[:1].upper()}{phrase[1:]}"


def tous_les(periode: str) -> str:
    """« 3 mois » : « tous les 3 mois » ; « 1 an » : « chaque année » ; « 2 semaines » : « toutes les… »."""
    combien, _, unite = periode.partition(" ")
    if combien == "1":
        return f"chaque {'année' if unite == 'an' else unite}"
    return f"{'toutes' if unite.startswith(('semaine', 'année')) else 'tous'} les {periode}"


def au_conditionnel(phrase: str) -> str:
    """Ce qui serait fait : « Cour est réservée » → « Cour serait réservée » ; ce qui est cité reste."""
    dite = _conjuguer(phrase)
    if dite != phrase:
        return dite
    if participe := _PARTICIPE.match(phrase):
        etre = "Seraient" if participe[3] else "Serait"
        return f"{etre} {phrase[:1].lower()}{phrase[1:]}"
    return f"Serait noté : {phrase}"


def suite_au_conditionnel(ligne: str) -> str:
    """Une conséquence qui n'a pas encore lieu ; une commande et un « avant → après » restent tels quels."""
    return ligne if " → " in ligne or "tl " in ligne else _conjuguer(ligne)


def _conjuguer(texte: str) -> str:
    morceaux = _CITE.split(texte)
    return "".join(m if rang % 2 else _VERBE.sub(_au_sien, m) for rang, m in enumerate(morceaux))


def _au_sien(trouve: re.Match[str]) -> str:
    dit = _CONDITIONNEL[trouve[1].lower()]
    return capitale(dit) if trouve[1][:1].isupper() else dit
