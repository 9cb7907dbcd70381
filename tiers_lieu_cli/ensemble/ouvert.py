"""Tout ce qui est ouvert dans la maison, qu'on doive s'en occuper aujourd'hui ou non.

Rien n'y est énuméré à la main : les genres qui s'ouvrent et se closent (`genres.GENRES`), la table des
échéances, ce qui ferme une salle et ce qui est promis. Un genre neuf y paraît de lui-même.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.ensemble import echeances
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS
from tiers_lieu_cli.espace.promesse import fiches as promesses
from tiers_lieu_cli.journal.passation.modele import PASSATIONS, Chose, Rubrique
from tiers_lieu_cli.journal.passation.regles import ranger
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Une fermeture plus lointaine n'est pas l'affaire du relais.
HORIZON = timedelta(days=31)


def choses(c: Contexte) -> tuple[Chose, ...]:
    """Tout ce qui est ouvert, par rubrique, chaque chose une seule fois."""
    jour = c.horloge.aujourdhui()
    trouvees: dict[str, Chose] = {}
    for chose in (*_en_cours(c, jour), *_fermees(c, jour), *_promises(c, jour)):
        trouvees.setdefault(chose.cle, chose)
    passations = set(PASSATIONS.idents(c.arbre))
    for e in echeances.sans_noms(c):
        if e.fiche in passations:
            # Celle-ci la remplace.
            continue
        connue = trouvees.get(e.fiche)
        if connue is None:
            cle = e.commande or e.phrase
            trouvees[cle] = Chose(
                cle=cle, rubrique=Rubrique.A_FAIRE, phrase=e.phrase, jour=e.jour, commande=e.commande
            )
        elif connue.rubrique is not Rubrique.FERME:
            # Ce qui est dû se dit comme aujourd'hui le dit, là où la chose est rangée.
            rubrique = Rubrique.A_FAIRE if connue.rubrique is Rubrique.COURT else connue.rubrique
            trouvees[e.fiche] = structs.replace(
                connue, rubrique=rubrique, phrase=e.phrase, jour=e.jour, commande=e.commande
            )
    return ranger(trouvees.values())


def _en_cours(c: Contexte, jour: date) -> Iterator[Chose]:
    """Les fiches des genres qui s'ouvrent et se closent, tant qu'elles sont ouvertes."""
    for declare in GENRES.presents(c.arbre):
        if isinstance(declare, Affaires):
            ouvertes = declare.en_cours.toutes(c.arbre).fiches
            for fiche in vivants.vivantes(c, ouvertes) if declare.genre.de_quelqu_un else ouvertes:
                yield _chose(fiche, declare.genre.nom, jour)


def _chose(f: Fiche, genre: str, jour: date) -> Chose:
    """Comment le suivant doit l'entendre ; sans mieux, le nom de son genre et le sien."""
    # Une maison où rien de cela n'est ouvert n'a pas à les charger.
    from tiers_lieu_cli.accueil.annonce.modele import Besoin, Offre
    from tiers_lieu_cli.accueil.bienvenue.modele import Bienvenue
    from tiers_lieu_cli.accueil.suivi.modele import Suivi
    from tiers_lieu_cli.ensemble import recit
    from tiers_lieu_cli.espace.cle.modele import PretDeCle
    from tiers_lieu_cli.journal.suite.modele import Suite
    from tiers_lieu_cli.prog.idee.modele import Idee
    from tiers_lieu_cli.stock.objet.modele import Etat as EtatDePret
    from tiers_lieu_cli.stock.objet.modele import Pret

    rubrique, quand = Rubrique.COURT, None
    phrase, commande = f"{genre} : {recit.nom(f)}", ""
    match f:
        case PretDeCle():
            rubrique, quand = Rubrique.DEHORS, f.rendre_le
            pour = f", à rendre {temps.dire_jour(quand, jour)}" if quand else ", sans jour dit"
            phrase = f"clé {f.cle} chez {f.detenteur}{pour}"
            commande = f"tl espace cle rendre {f.cle}"
        case Pret():
            quand = f.creneau.dernier_jour
            dehors = f.etat is EtatDePret.DEHORS
            rubrique = Rubrique.DEHORS if dehors else Rubrique.PROMIS
            sens = {EtatDePret.DEHORS: "chez", EtatDePret.RESERVE: "promis à"}.get(f.etat, "attendu par")
            phrase = f"{f.objet} {sens} {f.a}, jusqu'à {temps.dire_jour(quand, jour)}"
            commande = f"tl stock rendre {f.objet} @{f.a}" if dehors else f"tl stock preter {f.objet} @{f.a}"
        case Besoin():
            rubrique = Rubrique.URGENT if f.urgent else Rubrique.COURT
            de = f" ({f.de_qui})" if f.de_qui else ""
            phrase = f"besoin{' urgent' if f.urgent else ''} : {recit.court(f.texte)}{de}"
            commande, quand = f"tl accueil besoin fiche {f.id}", f.entendu
        case Offre():
            phrase = f"offre : {recit.court(f.texte)}{f' ({f.de_qui})' if f.de_qui else ''}"
        case Suite():
            rubrique = Rubrique.URGENT if f.alerte else Rubrique.PROMIS
            quand, commande = f.pour, f"tl journal regler {f.id}"
            phrase = f"alerte : {f.quoi}" if f.alerte else f"{f.quoi} ({temps.dire_jour(f.pour, jour)})"
        case Suivi() if f.pour:
            rubrique, quand = Rubrique.PROMIS, f.pour
            phrase = f"{f.personne} : {f.prochain} ({temps.dire_jour(f.pour, jour)})"
            commande = f"tl accueil suivi fait {f.id}"
        case Bienvenue():
            phrase = f"bienvenue de {f.personne} : {f.restantes[0].etape}" if f.restantes else phrase
        case Idee():
            phrase = f"idée : {recit.court(f.texte)}"
    return Chose(cle=f.id, rubrique=rubrique, phrase=phrase, jour=quand, commande=commande)


def _fermees(c: Contexte, jour: date) -> Iterator[Chose]:
    """Les salles qu'on ne peut pas occuper, maintenant ou bientôt : fermetures et pannes."""
    fenetre = Creneau(c.horloge.murale(), temps.minuit(jour + HORIZON))
    salle = occupations.graphe(c.arbre).nom
    for f in occupations.fermetures_de(c.arbre, fenetre):
        quand = "jusqu'à nouvel ordre" if f.creneau.est_sans_fin else temps.dire_creneau(f.creneau, jour)
        ou = ", ".join(map(salle, f.salles)) or "tout le lieu"
        phrase = f"{ou} : fermé, {f.motif} ({quand})"
        yield Chose(
            cle=f.id,
            rubrique=Rubrique.FERME,
            phrase=phrase,
            jour=f.creneau.premier_jour,
            commande=f"tl espace rouvrir {f.id}",
        )
    for e in ENTRETIENS.toutes(c.arbre).fiches:
        if e.fermeture and e.fermeture.chevauche(fenetre):
            phrase = f"{salle(e.salle)} hors service : {e.titre}"
            yield Chose(
                cle=e.id,
                rubrique=Rubrique.FERME,
                phrase=phrase,
                jour=e.fermeture.premier_jour,
                commande=f"tl espace entretien fait {e.id}",
            )


def _promises(c: Contexte, jour: date) -> Iterator[Chose]:
    """Les demandes et les options qui attendent une réponse, la file, ce qui est à replacer."""
    salle = occupations.graphe(c.arbre).nom
    suspens = promesses.en_suspens(c.arbre, c.horloge.murale(), promesses.PREAVIS)
    for p in (*suspens.a_repondre, *suspens.en_file):
        pour = f", pour {p.pour}" if p.pour else ""
        etat = {"option": "en option", "attente": "en file"}.get(p.etat, "à valider")
        yield Chose(
            cle=p.id,
            rubrique=Rubrique.PROMIS,
            phrase=f"« {p.objet} », {salle(p.salle)}{pour}, {etat}",
            jour=p.expiration.date() if p.expiration else jour,
            commande=f"tl espace valider {p.id}",
        )
    for a in suspens.a_replacer:
        quand = temps.dire_jour(a.seance.premier_jour, jour)
        yield Chose(
            cle=a.occupation.id,
            rubrique=Rubrique.PROMIS,
            phrase=f"replacer « {a.occupation.titre} », {quand}",
            jour=a.seance.premier_jour,
            commande="tl espace demandes",
        )
