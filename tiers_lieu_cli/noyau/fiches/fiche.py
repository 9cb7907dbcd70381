"""Une fiche : YAML, ou Markdown à en-tête YAML, changé en structure et retour.

Lire passe par yaml-rs (YAML 1.2, strict) puis msgspec ; écrire et modifier par
ruamel.yaml, qui garde commentaires et ordre. Avec `retouche`, c'est le seul
module qui connaît yaml-rs et ruamel.yaml.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

import msgspec
import yaml_rs

from tiers_lieu_cli.noyau.depot.arbre import TAILLE_MAXIMALE
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
from tiers_lieu_cli.noyau.fiches import ordinaire
from tiers_lieu_cli.noyau.fiches.fautes_dites import dire_yaml, expliquer
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import SIGNES

if TYPE_CHECKING:
    from ruamel.yaml import YAML

_BORNES_DES_ALIAS = yaml_rs.AliasLimits(
    max_total_replayed_events=100, max_replay_stack_depth=4, max_alias_expansions_per_anchor=10
)
_CONFLIT = rb"(?m)^(<{7}|={7}|>{7})( |$)"
_INTERDITS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]"
_CONTROLES = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
_OU = r"at line (\d+)"
#: « - - - - » : yaml-rs y descend un par un, sans compter ; à dix mille, le processus meurt. Il faut de la
#: place pour en écrire tant : une fiche ordinaire n'est pas regardée.
_EMBOITES, _LONGUE = motif(r"(?:[-?:] +){100}"), 2_000
_CITES = motif(r"« (.+?) »")
_EN_TETE = motif(r"\A---\n(.*?^)---\n\n?(.*)\Z", re.DOTALL | re.MULTILINE)


#: Un mot que la touche Tab propose : rien qu'un terminal prendrait pour une commande.
Mot = Annotated[str, msgspec.Meta(pattern=rf"\A[^{SIGNES}]*\Z")]
#: Un mot dont l'apostrophe deviendra celle de l'imprimeur (`texte.imprimee`).
MotImprime = Annotated[str, msgspec.Meta(pattern=rf"\A[^{SIGNES.replace(chr(39), '')}]*\Z")]


class Fin(msgspec.Struct, frozen=True):
    """`champ` met fin à une chose quand il prend l'une de ces `valeurs` (aucune : dès qu'il en a une).

    Elle ne se change alors plus dans `contre` : l'un l'annule, l'autre la déplace, il faut choisir.
    """

    champ: str
    valeurs: tuple[str, ...]
    contre: tuple[str, ...]


class Fiche(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base des fiches. `id` est le nom du fichier : il n'est pas écrit dedans."""

    #: Les champs qui n'ont de sens qu'ensemble : deux postes ne les changent pas chacun pour moitié.
    ENSEMBLE: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: Ce qui y met fin, et ne va donc pas avec un changement fait ailleurs pendant ce temps.
    FINS: ClassVar[tuple[Fin, ...]] = ()

    id: str


F = TypeVar("F", bound=Fiche)

#: Dans une fiche Markdown, le corps est lu et écrit sous ce champ.
CORPS = "texte"


def lire(octets: bytes, genre: type[F], ident: str, chemin: str) -> F:
    """Changer le contenu d'un fichier en structure ; `FicheFautive` situe ce qui ne va pas."""
    donnees = _donnees(octets, chemin)
    if "id" in donnees:
        raise _fautive(chemin, _ligne(octets, "id"), "« id » ne s'écrit pas : c'est le nom du fichier")
    donnees["id"] = ident
    try:
        return msgspec.convert(donnees, genre)
    except msgspec.ValidationError as erreur:
        fait, champ = expliquer(str(erreur))
        raise _fautive(chemin, _ligne(octets, champ, fait), fait) from None


#: Un contenu à lire : son identifiant, son chemin, ses octets.
Contenu = tuple[str, str, bytes]
#: Combien de fiches s'analysent d'un trait : au-delà, leur texte sort des mémoires les plus proches.
_TRAIT = 50
#: Ce qui, dans une fiche, ne se lirait pas de même si une autre la précède ou la suit (« \0 » les sépare).
_SE_LIT_SEULE = ("&", "\ufeff")
#: Des fins de ligne qui ne se voient pas : ruamel y coupe, yaml-rs non.
_INVISIBLES = ("\u2028", "\u2029", "\x85")
#: Le même, au début d'une ligne.
_AU_DEBUT = ("---", "...", "%")


def lire_toutes(contenus: Sequence[Contenu], genre: type[F]) -> Iterator[F | Defaut]:
    """Les fiches d'un genre, chacune comme `lire` la lirait, ou son défaut ; bien plus vite qu'une à une."""
    for rang in range(0, len(contenus), _TRAIT):
        lot = contenus[rang : rang + _TRAIT]
        yield from _d_un_trait(lot, genre) or (_une(contenu, genre) for contenu in lot)


def _une(contenu: Contenu, genre: type[F]) -> F | Defaut:
    ident, chemin, octets = contenu
    try:
        return lire(octets, genre, ident, chemin)
    except FicheFautive as faute:
        return faute.defaut


def _d_un_trait(lot: Sequence[Contenu], genre: type[F]) -> list[F] | None:
    """Ces fiches, si aucune n'a rien qui demande à être lue seule ; `None` sinon, sans rien en conclure."""
    octets = b"\0".join(contenu[2] for contenu in lot)
    propre = len(octets.translate(None, _CONTROLES)) == len(octets) - len(lot) + 1
    if not propre or any(marque in octets for marque in (b"<<<<<<<", b">>>>>>>", b"=======")):
        return None
    if max(len(contenu[2]) for contenu in lot) > TAILLE_MAXIMALE:
        return None
    try:
        texte = octets.decode("utf-8")
        if "\ufffe" in texte or "\uffff" in texte:
            return None
        textes, corps = _sans_les_corps(lot, texte.split("\0"))
        joints = "\0" + "\0".join(textes) + "\0"
        if joints.count("\n\0") != len(lot) or _se_lit_seule(joints):
            return None
        lus = yaml_rs.loads("---\n" + "---\n".join(textes), parse_datetime=False)
        lues: list[Any] = lus if isinstance(lus, list) and len(lot) > 1 else [lus]
        for (ident, *_), lue, texte_dessous in zip(lot, lues, corps, strict=True):
            if "id" in lue or (texte_dessous is not None and CORPS in lue):
                return None
            lue["id"] = ident
            if texte_dessous is not None:
                lue[CORPS] = texte_dessous
        return msgspec.convert(lues, list[genre])  # type: ignore[valid-type]
    except (ValueError, TypeError, FicheFautive):
        return None


def _se_lit_seule(joints: str) -> bool:
    return any(signe in joints for signe in (*_SE_LIT_SEULE, *_INVISIBLES)) or any(
        f"{bord}{signe}" in joints for signe in _AU_DEBUT if signe in joints for bord in "\n\r\0"
    )


def _sans_les_corps(lot: Sequence[Contenu], textes: list[str]) -> tuple[list[str], list[str | None]]:
    """Le YAML de chaque fiche, et ce qui le suit dans celles qui sont en Markdown."""
    corps: list[str | None] = [None] * len(lot)
    for rang, (_, chemin, _) in enumerate(lot):
        if chemin.endswith(".md"):
            textes[rang], corps[rang] = _separer(textes[rang], chemin)
    return textes, corps


def entier(octets: bytes, champ: str, chemin: str) -> int:
    """Le nombre qu'un champ du premier niveau dit, quoi que dise le reste ; 0 s'il n'en dit aucun."""
    dite = valeur(octets, champ, chemin)
    return dite if type(dite) is int else 0


def valeur(octets: bytes, champ: str, chemin: str) -> object:
    """Ce qu'un champ du premier niveau dit, quoi que dise le reste ; `None` s'il ne dit rien."""
    return _donnees(octets, chemin).get(champ)


def titre(octets: bytes, chemin: str) -> str:
    """Ce qui nomme une fiche, quel que soit son genre ; vide si rien ne la nomme."""
    lus = _donnees(octets, chemin)
    dits = (lus.get(champ) for champ in ("titre", "nom", "objet", CORPS))
    return next((dit.strip().split("\n", 1)[0] for dit in dits if isinstance(dit, str) and dit.strip()), "")


def textes(octets: bytes, chemin: str) -> str:
    """Tout ce qu'une fiche dit, lu : échappements compris, lignes repliées mises bout à bout."""
    dits: list[str] = []
    try:
        restent: list[Any] = [_donnees(octets, chemin)]
    except FicheFautive:
        return ""
    while restent:
        valeur = restent.pop()
        if isinstance(valeur, str):
            dits.append(valeur)
        elif isinstance(valeur, dict):
            restent += (*valeur, *valeur.values())
        elif isinstance(valeur, list):
            restent += valeur
    # Le point sépare les valeurs : un nom ne se lit pas à cheval sur deux champs.
    return "\n.\n".join(dits)


def ecrire(fiche: Fiche, chemin: str) -> bytes:
    """Le contenu d'un fichier neuf, relu avant d'être rendu."""
    champs = _champs(fiche)
    corps = champs.pop(CORPS, "") if chemin.endswith(".md") else None
    octets = _assembler(_vider(champs), corps)
    return _relue(octets, fiche, chemin)


def modifier(octets: bytes, fiche: Fiche, chemin: str) -> bytes:
    """Le même fichier, où seules changent les lignes des champs changés.

    Commentaires, guillemets et ordre de la main sont gardés.
    """
    ancienne = lire(octets, type(fiche), fiche.id, chemin)
    texte, corps = octets.decode("utf-8"), None
    avant, apres = _champs(ancienne), _champs(fiche)
    # msgspec n'omet un défaut que s'il est le même objet : écrit à la main, il n'a pas changé pour autant.
    inchanges = {c for c in fiche.__struct_fields__ if getattr(ancienne, c) == getattr(fiche, c)}
    apres = {c: v for c, v in apres.items() if c not in inchanges}
    apres |= {c: v for c, v in avant.items() if c in inchanges}
    if chemin.endswith(".md"):
        texte, corps = _separer(texte, chemin)
        ancien, neuf = avant.pop(CORPS, ""), apres.pop(CORPS, "")
        corps = corps if ancien == neuf else neuf
    if avant == apres:
        return _relue(_assembler(texte, corps), fiche, chemin)
    from tiers_lieu_cli.noyau.fiches.retouche import NonRetouchable, retoucher

    document = _a_retoucher(texte, chemin)
    with suppress(NonRetouchable, FicheFautive):
        return _relue(_assembler(retoucher(texte, document, avant, apres, _vider), corps), fiche, chemin)
    return _relue(_assembler(_changer(document, avant, apres), corps), fiche, chemin)


def _a_retoucher(texte: str, chemin: str) -> Any:
    """Le même YAML, avec ce que la main y a mis ; les deux lecteurs ne sont pas d'accord sur tout."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _ruamel().load(texte)
    except (YAMLError, ValueError, AttributeError) as erreur:
        marque = erreur.problem_mark if isinstance(erreur, MarkedYAMLError) else None
        ligne = marque.line + 1 + chemin.endswith(".md") if marque else 1
        fait = "s'écrit d'une façon que l'outil ne sait pas récrire (« !! »…) ; l'écrire simplement"
        raise _fautive(chemin, ligne, fait) from None


def _changer(document: Any, avant: dict[str, Any], apres: dict[str, Any]) -> str:
    """Le même YAML, récrit d'après son analyse : ce qui change en perd ses commentaires."""
    for champ in [c for c in (*avant, *apres) if avant.get(c) != apres.get(c)]:
        if champ in apres:
            document[champ] = _a_ecrire(apres[champ])
        else:
            document.pop(champ, None)
    return _vider(document)


def _relue(octets: bytes, fiche: F, chemin: str) -> bytes:
    """Garantir que ce qui sera écrit se relira à l'identique."""
    if len(octets) > TAILLE_MAXIMALE:
        raise _fautive(chemin, 0, f"dépasserait {TAILLE_MAXIMALE // 1024} Kio ; raccourcir le texte")
    if lire(octets, type(fiche), fiche.id, chemin) != fiche:
        raise _fautive(chemin, 0, "ne se relirait pas comme elle a été saisie")
    return octets


def _champs(fiche: Fiche) -> dict[str, Any]:
    champs: dict[str, Any] = msgspec.to_builtins(fiche)
    del champs["id"]
    return champs


def _assembler(en_tete: str, corps: str | None) -> bytes:
    if corps is None:
        return en_tete.encode("utf-8")
    return f"---\n{en_tete}---\n\n{corps}\n".encode()


def _separer(texte: str, chemin: str) -> tuple[str, str]:
    # Le Bloc-notes de Windows finit chaque ligne par deux signes.
    trouve = _EN_TETE.match(texte.replace("\r\n", "\n") if "\r" in texte else texte)
    if not trouve:
        raise _fautive(chemin, 1, "commence par un en-tête entre deux lignes « --- », absent ici")
    return trouve[1], trouve[2].removesuffix("\n")


def _donnees(octets: bytes, chemin: str) -> dict[str, Any]:
    """Analyser sans rien deviner : un seul document, une table à la racine, ni piège ni conflit."""
    if len(octets) > TAILLE_MAXIMALE:
        raise _fautive(chemin, 0, f"dépasse {TAILLE_MAXIMALE // 1024} Kio")
    if not octets.strip():
        raise _fautive(chemin, 0, "est vide")
    # Chercher un mot fixe coûte dix fois moins qu'un motif, et un conflit est rare.
    marque = b"<<<<<<<" in octets or b">>>>>>>" in octets or b"=======" in octets
    if marque and (conflit := re.search(_CONFLIT, octets)):
        ligne = octets.count(b"\n", 0, conflit.start()) + 1
        raise _fautive(chemin, ligne, "deux versions y sont mêlées (<<<<<<<, >>>>>>>) ; garder la bonne")
    try:
        texte = octets.decode("utf-8")
    except UnicodeDecodeError as erreur:
        ligne = octets.count(b"\n", 0, erreur.start) + 1
        raise _fautive(chemin, ligne, "n'est pas en UTF-8 ; l'enregistrer dans ce codage") from None
    suspect = len(octets.translate(None, _CONTROLES)) != len(octets) or "\ufffe" in texte or "\uffff" in texte
    interdit = re.search(_INTERDITS, texte) if suspect else None
    if interdit or texte.startswith("\ufeff"):
        ligne = texte.count("\n", 0, interdit.start()) + 1 if interdit else 1
        raise _fautive(chemin, ligne, "contient un caractère invisible interdit ; l'effacer")
    if not chemin.endswith(".md"):
        return _analyser(texte, chemin, 0)
    en_tete, corps = _separer(texte, chemin)
    donnees = _analyser(en_tete, chemin, 1)
    if CORPS in donnees:
        raise _fautive(chemin, _ligne(octets, CORPS), f"« {CORPS} » s'écrit sous l'en-tête, non dedans")
    donnees[CORPS] = corps
    return donnees


def _analyser(texte: str, chemin: str, decalage: int) -> dict[str, Any]:
    if len(texte) > _LONGUE and (tirets := _EMBOITES.search(texte)):
        ligne = texte.count("\n", 0, tirets.start()) + 1 + decalage
        raise _fautive(chemin, ligne, "des tirets s'y emboîtent sans fin")
    if invisible := next((signe for signe in _INVISIBLES if signe in texte), ""):
        ligne = texte.count("\n", 0, texte.index(invisible)) + 1 + decalage
        raise _fautive(chemin, ligne, "contient une fin de ligne qui ne se voit pas ; l'effacer")
    try:
        # Sans ancre, pas de renvoi : les bornes ne coûtent qu'aux fiches qui en ont.
        bornes = _BORNES_DES_ALIAS if "&" in texte else None
        lu = yaml_rs.loads(texte, parse_datetime=False, alias_limits=bornes)
    except (ValueError, TypeError) as erreur:
        # TypeError : un nom de champ qui est une liste.
        trouve = re.search(_OU, str(erreur))
        ligne = int(trouve[1]) + decalage if trouve else 0
        raise _fautive(chemin, ligne, dire_yaml(str(erreur))) from None
    if isinstance(lu, list) and re.search(r"^---", texte.lstrip().removeprefix("---"), re.MULTILINE):
        raise _fautive(chemin, 0, "contient deux fiches séparées par « --- » ; une fiche, un fichier")
    if not isinstance(lu, dict) or not {str}.issuperset(map(type, lu)):
        raise _fautive(chemin, 1, "n'est pas une fiche : des lignes « champ: valeur » sont attendues")
    return lu


def _ligne(octets: bytes, champ: str, fait: str = "") -> int:
    """La ligne d'un champ de premier niveau, ou du premier que `fait` cite, ou de la valeur qu'il cite.

    Cherchée seulement quand il y a une faute à dire.
    """
    texte = octets.decode("utf-8", "replace")
    cites = [champ] if champ else _CITES.findall(fait)
    motifs = [rf"^[\"']?{re.escape(cite)}[\"']?\s*:" for cite in cites]
    motifs += [] if champ else [rf"^.*(?<![\w:]){re.escape(cite)}(?![\w:])" for cite in cites]
    trouve = next(filter(None, (re.search(m, texte, re.MULTILINE) for m in motifs)), None)
    return texte.count("\n", 0, trouve.start()) + 1 if trouve else 1


def _fautive(chemin: str, ligne: int, fait: str) -> FicheFautive:
    return FicheFautive(Defaut(chemin, ligne, fait, "Corriger le fichier, puis recommencer."))


def _ruamel() -> YAML:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _vider(document: Any) -> str:
    if type(document) is dict and (ecrit := ordinaire.ecrire(document)):
        return ecrit
    neuf = type(document) in (dict, list)
    flux = io.StringIO()
    _ruamel().dump(_a_ecrire(document) if neuf else document, flux)
    return flux.getvalue()


def _a_ecrire(valeur: Any) -> Any:
    """La valeur telle que ruamel doit l'écrire : texte long en bloc, liste sans ambiguïté."""
    from ruamel.yaml.comments import CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(valeur, str):
        if "\n" in valeur and not re.search(
            r"^[ \n]|[ \t]$|[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
            valeur,
            re.MULTILINE,
        ):
            return LiteralScalarString(valeur)
        return DoubleQuotedScalarString(valeur) if re.fullmatch(ordinaire.AMBIGU, valeur) else valeur
    if isinstance(valeur, CommentedSeq):
        valeur[:] = [_a_ecrire(v) for v in valeur]
        return valeur
    if isinstance(valeur, (list, tuple)):
        return [_a_ecrire(v) for v in valeur]
    if isinstance(valeur, dict):
        return {c: _a_ecrire(v) for c, v in valeur.items()}
    return valeur
