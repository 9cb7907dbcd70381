"""Les textes prêts, canal par canal, jamais plus longs que le canal ne le prend ; tout y est public."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog.diffusion.modele import Canal

#: Ce que chaque canal prend, en signes : un message social, une ligne de tableau, un communiqué d'une page.
LONGUEURS: Mapping[Canal, int] = {
    Canal.AFFICHE: 400,
    Canal.LETTRE: 500,
    Canal.TABLEAU: 90,
    Canal.PRESSE: 1800,
    Canal.RESEAU: 280,
    Canal.AGENDA: 900,
}
#: Un texte de remplacement se dit d'une haleine.
REMPLACEMENT = 200
#: Moins que cela d'une description ne dit rien.
_UTILE = 40
_TITRE, _OU, _QUAND, _CONTACT, _PAGE = 100, 90, 70, 80, 90


class Faits(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on sait dire d'une activité, déjà public ; vide : on n'en dit rien."""

    lieu: str
    titre: str
    quand: str
    #: « jeu 26, 18:30 ».
    bref: str
    ou: str = ""
    pour: str = ""
    description: str = ""
    etiquettes: tuple[str, ...] = ()
    page: str = ""
    contact: str = ""


def textes(f: Faits) -> dict[Canal, str]:
    """Chaque canal et son texte."""
    borne = msgspec.structs.replace(
        f,
        lieu=couper(f.lieu, _TITRE),
        titre=couper(f.titre, _TITRE),
        quand=couper(f.quand, _QUAND),
        bref=couper(f.bref, 30),
        ou=couper(f.ou, _OU),
        pour=couper(f.pour, _OU),
        contact=couper(f.contact, _CONTACT),
        description=" ".join(f.description.split()),
        page=f.page if len(f.page) <= _PAGE else "",
    )
    return {canal: ecrire(borne) for canal, ecrire in _ECRIRE.items()}


def remplacement(f: Faits) -> str:
    """Ce que l'image dit à qui ne la voit pas."""
    return couper(f"Affiche de {f.lieu} : {', '.join(filter(None, [f.titre, f.quand, f.ou]))}.", REMPLACEMENT)


def couper(texte: str, longueur: int) -> str:
    """Le texte sur une ligne, coupé entre deux mots s'il est trop long."""
    propre = " ".join(texte.split())
    if len(propre) <= longueur:
        return propre
    debut = propre[: longueur - 1]
    return f"{(debut.rpartition(' ')[0] or debut).rstrip(' ,;:.')}…"


def _avec_description(f: Faits, canal: Canal, ecrire: Callable[[str], str]) -> str:
    """Le texte, et de la description ce qui y tient encore."""
    reste = LONGUEURS[canal] - len(ecrire(""))
    dite = couper(f.description, reste - 1) if reste > _UTILE else ""
    return ecrire(dite)


def _lignes(*dites: str) -> str:
    return "\n".join(filter(None, dites))


def _affiche(f: Faits) -> str:
    return _lignes(f.titre, f.quand, f.ou, f.pour and f"Pour : {f.pour}")


def _lettre(f: Faits) -> str:
    def ecrire(description: str) -> str:
        tete = f"{f.titre} : {', '.join(filter(None, [f.quand, f.ou]))}."
        return _lignes(" ".join(filter(None, [tete, description])), f.page)

    return _avec_description(f, Canal.LETTRE, ecrire)


def _tableau(f: Faits) -> str:
    reste = LONGUEURS[Canal.TABLEAU] - len(f.bref) - 3
    ou = f" · {f.ou}" if f.ou and len(f.titre) + len(f.ou) + 3 <= reste else ""
    return f"{f.bref} · {couper(f.titre, reste - len(ou))}{ou}"


def _presse(f: Faits) -> str:
    def ecrire(description: str) -> str:
        return _lignes(
            f"COMMUNIQUÉ · {f.lieu}\n",
            f"{f.titre}\n",
            description and f"{description}\n",
            f"Quand : {f.quand}",
            f.ou and f"Où : {f.ou}",
            f.pour and f"Pour qui : {f.pour}",
            f.page and f"Tout savoir : {f.page}",
            f.contact and f"Contact : {f.contact}",
        )

    return _avec_description(f, Canal.PRESSE, ecrire)


def _reseau(f: Faits) -> str:
    base = _lignes(f.titre, f.quand, f.page)
    mots = " ".join(f"#{en_tirets(e, '').replace('-', '')}" for e in f.etiquettes[:3] if en_tirets(e, ""))
    ou = f.ou if len(base) + len(f.ou) + 2 <= LONGUEURS[Canal.RESEAU] else ""
    quand = ", ".join(filter(None, [f.quand, ou]))
    dit = _lignes(f.titre, quand, f.page)
    mots = mots if mots and len(dit) + len(mots) + 1 <= LONGUEURS[Canal.RESEAU] else ""

    def ecrire(description: str) -> str:
        return _lignes(f.titre, quand, description, f.page, mots)

    return _avec_description(f, Canal.RESEAU, ecrire)


def _agenda(f: Faits) -> str:
    def ecrire(description: str) -> str:
        return _lignes(
            f"Titre : {f.titre}",
            f"Quand : {f.quand}",
            f"Lieu : {', '.join(filter(None, [f.lieu, f.ou]))}",
            f.pour and f"Public : {f.pour}",
            description and f"Texte : {description}",
            f.page and f"Page : {f.page}",
            f.contact and f"Contact : {f.contact}",
        )

    return _avec_description(f, Canal.AGENDA, ecrire)


_ECRIRE: Mapping[Canal, Callable[[Faits], str]] = {
    Canal.AFFICHE: _affiche,
    Canal.LETTRE: _lettre,
    Canal.TABLEAU: _tableau,
    Canal.PRESSE: _presse,
    Canal.RESEAU: _reseau,
    Canal.AGENDA: _agenda,
}
