"""Qui prévenir de ce qu'on vient de changer, comment le joindre, et un message prêt pour chacun.

Tout vient de ce qui est posé : aucune commande n'en sait rien. À l'écran seulement, jamais en JSON ni
dans l'archive ; un message est un brouillon, que l'outil n'envoie pas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

from tiers_lieu_cli.espace.promesse import fiches as promesses
from tiers_lieu_cli.espace.reservation.modele import Promesse
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.francais import capitale
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.sorties import Sorties, verifier
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder, en_tirets
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Inscription
from tiers_lieu_cli.prog.inscription.suites import responsable_de
from tiers_lieu_cli.prog.modele import EVENEMENTS, Evenement
from tiers_lieu_cli.prog.serie.fiches import jours_exclus, seance
from tiers_lieu_cli.prog.serie.metier import jours_portes
from tiers_lieu_cli.prog.serie.modele import Seance, Serie
from tiers_lieu_cli.prog.serie.regles import seance_le

#: Ce qui se lit d'un coup d'œil ; le reste se compte.
MONTREES = 5
#: Où l'on propose d'écrire les messages : ils portent des noms, et vont hors du lieu.
DOSSIER = "~/messages"
#: Le nom de fiche qu'une phrase donne à qui s'en sert, et qui n'apprend rien aux gens.
_CODE = motif(r" \((?:\d{4}-\d\d-\d\d-)?[\w-]+-[a-z0-9]{4}\)(?=[.,]?$)")
#: Qui est concerné, et par quoi.
Concernes = dict[str, list[str]]


def apres(c: Contexte, e: Ecriture, fait: Fait, brouillon: Path | None, *, tout: bool) -> Callable[[], None]:
    """Chercher qui est concerné, avant que rien ne soit enregistré ; rend de quoi le dire ensuite."""
    if brouillon is not None:
        verifier(brouillon, noms=True, dossier=True)
    concernes = dict(_concernes(c, e, fait))
    return lambda: _dire(c, concernes, brouillon, tout=tout)


def _concernes(c: Contexte, e: Ecriture, fait: Fait) -> Iterator[tuple[str, list[str]]]:
    trouves: Concernes = {}
    for qui, quoi in _tous(c, e, fait):
        if qui.startswith("p-") and not c.registre.est_effacee(qui):
            dits = trouves.setdefault(c.registre.resoudre(qui), [])
            dits += [quoi] if quoi not in dits else []
    yield from sorted(trouves.items(), key=lambda t: c.registre.nom(t[0]))


def _tous(c: Contexte, e: Ecriture, fait: Fait) -> Iterator[tuple[str, str]]:
    """(qui, ce qui change pour lui) : ce qui est à replacer, puis chaque fiche changée."""
    a_replacer = fait.details.get("a_replacer", ())
    assert isinstance(a_replacer, (list, tuple))
    for vue in a_replacer:
        for qui, titre in _de(c, str(vue["reservation"])):
            quand = temps.dire_creneau(temps.lire_bornes(vue["debut"], vue["fin"]))
            yield qui, f"« {titre} », {quand}, doit changer de place ou de moment : {vue['raison']}."
    phrase = capitale(_CODE.sub("", fait.phrase.rstrip(".")))
    for neuve in () if a_replacer else e.fiches.values():
        if isinstance(neuve, Fiche):
            for qui in _de_la_fiche(c, neuve):
                yield qui, f"{phrase}."


def _de(c: Contexte, ident: str) -> Iterator[tuple[str, str]]:
    """Les gens d'une réservation, d'une de ses dates, ou d'un événement ; et son titre."""
    try:
        p = promesses.exiger(c, ident).promesse
    except FicheIntrouvable:
        e = programme.exiger(c.arbre, ident)
        yield from ((qui, e.titre) for qui in _de_la_fiche(c, e))
    else:
        yield from ((qui, p.objet) for qui in (p.pour, p.demandeur))


def _de_la_fiche(c: Contexte, fiche: Fiche) -> Iterator[str]:
    if isinstance(fiche, Promesse):
        yield from (fiche.pour, fiche.demandeur)
    elif isinstance(fiche, Inscription):
        avant = INSCRIPTIONS.une(c.arbre, fiche.id)
        if avant and avant.attend and not fiche.attend:
            yield responsable_de(c, fiche) or fiche.personne
    elif isinstance(fiche, Evenement):
        yield from (*fiche.porteurs, *_inscrits(c, [fiche.id]))
    elif isinstance(fiche, Serie):
        yield from (*fiche.porteurs, *_inscrits(c, _dates_changees(c, fiche)))


def _inscrits(c: Contexte, evenements: Iterable[str]) -> Iterator[str]:
    """Ceux qui y viennent, ou l'adulte qui répond d'eux, et ceux qui y tiennent un rôle."""
    for ident in evenements:
        yield from (
            responsable_de(c, i) or i.personne
            for i in inscriptions.de(c.arbre, ident)
            if i.est_attendue or i.attend
        )
        yield from (t.personne for t in equipes.de(c.arbre, ident) if not t.retire)


def _dates_changees(c: Contexte, neuve: Serie) -> Iterator[str]:
    """Ses dates à venir que des gens attendent, et qui n'auront pas lieu, ou plus au même moment.

    Une date qui a sa propre fiche est prévenue par elle, si elle change.
    """
    exclus = jours_exclus(c.arbre)
    for jour in sorted(jours_portes(c.arbre, neuve, c.horloge.aujourdhui())):
        apres = seance_le([neuve], jour, exclus)
        avant = seance(c.arbre, apres.id) if apres else None
        if apres and avant and _vue(apres) != _vue(avant) and EVENEMENTS.une(c.arbre, avant.id) is None:
            yield apres.id


def _vue(s: Seance) -> object:
    """Ce qu'il faut savoir d'une date pour y venir."""
    return s.a_lieu and (s.creneau, s.salles)


def _dire(c: Contexte, concernes: Concernes, brouillon: Path | None, *, tout: bool) -> None:
    """Chacun, avec son numéro et son adresse ; puis ce qu'on a préparé pour eux."""
    if not concernes:
        return
    c.ecran.titre("À prévenir", accorder(len(concernes), "personne"))
    montres = list(concernes) if tout else list(concernes)[:MONTREES]
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True)],
        [(f"  {p.nom}", p.telephone, p.courriel) for ident in montres if (p := c.registre.une(ident))],
    )
    if reste := len(concernes) - len(montres):
        c.ecran.dire(f"  … et {accorder(reste, 'autre')} ; tous : --tout")
    joignables = {i: dits for i, dits in concernes.items() if (p := c.registre.une(i)) and p.courriel}
    if brouillon is None:
        if joignables:
            # Ce qui est fait ne se refait pas tel quel : l'annulation rend ce que les messages racontent.
            c.ecran.dire("  Un message prêt pour chacun, en la refaisant :")
            c.ecran.dire("    tl defaire")
            c.ecran.dire(f"    {c.questions.redite('--brouillon', DOSSIER).replace(repr(DOSSIER), DOSSIER)}")
        return
    sans = len(concernes) - len(joignables)
    if not joignables:
        c.ecran.dire(f"  Aucun message : {accorder(sans, 'personne')} sans adresse, à appeler.")
        return
    ecrits = _ecrire(c, joignables, brouillon)
    a_appeler = f" ; {accorder(sans, 'personne')} sans adresse, à appeler" if sans else ""
    c.ecran.dire(f"  {accorder(ecrits, 'message')} à relire dans {brouillon}{a_appeler}.")


def _ecrire(c: Contexte, concernes: Concernes, brouillon: Path) -> int:
    """Un brouillon .eml pour chacun de ceux qui ont une adresse ; rend leur nombre."""
    with Sorties(c) as sorties:
        dossier = sorties.dossier(brouillon)
        for rang, (ident, dits) in enumerate(concernes.items(), start=1):
            personne = c.registre.exiger(ident)
            nom = f"{rang:02}-{en_tirets(personne.nom, 'message')}.eml"
            sorties.ecrire(dossier / nom, [_message(c, personne.courriel, ident, dits)], noms=True)
    return len(concernes)


def _message(c: Contexte, a: str, ident: str, dits: list[str]) -> bytes:
    """Le courriel, prêt à relire : ce qui change pour cette personne, et rien d'autre."""
    maison = c.lieu.reglages
    m = EmailMessage(policy=SMTPUTF8.clone(max_line_length=998))
    if de := courriel.adresse(maison.contacts):
        m["From"] = f'"{maison.nom.replace(chr(34), "")}" <{de}>'
    m["To"] = a
    m["Subject"] = f"{maison.nom} : un changement"
    # Un lecteur de courrier l'ouvre comme un brouillon, à relire et à envoyer.
    m["X-Unsent"] = "1"
    lignes = [f"Bonjour {c.registre.nom(ident)},", "", *(c.registre.montrer(dit) for dit in dits), ""]
    lignes += ["Dites-nous ce qui vous arrangerait.", "", "À bientôt,", maison.nom]
    m.set_content("\n".join(lignes) + "\n", cte="quoted-printable")
    return m.as_bytes()
