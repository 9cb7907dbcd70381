"""`tl verifier` : relire, dire ce qui ne va pas, corriger ce qui est sûr.

Ce qui était bon et n'a pas changé n'est pas relu (`souvenir`) ; `--tout` relit tout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from tiers_lieu_cli.ensemble import souvenir
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.echecs import Abandon, CodeSortie, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.gens.personnes import tel_quel
from tiers_lieu_cli.noyau.texte import TEL_QUEL, accorder

if TYPE_CHECKING:
    from tiers_lieu_cli.ensemble.examen import Examen
    from tiers_lieu_cli.ensemble.indiscretions import Doute
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
    from tiers_lieu_cli.noyau.fiches.verification import Constat

app = Application()
#: Combien de mots douteux on montre.
DOUTES = 10


@app.action("verifier")
def verifier(
    ctx: typer.Context,
    reparer: Annotated[
        bool, typer.Option("--reparer", help="Corriger ce qui se corrige sans risque.")
    ] = False,
    tout: Annotated[
        bool, typer.Option("--tout", help="Tout relire, même ce qui était bon et n'a pas changé.")
    ] = False,
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Relire chaque fiche, ce qui les lie, la vie privée, l'archive elle-même.

    Ce qui était en ordre et n'a pas changé depuis n'est pas relu : la première fois, une fois par mois, et
    après un changement qui touche à tout (le registre, une salle, une série), tout l'est.

    Exemples :
        tl verifier
        tl verifier --tout
        tl verifier --reparer
    """
    c = ouvrir(ctx, malgre_tout=True)
    if c.au:
        raise ErreurUsage("On ne vérifie que le lieu d'aujourd'hui.", "Refaire la commande sans --au.")
    if not tout and (relu := _relire_ce_qui_change(c)):
        _rendre(c, relu, json=json)
        return
    from tiers_lieu_cli.ensemble.examen import examiner

    vu = examiner(c)
    if reparer and any(constat.reparable for constat in vu.constats):
        repares = _reparer(c, vu.constats, oui=oui or json, essai=essai)
        if repares and not essai:
            vu = examiner(c)
    _rendre(c, vu, json=json)


def _rendre(c: Contexte, vu: Examen, *, json: bool) -> None:
    if json:
        c.ecran.json(
            {
                "fiches": vu.combien,
                "constats": [_vue(k) for k in vu.constats],
                "a_regarder": vu.doutes,
                "a_la_main": len(vu.a_la_main),
            }
        )
    else:
        _dire(c, vu, len(vu.a_la_main))
    if vu.constats:
        raise typer.Exit(CodeSortie.REFUS)


def _relire_ce_qui_change(c: Contexte) -> Examen | None:
    """Si tout est toujours en ordre, l'examen de ce qui a changé depuis que ce l'était ; sinon `None`."""
    finir = souvenir.chercher(c) if c.lieu.faute is None else None
    if finir is None:
        return None
    # Ce qui jugera se prépare pendant que les états se relèvent.
    from tiers_lieu_cli.ensemble import examen, verification

    maison = verification.Verification(c.arbre, c.registre, c.registre.detecteur)
    maison.regler()
    c.registre.detecteur.suspect(b"Un mot")
    depuis = finir()
    if depuis is None or any(True for depot in c.depots for _ in examen.sante(depot)):
        return None
    if depuis.presents:
        maison.examiner(depuis.presents)
        maison.juger_avec_ce_qui_entoure()
    if maison.constats or any(True for _ in examen.documents_abimes(c)):
        return None
    souvenir.mettre_a_jour(c, depuis, {doute.fichier for doute in maison.doutes})
    return examen.Examen([], maison.doutes, depuis.combien, depuis.a_la_main, len(depuis.presents))


def _reparer(c: Contexte, constats: list[Constat], *, oui: bool, essai: bool) -> bool:
    """Montrer les corrections, puis les faire d'un bloc ; un fichier encore à la main reste à enregistrer.

    Elles se recalculent sous le verrou : un fichier changé pendant la question est relu, jamais écrasé.
    """
    from tiers_lieu_cli.ensemble import reparation

    # Sans personne au terminal, qui demande la réparation l'a déjà voulue.
    c.questions.oui = oui or not c.ecran.interactif

    def agir(ecriture: Ecriture) -> tuple[list[str], list[str]]:
        arbre = ArbreDisque(c.lieu.racine)
        voulues = reparation.corrections(arbre, constats)
        lignes = list(_proposees(constats, voulues))
        if not voulues or essai:
            return lignes, []
        c.confirmer("Les faire ?", ["Corrections proposées :", *lignes], selon=repr(voulues))
        a_la_main = set(c.archive.a_la_main())
        for chemin, contenu in voulues.items():
            if chemin in a_la_main or any(autre in a_la_main for autre in voulues if contenu is None):
                continue
            if contenu is None:
                ecriture.retirer(chemin)
            elif arbre.lire(chemin) is None:
                ecriture.creer(chemin, contenu)
            else:
                ecriture.remplacer(chemin, contenu)
        if ecriture.poses:
            combien = len(ecriture.poses)
            ecriture.enregistrer(f"Corrections de la vérification ({combien} fichiers)", "verifier.reparer")
        repris = [chemin for chemin in voulues if chemin in a_la_main and voulues[chemin] is not None]
        for chemin in repris:
            systeme.remplacer(c.lieu.racine / chemin, [voulues[chemin] or b""], abrite=True)
        return lignes, repris or list(ecriture.poses)

    try:
        lignes, faites = c.sous_verrou(agir)
    except Abandon:
        return False
    if lignes and (essai or c.questions.oui):
        c.ecran.avertir("Corrections proposées :")
        for ligne in lignes:
            c.ecran.avertir(ligne)
    for chemin in c.archive.a_la_main() if faites else ():
        if chemin in faites:
            c.ecran.avertir(f"  {chemin} est corrigé ; il reste à enregistrer : tl enregistrer")
    return bool(faites)


def _proposees(constats: list[Constat], voulues: Mapping[str, bytes | None]) -> Iterator[str]:
    """Ce que chaque correction changerait."""
    for constat in constats:
        if constat.remplacer and constat.fichier in voulues:
            avant, apres = constat.remplacer
            # L'écran mettrait le nom : ce qui s'écrit n'en est plus un.
            apres = tel_quel(apres)
            yield f"  {constat.fichier} : « {avant} » devient « {apres} »"
        elif constat.remettre and constat.fichier in voulues:
            yield f"  {constat.fichier} : le dernier qui se lisait est remis"
        elif constat.deplacer in voulues:
            yield f"  {constat.fichier} va dans {constat.deplacer}"


def _vue(constat: Constat) -> dict[str, object]:
    return {
        "regle": constat.regle,
        "fichier": constat.fichier,
        "ligne": constat.ligne,
        "fait": constat.fait,
        "remede": constat.remede.replace(TEL_QUEL, ""),
        "reparable": constat.reparable,
    }


def _dire(c: Contexte, vu: Examen, a_la_main: int) -> None:
    if vu.relus is None:
        lus = f"{vu.combien} fichiers lus."
    else:
        changes = accorder(vu.relus, "fichier relu")
        lus = f"{changes} ; {vu.combien - vu.relus} n'ont pas changé (tout relire : tl verifier --tout)."
    if not vu.constats:
        c.ecran.dire(f"{lus} Tout est en ordre.")
    else:
        revoir = "Une chose" if len(vu.constats) == 1 else f"{len(vu.constats)} choses"
        c.ecran.dire(f"{lus} {revoir} à revoir :")
    for constat in vu.constats:
        ou = f"{constat.fichier}, ligne {constat.ligne}" if constat.ligne else constat.fichier
        c.ecran.dire(f"  {ou}")
        c.ecran.dire(f"    {constat.fait}")
        for remede in constat.remede.splitlines():
            c.ecran.dire(f"    → {remede}{'   (--reparer le fait)' if constat.reparable else ''}")
    _dire_les_doutes(c, vu.doutes)
    if a_la_main:
        faits = "1 fichier modifié" if a_la_main == 1 else f"{a_la_main} fichiers modifiés"
        c.ecran.dire(f"{faits} à la main, pas encore enregistré{'s' * (a_la_main > 1)} : tl enregistrer")


def _dire_les_doutes(c: Contexte, doutes: list[Doute]) -> None:
    """Mot par mot : le premier endroit, combien d'autres, quoi en faire."""
    par_mot: dict[tuple[str, str], list[Doute]] = {}
    for doute in doutes:
        par_mot.setdefault((doute.mot, doute.personne), []).append(doute)
    if par_mot:
        c.ecran.dire("À regarder : ces mots nomment peut-être quelqu'un.")
    for (mot, personne), vus in list(par_mot.items())[:DOUTES]:
        qui = c.registre.a_ecrire(personne)
        ailleurs = f" ({len(vus)} fois en tout)" if len(vus) > 1 else ""
        c.ecran.dire(
            f"  « {mot} »{f', {qui} ?' if qui else ''}  {vus[0].fichier}, ligne {vus[0].ligne}{ailleurs}"
        )
    if len(par_mot) > DOUTES:
        c.ecran.dire(f"  … et {len(par_mot) - DOUTES} autres mots : tl verifier --json")
    if par_mot:
        c.ecran.dire("    → Écrire @prénom si c'est quelqu'un ; sinon : tl accueil personne mot")
