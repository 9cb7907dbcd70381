"""Les douze missions du lieu, et ce qui en rend compte : la table, en clair.

Ce que l'accueil, le programme et les salles savent déjà dire d'eux-mêmes en est un chapitre, tel quel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache

from tiers_lieu_cli.accueil.bilan import fiches as accueil
from tiers_lieu_cli.accueil.bilan import vue as accueils
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.convention.convention.modele import CONVENTIONS
from tiers_lieu_cli.convention.convention.regles import est_finie
from tiers_lieu_cli.convention.document.modele import DOCUMENTS
from tiers_lieu_cli.convention.engagement.modele import ENGAGEMENTS, Cote
from tiers_lieu_cli.espace.cle.modele import PRETS as PRETS_DE_CLES
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, FINIS, INTERVENTIONS, Sorte
from tiers_lieu_cli.espace.etat.modele import ETATS
from tiers_lieu_cli.espace.regle.modele import CHARTES
from tiers_lieu_cli.espace.taux import fiches as taux
from tiers_lieu_cli.espace.taux import vue as usages
from tiers_lieu_cli.journal.decision.modele import DECISIONS
from tiers_lieu_cli.journal.fiche.modele import PRATIQUES
from tiers_lieu_cli.journal.modele import CLOTURES, NOTES
from tiers_lieu_cli.journal.passation.modele import PASSATIONS
from tiers_lieu_cli.journal.regle.modele import REGLES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages.bilan import Chapitre, Compte, Lire, comptes, sommer
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau, minuit
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.bilan import fiches as prog
from tiers_lieu_cli.prog.bilan import vue as progs
from tiers_lieu_cli.prog.diffusion import fiches as diffusions
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS, Evenement
from tiers_lieu_cli.stock.article.modele import MOUVEMENTS, Sens
from tiers_lieu_cli.stock.objet.modele import PRETS as PRETS_D_OBJETS

#: Un prêt, un suivi se range au mois où il commence, et peut finir bien plus tard.
LONGUEMENT = timedelta(days=366)
#: Les étiquettes qu'un rapport montre.
ETIQUETTES = 12
#: Comment le journal dit ses genres, au pluriel.
_NOTES = {"fait": "faits", "incident": "incidents", "idee": "idées", "merci": "mercis", "alerte": "alertes"}


def missions(c: Contexte) -> tuple[tuple[str, Lire], ...]:
    """Chaque mission, et ses chapitres d'un jour à un autre ; rien n'est lu deux fois."""
    services = cache(lambda: prog.services(c))
    du_programme = cache(lambda du, au: prog.compter(c, du, au))
    de_l_accueil = cache(lambda du, au: accueil.compter(c, du, au))

    def cp(*vues: Callable[..., Chapitre]) -> Lire:
        return lambda du, au: [vue(du_programme(du, au)) for vue in vues]

    def ca(*vues: Callable[..., Chapitre]) -> Lire:
        return lambda du, au: [vue(de_l_accueil(du, au)) for vue in vues]

    def besoins(du: date, au: date) -> list[Chapitre]:
        vus = de_l_accueil(du, au)
        return [
            accueils.besoins(vus),
            accueils.themes(vus),
            *progs.services(du_programme(du, au), services()),
        ]

    def salles(du: date, au: date) -> list[Chapitre]:
        usage = taux.usage(c, du, au)
        return [usages.salles(usage), usages.publics(usage), *_materiel(c, du, au)]

    return (
        ("1. Coordonner", lambda du, au: _coordination(c, du, au)),
        ("2. Accueillir", ca(accueils.passages, accueils.heures, accueils.parcours)),
        ("3. Programmer", cp(progs.activites, progs.participants, progs.inscriptions, progs.heures)),
        ("4. Servir, entendre les besoins", besoins),
        ("5. Nouer des partenariats", lambda du, au: _partenariats(c, du, au)),
        ("6. Communiquer", lambda du, au: _communication(c, du, au)),
        ("7. Tenir un réseau", lambda du, au: _reseau(c, du, au)),
        ("8. Accompagner, former", lambda du, au: _formation(c, du, au)),
        ("9. Tenir les espaces et le matériel", salles),
        ("10. Administrer", lambda du, au: _administration(c, du, au)),
        ("11. Documenter, transmettre", lambda du, au: _memoire(c, du, au)),
        ("12. Faire participer, outiller", lambda du, au: [*cp(progs.idees)(du, au), *_outils(c, du, au)]),
    )


def _dans(jour: date | None, du: date, au: date) -> bool:
    return jour is not None and du <= jour <= au


def _jour(ecrit: str) -> date | None:
    return date.fromisoformat(ecrit[:10]) if ecrit else None


def _chapitre(titre: str, dits: dict[str, int], *, gens: bool = False) -> Iterator[Chapitre]:
    """Ces comptes, s'il y en a un."""
    if any(dits.values()):
        lignes = [Compte(nom=nom, nombre=n, fixe=True, gens=gens) for nom, n in dits.items()]
        yield Chapitre(titre=titre, comptes=tuple(lignes))


def _combien(jours: Iterable[date | None], du: date, au: date) -> int:
    return sum(_dans(jour, du, au) for jour in jours)


def _coordination(c: Contexte, du: date, au: date) -> list[Chapitre]:
    decisions = DECISIONS.toutes(c.arbre).fiches
    prises = [d for d in decisions if _dans(d.le, du, au)]
    dits = {
        "décisions prises": len(prises),
        "dont remplacent une autre": sum(bool(d.remplace) for d in prises),
        "relues": _combien((d.revue_le for d in decisions), du, au),
        "règles de la maison": len(REGLES.idents(c.arbre)),
        "règles des salles": len(CHARTES.idents(c.arbre)),
    }
    return list(_chapitre("Décisions et règles", dits))


def _partenariats(c: Contexte, du: date, au: date) -> list[Chapitre]:
    conventions = CONVENTIONS.toutes(c.arbre).fiches
    engagements = ENGAGEMENTS.toutes(c.arbre).fiches
    vivent = [v for v in conventions if v.du <= au and not est_finie(v, du)]
    dits = {
        "en cours": len(vivent),
        "signatures": _combien((s.le for v in conventions for s in v.signatures), du, au),
        "avenants": _combien((a.le for v in conventions for a in v.avenants), du, au),
        "résiliées": _combien((v.resiliee_le for v in conventions), du, au),
    }
    tenus = sommer((e.de, 1) for e in engagements if _dans(e.tenu_le, du, au))
    promis = {
        "promis": _combien((e.promis_le for e in engagements), du, au),
        "tenus par la maison": tenus.get(Cote.MAISON, 0),
        "tenus par les partenaires": tenus.get(Cote.PARTENAIRE, 0),
        "abandonnés": _combien((e.abandonne_le for e in engagements), du, au),
    }
    return [*_chapitre("Conventions", dits), *_chapitre("Engagements", promis)]


def _evenements(c: Contexte, du: date, au: date) -> list[Evenement]:
    lus = programme.de_la_fenetre(c.arbre, Creneau.de_jours(du, au)).fiches
    return [e for e in lus if e.a_lieu and _dans(e.creneau.premier_jour, du, au)]


def _communication(c: Contexte, du: date, au: date) -> list[Chapitre]:
    a_nous = [e for e in _evenements(c, du, au) if e.est_a_nous]
    dits = {
        "annoncées à tous": sum(not e.interne for e in a_nous),
        "gardées entre nous": sum(e.interne for e in a_nous),
        "dans une autre langue": sum(bool(e.langues) for e in a_nous),
        "accessibles, et dites telles": sum(bool(e.accessibilite) for e in a_nous),
    }
    annonces, venus = diffusions.servi(c.arbre, du, au)
    return [
        *_chapitre("Activités annoncées", dits),
        *_chapitre("Les annonces, par canal", annonces),
        *_chapitre("Venus à ce qu'un canal annonçait", venus, gens=True),
    ]


def _reseau(c: Contexte, du: date, au: date) -> list[Chapitre]:
    agendas = AGENDAS_AMIS.toutes(c.arbre).fiches
    lus = _evenements(c, du, au)
    dits = {
        "agendas amis suivis": sum(a.arrete_le is None or a.arrete_le > au for a in agendas),
        "activités des lieux amis": sum(not e.est_a_nous for e in lus),
        "nos activités hors les murs": sum(e.est_a_nous and bool(e.ailleurs) for e in lus),
    }
    return list(_chapitre("Le réseau", dits))


def _formation(c: Contexte, du: date, au: date) -> list[Chapitre]:
    obtenues = [h for h in HABILITATIONS.toutes(c.arbre).fiches if _dans(h.obtenue, du, au)]
    suivis = SUIVIS.des_mois(c.arbre, du - LONGUEMENT, au).fiches
    dits = {
        "accompagnements": _combien((s.le for s in suivis), du, au),
        "prochains pas faits": _combien((s.fait for s in suivis), du, au),
    }
    par_sujet = Chapitre(
        titre="Habilitations obtenues",
        comptes=tuple(comptes(sommer((h.sujet, 1) for h in obtenues), gens=True)),
        barres="Habilitations obtenues",
    )
    return [*([par_sujet] if obtenues else []), *_chapitre("Accompagnement", dits, gens=True)]


def _materiel(c: Contexte, du: date, au: date) -> Iterator[Chapitre]:
    entretiens = [*ENTRETIENS.toutes(c.arbre).fiches, *FINIS.des_mois(c.arbre, du - LONGUEMENT, au).fiches]
    faites = [i for i in INTERVENTIONS.des_mois(c.arbre, du, au).fiches if _dans(i.le, du, au)]
    soin = {
        "pannes signalées": _combien((e.depuis for e in entretiens if e.sorte is Sorte.PANNE), du, au),
        "interventions": len(faites),
        "contrôles conformes": sum(i.conforme is True for i in faites),
        "contrôles non conformes": sum(i.conforme is False for i in faites),
        "états des lieux": _combien((_jour(e.le) for e in ETATS.des_mois(c.arbre, du, au).fiches), du, au),
    }
    yield from _chapitre("Entretien", soin)
    cles = PRETS_DE_CLES.des_mois(c.arbre, du - LONGUEMENT, au).fiches
    prets = PRETS_D_OBJETS.des_mois(c.arbre, du - LONGUEMENT, au).fiches
    mains = {
        "clés remises": _combien((_jour(p.depuis) for p in cles), du, au),
        "clés revenues": _combien((_jour(p.fini_le) for p in cles), du, au),
        "objets prêtés": _combien((_jour(p.sorti_le) for p in prets), du, au),
        "objets revenus": _combien((_jour(p.fini_le) for p in prets), du, au),
    }
    yield from _chapitre("Clés et prêts", mains, gens=True)


def _administration(c: Contexte, du: date, au: date) -> list[Chapitre]:
    mouvements = [m for m in MOUVEMENTS.des_mois(c.arbre, du, au).fiches if _dans(_jour(m.moment), du, au)]
    stock = sommer((m.sens, 1) for m in mouvements)
    dits = {
        "documents rangés": _combien((d.le for d in DOCUMENTS.toutes(c.arbre).fiches), du, au),
        "entrées de stock": stock.get(Sens.ENTREE, 0),
        "sorties de stock": stock.get(Sens.SORTIE, 0),
        "écarts d'inventaire": stock.get(Sens.CORRECTION, 0),
    }
    return list(_chapitre("Documents et réserves", dits))


def _memoire(c: Contexte, du: date, au: date) -> list[Chapitre]:
    notes = [n for n in NOTES.des_mois(c.arbre, du, au).fiches if _dans(n.jour, du, au)]
    genres = sommer((_NOTES[n.sorte], 1) for n in notes)
    etiquettes = sommer((mot, 1) for n in notes for mot in n.etiquettes)
    dits = {
        "décisions gardées": _combien((d.le for d in DECISIONS.toutes(c.arbre).fiches), du, au),
        "passations": sum(du.isoformat() <= i[:10] <= au.isoformat() for i in PASSATIONS.idents(c.arbre)),
        "pages pratiques relues": _combien((p.relue_le for p in PRATIQUES.toutes(c.arbre).fiches), du, au),
        "jours clos": sum(du.isoformat() <= i[:10] <= au.isoformat() for i in CLOTURES.idents(c.arbre)),
    }
    journal = Chapitre(
        titre="Le journal",
        comptes=tuple(comptes(genres)),
        total=Compte(nom="", nombre=len(notes)),
        barres="Notes par genre",
    )
    mots = Chapitre(
        titre="Ce dont il parle",
        comptes=tuple(comptes({f"#{mot}": n for mot, n in list(etiquettes.items())[:ETIQUETTES]}, gens=True)),
        barres="Notes par étiquette",
    )
    return [*([journal, mots] if notes else []), *_chapitre("Transmettre", dits)]


def _outils(c: Contexte, du: date, au: date) -> Iterator[Chapitre]:
    """Les actions enregistrées ; l'histoire les date, et ne nomme personne."""
    fuseau = c.lieu.fuseau

    def instant(jour: date) -> int:
        return int(minuit(jour).replace(tzinfo=fuseau).timestamp())

    if not c.archive.tete():
        return
    bornes = (f"--since=@{instant(du)}", f"--until=@{instant(au + UN_JOUR) - 1}")
    lus = c.archive.git("log", "--no-merges", "--format=%ct", *bornes, c.commit).decode().split()
    jours = {datetime.fromtimestamp(int(ecrit), fuseau).date() for ecrit in lus}
    yield from _chapitre(
        "L'outil", {"actions enregistrées": len(lus), "jours où l'on s'en est servi": len(jours)}
    )
