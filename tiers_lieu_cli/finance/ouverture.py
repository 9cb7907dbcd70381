"""`tl finance init` et `tl finance vendeur` : ouvrir la caisse, dire qui vend."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import identite
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.banque.modele import COMPTES
from tiers_lieu_cli.finance.caisse import DOSSIER, DepotDeLaCaisse
from tiers_lieu_cli.finance.coffre import Coffre
from tiers_lieu_cli.finance.identite import dire_champ, ecrire_numero, ecrire_tva
from tiers_lieu_cli.finance.montants import euros, lire_montant, ranger_montant
from tiers_lieu_cli.finance.paiement import montrer_iban
from tiers_lieu_cli.finance.regimes import PAYS
from tiers_lieu_cli.finance.vendeur import (
    FICHIER,
    Assujettissement,
    Comptabilite,
    Vendeur,
    manques_du_vendeur,
)
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens.douane import SansDouane
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.texte import accorder

init_app = Application()
vendeur_app = Application("Le lieu tel qu'il vend : ce que ses factures disent de lui.")

_IGNORES = b"/coffre/\n.tmp-*\n"
_LISEZMOI = """# La caisse

Tenue par le tr\u00e9sorier seul. Ici, des montants et des identifiants opaques ; les noms, les adresses, les
PDF et les XML des factures sont dans `coffre/`, chiffr\u00e9s, hors de l'histoire. Sans `coffre/` et sa clef,
rien de cela ne se retrouve : les sauvegarder (tl sauvegarder).

Une pi\u00e8ce \u00e9mise (`pieces/`) ne se change ni ne s'efface : tl finance verifier` le prouve.
"""


class Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit du lieu qui vend ; `None` : on n'en dit rien."""

    denomination: Annotated[str | None, typer.Option("--denomination", help="Le nom légal.")] = None
    forme: Annotated[str | None, typer.Option("--forme", help="ASBL, association loi 1901…")] = None
    assujettissement: Annotated[
        Assujettissement | None, typer.Option("--assujettissement", help="Ce que le lieu est pour la TVA.")
    ] = None
    rue: Annotated[str | None, typer.Option("--rue", help="La rue et le numéro du siège.")] = None
    complement: Annotated[str | None, typer.Option("--complement", help="Boîte, étage, bâtiment.")] = None
    code_postal: Annotated[str | None, typer.Option("--code-postal", help="Son code postal.")] = None
    ville: Annotated[str | None, typer.Option("--ville", help="Sa ville.")] = None
    numero: Annotated[str | None, typer.Option("--numero", help="N° d'entreprise (BE), SIRET (FR).")] = None
    tva: Annotated[str | None, typer.Option("--tva", help="N° de TVA, s'il en a un.")] = None
    tribunal: Annotated[
        str | None, typer.Option("--tribunal", help="Le tribunal du registre des personnes morales (BE).")
    ] = None
    iban: Annotated[str | None, typer.Option("--iban", help="Le compte où payer.")] = None
    bic: Annotated[str | None, typer.Option("--bic", help="Le BIC de sa banque.")] = None
    courriel: Annotated[str | None, typer.Option("--courriel", help="Où écrire au trésorier.")] = None
    telephone: Annotated[str | None, typer.Option("--telephone", help="Où l'appeler.")] = None
    delai: Annotated[int | None, typer.Option("--delai", help="Les jours pour payer.")] = None
    qr: Annotated[
        str | None, typer.Option("--qr", help="Comment le QR dit la communication : structure ou texte.")
    ] = None
    comptabilite: Annotated[
        Comptabilite | None,
        typer.Option("--comptabilite", help="En partie double, ou simplifiée (petite ASBL)."),
    ] = None
    seuil_achats: Annotated[
        str | None, typer.Option("--seuil-achats", help="Au-delà, un achat s'approuve à deux.")
    ] = None
    pied: Annotated[str | None, typer.Option("--pied", help="Une ligne au bas des factures.")] = None


@init_app.action("init", dits=Dits)
def init(
    ctx: typer.Context,
    dits: Dits,
    pays: Annotated[str, typer.Option("--pays", help="Le droit qui s'applique : BE ou FR.")] = "",
    json: Json = False,
) -> None:
    """Ouvrir la caisse de ce lieu, dans le dossier finance/ qu'elle est seule à lire.

    Exemples :
        tl finance init
        tl finance init --pays BE --denomination "La Passerelle" --forme ASBL --iban "BE71 0961 2345 6769"
    """
    c = ouvrir(ctx)
    depot = DepotDeLaCaisse(c)
    if depot.existe:
        raise ErreurUsage(
            "La caisse de ce lieu est déjà ouverte.", "Voir ce qui l'attend : tl finance aujourdhui"
        )
    voulu = (pays or c.lieu.reglages.pays).upper()
    if voulu not in PAYS:
        raise ErreurUsage(
            f"Le droit du pays « {voulu[:20]} » n'est pas connu.", f"--pays {' ou --pays '.join(PAYS)}"
        )
    neuf = completer(Vendeur(id="caisse", pays=voulu, denomination=c.lieu.reglages.nom), dits)
    with dossier_neuf(c.archive.racine / DOSSIER, noms=True, du_lieu=True) as chantier:
        Coffre.creer(chantier, c.environ)
        Depot.creer(chantier)
        # Bâtie à côté : la caisse n'a pas encore son nom, ni personne à taire.
        with Depot(chantier).ecriture(c.horloge.maintenant(), SansDouane()) as ecriture:
            ecriture.creer(".gitignore", _IGNORES)
            ecriture.creer("LISEZMOI.md", _LISEZMOI.encode())
            ecriture.creer(FICHIER, fiche.ecrire(neuf, FICHIER))
            commit = ecriture.enregistrer("Ouverture de la caisse", "finance.init")
    restent = list(manques_du_vendeur(neuf))
    if json:
        c.ecran.json({"id": DOSSIER, "commit": commit, "manques": restent})
        return
    c.ecran.dire(f"La caisse est ouverte, au droit de {neuf.pays}. Elle n'est lue que d'ici.")
    if restent:
        manque = accorder(len(restent), "mention")
        c.ecran.dire(f"Avant la première facture, il manque {manque} : tl finance vendeur fiche")
    c.ecran.dire("  Garder une copie de finance/coffre/clef.txt ailleurs : sans elle, le coffre reste fermé.")
    c.ecran.dire("  Ensuite : tl finance tarif creer --help")


@vendeur_app.ecrit("modifier", depot=caisses.depot, dits=Dits)
def modifier(c: Contexte, e: Ecriture, dits: Dits) -> Fait | Rien:
    """Dire ce que les factures diront du lieu ; seul ce qu'on donne change.

    Exemple :
        tl finance vendeur modifier --forme ASBL --numero 0202.239.951 --tribunal Liège
    """
    caisse = caisses.ouvrir(c)
    nouveau = completer(caisse.vendeur, dits)
    if nouveau == caisse.vendeur:
        return Rien(phrase="Rien ne change.", suite="tl finance vendeur fiche")
    for compte in caisse.vue(Banque).changer_de_principal(nouveau.iban):
        COMPTES.poser(e, compte)
    e.remplacer(FICHIER, fiche.modifier(e.lire(FICHIER) or b"", nouveau, FICHIER))
    restent = list(manques_du_vendeur(nouveau))
    reste = f" Il manque encore {len(restent)} mention{'s' * (len(restent) > 1)}." if restent else ""
    return Fait(
        id="caisse",
        action="finance.vendeur",
        histoire="Ce que les factures disent du lieu",
        phrase=f"C'est noté.{reste or ' Rien ne manque pour émettre.'}",
        suite="tl finance vendeur fiche",
        details={"manques": restent},
    )


@vendeur_app.lit("fiche")
def montrer(c: Contexte, json: Json = False) -> None:
    """Ce que les factures disent du lieu, et ce qui y manque.

    Exemple :
        tl finance vendeur fiche
    """
    caisse = caisses.ouvrir(c)
    restent = list(manques_du_vendeur(caisse.vendeur))
    if json:
        c.ecran.json({"vendeur": caisse.vendeur, "manques": restent})
        return
    c.ecran.titre(caisse.vendeur.denomination or "Le lieu", caisse.vendeur.pays)
    v = caisse.vendeur
    dits = structs.asdict(v) | {
        "assujettissement": v.assujettissement.dit,
        "numero": ecrire_numero(v.numero, v.pays),
        "tva": ecrire_tva(v.tva) if v.tva else "",
        "iban": montrer_iban(v.iban),
        "delai": f"{v.delai} jour{'s' * (v.delai > 1)}" if v.delai else "payable tout de suite",
        "seuil_achats": euros(v.seuil),
        "comptabilite": "simplifiée" if v.comptabilite is Comptabilite.SIMPLIFIEE else "en partie double",
    }
    c.ecran.tableau(
        [Colonne(style=Style.PALE), Colonne(cede=True)],
        [(dire_champ(nom), str(dit)) for nom, dit in dits.items() if dit and nom not in ("id", "format")],
    )
    for manque in restent:
        c.ecran.dire(f"  Manque · {manque.removeprefix('lieu : ')}")
    if restent:
        c.ecran.dire("  Ensuite : tl finance vendeur modifier --help")


def completer(ancien: Vendeur, dits: Dits) -> Vendeur:
    """Le vendeur, avec ce qu'on en dit ; numéros contrôlés et mis au propre."""
    champs = {c: v for c, v in structs.asdict(dits).items() if v is not None}
    if dits.seuil_achats is not None:
        seuil = lire_montant(dits.seuil_achats, "Le seuil")
        if seuil < 0:
            raise ErreurUsage("Un seuil d'achat n'est pas négatif.", "0 : tout achat s'approuve à deux.")
        champs["seuil_achats"] = ranger_montant(seuil)
    try:
        nouveau = structs.replace(ancien, **champs)
    except ValueError as faute:
        raise ErreurUsage(texte.phrase(str(faute)), "") from None
    propre = identite.verifier(structs.replace(nouveau.identite, iban=nouveau.iban))
    memes = {c: getattr(propre, c) for c in propre.__struct_fields__ if hasattr(nouveau, c)}
    bic = identite.verifier_bic(nouveau.bic) if nouveau.bic else ""
    return structs.replace(nouveau, denomination=propre.nom, bic=bic, **memes)
