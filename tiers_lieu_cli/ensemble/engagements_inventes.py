"""Ce que La Passerelle prête, achète, promet : un retard, du café, une assurance, un partenaire."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tiers_lieu_cli.convention.convention import textes
from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, Compte, Convention, Modele, Signature
from tiers_lieu_cli.convention.engagement.modele import ENGAGEMENTS, Cote, Engagement
from tiers_lieu_cli.convention.partenaire.modele import PARTENAIRES, Partenaire, Sorte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches.identifiants import date_de
from tiers_lieu_cli.noyau.gens.personnes import Personne
from tiers_lieu_cli.noyau.temps import delais
from tiers_lieu_cli.noyau.temps.delais import Periode
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.stock.article import regles as articles
from tiers_lieu_cli.stock.article.modele import ARTICLES, MOUVEMENTS, Article, Sens
from tiers_lieu_cli.stock.objet import regles as objets
from tiers_lieu_cli.stock.objet.modele import OBJETS, PRETS, Etat, Objet

_OBJETS = (
    Objet(id="perceuse", nom="Perceuse", place="casier 4", caution=True, jours_max=7),
    Objet(id="echelle", nom="Échelle", place="cave"),
    Objet(id="chaise-pliante", nom="Chaise pliante", lot=40, place="cave"),
)
_CAFE = Article(
    id="cafe",
    nom="Café",
    unite="kg",
    seuil="2",
    cible="6",
    achat="paquet de 1",
    fournisseur="Coop",
    place="bar",
)
_PREAVIS = Periode(2, "mois")


def poser(c: Contexte, maintenant: datetime, gens: tuple[Personne, ...]) -> None:
    """Un enregistrement par chose, comme si on l'avait faite à son heure."""
    murale = maintenant.replace(tzinfo=None)
    with c.archive.ecriture(maintenant - timedelta(hours=8), c.gardien(c.archive)) as ecriture:
        _preter(c, ecriture, murale, gens[4].id)
        _consommer(c, ecriture, murale)
        for partenaire in (
            Partenaire(id="assurances-meuse", nom="Assurances Meuse", sorte=Sorte.PRIVE),
            Partenaire(
                id="comite-du-pont", nom="Comité du Pont", sorte=Sorte.CITOYEN, contacts=(gens[8].id,)
            ),
        ):
            PARTENAIRES.poser(ecriture, partenaire)
        ecriture.enregistrer("Des outils prêtés, du café bu, des partenaires", "demo.attentes")
    with c.archive.ecriture(maintenant - timedelta(hours=7), c.gardien(c.archive)) as ecriture:
        _assurer(c, ecriture, murale.date())
        _promettre(c, ecriture, murale.date(), gens[8].id)
        ecriture.enregistrer("Une assurance à renouveler, un partenaire", "demo.attentes")


def _preter(c: Contexte, e: Ecriture, maintenant: datetime, tom: str) -> None:
    """La perceuse devait revenir hier."""
    for objet in _OBJETS:
        OBJETS.poser(e, objet)
    sortie = maintenant - 6 * UN_JOUR
    quand = Creneau.de_jours(sortie.date(), maintenant.date() - UN_JOUR)
    PRETS.poser(e, objets.nouveau(_OBJETS[0], tom, quand, 1, Etat.DEHORS, sortie, c.hasard, "une étagère"))


def _consommer(c: Contexte, e: Ecriture, maintenant: datetime) -> None:
    ARTICLES.poser(e, _CAFE)
    for jours, sens, quantite in (
        (40, Sens.ENTREE, "6"),
        (25, Sens.SORTIE, "-2"),
        (11, Sens.SORTIE, "-1.5"),
        (2, Sens.SORTIE, "-1"),
    ):
        moment = maintenant - jours * UN_JOUR
        MOUVEMENTS.poser(e, articles.bouger(_CAFE, sens, Decimal(quantite), moment, c.hasard))


def _assurer(c: Contexte, e: Ecriture, jour: date) -> None:
    """Son préavis tombe dans trois semaines."""
    fin = delais.apres(jour + 22 * UN_JOUR, _PREAVIS) - UN_JOUR
    police = Convention(
        id="c-asmz",
        modele=Modele.ASSURANCE,
        avec="assurances-meuse",
        objet="assurance du local",
        du=delais.avant(fin, Periode(1, "an")) + UN_JOUR,
        au=fin,
        preavis=str(_PREAVIS),
        forme="lettre recommandée",
        compte=Compte.RECEPTION,
        source="conditions générales, art. 12",
        marge=3,
        reconduction="1 an",
        risques=("incendie", "responsabilité civile"),
        signatures=(Signature(le=jour - 200 * UN_JOUR),),
    )
    CONVENTIONS.poser(e, police)
    textes.poser(c, e, police, ())


def _promettre(c: Contexte, e: Ecriture, jour: date, piet: str) -> None:
    """Deux engagements : l'un de la maison, l'autre du comité, qui tarde."""
    accord = Convention(
        id="c-ptnk",
        modele=Modele.PARTENARIAT,
        avec="comite-du-pont",
        objet="faire vivre le quartier",
        du=jour - 80 * UN_JOUR,
        au=jour + 285 * UN_JOUR,
        signatures=(Signature(le=jour - 80 * UN_JOUR, par=(piet,)),),
    )
    promis = [
        Engagement(
            id=date_de(jour - 80 * UN_JOUR, quoi, "engagement", c.hasard),
            convention=accord.id,
            de=de,
            quoi=quoi,
            promis_le=jour - 80 * UN_JOUR,
            pour_le=jour + dans * UN_JOUR,
        )
        for de, quoi, dans in (
            (Cote.MAISON, "Prêter la cour pour la fête", 10),
            (Cote.PARTENAIRE, "Tenir trois ateliers vélo", -4),
        )
    ]
    CONVENTIONS.poser(e, accord)
    textes.poser(c, e, accord, promis)
    for engagement in promis:
        ENGAGEMENTS.poser(e, engagement)
