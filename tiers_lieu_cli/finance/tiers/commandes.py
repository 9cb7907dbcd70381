"""`tl finance tiers` : à qui l'on facture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import identite
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.finance.montants import euros
from tiers_lieu_cli.finance.options import LeTiers, actif, designer_tiers
from tiers_lieu_cli.finance.piece.modele import BROUILLONS
from tiers_lieu_cli.finance.tiers.modele import OPAQUE, TIERS, Qualite, Tiers
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.gens.personnes import tel_quel
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import clef

app = Application("Les tiers : à qui l'on facture.")

_Qui = Annotated[
    str, typer.Argument(metavar="@QUI", help="L'identifiant venu des opérations : p-7k2m9x, o-4x1.")
]


class Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit d'un tiers ; `None` : on n'en dit rien."""

    qualite: Annotated[Qualite | None, typer.Option("--qualite", help="Ce qu'il est pour la TVA.")] = None
    forme: Annotated[str | None, typer.Option("--forme", help="SRL, ASBL, association…")] = None
    rue: Annotated[str | None, typer.Option("--rue", help="La rue et le numéro.")] = None
    complement: Annotated[str | None, typer.Option("--complement", help="Boîte, étage, bâtiment.")] = None
    code_postal: Annotated[str | None, typer.Option("--code-postal", help="Son code postal.")] = None
    ville: Annotated[str | None, typer.Option("--ville", help="Sa ville.")] = None
    pays: Annotated[str | None, typer.Option("--pays", help="Son pays (BE, FR…) ; sinon, celui du lieu.")] = (
        None
    )
    numero: Annotated[str | None, typer.Option("--numero", help="N° d'entreprise, SIREN ou SIRET.")] = None
    tva: Annotated[str | None, typer.Option("--tva", help="Son n° de TVA.")] = None
    courriel: Annotated[str | None, typer.Option("--courriel", help="Où lui écrire.")] = None
    telephone: Annotated[str | None, typer.Option("--telephone", help="Où l'appeler.")] = None
    peppol: Annotated[
        str | None, typer.Option("--peppol", help="Son adresse Peppol, si ce n'est pas son numéro.")
    ] = None
    iban: Annotated[str | None, typer.Option("--iban", help="Son compte, pour lui rendre de l'argent.")] = (
        None
    )


@app.ecrit("creer", depot=caisses.depot, dits=Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Son nom, ou sa dénomination.")],
    dits: Dits,
    lien: Annotated[
        list[str] | None, typer.Option("--lien", help="Un identifiant des opérations qui le désigne.")
    ] = None,
) -> Fait:
    """Ajouter un tiers ; son nom et son adresse vont au coffre, l'histoire n'en garde que l'empreinte.

    Exemples :
        tl finance tiers creer "Amina Benali" --rue "Rue Haute 7" --code-postal 4000 --ville Liège
        tl finance tiers creer "Menuiserie Lambert" --forme SRL --qualite assujetti --tva BE0403170701
    """
    caisse = caisses.ouvrir(c)
    neuf = _neuf(caisse, e, nom, dits, tuple(_opaque(caisse, q) for q in lien or ()))
    return _fait(neuf, "creer", f"{nom.strip()} est dans la caisse ({neuf.id}).", _homonymes(caisse, nom))


def _homonymes(caisse: Caisse, nom: str) -> list[str]:
    """Ceux qui portaient déjà ce nom : ce peut être le même, dit deux fois."""
    memes = [i for i, t in caisse.tiers.items() if not t.restreint and clef(caisse.nom(i)) == clef(nom)]
    return [f"  Ce nom était déjà celui de {i} : tl finance tiers fiche {i}" for i in memes]


@app.ecrit("modifier", depot=caisses.depot, dits=Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    tiers: LeTiers,
    dits: Dits,
    nom: Annotated[str | None, typer.Option("--nom", help="Son nouveau nom.")] = None,
) -> Fait | Rien:
    """Changer un tiers ; ses factures émises, elles, ne changent pas.

    Exemple :
        tl finance tiers modifier "Menuiserie Lambert" --rue "Quai des Tanneurs 5"
    """
    caisse = caisses.ouvrir(c)
    ancien = actif(designer_tiers(caisse, tiers))
    avant = caisse.identite(ancien)
    apres, qualite = _dire(avant if nom is None else structs.replace(avant, nom=nom), dits, ancien.qualite)
    if (apres, qualite) == (avant, ancien.qualite):
        return Rien(phrase="Rien ne change.", suite=f"tl finance tiers fiche {ancien.id}")
    neuf = structs.replace(
        ancien, qualite=qualite, pays=apres.pays, identite=caisse.coffre.ranger(e, msgspec.json.encode(apres))
    )
    TIERS.corriger(e, ancien, neuf)
    return _fait(neuf, "modifier", f"{apres.nom} est changé.")


@app.ecrit("lier", depot=caisses.depot, dits=Dits)
def lier(
    c: Contexte,
    e: Ecriture,
    qui: _Qui,
    dits: Dits,
    tiers: Annotated[
        str, typer.Argument(help="Le tiers qu'il désigne ; rien : en créer un, avec --nom.")
    ] = "",
    nom: Annotated[str, typer.Option("--nom", help="Le nom du tiers à créer.")] = "",
) -> Fait | Rien:
    """Dire à qui l'on facture ce que fait une personne des opérations.

    Exemples :
        tl finance tiers lier p-7k2m9x "Menuiserie Lambert"
        tl finance tiers lier o-4x1 --nom "Les Fanfares" --rue "Place 8" --code-postal 4000 --ville Liège
    """
    caisse = caisses.ouvrir(c)
    opaque = _opaque(caisse, qui, tiers)
    if not tiers:
        dit = nom or (c.demander(f"Le nom à qui facturer {tel_quel(opaque)} :") if c.ecran.interactif else "")
        if not dit.strip():
            raise ErreurUsage(
                f"Il manque à qui facturer {tel_quel(opaque)}.",
                f"Le dire : tl finance tiers lier {opaque} --nom",
            )
        neuf = _neuf(caisse, e, dit, dits, (opaque,))
        phrase = f"{dit.strip()} paie ce que fait {tel_quel(opaque)}."
        return _fait(neuf, "lier", phrase, _homonymes(caisse, dit))
    ancien = actif(designer_tiers(caisse, tiers))
    if opaque in ancien.liens:
        return Rien(
            phrase=f"{tel_quel(opaque)} le désigne déjà.", suite=f"tl finance tiers fiche {ancien.id}"
        )
    neuf = structs.replace(ancien, liens=(*ancien.liens, opaque))
    TIERS.corriger(e, ancien, neuf)
    return _fait(neuf, "lier", f"{caisse.nom(neuf.id)} paie ce que fait {tel_quel(opaque)}.")


@app.ecrit("delier", depot=caisses.depot)
def delier(c: Contexte, e: Ecriture, qui: _Qui) -> Fait:
    """Ne plus lui facturer ce que fait une personne des opérations ; ce qui est facturé le reste.

    Exemple :
        tl finance tiers delier p-7k2m9x
    """
    caisse = caisses.ouvrir(c)
    opaque = qui.removeprefix("@")
    ancien = caisse.tiers.get(caisse.liens.get(opaque, ""))
    if ancien is None:
        raise ErreurUsage(f"« {opaque[:40]} » ne désigne aucun tiers.", "Les voir : tl finance tiers liste")
    neuf = structs.replace(ancien, liens=tuple(lien for lien in ancien.liens if lien != opaque))
    TIERS.corriger(e, ancien, neuf)
    return _fait(neuf, "delier", f"{caisse.nom(neuf.id)} ne paie plus pour {tel_quel(opaque)}.")


@app.ecrit("voir", depot=caisses.depot)
def voir(
    c: Contexte,
    e: Ecriture,
    tiers: LeTiers,
    fini: Annotated[bool, typer.Option("--fini", help="C'est réglé : l'accueil l'ouvre de nouveau.")] = False,
) -> Fait | Rien:
    """Faire dire à l'accueil « voir le trésorier », sans jamais dire pourquoi.

    Exemple :
        tl finance tiers voir "Amina Benali"
    """
    caisse = caisses.ouvrir(c)
    ancien = actif(designer_tiers(caisse, tiers))
    if ancien.voir is not fini:
        return Rien(phrase="Rien ne change.", suite=f"tl finance tiers fiche {ancien.id}")
    neuf = structs.replace(ancien, voir=not fini)
    TIERS.corriger(e, ancien, neuf)
    dit = "de nouveau ouvert à l'accueil" if fini else "renvoyé au trésorier par l'accueil"
    return _fait(neuf, "voir", f"{caisse.nom(neuf.id)} sera {dit}, dès le prochain retour.")


@app.lit("liste")
def liste(
    c: Contexte,
    mot: Annotated[str, typer.Argument(help="Un morceau de nom ; rien : tous.")] = "",
    json: Json = False,
) -> None:
    """Les tiers, par nom.

    Exemple :
        tl finance tiers liste
    """
    caisse = caisses.ouvrir(c)
    noms = {i: caisse.nom(i) for i, t in caisse.tiers.items() if not t.restreint}
    gardes = sorted((i for i, nom in noms.items() if clef(mot) in clef(nom)), key=lambda i: clef(noms[i]))
    c.ecran.liste(
        [{"fiche": caisse.tiers[i], "nom": noms[i]} for i in gardes],
        f"Aucun tiers{f' « {mot} »' if mot else ''}.  L'ajouter : tl finance tiers creer",
        [
            Colonne("Nom", cede=True, style=Style.GRAS),
            Colonne("Qualité"),
            Colonne("Identifiant", style=Style.PALE),
        ],
        ((noms[i], caisse.tiers[i].qualite.value, i) for i in gardes),
        json=json,
    )


@app.lit("fiche")
def fiche(c: Contexte, tiers: LeTiers, json: Json = False) -> None:
    """Ce que la caisse sait d'un tiers : qui il est, ce qu'on lui a facturé.

    Exemple :
        tl finance tiers fiche "Menuiserie Lambert"
    """
    caisse = caisses.ouvrir(c)
    trouve = actif(designer_tiers(caisse, tiers))
    qui = caisse.identite(trouve)
    pieces = [p for p in caisse.livre.toutes if p.tiers == trouve.id]
    brouillons = [b.id for b in BROUILLONS.toutes(caisse.arbre).fiches if b.tiers == trouve.id]
    if json:
        c.ecran.json(
            {
                "fiche": trouve,
                "identite": qui,
                "pieces": [p.numero for p in pieces],
                "brouillons": brouillons,
            }
        )
        return
    c.ecran.titre(f"{qui.nom} {qui.forme}".strip(), trouve.id)
    dits = [
        ("Qualité", trouve.qualite.value),
        ("Adresse", ", ".join(filter(None, (qui.rue, qui.complement, qui.lieu, qui.pays)))),
    ]
    dits += [
        (identite.dire_champ(nom), getattr(qui, nom))
        for nom in ("numero", "tva", "courriel", "telephone", "peppol", "iban")
    ]
    dits += [("Aux opérations", ", ".join(map(tel_quel, trouve.liens)))]
    c.ecran.tableau([Colonne(style=Style.PALE), Colonne(cede=True)], [d for d in dits if d[1]])
    if trouve.voir:
        c.ecran.dire("L'accueil le renvoie au trésorier.")
    for piece in pieces[-8:]:
        c.ecran.dire(f"  {piece.numero}  {piece.emise:%d/%m/%Y}  {euros(piece.montant_du)}")
    for brouillon in brouillons:
        c.ecran.dire(f"  {brouillon}  (brouillon)")


def _neuf(caisse: Caisse, e: Ecriture, nom: str, dits: Dits, liens: tuple[str, ...]) -> Tiers:
    qui, qualite = _dire(Identite(nom=nom, pays=caisse.vendeur.pays), dits, None)
    neuf = Tiers(
        id=caisses.ident_neuf(caisse, "t", caisse.tiers),
        qualite=qualite,
        pays=qui.pays,
        identite=caisse.coffre.ranger(e, msgspec.json.encode(qui)),
        cree=caisse.c.horloge.aujourdhui(),
        liens=liens,
    )
    TIERS.poser(e, neuf)
    return neuf


def _dire(avant: Identite, dits: Dits, qualite: Qualite | None) -> tuple[Identite, Qualite]:
    champs = {c: v for c, v in structs.asdict(dits).items() if v is not None and c != "qualite"}
    apres = identite.verifier(structs.replace(avant, **champs))
    sinon = (
        Qualite.ASSUJETTI if apres.tva else Qualite.NON_ASSUJETTI if apres.numero else Qualite.CONSOMMATEUR
    )
    return apres, dits.qualite or qualite or sinon


def _opaque(caisse: Caisse, qui: str, sauf: str = "") -> str:
    """L'identifiant opaque dit ; refusé s'il désigne déjà un autre tiers."""
    opaque = qui.removeprefix("@")
    if not OPAQUE.fullmatch(opaque):
        raise ErreurUsage(
            f"« {qui[:40]} » n'est pas un identifiant des opérations.",
            "Il est comme p-7k2m9x ; voir : tl finance faits liste",
        )
    deja = caisse.liens.get(opaque)
    if deja and deja != (designer_tiers(caisse, sauf).id if sauf else ""):
        raise ErreurUsage(
            f"{tel_quel(opaque)} désigne déjà {caisse.nom(deja)}.",
            f"Le délier d'abord : tl finance tiers delier {opaque}",
        )
    return opaque


def _fait(tiers: Tiers, verbe: str, phrase: str, lignes: Sequence[str] = ()) -> Fait:
    return Fait(
        id=tiers.id,
        action=f"finance.tiers.{verbe}",
        histoire=f"Tiers {tiers.id} ({verbe})",
        phrase=phrase,
        lignes=lignes,
        suite=f"tl finance facture brouillon --tiers {tiers.id} --depuis-faits",
    )
