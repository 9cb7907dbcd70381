"""`tl prog formation` : bâtir un parcours, y inscrire, voir qui en est où, habiliter qui l'a fini."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.accueil.habilitation.modele import Habilitation, donner, tenues
from tiers_lieu_cli.noyau import modification, texte, vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import EvenementCite, FormationCitee, PersonneCitee, SerieCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import delais, temps
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles as evenements
from tiers_lieu_cli.prog.formation import fiches, regles
from tiers_lieu_cli.prog.formation.modele import FORMATIONS, Formation
from tiers_lieu_cli.prog.formation.regles import Avancee, Etape
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.inscription import regles as places
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.inscription.suites import de_personne, placer
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.options import Description, Publics
from tiers_lieu_cli.prog.origines import Besoins, besoins_designes
from tiers_lieu_cli.prog.serie.modele import SERIES

app = Application("Les formations : un parcours, qui en est où, l'habilitation au bout.")
app.anciens["arreter"] = "finir"
Laquelle = Annotated[FormationCitee, typer.Argument(metavar="ID", help="La formation (Tab propose).")]
Qui = Annotated[list[PersonneCitee] | None, typer.Argument(metavar="[@QUI…]", help="Qui ; sinon, tous.")]


class _Dits(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on dit d'un parcours ; `None` : on n'en a rien dit."""

    seances: Annotated[
        list[EvenementCite] | None,
        typer.Option("--seance", help="Une séance à suivre ; deux de même titre : l'une ou l'autre."),
    ] = None
    serie: Annotated[SerieCitee | None, typer.Option("--serie", help="Une série dont suivre des dates.")] = (
        None
    )
    combien: Annotated[
        int | None, typer.Option("--combien", min=1, help="Combien de dates de la série il faut suivre.")
    ] = None
    enseigne: Annotated[list[PersonneCitee] | None, typer.Option("--enseigne", help="Qui enseigne.")] = None
    habilite: Annotated[
        str | None, typer.Option("--habilite", metavar="SUJET", help="À quoi l'on est habilité à la fin.")
    ] = None
    vaut: Annotated[
        str | None,
        typer.Option("--vaut", metavar="DUREE", help="Pour combien de temps : 2 ans."),
    ] = None
    themes: Annotated[
        list[str] | None, typer.Option("--theme", help="Répond aux besoins d'apprendre de ce thème.")
    ] = None
    besoins: Besoins = None
    publics: Publics = None
    description: Description = None


@app.ecrit("creer", dits=_Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="Ce qu'on y apprend.")],
    dits: _Dits,
) -> Fait:
    """Bâtir un parcours, de séances qui sont déjà au programme.

    Exemples :
        tl prog formation creer "Se servir de la fraiseuse" --serie atelier-fraiseuse --combien 2
        tl prog formation creer "Tenir l'accueil" --seance atelier-velo --habilite accueil --vaut "2 ans"
    """
    propre = evenements.titre_propre(titre)
    ident = texte.en_tirets(taire(propre, " "), "formation")
    if FORMATIONS.une(c.arbre, ident):
        raise ErreurUsage(
            f"La formation « {ident} » existe déjà.", f"La voir : tl prog formation fiche {ident}"
        )
    nue = Formation(id=ident, titre=propre)
    champs = _champs(c, dits)
    neuve = modification.changer(nue, **champs) if champs else nue
    FORMATIONS.poser(e, neuve)
    servis = len([b for b in vivants.en_cours(c, BESOINS).fiches if regles.repond(neuve, b)])
    return Fait(
        id=neuve.id,
        action="prog.formation.creer",
        histoire=f"Nouvelle formation : « {neuve.titre} »",
        phrase=f"« {neuve.titre} » est un parcours ({neuve.id}).",
        lignes=[f"Il répond à {texte.accorder(servis, 'besoin')}."] if servis else [],
        suite=f"tl prog formation fiche {neuve.id}",
    )


def _champs(c: Contexte, dits: _Dits) -> dict[str, object]:
    """Ce qui est dit, champ par champ ; refuse une fiche inconnue."""
    champs: dict[str, object] = {}
    if dits.seances is not None:
        champs["seances"] = tuple(dict.fromkeys(programme.exiger(c.arbre, s).id for s in dits.seances if s))
    if dits.serie is not None:
        champs["serie"] = SERIES.designer(c.arbre, dits.serie) if dits.serie else ""
        champs["combien"] = (dits.combien or _toutes(c, str(champs["serie"]))) if dits.serie else 0
    elif dits.combien is not None:
        champs["combien"] = dits.combien
    if dits.enseigne is not None:
        champs["enseigne"] = tuple(dict.fromkeys(c.registre.designer(q) for q in dits.enseigne if q))
    if dits.habilite is not None:
        champs["habilite"] = texte.en_tirets(dits.habilite, "")
        if not champs["habilite"]:
            champs["vaut"] = ""
    if dits.vaut is not None:
        champs["vaut"] = delais.lire(dits.vaut) if dits.vaut else ""
    if dits.themes is not None:
        propres = (texte.mot(texte.imprimee(" ".join(t.lower().split())), "Le thème") for t in dits.themes)
        champs["themes"] = tuple(dict.fromkeys(filter(None, propres)))
    if dits.besoins is not None:
        champs["besoins"] = besoins_designes(c, filter(None, dits.besoins))
    if dits.publics is not None:
        champs["publics"] = c.lieu.reglages.publics_connus(filter(None, dits.publics))
    if dits.description is not None:
        champs["description"] = evenements.description_propre(dits.description)
    return champs


def _toutes(c: Contexte, serie: str) -> int:
    """Toutes les dates d'une série qui finit ; une série sans fin, on dit combien en suivre."""
    regle = SERIES.exiger(c.arbre, serie).recurrence
    dates = fiches.dates(c.arbre, serie, c.horloge.aujourdhui()) if regle.au else []
    if not dates:
        raise ErreurUsage(
            "Cette série n'a pas de fin : combien de ses dates suivre ?", "Ajouter --combien 3."
        )
    return len([d for d in dates if d.a_lieu])


@app.ecrit("modifier", dits=_Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    dits: _Dits,
    titre: Annotated[str | None, typer.Option("--titre", help="Ce qu'on y apprend.")] = None,
) -> Fait:
    """Changer un parcours ; seul ce qu'on donne change. Une liste vide se dit --theme "".

    Exemple :
        tl prog formation modifier tenir-l-accueil --enseigne @karim --vaut "1 an"
    """
    ancienne = FORMATIONS.exiger(c.arbre, laquelle)
    champs = _champs(c, dits)
    if titre is not None:
        champs["titre"] = evenements.titre_propre(titre)
    nouvelle = modification.changer(ancienne, **champs)
    FORMATIONS.corriger(e, ancienne, nouvelle)
    return modification.fait(
        ancienne,
        nouvelle,
        action="prog.formation.modifier",
        histoire=f"Formation modifiée : « {nouvelle.titre} »",
        nom=f"« {nouvelle.titre} »",
        jour=c.horloge.aujourdhui(),
        suite=f"tl prog formation fiche {nouvelle.id}",
    )


@app.ecrit("finir")
def finir(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi.")] = "",
) -> Fait:
    """Ne plus donner une formation ; ce qui est suivi et les habilitations restent.

    Exemple :
        tl prog formation finir tenir-l-accueil --motif "on apprend à deux, au comptoir"
    """
    ancienne = FORMATIONS.exiger(c.arbre, laquelle)
    if not ancienne.est_donnee:
        raise ErreurUsage(f"« {ancienne.titre} » ne se donne déjà plus.")
    jour = c.horloge.aujourdhui()
    nouvelle = structs.replace(ancienne, arretee_le=jour, motif=" ".join(motif.split()))
    FORMATIONS.corriger(e, ancienne, nouvelle)
    return Fait(
        id=nouvelle.id,
        action="prog.formation.finir",
        histoire=f"Formation arrêtée : « {nouvelle.titre} »",
        phrase=f"« {nouvelle.titre} » ne se donne plus ; ses séances restent au programme.",
        suite="tl prog besoins",
    )


@app.ecrit("inscrire")
def inscrire(
    c: Contexte, e: Ecriture, laquelle: Laquelle, qui: Annotated[PersonneCitee, typer.Argument(help="Qui.")]
) -> Fait:
    """Inscrire quelqu'un à ce qui lui reste à suivre, aux prochaines dates où il y a de la place.

    Exemple :
        tl prog formation inscrire tenir-l-accueil @lea
    """
    f, jour, personne = _donnee(c, laquelle), c.horloge.aujourdhui(), c.registre.designer(qui)
    vu = fiches.parcours(c.arbre, f, jour, c.registre)
    sien = next((a for a in vu.gens if a.personne == personne), None)
    restent = sien.restent if sien else vu.etapes
    if sien and sien.finie_le:
        raise ErreurUsage(f"{personne} a fini « {f.titre} ».", f"Tout voir : tl prog formation fiche {f.id}")
    lignes, posee = [], ""
    for etape in restent:
        for seance, deja in _a_prendre(c, etape, personne):
            moment = places.arrivee(c.horloge.a_la_microseconde(), deja)
            inscrite = placer(c, e, seance, deja, places.de_personne(seance, personne, moment))
            lignes.append(f"  {temps.dire_creneau(seance.creneau, jour)} : {_place(inscrite)}")
            posee = inscrite.id
    if not posee:
        raise ErreurUsage(
            f"Aucune séance à venir de « {f.titre} » où inscrire {personne}.",
            f"Voir ses séances : tl prog formation fiche {f.id}",
        )
    return Fait(
        id=posee,
        action="prog.formation.inscrire",
        histoire=f"Inscription à la formation « {f.titre} »",
        phrase=f"{personne} : inscrit·e à « {f.titre} ».",
        lignes=lignes,
        suite=f"tl prog formation fiche {f.id}",
    )


def _place(i: Inscription) -> str:
    return "sur la liste d'attente" if i.attend else "sa place est prise"


def _a_prendre(c: Contexte, etape: Etape, qui: str) -> list[tuple[Evenement, list[Inscription]]]:
    """Les dates à venir qu'il faut encore à cette personne : celles où il reste de la place, d'abord."""
    viennent = [s for s in etape.seances if s.creneau.debut > c.horloge.murale()]
    listes = inscriptions.par_evenement(c.arbre, (s.id for s in viennent))
    prises = [
        s for s in viennent if (i := de_personne(c, listes[s.id], qui)) and (i.est_attendue or i.attend)
    ]
    libres = [s for s in viennent if s not in prises]
    libres.sort(key=lambda s: places.affluence(s.capacite, listes[s.id]).est_complet)
    return [(s, listes[s.id]) for s in libres[: max(0, etape.combien - len(prises))]]


def _donnee(c: Contexte, laquelle: str) -> Formation:
    f = FORMATIONS.exiger(c.arbre, laquelle)
    if not f.est_donnee:
        raise ErreurUsage(f"« {f.titre} » ne se donne plus.", "Voir les autres : tl prog formation liste")
    return f


@app.ecrit("habiliter")
def habiliter(c: Contexte, e: Ecriture, laquelle: Laquelle, qui: Qui = None) -> Fait:
    """Habiliter ceux qui ont fini : les feuilles de présence le disent.

    Exemples :
        tl prog formation habiliter tenir-l-accueil
        tl prog formation habiliter tenir-l-accueil @lea
    """
    f, jour = FORMATIONS.exiger(c.arbre, laquelle), c.horloge.aujourdhui()
    if not f.habilite:
        raise ErreurUsage(
            f"« {f.titre} » n'habilite à rien.",
            f"Le dire : tl prog formation modifier {f.id} --habilite",
        )
    vues = fiches.parcours(c.arbre, f, jour, c.registre).gens
    finies = _voulues(c, f, vues, qui) if qui else regles.a_habiliter(vues)
    if not finies:
        raise ErreurUsage(
            f"Personne n'a fini « {f.titre} » sans être déjà habilité.",
            f"Voir où chacun en est : tl prog formation fiche {f.id}",
        )
    lignes, donnees = [], []
    for avancee in finies:
        voulue = regles.habilitation(f, avancee)
        deja = tenues(c.arbre, c.registre.anciens(avancee.personne), f.habilite)
        _, neuve = donner(e, voulue, deja, jour)
        donnees.append(neuve.id)
        lignes.append(f"  {avancee.personne} : {f.habilite}, {jusque(neuve)}")
    return Fait(
        id=donnees[0],
        action="prog.formation.habiliter",
        histoire=f"Habilitation donnée par la formation « {f.titre} » : {len(donnees)}",
        phrase=f"« {f.titre} » : {texte.accorder(len(donnees), 'personne habilitée')}.",
        lignes=lignes,
        suite=f"tl prog formation attestation {f.id} --sortie ~/attestations.pdf",
    )


def jusque(h: Habilitation) -> str:
    """« jusqu'au mardi 24 novembre 2026 »."""
    return f"jusqu'au {temps.dire_jour(h.expire)}" if h.expire else "sans limite"


def _voulues(c: Contexte, f: Formation, vues: Sequence[Avancee], qui: Sequence[str]) -> list[Avancee]:
    """Celles des personnes dites ; qui n'est pas inscrit n'a rien suivi."""
    par_personne = {a.personne: a for a in vues}
    etapes = fiches.parcours(c.arbre, f, c.horloge.aujourdhui(), c.registre).etapes
    dites = dict.fromkeys(c.registre.designer(q) for q in qui)
    return [par_personne.get(ident, Avancee(ident, (), tuple(etapes))) for ident in dites]


app.differer("liste", "Voir les formations.", "tiers_lieu_cli.prog.formation.voir:liste_app")
app.differer("fiche", "Voir un parcours, et qui en est où.", "tiers_lieu_cli.prog.formation.voir:fiche_app")
app.differer("attestation", "L'attestation à imprimer.", "tiers_lieu_cli.prog.formation.attestation:app")
