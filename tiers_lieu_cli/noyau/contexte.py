"""Ce qu'une commande reçoit : le lieu, l'heure, l'écran. Bâti une fois, passé de main en main."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
import typer
from msgspec import field, structs

from tiers_lieu_cli.noyau import lieu as lieux
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreDisque, ArbreMemoire, Secours
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.passe import contenus
from tiers_lieu_cli.noyau.echecs import Abandon, Defaut, DejaLa, Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.questions import QuestionEnAttente, Questions
from tiers_lieu_cli.noyau.fiches.genres import Genres
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard, HasardDuSysteme, est_tire
from tiers_lieu_cli.noyau.gens.personnes import DOSSIER, MOTS, MotCommun, Personne, ident_du_mot
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.lieu import Lieu
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee
from tiers_lieu_cli.noyau.texte import accorder, clef, exiger_visible, sans_accent

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture, Gardien
    from tiers_lieu_cli.noyau.fait import Fait
    from tiers_lieu_cli.noyau.gens.mur import Indice

T = TypeVar("T")
#: Le dépôt du trésorier, s'il est sur ce poste.
_CAISSE = "finance"
#: Ce qui remplace une fiche abîmée.
SECOURS = "La dernière version qui se lisait sert en attendant ; la remettre"
#: Fixe le hasard des noms de fiches, pour des démonstrations identiques.
GRAINE = "TIERS_LIEU_GRAINE"
#: Combien de noms tirer au sort avant de dire qu'ils sont tous pris.
_TIRAGES = 20

#: `(c, e, fait, brouillon, tout=…)` : qui est concerné par ce qui va être enregistré ; rend de quoi le dire
#: ensuite. Le noyau ne connaît pas les métiers.
Prevenir = Callable[..., Callable[[], None]]


def _personne(*_: object, **__: object) -> Callable[[], None]:
    return lambda: None


class Poste(msgspec.Struct, frozen=True):
    """Ce que la ligne de commande dit avant de nommer une action ; le lieu n'est pas encore cherché."""

    dossier: Path | None = None
    au: str = ""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    ecran: Ecran = field(default_factory=Ecran)
    #: La ligne de commande, mot à mot, telle qu'elle a été tapée.
    tapee: tuple[str, ...] = ()
    #: Les genres de fiches que l'outil connaît ; le noyau n'en a pas la table.
    genres: Genres = field(default_factory=lambda: Genres({}))
    #: Qui une écriture concerne : elle le cherche sous le verrou, et rend de quoi le dire ensuite.
    prevenir: Prevenir = _personne


class Contexte(msgspec.Struct, frozen=True):
    """Un lieu ouvert, et de quoi y travailler."""

    lieu: Lieu
    arbre: Arbre
    archive: Depot
    registre: Registre
    horloge: Horloge
    ecran: Ecran
    questions: Questions
    hasard: Hasard
    environ: Mapping[str, str]
    genres: Genres
    #: Voir `Poste.prevenir`.
    prevenir: Prevenir
    #: Le moment passé où l'on regarde le lieu ; `None` : maintenant.
    au: datetime | None = None
    #: L'enregistrement que ce moment désigne.
    commit: str = "HEAD"
    #: Le début du mot que la touche Tab complète.
    tape: str = ""

    @contextmanager
    def ecriture(self, depot: Depot | None = None, *, reunit: bool = False) -> Iterator[Ecriture]:
        """Tenir l'archive (ou un autre dépôt du lieu) le temps d'une action.

        `reunit` : elle réunit ce que d'autres postes ont fait, quel que soit le rôle de celui-ci.
        """
        if self.au:
            jour = temps.dire_jour(self.au.date())
            raise ErreurUsage(
                f"On regarde le lieu tel qu'il était le {jour} : rien ne s'y change.",
                "Refaire la commande sans --au.",
            )
        from tiers_lieu_cli.noyau.depot import intention, purge
        from tiers_lieu_cli.noyau.gens.douane import SansDouane

        maintenant = self.horloge.maintenant()
        for registre in self.depots[1:] if depot is None else ():
            # Ce qu'une mort y a coupé n'attend pas qu'on écrive de nouveau au registre : l'ouvrir le finit.
            if purge.est_commence(registre.interne) or intention.est_notee(registre.interne):
                with registre.ecriture(maintenant, SansDouane()) as finie:
                    for avis in finie.avis:
                        self.ecran.avertir(avis)
        vers = depot or self.archive
        with vers.ecriture(maintenant, self.gardien(vers, reunit=reunit)) as ecriture:
            ecriture.suivre = self.registre.suivre
            ecriture.montrer = self.ecran.avancer
            try:
                yield ecriture
            finally:
                # Interrompu juste après, on dira vrai.
                self.ecran.acquis |= ecriture.faite
                if ecriture.faite and vers.racine == self.registre.racine:
                    self.registre.oublier()

    def sous_verrou(self, agir: Callable[[Ecriture], T], depot: Depot | None = None) -> T:
        """Agir sous le verrou ; une question neuve en sort, se pose, et tout est relu et rejoué.

        Ce qui a été montré est donc ce qui sera fait, même si la main a écrit pendant la question. Un nom
        tiré au sort que porte déjà une fiche se tire de nouveau : personne ne l'a choisi.
        """
        tirages = 1
        while True:
            try:
                with self.ecriture(depot) as ecriture, self.questions.sous_verrou():
                    return agir(ecriture)
            except QuestionEnAttente as question:
                question.poser()
            except DejaLa as pris:
                if tirages == _TIRAGES or not est_tire(pris.chemin):
                    raise
                tirages += 1

    def gardien(self, depot: Depot, *, reunit: bool = False) -> Gardien:
        """Qui regarde ce qui entre dans ce dépôt : la douane, sauf au registre, où vivent les noms.

        Le rôle du poste y compte d'abord, sauf s'il `reunit` ; la caisse n'obéit qu'à son propre gardien.
        """
        from tiers_lieu_cli.noyau.gens.douane import DansSonRole, Douane, SansDouane

        if propre := depot.gardien():
            return propre
        au_registre = depot.racine == self.registre.racine
        douane = SansDouane() if au_registre else Douane(self.registre, self._trancher)
        return douane if reunit else DansSonRole(depot.role, douane)

    def _trancher(self, indice: Indice) -> None:
        """Un mot est-il quelqu'un ? Le demander, s'il y a quelqu'un pour répondre ; retenir la réponse."""
        if not self.ecran.interactif or self.questions.essai or indice.extrait in self.questions.designes:
            raise self.registre.refus(indice)
        self.questions.poser(("doute", indice.extrait), lambda: self._lever(indice))

    def _lever(self, indice: Indice) -> None:
        mention = self.registre.a_ecrire(indice.personne)
        choix = [mention or f"un {indice.sorte}", "un mot, pas une personne" if mention else "autre chose"]
        rang = self.ecran.choisir(f"« {indice.extrait} » :", choix)
        if rang is None:
            raise Abandon
        if rang:
            self._retenir(indice.extrait)
        elif mention:
            self.questions.designes[indice.extrait] = f"@{indice.personne}"
        else:
            raise self.registre.refus(indice)

    def _retenir(self, mot: str) -> None:
        """Retenir au registre, s'il est là, qu'un mot n'est pas une personne."""
        if self.registre.est_la:
            with self.ecriture(self.registre.depot) as ecriture:
                MOTS.poser(
                    ecriture, MotCommun(id=ident_du_mot(mot), mot=mot, depuis=self.horloge.aujourdhui())
                )
                ecriture.enregistrer("Un mot retenu", "accueil.personne.mot")

    def entrer(self, texte: str) -> str:
        """Un texte venu de dehors (éditeur, tube, fichier), où chaque « @prénom » devient son identifiant."""
        return self.registre.opaque(self.questions.designer(exiger_visible(texte)))

    def confirmer(
        self, question: str, apercu: Sequence[str] = (), *, selon: str = "", avec: Sequence[str] = ()
    ) -> None:
        """Voir `Questions.confirmer`."""
        self.questions.confirmer(question, apercu, selon=selon, avec=avec)

    def accorder(self, question: str) -> bool:
        """Voir `Questions.accorder`."""
        return self.questions.accorder(question)

    def choisir(self, question: str, choix: Sequence[str]) -> int:
        """Voir `Questions.choisir`."""
        return self.questions.choisir(question, choix)

    def demander(self, question: str) -> str:
        """Voir `Questions.demander` ; les mentions y deviennent opaques."""
        return self.entrer(self.questions.demander(question))

    def editer(self, texte: str, suffixe: str = ".md") -> str:
        """Un texte écrit dans l'éditeur, où l'on mentionne par « @prénom »."""
        return self.entrer(self.questions.editer(self.environ, texte, suffixe))

    def tube(self) -> str:
        """Tout ce qui arrive par le tube ; les mentions y deviennent opaques."""
        return self.entrer(self.questions.tube())

    @property
    def depots(self) -> tuple[Depot, ...]:
        """Les dépôts que la concierge tient sur ce poste : l'archive, et le registre s'il y est."""
        registre = self.registre.range_dans
        return (self.archive, registre) if registre.existe else (self.archive,)

    def personnes(self) -> list[Personne]:
        """Les personnes du registre ; avec `--au`, celles d'alors."""
        return list(self.registre.toutes.fiches)

    def en_lecture(self) -> Contexte:
        """Le même lieu, où rien n'est lu deux fois, et où une personne réunie à une autre est cette autre."""
        passe = partial(contenus, self.archive, jusque=self.commit)
        lu = structs.replace(self, arbre=ArbreMemoire(self.arbre, self.registre.suivre, passe))
        self.ecran.a_la_fin.append(lu.dire_les_defauts)
        return lu

    def dire_les_defauts(self) -> None:
        """Ce que la commande n'a pas pu lire, et ce qui en a tenu lieu."""
        arbres = (self.arbre, self.registre.arbre)
        neufs = self.ecran.defauts(self.abimees())
        if neufs and any(a.retrouvees for a in arbres if isinstance(a, Secours)):
            self.ecran.avertir(f"  → {SECOURS} : tl reprise")

    def abimees(self) -> list[Defaut]:
        """Les fiches qu'on a voulu lire et qui ne se lisaient pas, celles du registre comprises."""
        ici = list(self.arbre.defauts.values()) if isinstance(self.arbre, Secours) else []
        du_registre = self.registre.arbre.defauts.values()
        return ici + [structs.replace(d, fichier=f"{DOSSIER}/{d.fichier}") for d in du_registre]

    def conclure(self, ecriture: Ecriture, fait: Fait, *, essai: bool) -> str:
        """Enregistrer ce qui est posé et rendre l'empreinte ; à l'essai, seulement le montrer au gardien.

        Ôter ce qui sert encore est refusé, quelle que soit la commande.
        """
        if None in ecriture.poses.values():
            from tiers_lieu_cli.noyau.gens import citations

            citations.exiger_libres(self.archive, self.arbre, self.genres, ecriture.poses)
        if essai:
            ecriture.examiner(fait.histoire)
            return ""
        commit = ecriture.enregistrer(fait.histoire, fait.action, annule=fait.annule)
        self.ecran.acquis = True
        return commit


def poste(ctx: typer.Context) -> Poste:
    """Le poste de cette commande ; la complétion, qui n'en lance aucune, retrouve le lieu aux options."""
    racine = ctx.find_root()
    ici = racine.obj if isinstance(racine.obj, Poste) else Poste(ecran=Ecran.du_terminal(os.environ))
    dossier = racine.params.get("lieu")
    return structs.replace(ici, dossier=Path(dossier)) if dossier and not ici.dossier else ici


def ouvrir(ctx: typer.Context, *, malgre_tout: bool = False) -> Contexte:
    """Ouvrir le lieu où cette commande est lancée.

    `malgre_tout` : même si `lieu.yaml` manque, est cassé ou d'un format futur ; cela se dit.
    """
    ici = poste(ctx)
    racine = lieux.trouver(ici.dossier, ici.environ, Path.cwd(), malgre_tout=malgre_tout)
    c = ouvrir_lieu(racine, ici, malgre_tout=malgre_tout)
    if c.lieu.faute:
        c.ecran.avertir(f"{c.lieu.faute.fait}. Les derniers réglages qui se lisaient servent en attendant.")
    return c


def ouvrir_lieu(
    racine: Path, ici: Poste, hasard: Hasard | None = None, *, malgre_tout: bool = False
) -> Contexte:
    """Ouvrir le lieu de cette racine, maintenant ou tel qu'il était (`--au`)."""
    trouve = lieux.ouvrir(racine, malgre_tout=malgre_tout)
    archive, registre = Depot(racine), Registre(racine, trouve.reglages.contacts)
    publics = trouve.reglages.publics_d_avant
    for depot in (archive, registre.range_dans, Depot(racine / _CAISSE)):
        # Un lieu reçu ne lance rien : on regarde d'abord ce que chaque dépôt contient.
        if depot.existe:
            _ = depot.reglages
    arbre: Arbre = ArbreDisque(racine)
    horloge, au, commit = Horloge(trouve.fuseau, heure_imposee(ici.environ)), None, "HEAD"
    if ici.au:
        au, commit, arbre = remonter(archive, horloge, ici.au)
        horloge = Horloge(trouve.fuseau, au)
        registre = _remonter_le_registre(registre, au, ici.ecran)
    registre.publics = publics
    ici.ecran.nommer, ici.ecran.fuseau = registre.a_l_ecran, trouve.fuseau
    c = Contexte(
        lieu=trouve,
        arbre=arbre,
        archive=archive,
        registre=registre,
        horloge=horloge,
        au=au,
        commit=commit,
        ecran=ici.ecran,
        questions=Questions(ici.ecran, tapee=ici.tapee),
        hasard=hasard or _hasard(ici.environ),
        environ=ici.environ,
        genres=ici.genres,
        prevenir=ici.prevenir,
    )
    ici.ecran.a_la_fin.append(c.dire_les_defauts)
    return c


def remonter(archive: Depot, horloge: Horloge, dit: str) -> tuple[datetime, str, Arbre]:
    """Le moment dit (un jour compte jusqu'à son soir), et le lieu tel qu'il était alors."""
    from tiers_lieu_cli.noyau.depot import histoire
    from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
    from tiers_lieu_cli.noyau.temps import saisie

    jour = saisie.lire_jour(dit, horloge.murale(), saisie.Sens.PASSE)
    soir = datetime.combine(jour, time(23, 59, 59), horloge.fuseau)
    commit = histoire.au(archive, soir)
    if not commit:
        raise ErreurUsage(
            f"Le lieu n'avait encore rien enregistré le {temps.dire_jour(jour)}.",
            "Voir ses débuts : tl historique --tout",
        )
    return soir, commit, ArbreEnregistre(archive.racine, commit)


def _remonter_le_registre(registre: Registre, au: datetime, ecran: Ecran) -> Registre:
    """Le registre d'alors, autant qu'il se peut ; et ce qu'il faut en dire."""
    from tiers_lieu_cli.noyau.depot import histoire
    from tiers_lieu_cli.noyau.gens.registre_d_alors import RegistreDAlors

    if not registre.range_dans.existe:
        return registre
    commit = histoire.au(registre.range_dans, au)
    if not commit:
        ecran.avertir("Le registre ne remonte pas si loin : les personnes se montrent d'aujourd'hui.")
        return registre
    alors = RegistreDAlors(registre.racine.parent, registre.contacts, commit)
    depuis = alors.effacees_depuis()
    sauf = f", sauf {accorder(depuis, 'effacée')} depuis" if depuis else ""
    ecran.avertir(f"Les personnes se montrent telles que le registre les disait alors{sauf}.")
    return alors


def _hasard(environ: Mapping[str, str]) -> Hasard:
    graine = environ.get(GRAINE)
    if not graine:
        return HasardDuSysteme()
    from random import Random

    return Random(graine)  # noqa: S311  (rien de secret : des noms de fiches)


def completion(
    proposer: Callable[[Contexte], list[tuple[str, str]]],
) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    """Une complétion de vraies valeurs ; muette hors d'un lieu ou si le lieu ne se lit pas."""

    def completer(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        try:
            valeurs = proposer(structs.replace(ouvrir(ctx), tape=incomplete))
        except Echec:
            return []
        debut = sans_accent(incomplete)
        return [(valeur, aide) for valeur, aide in valeurs if sans_accent(valeur).startswith(debut)]

    return completer


def personnes_a_citer(c: Contexte) -> list[tuple[str, str]]:
    """De quoi compléter une personne : le mot qui la cite, elle seule, et son nom.

    Parmi dix mille, on ne cherche comment citer que celles dont un nom commence comme ce qui est tapé.
    """
    debut = clef(c.tape)
    commencent = (
        p
        for p in c.registre.annuaire
        if p.cle.startswith(debut) or p.cle_surnom.startswith(debut) or p.id.startswith(debut)
    )
    return [(c.registre.mention_de(p) or f"@{p.id}", p.nom) for p in commencent]


def publics_du_lieu(c: Contexte) -> list[tuple[str, str]]:
    """De quoi compléter un public : ceux que le lieu accueille, dans ses réglages."""
    return [(public, "un public") for public in c.lieu.reglages.publics]
