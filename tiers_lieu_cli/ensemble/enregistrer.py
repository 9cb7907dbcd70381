"""`tl enregistrer` : ce que la main a écrit dans un éditeur entre dans l'histoire."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import differences, verification
from tiers_lieu_cli.ensemble.genres import GENRES, est_libre, structure_de
from tiers_lieu_cli.ensemble.verification import Verification
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreDisque, ArbrePose
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
from tiers_lieu_cli.noyau.echecs import Abandon, Echec, ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.fait import Fait, rendre_compte
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.fiches.verification import Constat, ligne_de
from tiers_lieu_cli.noyau.gens.mur import Detecteur

app = Application()
_REGLAGES = Genre("fiche", "", feminin=True)
#: Au-delà, une valeur se résume au nom de son champ.
COURTE = 40


class Fautes(Echec):
    """Ce qui est écrit à la main ne peut pas être gardé tel quel ; tout se dit d'un coup."""

    def __init__(self, fautes: list[Constat]) -> None:
        lignes = [ligne for f in fautes for ligne in (f"À corriger : {f}", f"  → {f.remede}")]
        combien = "une faute" if len(fautes) == 1 else f"{len(fautes)} fautes"
        super().__init__(
            "\n".join([*lignes, f"Rien n'est enregistré : il y a {combien}."]),
            "Corriger, puis recommencer ; ou nommer les seuls fichiers à enregistrer.",
        )


@app.action("enregistrer")
def enregistrer(
    ctx: typer.Context,
    fichiers: Annotated[
        list[str] | None, typer.Argument(help="Seulement ces fichiers, nommés depuis le lieu.")
    ] = None,
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Enregistrer ce qui fut écrit à la main : c'est montré en phrases, vérifié, puis gardé.

    Exemples :
        tl enregistrer
        tl enregistrer regles/charte.md
    """
    c = ouvrir(ctx)
    # Sans personne au terminal, ce qui est écrit à la main est voulu : il n'y a rien à demander.
    c.ecran.interactif &= not json
    c.questions.oui, c.questions.essai = oui or not c.ecran.interactif, essai
    faits = False
    for depot in c.depots:
        if _choisir(depot, fichiers):
            faits = True
            _enregistrer(c, depot, fichiers, json=json, essai=essai)
    if not faits:
        if fichiers:
            raise ErreurUsage(
                "Ces fichiers n'ont pas changé.", "Voir ce qui a changé : tl enregistrer --essai"
            )
        if json:
            c.ecran.json({"id": "", "commit": None})
        else:
            c.ecran.dire("Rien n'a été changé à la main.")


def _choisir(depot: Depot, fichiers: list[str] | None) -> list[str]:
    changes = depot.a_la_main()
    if not fichiers:
        return changes
    prefixe = f"{depot.racine.name}/"
    voulus = {f.removeprefix("./") for f in fichiers}
    return [chemin for chemin in changes if chemin in voulus or prefixe + chemin in voulus]


def _enregistrer(c: Contexte, depot: Depot, fichiers: list[str] | None, *, json: bool, essai: bool) -> None:
    """Tout se relit sous le verrou, après la question aussi : ce qui est montré est ce qui est gardé."""

    def agir(ecriture: Ecriture) -> tuple[Ecriture, Fait, list[str], str]:
        chemins = _choisir(depot, fichiers)
        if not chemins:
            raise Abandon
        present, passe = ArbreDisque(depot.racine), ArbreEnregistre(depot.racine, "HEAD")
        contenus = {chemin: present.lire(chemin) for chemin in chemins}
        cites = _Cites(c, depot, passe)
        voulus = {chemin: cites.opacifier(chemin, octets) for chemin, octets in contenus.items()}
        fautes = [*cites.fautes, *_verifier(c, depot, voulus)]
        if fautes:
            raise Fautes(fautes)
        phrases = [f"  {decrire(chemin, passe.lire(chemin), octets)}" for chemin, octets in voulus.items()]
        phrases += cites.phrases
        c.confirmer("L'enregistrer ?", phrases, selon=repr(contenus))
        for chemin, octets in contenus.items():
            ecriture.adopter(chemin, octets, voulus[chemin])
        combien = "1 fichier" if len(chemins) == 1 else f"{len(chemins)} fichiers"
        fait = Fait(
            id=chemins[0],
            action="enregistrer",
            histoire=f"Écrit à la main : {combien if len(chemins) > 1 else chemins[0]}",
            phrase=f"Enregistré : {combien}.",
            suite="tl verifier",
        )
        return ecriture, fait, phrases, c.conclure(ecriture, fait, essai=essai)

    try:
        ecriture, fait, phrases, commit = c.sous_verrou(agir, depot)
    except Abandon:
        c.ecran.dire("Rien n'est enregistré ; les fichiers restent comme ils sont.")
        return
    for phrase in phrases if (c.questions.oui or essai) and not json else ():
        c.ecran.dire(phrase)
    rendre_compte(c.ecran, ecriture, fait, commit, json=json)


def _verifier(c: Contexte, depot: Depot, voulus: dict[str, bytes | None]) -> list[Constat]:
    if depot.racine == c.lieu.racine:
        return verification.de_quelques(ArbrePose(c.arbre, voulus), c.registre, voulus)
    maison = Verification(ArbreDisque(depot.racine), None, Detecteur(()))
    maison.examiner(voulus)
    return maison.constats


class _Cites:
    """Ceux que la main cite par « @karim » : dans l'archive, comme ce qu'on tape, leur identifiant."""

    def __init__(self, c: Contexte, depot: Depot, passe: Arbre) -> None:
        self._registre = c.registre if depot.racine == c.lieu.racine and c.registre.est_la else None
        self._passe = passe
        self.phrases: list[str] = []
        self.fautes: list[Constat] = []

    def opacifier(self, chemin: str, octets: bytes | None) -> bytes | None:
        """Ce fichier, ses mentions rendues opaques ; retient ce qu'il faut en dire."""
        if self._registre is None or not octets or b"@" not in octets or photos.est_photo(chemin):
            return octets
        try:
            texte = octets.decode("utf-8")
        except UnicodeDecodeError:
            return octets
        opaque, laissees = self._registre.opacifier(texte)
        if opaque != texte:
            self.phrases.append(f"  {chemin} : chaque « @… » y devient un identifiant, montré par son nom")
        avant = self._passe.lire(chemin) or b"" if laissees else b""
        for mention, plusieurs in laissees.items():
            if mention.encode() in avant:
                continue
            if plusieurs is None:
                self.phrases.append(
                    f"  {chemin} : « {mention} », que le registre ne connaît pas, reste ainsi"
                )
                continue
            lues = ", ou ".join(lecture.libelle for lecture in plusieurs.lectures)
            self.fautes.append(
                Constat(
                    fichier=chemin,
                    ligne=ligne_de(octets, mention),
                    fait=f"« {mention} » désigne plusieurs personnes",
                    remede=f"Dire laquelle : {lues}.",
                    regle="vie-privee",
                )
            )
        return opaque.encode()


def decrire(chemin: str, avant: bytes | None, apres: bytes | None) -> str:
    """Un changement en une phrase, champ par champ quand c'est une fiche."""
    trouve, rangee = structure_de(chemin), GENRES.collection(GENRES.dossier(chemin))
    if trouve is None or est_libre(chemin):
        quoi = "photo" if photos.est_photo(chemin) else "texte"
        geste = "ajouté" if avant is None else "retiré" if apres is None else "changé"
        return f"{chemin} : {quoi} {geste}{'e' * (quoi == 'photo')}"
    ident, structure = trouve
    ancienne, neuve = (_lue(octets, structure, ident, chemin) for octets in (avant, apres))
    lue = neuve or ancienne
    titre = getattr(lue, "titre", "") or getattr(lue, "nom", "") or ident
    genre = rangee.genre if rangee else _REGLAGES
    quoi = f"{genre.nom.capitalize()} « {titre} »"
    if avant is None:
        return f"{quoi} : {genre.accorder('nouveau', 'nouvelle')}"
    if apres is None:
        return f"{quoi} : retiré{genre.accorder('', 'e')}"
    changes = differences.champ_par_champ(ancienne, neuve) if ancienne and neuve else []
    return f"{quoi} : " + (", ".join(_dire(*change) for change in changes) or "mise en forme")


def _lue(octets: bytes | None, structure: type[Fiche], ident: str, chemin: str) -> Fiche | None:
    try:
        return fiche.lire(octets, structure, ident, chemin) if octets is not None else None
    except FicheFautive:
        return None


def _dire(nom: str, avant: str, apres: str) -> str:
    if max(len(avant), len(apres)) > COURTE or "\n" in avant + apres:
        return f"{nom} change"
    if not avant:
        return f"{nom} « {apres} »"
    return f"{nom} « {avant} » devient « {apres} »" if apres else f"{nom} « {avant} » ôté"
