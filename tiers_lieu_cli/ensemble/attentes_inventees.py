"""Ce qui attend la concierge de La Passerelle ce matin : une clé en retard, un lien à relancer…"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import structs

from tiers_lieu_cli.accueil.annonce import regles as annonces
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Besoin, Offre
from tiers_lieu_cli.accueil.bienvenue import regles as bienvenues
from tiers_lieu_cli.accueil.bienvenue.fiches import parcours
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS, Habilitation, ident_de
from tiers_lieu_cli.accueil.lien import regles as liens
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.espace.cle.modele import CLES, PRETS, Cle, PretDeCle
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Entretien, Sorte
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.personnes import Personne
from tiers_lieu_cli.prog.idee.modele import IDEES, SOUTIENS, Idee, Soutien
from tiers_lieu_cli.prog.service.modele import SERVICES, Etape, Service, Stade


def poser(c: Contexte, maintenant: datetime, gens: tuple[Personne, ...]) -> None:
    """Un enregistrement par chose, comme si on l'avait faite à son heure."""
    jour = maintenant.date()
    karim, amina, lea, _, tom, _, _, fatou, _, chiara, omar, helene = (p.id for p in gens)
    with c.archive.ecriture(maintenant - timedelta(hours=11), c.gardien(c.archive)) as ecriture:
        _relier(c, ecriture, jour - timedelta(days=15), omar, karim)
        _annoncer(c, ecriture, jour, tom, lea, helene)
        ecriture.enregistrer("Des besoins, des offres, une mise en lien", "demo.attentes")
    with c.archive.ecriture(maintenant - timedelta(hours=10), c.gardien(c.archive)) as ecriture:
        _confier(c, ecriture, jour, amina)
        _entretenir(c, ecriture, jour)
        ecriture.enregistrer("Une clé prêtée, un four fatigué", "demo.attentes")
    with c.archive.ecriture(maintenant - timedelta(hours=9), c.gardien(c.archive)) as ecriture:
        venue = jour - timedelta(days=8)
        BIENVENUES.poser(
            ecriture, bienvenues.commencer(fatou, "membres", helene, parcours(c.arbre), venue, c.hasard)
        )
        fraiseuse = Habilitation(
            id=ident_de(chiara, "fraiseuse"),
            personne=chiara,
            sujet="fraiseuse",
            obtenue=jour - timedelta(days=355),
            avec=tom,
            expire=jour + timedelta(days=10),
        )
        HABILITATIONS.poser(ecriture, fraiseuse)
        _rever(c, ecriture, jour, tom, amina)
        ecriture.enregistrer("Une bienvenue, une idée, un service à l'essai", "demo.attentes")


def _relier(c: Contexte, ecriture: Ecriture, jour: date, omar: str, karim: str) -> None:
    """Un besoin et une offre présentés il y a deux semaines : il est temps de demander ce que cela donne."""
    besoin = Besoin(
        id=_nom(c, jour, "Réparer mon vélo"), texte="Réparer mon vélo", entendu=jour, personne=omar
    )
    offre = Offre(
        id=_nom(c, jour, "Réparer des vélos"), texte="Réparer des vélos", entendu=jour, personne=karim
    )
    LIENS.poser(ecriture, liens.nouveau(besoin, offre, (omar, karim), {omar, karim}, jour, c.hasard))
    BESOINS.poser(ecriture, annonces.relier(besoin, jour))
    OFFRES.poser(ecriture, offre)


def _annoncer(c: Contexte, ecriture: Ecriture, jour: date, tom: str, lea: str, helene: str) -> None:
    hier = jour - timedelta(days=1)
    garde = Besoin(
        id=_nom(c, hier, "Garde d'enfants"),
        texte="Garde d'enfants le mercredi après-midi",
        entendu=hier,
        personne=lea,
        themes=("enfants",),
        quand=("mercredi après-midi",),
        urgent=True,
    )
    BESOINS.poser(ecriture, garde)
    for qui, texte, theme in (
        (helene, "Garder des enfants après l'école", "enfants"),
        (tom, "Aider aux déclarations d'impôts", "papiers"),
    ):
        offre = Offre(id=_nom(c, hier, texte), texte=texte, entendu=hier, personne=qui, themes=(theme,))
        OFFRES.poser(ecriture, offre)


def _confier(c: Contexte, ecriture: Ecriture, jour: date, amina: str) -> None:
    CLES.poser(ecriture, Cle(id="cave", nom="cave", aussi=("la cave",), rangee="tableau du comptoir"))
    remise = jour - timedelta(days=4)
    pret = PretDeCle(
        id=_nom(c, remise, "cave"),
        cle="cave",
        depuis=f"{remise}T17:30",
        a=amina,
        rendre_le=jour - timedelta(days=3),
        pour="ranger les chaises",
    )
    PRETS.poser(ecriture, pret)
    reunion = Reservation(
        id=_nom(c, jour, "Réunion du CPAS"),
        salle="salle-bleue",
        objet="Réunion du CPAS",
        pour="partenaires",
        personnes=12,
        montage=15,
        debut=f"{jour}T14:00",
        fin=f"{jour}T16:00",
    )
    RESERVATIONS.poser(ecriture, reunion)


def _entretenir(c: Contexte, ecriture: Ecriture, jour: date) -> None:
    extincteurs = Entretien(
        id="extincteurs",
        titre="Contrôle des extincteurs",
        sorte=Sorte.CONTROLE,
        depuis=jour - timedelta(days=365),
        tous_les="1 an",
        fait_le=str(jour - timedelta(days=350)),
        prestataire="Sécurité Meuse",
    )
    four = Entretien(
        id=_nom(c, jour - timedelta(days=1), "four"),
        titre="Le four chauffe mal",
        sorte=Sorte.PANNE,
        salle="cuisine",
        depuis=jour - timedelta(days=1),
    )
    for entretien in (extincteurs, four):
        ENTRETIENS.poser(ecriture, entretien)


def _rever(c: Contexte, ecriture: Ecriture, jour: date, tom: str, amina: str) -> None:
    """Une idée qui attend sa réponse, un service dont il est temps de reparler."""
    deposee = jour - timedelta(days=40)
    texte = "Un ciné-club le vendredi soir"
    idee = Idee(id=_nom(c, deposee, texte), texte=texte, de=amina, publics=("riverains",))
    IDEES.poser(ecriture, idee)
    SOUTIENS.poser(ecriture, Soutien(id=f"{idee.id}-papiers", proposition=idee.id, papiers=7))
    debut = Etape(stade=Stade.IDEE, le=jour - timedelta(days=90))
    service = Service(
        id="permanence-numerique",
        nom="Permanence numérique",
        etapes=(debut, structs.replace(debut, stade=Stade.ESSAI, le=jour - timedelta(days=80))),
        responsables=(tom,),
        publics=("riverains",),
        revoir_le=jour + timedelta(days=6),
    )
    SERVICES.poser(ecriture, service)


def _nom(c: Contexte, jour: date, texte: str) -> str:
    return identifiants.date_de(jour, texte, "fiche", c.hasard)
