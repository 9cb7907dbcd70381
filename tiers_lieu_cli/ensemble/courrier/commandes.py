"""`tl courrier` : lire ce qu'on a répondu au lieu, l'accepter d'une touche, et écrire la réponse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.personne.regles import Dit, nouvelle_personne
from tiers_lieu_cli.ensemble.courrier import actes, boites, fiches, lecture, regles, repondre
from tiers_lieu_cli.ensemble.courrier.actes import Dits
from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, Courrier, CourrierCite, Etat
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Abandon, Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait, Rien, ne_rien_faire, rendre_compte
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.porte import Application, registre
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import accorder

app = Application("Le courrier reçu : en faire ce qu'il demande, y répondre.")
#: Ce qu'on montre d'une liste ; le JSON donne tout.
A_L_ECRAN = 30
Faire = Callable[[Contexte, Ecriture], Fait | Rien]


Lequel = Annotated[CourrierCite, typer.Argument(metavar="COURRIER", help="Le courrier (Tab propose).")]
Qui = Annotated[PersonneCitee | None, typer.Option("--de", help="Qui demande, si l'adresse ne le dit pas.")]


@app.action("lire")
def lire(
    ctx: typer.Context,
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[FICHIER]", help="Un .eml, une mbox, un Maildir, un dossier de .eml."),
    ] = None,
    imap: Annotated[
        str,
        typer.Option("--imap", metavar="SERVEUR", help="La boîte du lieu, lue à distance : imap.exemple.be."),
    ] = "",
    compte: Annotated[
        str, typer.Option("--compte", metavar="ADRESSE", help="Le compte ; sinon, l'adresse du lieu.")
    ] = "",
    dossier: Annotated[str, typer.Option("--dossier", metavar="NOM", help="Le dossier distant.")] = "INBOX",
    depuis: Annotated[
        str, typer.Option("--du", metavar="JOUR", help="Seulement depuis ce jour ; à distance, un mois.")
    ] = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Lire le courrier reçu, et proposer ce qu'il demande : le même lu deux fois n'ajoute rien.

    Une inscription, une salle, un besoin, une offre, une idée, une annulation se proposent, et
    s'acceptent d'une touche ; le reste est « à traiter ». Le texte ne va qu'au registre. À distance, la
    boîte n'est que lue ; le mot de passe est au trousseau du poste, ou se demande.

    Exemples :
        tl courrier lire reponse.eml
        tl courrier lire ~/Mail/Passerelle
        tl courrier lire --imap imap.exemple.be --compte bonjour@passerelle.be
    """
    if bool(source) == bool(imap):
        raise ErreurUsage("Quel courrier lire ?", "Donner un fichier ou un dossier, ou --imap SERVEUR.")
    c = ouvrir(ctx)
    c.ecran.interactif &= not json
    _ = c.registre.depot
    jour = saisie.lire_jour(depuis, c.horloge.murale(), Sens.PASSE) if depuis else None
    octets = boites.lire(source) if source else _a_distance(c, imap, compte, dossier, jour)
    lus = [lu for lu in map(lecture.lire, octets) if not (jour and lu.le and lu.le.date() < jour)]
    fait = _agir(c, c.registre.depot, lambda c, e: _ranger(c, e, lus), json=json, essai=essai)
    if c.ecran.interactif and not essai and isinstance(fait, Fait):
        for ident in fait.details["courriers"]:  # type: ignore[attr-defined]
            _proposer(c.en_lecture(), str(ident))


def _a_distance(c: Contexte, serveur: str, compte: str, dossier: str, depuis: date | None) -> Iterator[bytes]:
    compte = compte or courriel.adresse(c.lieu.reglages.contacts)
    if not compte:
        raise ErreurUsage("Quel compte lire ?", "Le donner : --compte bonjour@exemple.be")
    secret = boites.du_trousseau(compte) or boites.demander_le_mot_de_passe(compte)

    def deja(nom: bytes) -> bool:
        return fiches.connu(c, lecture.lire(nom).ident) is not None

    jour = depuis or c.horloge.aujourdhui() - boites.DEPUIS
    return boites.distante(serveur, compte, secret, dossier, jour, deja)


def _ranger(c: Contexte, e: Ecriture, lus: Sequence[lecture.Lu]) -> Fait | Rien:
    """Poser au registre chaque courriel qui dit quelque chose de neuf."""
    neufs: dict[str, Courrier] = {}
    anciens = fiches.ouverts(c)
    gens = {p.id: (p.nom, p.courriel) for p in c.registre.annuaire}
    connues = regles.Registre(
        connu=lambda ident: neufs.get(ident) or fiches.connu(c, ident),
        ouverts=anciens,
        adresses={ident: adresse for ident, (_, adresse) in gens.items()},
        d_ici=frozenset(contact.lower() for contact in c.lieu.reglages.contacts),
        domaine=c.lieu.reglages.domaine,
    )
    passes: Counter[str] = Counter()
    for lu in sorted(lus, key=lambda lu: lu.le.timestamp() if lu.le else 0.0):
        ici = structs.replace(connues, ouverts=[*anciens, *neufs.values()])
        vu = regles.comprendre(lu, ici, c.horloge.aujourdhui())
        if isinstance(vu, regles.Passe):
            passes[vu.raison] += 1
            continue
        siens = regles.correspondants(vu, gens)
        par = siens[0] if len(siens) == 1 else ""
        vu = structs.replace(vu, par=par) if vu.fil else structs.replace(vu, de=par)
        neufs[vu.id] = vu
        COURRIERS.poser(e, vu)
    dits = [f"{n} passé{'s' * (n > 1)} : {raison}" for raison, n in passes.items()]
    perdues = {lu.non_remis for lu in lus if lu.non_remis}
    dits += [
        f"Ne lui arrive plus : {p.id} ({p.courriel})"
        for p in c.registre.annuaire
        if p.courriel.lower() in perdues
    ]
    details = {
        "courriers": list(neufs),
        "passes": [{"raison": raison, "combien": n} for raison, n in passes.items()],
    }
    if not neufs:
        return Rien(phrase="Rien de neuf dans ce courrier.", lignes=dits, details=details)
    lignes = [ligne for x in neufs.values() for ligne in _lignes(c, x)]
    return Fait(
        id=next(iter(neufs)),
        action="courrier.lire",
        histoire=accorder(len(neufs), "courrier lu"),
        phrase=f"{accorder(len(neufs), 'courrier')} à traiter.",
        lignes=[*lignes, *dits] if not c.ecran.interactif else dits,
        suite="" if c.ecran.interactif else "tl courrier liste",
        details=details,
    )


def _lignes(c: Contexte, x: Courrier, *, commande: bool = True) -> Iterator[str]:
    """Ce qu'on montre d'un courrier : de qui, ce qu'on propose, et la commande qui le ferait."""
    x = fiches.du_fil(c, x)
    qui = x.de or regles.nom_dit(x)
    par = ""
    if x.fil:
        ecrit = x.par or regles.nom_dit(x)
        par = "" if x.par and x.par == x.de else f" (écrit par {ecrit})"
    yield f"{qui}{par} · {temps.dire_jour(x.recu, c.horloge.aujourdhui())} · {actes.proposition(c, x)}"
    if x.pieces:
        yield f"    {accorder(len(x.pieces), 'pièce jointe')} : tl courrier pieces"
    if commande and x.sorte is not Geste.LIBRE:
        # Qui n'est pas au registre y entre d'abord, si l'on veut.
        yield f"    tl courrier accepter {x.id}{'' if x.de else ' --creer'}"
    elif commande:
        yield f"    tl courrier voir {x.id}"


def _proposer(c: Contexte, ident: str) -> None:
    """Montrer un courrier, et faire ce qu'il demande si l'on dit oui."""
    x = fiches.exiger(c, ident)
    for ligne in _lignes(c, x, commande=x.sorte is Geste.LIBRE):
        c.ecran.dire(ligne)
    if x.sorte is Geste.LIBRE or not c.ecran.confirmer("L'accepter ?"):
        return
    try:
        _accepter(c, x, "", Dits(), creer=False, json=False, essai=False)
    except Abandon:
        c.ecran.dire("Laissé à traiter.")
    except Echec as refus:
        # Un courrier qui ne passe pas n'empêche pas de lire les suivants.
        c.ecran.refuser(refus)


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les courriers à traiter, et ceux dont la réponse reste à écrire.

    Exemple :
        tl courrier liste
    """
    _ = c.registre.depot
    trouves = fiches.ouverts(c)
    if json:
        c.ecran.json(trouves)
        return
    a_traiter = [x for x in trouves if x.etat is Etat.A_TRAITER]
    a_repondre = [x for x in trouves if x.etat is Etat.FAIT]
    if not trouves:
        c.ecran.dire("Aucun courrier n'attend.  En lire : tl courrier lire FICHIER.eml")
        return
    c.ecran.titre("Courrier", f"{len(a_traiter)} à traiter, {len(a_repondre)} à répondre")
    for x in a_traiter[:A_L_ECRAN]:
        for ligne in _lignes(c, x):
            c.ecran.dire(ligne)
    for x in a_repondre[:A_L_ECRAN]:
        c.ecran.dire(f"{x.de} · {actes.proposition(c, x)} : c'est fait")
        c.ecran.dire(f"    tl courrier repondre {x.id} --sortie reponse.eml")
    reste = len(trouves) - len(a_traiter[:A_L_ECRAN]) - len(a_repondre[:A_L_ECRAN])
    if reste > 0:
        c.ecran.dire(f"… et {reste} de plus : tl courrier liste --json")


@app.lit("voir")
def voir(c: Contexte, courrier: Lequel, json: Json = False) -> None:
    """Lire un courrier, sans ce qu'il cite.

    Exemple :
        tl courrier voir c-7k2m9xq4bd
    """
    x = fiches.exiger(c, courrier)
    if json:
        c.ecran.json(x)
        return
    c.ecran.titre(x.objet or "sans objet", temps.dire_jour(x.recu, c.horloge.aujourdhui()))
    c.ecran.dire(f"De {x.par or x.de or regles.nom_dit(x)}{f' ({x.adresse})' if x.adresse else ''}")
    for ligne in x.texte.splitlines():
        # Ce qu'un autre a écrit ne se prend pas pour ce que l'outil dit.
        c.ecran.dire(f"> {ligne}".rstrip())
    c.ecran.dire()
    for ligne in _lignes(c, x):
        c.ecran.dire(ligne)
    c.ecran.dire(f"  Ensuite : tl courrier repondre {x.id} · tl courrier classer {x.id}")


@app.action("accepter", dits=Dits)
def accepter(
    ctx: typer.Context,
    courrier: Lequel,
    dits: Dits,
    personne: Qui = None,
    creer: Annotated[
        bool, typer.Option("--creer", help="L'expéditeur n'est pas au registre : l'y mettre.")
    ] = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Faire ce qu'un courrier demande : inscrire, réserver, noter un besoin, une offre, une idée, annuler.

    L'expéditeur est retrouvé par son adresse. Ce qui va à l'archive passe le même mur que le reste : un
    texte qui nomme quelqu'un se redit, par --texte.

    Exemples :
        tl courrier accepter c-7k2m9xq4bd
        tl courrier accepter c-7k2m9xq4bd --creer --quand "jeu 14h-16h"
    """
    c = ouvrir(ctx)
    c.ecran.interactif &= not json
    c.questions.essai = essai
    dits = structs.replace(dits, texte=c.entrer(dits.texte))
    x = fiches.exiger(c, courrier)
    _accepter(c, x, personne or "", dits, creer=creer, json=json, essai=essai)


def _accepter(
    c: Contexte, x: Courrier, personne: str, dits: Dits, *, creer: bool, json: bool, essai: bool
) -> None:
    """Au lieu d'abord, au registre ensuite : une panne entre les deux laisse le courrier à traiter."""
    if x.etat is not Etat.A_TRAITER:
        raise ErreurUsage(
            "C'est déjà fait ; il reste à répondre.", f"tl courrier repondre {x.id} --sortie reponse.eml"
        )
    vu = fiches.du_fil(c, x)
    qui = c.registre.designer(personne) if personne else vu.de
    if x.fil and not qui:
        raise ErreurUsage(
            "Il répond à un courrier dont on ne sait pas encore de qui il est.",
            f"D'abord : tl courrier accepter {x.fil} --creer ; ou dire qui : --de @QUI",
        )
    # Que tout le reste soit dit avant de créer quelqu'un.
    acte = actes.preparer(c.en_lecture(), vu, qui, dits)
    if not qui and acte.au_registre:
        raise ErreurUsage(
            f"{x.adresse} n'est à personne du registre : rien à retirer.", f"tl courrier classer {x.id}"
        )
    if not qui:
        qui = _expediteur(c, x, creer=creer, json=json, essai=essai)
    if not qui:
        return
    fait = _agir(
        c,
        c.registre.depot if acte.au_registre else c.archive,
        lambda c, e: actes.preparer(c, vu, qui, dits).agir(c, e),
        json=json,
        essai=essai,
        suite=x.id,
    )
    if essai or not isinstance(fait, Fait):
        return
    suivi = structs.replace(x, etat=Etat.FAIT, de=qui, suite=fait.id, nom="")
    with c.ecriture(c.registre.depot) as e:
        fiches.changer(e, x, suivi)
        e.enregistrer("Courrier accepté", fiches.ACCEPTER)


def _expediteur(c: Contexte, x: Courrier, *, creer: bool, json: bool, essai: bool) -> str:
    """Qui écrit : l'un de ceux de cette adresse, sinon quelqu'un de neuf si l'on dit oui ; vide à l'essai."""
    gens = {p.id: (p.nom, p.courriel) for p in c.registre.annuaire}
    siens = regles.correspondants(x, gens)
    if len(siens) == 1:
        return siens[0]
    if siens and c.ecran.interactif and not essai:
        return siens[c.choisir(f"Qui écrit de {x.adresse} ?", [gens[ident][0] for ident in siens])]
    nom = regles.nom_dit(x)
    if siens:
        noms = ", ".join(f"@{ident}" for ident in siens)
        raise ErreurUsage(f"Plusieurs personnes ont l'adresse {x.adresse} : {noms}.", "Dire qui : --de @QUI")
    if essai:
        c.ecran.dire(f"Essai, rien n'est écrit. {nom} entrerait d'abord au registre.")
        return ""
    if not creer and not c.accorder(
        f"{nom} ({x.adresse or 'sans adresse'}) n'est pas au registre. L'y mettre ?"
    ):
        raise ErreurUsage(
            f"{nom} n'est pas au registre.",
            f"L'y mettre : tl courrier accepter {x.id} --creer ; ou dire qui : --de @QUI",
        )
    dit = Dit(courriel=x.adresse)

    def enregistrer(c: Contexte, e: Ecriture) -> Fait:
        neuve = nouvelle_personne(nom, dit, c.horloge.aujourdhui(), c.registre.annuaire, c.hasard)
        PERSONNES.poser(e, neuve)
        return Fait(
            id=neuve.id,
            action="accueil.personne.creer",
            histoire="Nouvelle personne",
            phrase=f"{neuve.nom} est au registre.",
        )

    return _agir(c, c.registre.depot, enregistrer, json=json, essai=False, muet=json).id  # type: ignore[union-attr]


@app.ecrit("classer", depot=registre)
def classer(c: Contexte, e: Ecriture, courrier: Lequel) -> Fait:
    """Ne plus rien attendre d'un courrier ; sa fiche n'en garde ni texte, ni adresse.

    Exemple :
        tl courrier classer c-7k2m9xq4bd
    """
    x = fiches.exiger(c, courrier)
    fiches.clore(e, x)
    return Fait(
        id=x.id,
        action="courrier.classer",
        histoire="Courrier classé",
        phrase=f"Classé : {x.objet or x.id}.",
        suite="tl courrier liste",
    )


@app.lit("pieces")
def pieces(
    c: Contexte,
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER", help="Le courriel (.eml).")],
    vers: Annotated[Path, typer.Option("--vers", metavar="DOSSIER", help="Un dossier neuf, hors du lieu.")],
    json: Json = False,
) -> None:
    """Sortir les pièces jointes d'un courriel, pour les ranger au coffre si l'on veut.

    Exemple :
        tl courrier pieces reponse.eml --vers ~/pieces
    """
    trouvees = [
        p for octets in boites.lire(fichier, entier=True) for p in lecture.lire(octets, pieces=True).pieces
    ]
    noms: list[str] = []
    if trouvees:
        with dossier_neuf(vers, noms=True) as chantier:
            for rang, piece in enumerate(trouvees, 1):
                nom = piece.nom if piece.nom not in noms else f"{rang}-{piece.nom}"
                (chantier / nom).write_bytes(piece.contenu)
                noms.append(nom)
    if json:
        c.ecran.json({"dossier": vers if noms else None, "pieces": noms})
        return
    c.ecran.dire(f"{accorder(len(noms), 'pièce jointe')}{f' dans {vers}' if noms else ''}.")
    for nom in noms:
        c.ecran.dire(f"  {nom}")
    if noms:
        c.ecran.dire("  Ensuite : tl convention document creer --nominatif")


app.differer("repondre", "Écrire la réponse à un courrier.", f"{repondre.__name__}:app")


def _agir(
    c: Contexte,
    depot: Depot,
    faire: Faire,
    *,
    json: bool,
    essai: bool,
    suite: str = "",
    muet: bool = False,
) -> Fait | Rien:
    """Sous le verrou de ce dépôt : faire, enregistrer, puis dire ; voir `porte`."""

    def agir(e: Ecriture) -> tuple[Fait | Rien, Ecriture, str]:
        fait = faire(c.en_lecture(), e)
        if isinstance(fait, Fait) and suite:
            fait = structs.replace(fait, suite=f"tl courrier repondre {suite} --sortie reponse.eml")
        return fait, e, "" if isinstance(fait, Rien) else c.conclure(e, fait, essai=essai)

    fait, ecriture, commit = c.sous_verrou(agir, depot)
    if muet:
        return fait
    if isinstance(fait, Rien):
        ne_rien_faire(c.ecran, fait, json=json)
    else:
        rendre_compte(c.ecran, ecriture, fait, commit, json=json)
    return fait
