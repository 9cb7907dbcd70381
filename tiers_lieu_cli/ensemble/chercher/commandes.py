"""`tl chercher` : un mot, et tout ce qui en parle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.accueil.personne import recherche
from tiers_lieu_cli.ensemble.chercher import fiches, regles
from tiers_lieu_cli.ensemble.chercher.fiches import Chose
from tiers_lieu_cli.ensemble.chercher.regles import Demande, Sens
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion, personnes_a_citer
from tiers_lieu_cli.noyau.depot import index
from tiers_lieu_cli.noyau.depot.index import Fonds, Index, Trouvee
from tiers_lieu_cli.noyau.echecs import ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens as Quand
from tiers_lieu_cli.noyau.texte import accorder, clef, sans_accent

app = Application()
#: Ce qu'un écran montre sans qu'on le demande.
MONTREES = 10
PERSONNE = "personne"
#: Au-delà, un début de nom ne désigne plus personne.
_GENS_AU_PLUS = 200
#: Le moins de chiffres qu'a un numéro.
_NUMERO = 9


class Resultat(msgspec.Struct, frozen=True):
    """Ce qui répond : des personnes, des fiches (les plus justes d'abord), et comment les mots sont lus.

    `entier` : faux si rien ne dit tous les mots, et qu'on montre ce qui en dit le plus.
    """

    gens: tuple[str, ...]
    fiches: tuple[Trouvee, ...]
    sens: tuple[Sens, ...]
    entier: bool


class Trouvaille(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on a trouvé, pour un autre programme : une personne n'a ni chemin, ni titre."""

    genre: str
    id: str
    chemin: str = ""
    jour: str = ""
    titre: str = ""
    extrait: str = ""
    ouvrir: str


def filtres(c: Contexte) -> list[tuple[str, str]]:
    """De quoi borner une recherche, pour la touche Tab."""
    salles = [(f"salle:{ident}", "") for ident in SALLES.idents(c.arbre)]
    genres = [(f"genre:{clef(nom)}", "") for nom in sorted({PERSONNE, *fiches.genres().values()})]
    return [
        *personnes_a_citer(c),
        *salles,
        *genres,
        ("du:", "À partir de ce jour."),
        ("au:", "Jusque ce jour."),
    ]


@app.lit("chercher")
def chercher(
    c: Contexte,
    mots: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MOT…",
            help="Des mots, et de quoi s'y borner : @qui, '#étiquette', salle:, genre:, du:, au:.",
            autocompletion=completion(filtres),
        ),
    ] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Tout montrer, et non les premiers.")] = False,
    json: Json = False,
) -> None:
    """Chercher partout : gens, notes, besoins, événements, réservations, salles, clés, objets, décisions…

    Les accents, le pluriel et une faute de frappe n'y changent rien.

    Exemples :
        tl chercher robinet
        tl chercher chorale salle:cour du:1/11
        tl chercher @karim genre:note
        tl chercher '#atelier'
    """
    demande = comprendre(c, regles.lire(mots or ()))
    if demande.est_vide:
        raise ErreurUsage(
            "Chercher quoi ?",
            "Un mot : tl chercher robinet ; une étiquette, entre guillemets : tl chercher '#atelier'",
        )
    trouve = trouver(c, demande)
    choses = lire(c, trouve.fiches if tout or json else trouve.fiches[:MONTREES])
    montre = _Montre(c, trouve)
    if json:
        c.ecran.json(
            {
                "combien": len(trouve.gens) + len(trouve.fiches),
                "entier": trouve.entier,
                "lus": {s.mot: s.lu for s in trouve.sens if s.lu},
                "trouves": [*map(_vue_de_personne, trouve.gens), *(montre.vue(chose) for chose in choses)],
            }
        )
        return
    _dire(c, " ".join(" ".join(mots or ()).split())[:60], trouve, choses, montre, tout=tout)


def comprendre(c: Contexte, dite: Demande) -> Demande:
    """La demande, où une salle, un genre, un jour et les gens sont devenus ce qu'ils désignent."""
    maintenant = c.horloge.murale()
    du, au = (str(saisie.lire_jour(j, maintenant, Quand.LIBRE)) if j else "" for j in (dite.du, dite.au))
    if du and au and au < du:
        raise ErreurUsage(f"« au:{dite.au} » vient avant « du:{dite.du} ».", "Revoir les deux jours.")
    return msgspec.structs.replace(
        dite,
        du=du,
        au=au,
        gens=tuple(c.registre.designer(qui, effacee=True) for qui in dite.gens),
        salle=SALLES.designer(c.arbre, dite.salle) if dite.salle else "",
        genre=_genre(dite.genre) if dite.genre else "",
    )


def _genre(dit: str) -> str:
    """Le nom de genre que ce mot dit, au pluriel et aux accents près."""
    return valeurs.exiger(
        dit, valeurs.parmi(sorted({PERSONNE, *fiches.genres().values()})), "un genre de fiche"
    )


def trouver(
    c: Contexte,
    demande: Demande,
    *,
    neufs: bool = True,
    pendant: Callable[[Resultat], object] = lambda _: None,
) -> Resultat:
    """Chercher dans ce qui est enregistré, et dans ce que la main a changé depuis.

    `neufs` : et dans les fichiers qui n'ont jamais été enregistrés ; `pendant` : quoi faire de ce qui est
    enregistré en attendant de savoir ce que la main a changé ; rien, le plus souvent.
    """
    if c.au:
        return _dans(c, demande, Fonds(index.du_passe(c.archive, c.commit, fiches.ligne)))
    attendre = c.archive.chercher_la_main(neufs=neufs)

    @cache
    def la_main() -> dict[str, bytes | None]:
        return _contenus(c, attendre())

    def agir(enregistre: Index) -> Resultat:
        enregistrees = _dans(c, demande, Fonds(enregistre))
        pendant(enregistrees)
        if not la_main():
            return enregistrees
        la = {chemin: octets for chemin, octets in la_main().items() if octets is not None}
        return _dans(c, demande, Fonds(enregistre, index.de(la, fiches.ligne), la_main().keys()))

    return index.chercher(c.archive, fiches.ligne, agir)


def _contenus(c: Contexte, chemins: Iterable[str]) -> dict[str, bytes | None]:
    """Ce que la main a changé, tel que c'est sur le disque ; `None` : ôté, ou illisible."""
    lus: dict[str, bytes | None] = {}
    for chemin in chemins:
        try:
            lus[chemin] = c.arbre.lire(chemin)
        except FicheFautive as faute:
            lus[chemin] = None
            c.ecran.defauts([faute.defaut])
    return lus


def _dans(c: Contexte, demande: Demande, fonds: Fonds) -> Resultat:
    noms = {e.id: (*e.cle.split("-"), *e.cle_surnom.split("-")) for e in c.registre.annuaire}
    sens = tuple(_contact(c, mot) or _sens(mot, fonds, noms) for mot in demande.mots)
    touchees: set[int] = set()
    combien, justes = Counter[int](), Counter[int]()
    for s in sens:
        citent = fonds.citent([n for qui in s.gens for n in c.registre.anciens(qui)])
        touchees |= (la := fonds.disent(s.debuts) | citent)
        combien.update(la)
        justes.update(fonds.disent(s.justes, entier=True) | citent)
    gardees = _bornees(c, demande, fonds, touchees if sens else None)
    gens = _gens(demande, sens)
    # Rien ne dit tous les mots : ce qui en dit le plus.
    seuil = len(sens) if gens else max((combien[n] for n in gardees), default=len(sens))
    trouvees = fonds.decrire(n for n in gardees if combien[n] == seuil)
    ordre = sorted(trouvees, key=lambda nt: (-justes[nt[0]], *_du_plus_recent(nt[1])))
    return Resultat(gens, tuple(t for _, t in ordre), sens, entier=seuil == len(sens))


def _du_plus_recent(t: Trouvee) -> tuple[bool, int, str]:
    return t.du == t.au != "", _envers(t.du), t.chemin


def _envers(jour: str) -> int:
    """De quoi ranger du plus récent au plus ancien."""
    return -int(jour.replace("-", "")) if jour else 0


def _bornees(c: Contexte, demande: Demande, fonds: Fonds, parmi: set[int] | None) -> set[int]:
    """Ce que les filtres gardent ; sans mot cherché, de tout le lieu."""
    filtres = [fonds.etiquetees(etiquette) for etiquette in demande.etiquettes]
    filtres += [fonds.citent(c.registre.anciens(qui)) for qui in demande.gens]
    filtres += [fonds.citent([demande.salle])] if demande.salle else []
    if parmi is None:
        parmi = filtres[0] if filtres else fonds.toutes()
    gardees = parmi.intersection(*filtres)
    if not (demande.genre or demande.du or demande.au):
        return gardees
    noms = fiches.genres() if demande.genre else {}
    return {
        n
        for n, t in fonds.decrire(gardees)
        if (not demande.genre or noms.get(t.genre) == demande.genre)
        and (not demande.du or t.au >= demande.du)
        and (not demande.au or "" < t.du <= demande.au)
    }


def _contact(c: Contexte, mot: str) -> Sens | None:
    """Ceux dont c'est l'adresse ou le numéro, d'après le registre : l'archive n'en garde pas."""
    if "@" not in mot and not (mot.isdecimal() and len(mot) >= _NUMERO):
        return None
    gens = frozenset(recherche.chercher(mot, c.registre.annuaire))
    return Sens(mot, (), gens) if gens or "@" in mot else None


def _sens(mot: str, fonds: Fonds, noms: Mapping[str, tuple[str, ...]]) -> Sens:
    """Le mot tel qu'il est dit quelque part ; sinon, ceux qui lui ressemblent."""
    racine = regles.radical(mot)
    gens = frozenset(regles.nommes(mot, noms)[:_GENS_AU_PLUS])
    if gens or fonds.disent([racine]):
        return Sens(mot, (racine,), gens)
    des_noms = {dit for dits in noms.values() for dit in dits if dit}
    voisins = regles.proches(mot, sorted({*fonds.lexique(), *des_noms}))
    gens = frozenset(ident for ident, dits in noms.items() if not {*dits}.isdisjoint(voisins))
    return Sens(mot, voisins, gens, lu=voisins)


def _gens(demande: Demande, sens: tuple[Sens, ...]) -> tuple[str, ...]:
    """Les personnes que tous les mots nomment ; dites par « @ », on s'y borne déjà."""
    if demande.genre == PERSONNE and not sens:
        return demande.gens
    if not sens or demande.est_bornee or demande.genre not in ("", PERSONNE):
        return ()
    communes = frozenset.intersection(*(s.gens for s in sens))
    return tuple(sorted(communes))


def lire(c: Contexte, trouvees: Iterable[Trouvee]) -> list[Chose]:
    """Les choses, relues : ce qu'on montre est ce qui est là, non ce que l'index en savait."""
    lues = []
    for trouvee in trouvees:
        try:
            octets = c.arbre.lire(trouvee.chemin)
        except FicheFautive as faute:
            c.ecran.defauts([faute.defaut])
            continue
        if octets is not None:
            lues.append(fiches.chose(trouvee.chemin, octets))
    return lues


class _Montre:
    """De quoi montrer une chose : le mot cherché, où il se lit."""

    def __init__(self, c: Contexte, trouve: Resultat) -> None:
        self._c = c
        self._debuts = tuple(debut for s in trouve.sens for debut in s.debuts)
        self._gens = frozenset(n for s in trouve.sens for qui in s.gens for n in c.registre.anciens(qui))
        noms = (c.registre.nom(qui) for s in trouve.sens for qui in s.gens)
        self._noms = frozenset(mot for nom in noms for mot in sans_accent(nom).split())

    def touche(self, mot: str) -> bool:
        """Ce mot est-il de ceux qu'on cherche ?"""
        plie = sans_accent(mot)
        return plie in self._noms or (bool(self._debuts) and plie.startswith(self._debuts))

    def extrait(self, chose: Chose, largeur: int, propre: Callable[[str], str] = str) -> str:
        """Ce qui, hors du titre, montre pourquoi elle est là."""
        titre = propre(chose.titre)
        for _, texte in chose.proses:
            dit = regles.extrait(propre(texte), self.touche, largeur)
            if dit and not titre.startswith(dit):
                return dit
        cites = (f"{champ} : @{qui}" for champ, qui in chose.citees if qui in self._gens)
        dit = next(cites, "")
        return dit if dit and dit.rpartition("@")[2] not in chose.titre else ""

    def vue(self, chose: Chose) -> Trouvaille:
        """Cette chose, pour un autre programme."""
        return Trouvaille(
            genre=chose.nom_du_genre,
            id=chose.ident,
            chemin=chose.chemin,
            jour=chose.jour,
            titre=chose.titre,
            extrait=self.extrait(chose, 200),
            ouvrir=chose.ouvrir,
        )


def _vue_de_personne(ident: str) -> Trouvaille:
    return Trouvaille(genre=PERSONNE, id=ident, ouvrir=f"tl accueil personne fiche @{ident}")


def _dire(
    c: Contexte, dit: str, trouve: Resultat, choses: list[Chose], montre: _Montre, *, tout: bool
) -> None:
    combien = len(trouve.gens) + len(trouve.fiches)
    if not combien:
        c.ecran.dire(f"Rien pour « {dit} ».")
        c.ecran.dire("  Essayer un mot plus court, ou moins de filtres.")
        return
    c.ecran.titre(f"{accorder(combien, 'réponse')} pour « {dit} »")
    for s in trouve.sens:
        if s.lu:
            c.ecran.dire(f"« {s.mot} » n'est nulle part ; lu : {', '.join(s.lu)}.")
    if not trouve.entier:
        c.ecran.dire("Rien ne dit tous ces mots ; ceci en dit une partie.")
    largeur = c.ecran.largeur_de_phrase() - 4
    for ident in trouve.gens if tout else trouve.gens[:MONTREES]:
        nom = next((e.nom for e in c.registre.annuaire if e.id == ident), ident)
        c.ecran.surligner(f"{PERSONNE} · {nom}", montre.touche)
        c.ecran.dire(f"    tl accueil personne fiche @{ident}")
    for chose in choses:
        for ligne in _lignes(c, chose, montre, largeur):
            c.ecran.surligner(ligne, montre.touche)
        c.ecran.dire(f"    {chose.ouvrir or chose.chemin}")
    reste = combien - len(choses) - len(trouve.gens if tout else trouve.gens[:MONTREES])
    if reste > 0:
        c.ecran.dire(f"… et {accorder(reste, 'autre')} : ajouter --tout, un mot, ou genre:, du:, au:")


def _lignes(c: Contexte, chose: Chose, montre: _Montre, largeur: int) -> Iterator[str]:
    quand = temps.dire_jour(date.fromisoformat(chose.jour), c.horloge.aujourdhui()) if chose.jour else ""
    tete = ", ".join(filter(None, (chose.nom_du_genre, quand)))
    titre = c.ecran.propre(chose.titre)
    court = len(tete) + len(titre) + 3 <= largeur + 4
    montree = titre if court else regles.coupe(titre, largeur)
    yield from (f"{tete} · {montree}",) if court else (tete, f"    {montree}")
    # L'extrait ne redit pas ce que le titre montre déjà.
    deja = regles.extrait(montree, montre.touche, len(montree) + 1)
    if not deja and (dit := montre.extrait(chose, largeur, c.ecran.propre)):
        yield f"    {dit}"
