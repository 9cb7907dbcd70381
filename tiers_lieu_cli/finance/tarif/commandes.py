"""`tl finance tarif` et `tl finance regime` : les prix, et les règles de TVA en vigueur."""

from __future__ import annotations

import shlex
from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.faits.modele import Genre
from tiers_lieu_cli.finance.montants import accentuer, euros, nombre
from tiers_lieu_cli.finance.options import LaPeriode, LeRegime
from tiers_lieu_cli.finance.tarif import regles
from tiers_lieu_cli.finance.tarif.modele import TARIFS, Tarif
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens

app = Application("Les tarifs : datés, jamais deux le même jour.")
app.anciens["clore"] = "finir"
#: Ce que la facture dit d'un genre de fait ; un mot de code n'est pas pour le client.
_LIBELLES = {
    "espace.usage": "Usage d'une salle",
    "espace.annulation": "Réservation annulée",
    "poste.journee": "Poste de travail, la journée",
    "materiel.pret": "Prêt de matériel",
    "stock.consommation": "Consommation",
    "prog.inscription": "Inscription",
}
regime_app = Application("Les régimes de TVA et les règles du pays, datés et sourcés.")


@app.ecrit("creer", depot=caisses.depot)
def creer(
    c: Contexte,
    e: Ecriture,
    code: Annotated[str, typer.Argument(help="Ce qu'il chiffre : salle-rez, poste.journee…")],
    prix: Annotated[str, typer.Option("--prix", help="Le prix d'une unité : 12,50. 0 : gratuit.")],
    unite: Annotated[str, typer.Option("--unite", help="L'unité : heure, journee, personne…")],
    regime: LeRegime,
    du: Annotated[str, typer.Option("--du", help="Le premier jour où il vaut.")],
    au: Annotated[str, typer.Option("--au", help="Le jour où il ne vaut plus.")] = "",
    libelle: Annotated[str, typer.Option("--libelle", help="Ce que la facture en dit.")] = "",
    ttc: Annotated[bool, typer.Option("--ttc", help="Ce prix est TVA comprise.")] = False,
    genre: Annotated[
        Genre | None, typer.Option("--genre", help="Ne vaut que pour les faits de ce genre.")
    ] = None,
) -> Fait:
    """Dire un prix, à partir d'un jour.

    Exemples :
        tl finance tarif creer salle-rez --prix 12,50 --unite heure --regime BE-44 --du 2026-01-01
        tl finance tarif creer poste.journee --prix 15 --ttc --unite journee --regime BE-21 --du 2026-01-01
    """
    caisse = caisses.ouvrir(c)
    debut = _jour(c, du)
    caisse.droit.regime(regime, debut)
    dit = code.strip().lower()
    try:
        neuf = Tarif(
            id=f"{identifiants.verifier(dit.replace('.', '-'))}-{texte.en_tirets(unite, 'unite')}"
            + (f"-{genre.value.replace('.', '-')}" if genre else "")
            + f"-{debut:%Y-%m-%d}",
            code=dit,
            libelle=texte.ligne(libelle, "Le libellé", vide=True) or _nommer(dit),
            unite=identifiants.verifier(unite.strip().lower()),
            prix=montants.ranger_montant(montants.lire_montant(prix, "Le prix")),
            regime=regime,
            du=debut,
            au=_jour(c, au) if au else None,
            ttc=ttc,
            genre=genre.value if genre else "",
        )
    except ValueError as faute:
        raise ErreurUsage(texte.phrase(str(faute)), "") from None
    regles.refuser_le_recouvrement(neuf, caisse.tarifs)
    TARIFS.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="finance.tarif.creer",
        histoire=f"Tarif {neuf.code} ({neuf.unite}), à partir du {neuf.du:%d/%m/%Y}",
        phrase=f"{neuf.libelle} : {_dire(neuf)}, à partir du {neuf.du:%d/%m/%Y}.",
        suite="tl finance tarif liste",
    )


@app.ecrit("finir", depot=caisses.depot)
def finir(
    c: Contexte,
    e: Ecriture,
    tarif: LaPeriode,
    au: Annotated[str, typer.Option("--au", help="Le premier jour où il ne vaut plus.")],
) -> Fait:
    """Faire cesser un tarif, pour en dire un autre ensuite ; ce qui est facturé ne change pas.

    Exemple :
        tl finance tarif finir salle-rez-heure-2026-01-01 --au 2027-01-01
    """
    caisse = caisses.ouvrir(c)
    ancien = TARIFS.exiger(caisse.arbre, tarif)
    try:
        neuf = structs.replace(ancien, au=_jour(c, au))
    except ValueError as faute:
        raise ErreurUsage(texte.phrase(str(faute)), "") from None
    regles.refuser_le_recouvrement(neuf, (t for t in caisse.tarifs if t.id != ancien.id))
    TARIFS.corriger(e, ancien, neuf)
    assert neuf.au
    return Fait(
        id=neuf.id,
        action="finance.tarif.finir",
        histoire=f"Tarif {neuf.code} ({neuf.unite}) clos au {neuf.au:%d/%m/%Y}",
        phrase=f"{neuf.libelle} : ce prix ne vaut plus à partir du {neuf.au:%d/%m/%Y}.",
        suite=_recreer(neuf, neuf.au),
    )


def _recreer(tarif: Tarif, du: date) -> str:
    """La commande qui redit ce tarif dès ce jour : tout y est, il n'y a qu'un prix à changer."""
    mots = [*("tl", "finance", "tarif", "creer", tarif.code), *("--unite", tarif.unite)]
    mots += [*("--du", f"{du:%Y-%m-%d}"), *("--regime", tarif.regime)]
    mots += ["--libelle", tarif.libelle] if tarif.libelle != _nommer(tarif.code) else []
    mots += ["--genre", tarif.genre] if tarif.genre else []
    mots += ["--ttc"] if tarif.ttc else []
    # Le prix en dernier : c'est ce qu'on vient changer.
    return shlex.join([*mots, "--prix", str(tarif.prix_unitaire).replace(".", ",")])


def _nommer(code: str) -> str:
    """Ce que la facture dit d'un tarif dont on n'a rien dit : « Salle rez »."""
    return _LIBELLES.get(code) or accentuer(code.replace("-", " ").replace(".", " ")).capitalize()


@app.lit("liste")
def liste(
    c: Contexte,
    tous: Annotated[bool, typer.Option("--tout", help="Ceux qui ne valent plus aussi.")] = False,
    json: Json = False,
) -> None:
    """Les prix en vigueur.

    Exemple :
        tl finance tarif liste
    """
    caisse = caisses.ouvrir(c)
    jour = c.horloge.aujourdhui()
    gardes = sorted(
        (t for t in caisse.tarifs if tous or t.au is None or t.au > jour), key=lambda t: (t.code, t.du)
    )
    c.ecran.liste(
        gardes,
        "Aucun tarif.  En dire un : tl finance tarif creer --help",
        [
            Colonne("Tarif", style=Style.GRAS),
            Colonne("Ce qu'il chiffre", cede=True),
            Colonne("Prix"),
            Colonne("Régime"),
            Colonne("Vaut"),
        ],
        ((t.code, t.libelle, _dire(t), t.regime, _periode(t)) for t in gardes),
        json=json,
    )


@regime_app.lit("liste")
def regimes(
    c: Contexte,
    jour: Annotated[str, typer.Option("--le", help="Le jour où l'on regarde.")] = "aujourd'hui",
    json: Json = False,
) -> None:
    """Les régimes de TVA et les paramètres légaux en vigueur, avec leur source.

    Ce n'est pas l'avis d'un comptable : chaque ligne dit d'où elle vient et quand elle fut relue.

    Exemple :
        tl finance regime liste
    """
    droit = caisses.ouvrir(c).droit
    voulu = saisie.lire_jour(jour, c.horloge.murale(), Sens.LIBRE)
    vivants = [r for r in droit.regimes if r.vaut(voulu)]
    parametres = [p for p in droit.parametres if p.vaut(voulu)]
    if json:
        c.ecran.json({"pays": droit.pays, "regimes": vivants, "parametres": parametres})
        return
    c.ecran.titre(f"Règles {droit.pays} au {voulu:%d/%m/%Y}")
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True), Colonne(cede=True, style=Style.PALE)],
        [(r.code, f"{nombre(r.pourcent)} %", r.mention or r.libelle, r.source) for r in vivants],
    )
    c.ecran.tableau(
        [Colonne(), Colonne(cede=True, style=Style.GRAS), Colonne(), Colonne(cede=True, style=Style.PALE)],
        [(p.nom, p.valeur, f"depuis le {p.du:%d/%m/%Y}", p.source) for p in parametres],
    )


def _jour(c: Contexte, dit: str) -> date:
    return saisie.lire_jour(dit, c.horloge.murale(), Sens.LIBRE)


def _dire(tarif: Tarif) -> str:
    if not tarif.prix_unitaire:
        return "gratuit"
    return f"{euros(tarif.prix_unitaire)}{' TTC' * tarif.ttc} / {accentuer(tarif.unite)}"


def _periode(tarif: Tarif) -> str:
    return f"du {tarif.du:%d/%m/%Y}" + (f" au {tarif.au:%d/%m/%Y}" if tarif.au else "")
