"""`tl prog emarger` : la feuille de présence à imprimer, puis qui est venu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Vers
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import entier
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles as evenements
from tiers_lieu_cli.prog.formation import fiches as formations
from tiers_lieu_cli.prog.formation import regles as parcours
from tiers_lieu_cli.prog.inscription import feuille, fiches, regles
from tiers_lieu_cli.prog.inscription.feuille import Forme
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Inscription
from tiers_lieu_cli.prog.inscription.regles import Presences
from tiers_lieu_cli.prog.inscription.suites import de_personne
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.options import Absents, Gens, Lequel, Presents, Public

app = Application()


class _Dits(Vers, frozen=True):
    """Qui est venu, comme on le dit ; ou la feuille à faire."""

    gens: Gens = None
    presents: Presents = None
    absents: Absents = None
    tous: Annotated[bool, typer.Option("--tout", help="Tous ceux qu'on n'a pas encore notés.")] = False
    sur_place: Annotated[
        int, typer.Option("--sur-place", metavar="NOMBRE", min=0, help="Venus sans s'inscrire, sans nom.")
    ] = 0
    public: Public = None
    forme: Annotated[Forme | None, typer.Option("--feuille", help="Faire la feuille à imprimer.")] = None


def _imprimer(c: Contexte, evenement: str, dits: _Dits, **_: bool) -> bool:
    """La feuille, si on la demande."""
    if dits.forme:
        feuille.imprimer(c, programme.exiger(c.arbre, evenement), dits.forme, dits)
    return dits.forme is not None


@app.ecrit("emarger", voir=_imprimer, dits=_Dits)
def emarger(c: Contexte, e: Ecriture, evenement: Lequel, dits: _Dits) -> Fait:
    """Noter qui est venu : ceux qu'on nomme, ou nom par nom si l'on n'en nomme aucun.

    Qui vient sans être inscrit est ajouté. Une absence est un fait : rien d'autre n'en est gardé.

    Exemples :
        tl prog emarger 2026-11-24-atelier-velo-7k2m --feuille html --sortie ~/feuille.html
        tl prog emarger atelier-velo @lea @karim
        tl prog emarger atelier-velo --tout --absent @karim --sur-place 3 --public riverains
        tl prog emarger atelier-velo --presents @lea @amina
    """
    tenu = programme.exiger(c.arbre, evenement)
    evenements.exiger_commence(tenu, c.horloge.murale())
    liste = _noter(c, e, tenu, _lire(c, tenu, dits) or _demander(c, tenu))
    venus, manquent = regles.venus(liste) or 0, regles.absents(liste)
    absence = f", {manquent} absent{'s' * (manquent > 1)}" if manquent else ""
    return Fait(
        id=tenu.id,
        action="prog.emarger",
        histoire=f"Présences à « {tenu.titre} », {temps.dire_creneau(tenu.creneau)}",
        phrase=f"« {tenu.titre} » : {evenements.dire_participants(venus)}{absence}.",
        lignes=_finis(c, tenu, liste),
        suite=f"tl prog evenement tenir {tenu.id} --note",
    )


def _finis(c: Contexte, e: Evenement, liste: Sequence[Inscription]) -> list[str]:
    """Ceux qui, présents ici, ont maintenant tout suivi d'un parcours."""
    dites = []
    for f in formations.de_la_seance(c.arbre, e):
        vues = formations.parcours(c.arbre, f, c.horloge.aujourdhui(), c.registre, {e.id: liste}).gens
        finis = [a.personne for a in parcours.a_habiliter(vues) if any(s.id == e.id for s in a.suivies)]
        if finis:
            ensuite = "habiliter" if f.habilite else "attestation"
            dites += [f"{qui} a fini « {f.titre} »." for qui in finis]
            dites.append(f"  → tl prog formation {ensuite} {f.id}")
    return dites


def _lire(c: Contexte, e: Evenement, dits: _Dits) -> Presences | None:
    """Ce que les options disent de la feuille ; `None` si elles n'en disent rien."""
    connues = fiches.de(c.arbre, e.id)
    venus = dict(_venue(c, e, connues, mot) for mot in (*(dits.presents or ()), *(dits.gens or ())))
    absents = {_venue(c, e, connues, mot)[0]: 0 for mot in dits.absents or ()}
    dites = Presences(
        venus=venus | absents,
        reste=True if dits.tous else False if dits.presents else None,
        sur_place=dits.sur_place,
        public=c.lieu.reglages.publics_connus([dits.public])[0] if dits.public else "",
    )
    return None if dites == Presences() else dites


def _venue(c: Contexte, e: Evenement, connues: Sequence[Inscription], mot: str) -> tuple[str, int | None]:
    """« @lea », « @lea=2 » ou « q2x7=17 » (un groupe) : le nom de l'inscription, et combien sont venus."""
    qui, egal, nombre = mot.partition("=")
    venus = entier(nombre)
    if egal and (venus is None or venus < 0):
        raise ErreurUsage(f"« {mot} » : combien sont venus ?", "Écrire par exemple @lea=2.")
    groupe = f"{e.id}-groupe-{qui}"
    if any(i.id == groupe for i in connues):
        return groupe, venus
    personne = c.registre.designer(qui)
    inscrite = de_personne(c, connues, personne)
    return inscrite.id if inscrite else f"{e.id}-{personne}", venus


def _noter(c: Contexte, ecriture: Ecriture, e: Evenement, dites: Presences) -> list[Inscription]:
    """Poser ce qui change et ce qui s'ajoute ; rend la liste entière."""
    liste = {i.id: i for i in fiches.de(c.arbre, e.id)}
    for notee in regles.noter(liste.values(), dites):
        INSCRIPTIONS.corriger(ecriture, liste[notee.id], notee)
        liste[notee.id] = notee
    moment = regles.arrivee(c.horloge.a_la_microseconde(), liste.values())
    imprevus = [
        regles.arriver(regles.de_personne(e, ident.removeprefix(f"{e.id}-"), moment), combien)
        for ident, combien in dites.venus.items()
        if ident not in liste and combien != 0
    ]
    if dites.sur_place:
        anonymes = regles.de_groupe(e, dites.sur_place, moment, c.hasard)
        imprevus.append(regles.arriver(structs.replace(anonymes, public=dites.public), None))
    for imprevu in imprevus:
        INSCRIPTIONS.poser(ecriture, imprevu)
        liste[imprevu.id] = imprevu
    if not ecriture.poses:
        raise ErreurUsage("Rien ne change : tout est déjà noté.", f"Voir : tl prog inscrits {e.id}")
    return list(liste.values())


def _demander(c: Contexte, e: Evenement) -> Presences:
    """Nom par nom, de tête ou la feuille en main ; une ligne vide passe au suivant."""
    if not c.ecran.interactif:
        refus = ErreurUsage("Qui est venu ?")
        geste = f"tl prog emarger {e.id}"
        refus.suites = (
            f"Tous : {geste} --tout",
            f"Quelques-uns : {geste} --presents",
            f"La feuille à signer : {geste} --feuille html",
        )
        raise refus
    invite = f"« {e.titre} » : venu ? [o/n, ou combien ; rien : passer]\n"
    venus: dict[str, int | None] = {}
    for i in regles.a_emarger(regles.en_ordre(fiches.de(c.arbre, e.id))):
        reponse = c.demander(f"{invite}  {regles.dire_qui(i)}{i.code and f' ({i.code})'}").lower()
        invite = ""
        if (combien := entier(reponse)) is not None:
            venus[i.id] = max(combien, 0)
        elif reponse in ("o", "oui", "n", "non"):
            venus[i.id] = None if reponse.startswith("o") else 0
    imprevus = c.demander("  Combien sont venus sans s'inscrire ?")
    return Presences(venus=venus, sur_place=max(entier(imprevus) or 0, 0))
