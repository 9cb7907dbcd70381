"""`tl lieu` : les réglages du lieu, montrés et changés sans ouvrir un fichier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES
from tiers_lieu_cli.noyau import fichiers, modification, texte
from tiers_lieu_cli.noyau import lieu as lieux
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import TAILLE_MAXIMALE
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens import citations
from tiers_lieu_cli.noyau.liens import PersonneCitee, Sorte
from tiers_lieu_cli.noyau.lieu import (
    LANGUES,
    REGLAGES,
    SANS_DOMAINE,
    Reglages,
    lire_reglages,
    verifier_fuseau,
)
from tiers_lieu_cli.noyau.modification import lu
from tiers_lieu_cli.noyau.porte import Application

app = Application()
#: Ce qu'un logo peut être.
_IMAGES = (".svg", ".png", ".jpg", ".jpeg")
#: Comment se disent les valeurs qui ne se montrent pas telles quelles.
_DIRE: modification.Dire = {"qui": lambda ident: f"@{ident}"}
_RIEN = "—"


class _Dits(msgspec.Struct, frozen=True):
    """Les réglages qu'on change ; `None` : on n'en a rien dit."""

    nom: Annotated[str | None, typer.Option("--nom", help="Le nom du lieu.")] = None
    adresse: Annotated[
        str | None, typer.Option("--adresse", help="L'adresse que le programme et l'agenda donnent.")
    ] = None
    commune: Annotated[
        str | None,
        typer.Option(
            "--commune",
            help='Sa commune ; la dire publie ses comptes avec le site, sans personne. "" l\'ôte.',
        ),
    ] = None
    domaine: Annotated[
        str | None, typer.Option("--domaine", help="Le nom du site, sans https : passerelle.be.")
    ] = None
    heures: Annotated[
        list[str] | None,
        typer.Option("--heures", metavar="PLAGE", help='Les heures d\'ouverture : "lun-ven 9h-18h".'),
    ] = None
    publics: Annotated[
        list[str] | None, typer.Option("--public", metavar="PUBLIC", help="Un public de plus.")
    ] = None
    sans_public: Annotated[
        list[str] | None, typer.Option("--sans-public", metavar="PUBLIC", help="Un public de moins.")
    ] = None
    contacts: Annotated[
        list[str] | None,
        typer.Option("--contact", help="Une adresse ou un numéro que la maison donne à tous."),
    ] = None
    sans_contact: Annotated[
        list[str] | None, typer.Option("--sans-contact", metavar="CONTACT", help="L'ôter.")
    ] = None
    sites: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="ADRESSE", help="D'où les pages peuvent charger une image."),
    ] = None
    sans_site: Annotated[list[str] | None, typer.Option("--sans-site", metavar="ADRESSE", help="L'ôter.")] = (
        None
    )
    couleur: Annotated[
        str | None, typer.Option("--couleur", help="Celle de tout ce qui se publie : #1c6e5a.")
    ] = None
    logo: Annotated[
        str | None,
        typer.Option(
            "--logo", metavar="FICHIER", help='Une image (svg, png, jpg) pour les pages ; "" l\'ôte.'
        ),
    ] = None
    langues: Annotated[
        list[str] | None,
        typer.Option("--langue", help=f"Celles du site, la première d'abord : {', '.join(LANGUES)}."),
    ] = None
    qui: Annotated[
        PersonneCitee | None,
        typer.Option("--qui", metavar="@QUI", help="Qui tient le lieu d'ordinaire, et signe ses notes."),
    ] = None
    pays: Annotated[
        str | None, typer.Option("--pays", metavar="CODE", help="Pour ses jours fériés : BE, FR…")
    ] = None
    fuseau: Annotated[str | None, typer.Option("--fuseau", help="Comme Europe/Brussels.")] = None


def _voir(c: Contexte, *, json: bool, dits: _Dits, **_: object) -> bool:
    """Les réglages, si l'on n'en change aucun."""
    if any(valeur is not None for valeur in structs.asdict(dits).values()):
        return False
    r = lire_reglages(c.arbre)
    if json:
        c.ecran.json(
            {"dossier": str(c.lieu.racine), "reglages": _vue(r), "horaires": HORAIRES.toutes(c.arbre).fiches}
        )
        return True
    c.ecran.titre(r.nom)
    c.ecran.tableau([Colonne(style=Style.GRAS), Colonne(cede=True)], _lignes(c, r))
    c.ecran.dire('  Changer : tl lieu --adresse "rue du Pont 12, Liège"')
    return True


def _lignes(c: Contexte, r: Reglages) -> list[tuple[str, str]]:
    lignes = [
        ("  dossier", str(c.lieu.racine)),
        ("  adresse", r.adresse),
        ("  commune", r.commune),
        ("  domaine", "" if r.domaine == SANS_DOMAINE else r.domaine),
        *_heures(c, r),
        ("  publics", ", ".join(r.publics)),
        ("  contacts", ", ".join(r.contacts)),
        ("  tenu par", f"@{r.qui}" if r.qui else ""),
        ("  couleur", r.couleur),
        ("  logo", r.logo),
        ("  langues", ", ".join(r.langues)),
        ("  sites permis", ", ".join(r.sites_permis)),
        ("  pays", r.pays),
        ("  fuseau", r.fuseau),
    ]
    return [(nom, dit or _RIEN) for nom, dit in lignes]


def _heures(c: Contexte, r: Reglages) -> Iterable[tuple[str, str]]:
    """Les heures de chaque saison ; à défaut, ce que `lieu.yaml` en disait autrefois."""
    semaines = HORAIRES.toutes(c.arbre).fiches
    for h in semaines:
        yield (f"  heures ({h.id})" if h.du else "  heures", ouverture.dire_semaine(h))
    if not semaines:
        redire = "tl lieu --heures"
        yield "  heures", f"« {r.horaires} », à redire : {redire}" if r.horaires else ""


@app.ecrit("lieu", voir=_voir, oui=True, dits=_Dits)
def lieu(c: Contexte, e: Ecriture, dits: _Dits) -> Fait:
    """Voir les réglages du lieu, ou en changer ; seul ce qu'on donne change.

    Exemples :
        tl lieu
        tl lieu --nom "La Passerelle" --adresse "rue du Pont 12, Liège" --domaine passerelle.be
        tl lieu --heures "lun-ven 9h-18h" --heures "sam 10h-13h"
        tl lieu --public adolescents --logo logo.png
    """
    ancien = lire_reglages(c.arbre)
    nouveau = _changer(c, e, ancien, dits)
    lignes = list(modification.changements(ancien, nouveau, c.horloge.aujourdhui(), _DIRE))
    if dits.logo and not any(ligne.startswith("  logo") for ligne in lignes):
        lignes.append(f"  logo : {nouveau.logo}, changé")
    if dits.heures:
        from tiers_lieu_cli.espace.horaires.saisie import lire_semaine, noter

        notes = noter(c.arbre, e, lire_semaine(dits.heures))
        lignes.append(f"  heures : {ouverture.dire_semaine(notes)}")
    if not lignes:
        raise ErreurUsage("Rien ne change.", "Voir : tl lieu")
    if nouveau != ancien:
        e.remplacer(REGLAGES, fiche.modifier(e.lire(REGLAGES) or b"", nouveau, REGLAGES))
    return Fait(
        id="lieu",
        action="lieu",
        histoire=f"Réglages du lieu : {', '.join(sorted(ligne.split(' : ')[0].strip() for ligne in lignes))}",
        phrase=f"Les réglages de « {nouveau.nom} » ont changé :",
        lignes=lignes,
        suite="tl lieu",
        details={"reglages": _vue(nouveau)},
    )


def _vue(r: Reglages) -> dict[str, object]:
    """Pour une machine : ce n'est la fiche de rien, et n'a pas d'identifiant."""
    return {champ: valeur for champ, valeur in structs.asdict(r).items() if champ not in ("id", "horaires")}


def _changer(c: Contexte, e: Ecriture, ancien: Reglages, dits: _Dits) -> Reglages:
    """Les réglages, où l'on a mis ce qui est dit ; chacun vérifié."""
    publics = _liste(ancien.publics, map(texte.imprimee, dits.publics or ()), dits.sans_public)
    for public in (p for p in ancien.publics if p not in publics):
        _exiger_inutilise(c, public)
    if not publics:
        raise ErreurUsage("Un lieu accueille au moins un public.", "En ajouter un avant d'ôter celui-ci.")
    contacts = _liste(ancien.contacts, dits.contacts, dits.sans_contact)
    c.registre.admettre(contacts)
    voulus: dict[str, object] = {
        "nom": lu(dits.nom, texte.ligne, "Le nom du lieu"),
        "adresse": lu(dits.adresse, texte.ligne, "L'adresse", vide=True),
        "commune": lu(dits.commune, texte.ligne, "La commune", vide=True),
        "domaine": lu(dits.domaine, _domaine, c, ancien),
        "fuseau": None if dits.fuseau is None else verifier_fuseau(dits.fuseau).key,
        "pays": lu(dits.pays, _pays),
        "qui": dits.qui and c.registre.designer(dits.qui),
        "couleur": lu(dits.couleur, _couleur),
        "logo": lu(dits.logo, _logo, e),
        "langues": _langues(dits.langues) if dits.langues else None,
        # Les heures dites remplacent ce que ce fichier en disait autrefois.
        "horaires": "" if dits.heures else None,
    }
    try:
        return structs.replace(
            ancien,
            publics=publics,
            contacts=contacts,
            sites_permis=_liste(ancien.sites_permis, map(lieux.site, dits.sites or ()), dits.sans_site),
            **{champ: valeur for champ, valeur in voulus.items() if valeur is not None},
        )
    except ValueError as faute:
        raise ErreurUsage(f"{str(faute).capitalize()}.", "Voir : tl lieu") from None


def _liste(
    connus: Sequence[str], ajoutes: Iterable[str] | None, otes: Sequence[str] | None
) -> tuple[str, ...]:
    """La liste, avec ce qu'on ajoute et sans ce qu'on ôte ; ôter ce qui n'y est pas est une faute."""
    clefs = {texte.clef(mot): mot for mot in connus}
    for mot in otes or ():
        if texte.clef(mot) not in clefs:
            raise ErreurUsage(f"« {mot} » n'y est pas.", "Voir : tl lieu")
        del clefs[texte.clef(mot)]
    for mot in ajoutes or ():
        clefs.setdefault(texte.clef(mot), texte.ligne(mot, "Chaque valeur"))
    return tuple(clefs.values())


def _exiger_inutilise(c: Contexte, public: str) -> None:
    """Un public qui sert encore ne s'ôte pas : des fiches et des gens en sont."""
    citants = [
        citant.chemin
        for citant in citations.de(c.archive, c.arbre, c.genres, (public,))
        if any(citation.cite.sorte is Sorte.PUBLIC for citation in citant.citations)
    ]
    gens = [p.id for p in c.personnes() if public in p.publics]
    if citants or gens:
        dits = [texte.accorder(len(les), mot) for les, mot in ((citants, "fiche"), (gens, "personne")) if les]
        raise Echec(f"« {public} » sert encore : {', '.join(dits)}.", "Changer d'abord ce qui s'en sert.")


def _domaine(dit: str, c: Contexte, ancien: Reglages) -> str:
    """Un nom de domaine ; une fois publié, le changer se confirme, car il nomme les événements."""
    propre = dit.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    if not lieux.est_un_domaine(propre):
        raise ErreurUsage(f"« {dit} » n'est pas un nom de domaine.", "Écrire par exemple : passerelle.be")
    if ancien.domaine not in (SANS_DOMAINE, propre):
        c.confirmer(
            f"Le domaine nomme chaque événement dans les agendas : qui suit ceux de {ancien.domaine} "
            "y verra tout une seconde fois. Changer ?"
        )
    return propre


def _pays(dit: str) -> str:
    import holidays

    code = dit.strip().upper()
    if code not in holidays.list_supported_countries(include_aliases=False):
        raise ErreurUsage(f"Aucun jour férié connu pour « {dit} ».", "Donner un code : BE, FR, LU…")
    return code


def _couleur(dit: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", dit):
        raise ErreurUsage(f"« {dit} » n'est pas une couleur.", "L'écrire comme #1c6e5a.")
    return dit.lower()


def _langues(dites: Sequence[str]) -> tuple[str, ...]:
    if inconnues := [langue for langue in dites if langue not in LANGUES]:
        raise ErreurUsage(
            f"« {inconnues[0]} » n'est pas une langue du site.", f"En dire : {', '.join(LANGUES)}."
        )
    return tuple(dict.fromkeys(dites))


def _logo(dit: str, e: Ecriture) -> str:
    """L'image, recopiée dans `gabarits/` ; vide : aucune, et l'ancienne y reste."""
    fichier = Path(dit).expanduser()
    if dit and fichier.suffix.lower() not in _IMAGES:
        raise ErreurUsage(f"{fichier.name} n'est pas une image.", f"La donner en {', '.join(_IMAGES)}.")
    chemin = f"gabarits/logo{fichier.suffix.lower()}" if dit else ""
    if dit:
        octets = fichiers.octets(fichier, TAILLE_MAXIMALE, "La réduire, ou la donner en svg.")
        (e.creer if e.lire(chemin) is None else e.remplacer)(chemin, octets)
    return chemin
