"""Une écriture sous verrou : relire, poser des fichiers, les enregistrer d'un bloc.

Le protocole de `docs/fiabilite.md` § 7. Tout ce qui peut manquer de place ou échouer se
fait d'abord à côté ; l'intention est notée ; alors seulement les fichiers sont
remplacés, puis l'index, puis la référence. Une mort à tout instant laisse l'ancien
état, ou une intention que la suite sait finir.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen
from typing import Any, Protocol

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import enregistrement, git, intention, poses, recus
from tiers_lieu_cli.noyau.depot.git import D_ICI, PRISE, EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.depot.intention import Intention
from tiers_lieu_cli.noyau.depot.objets import Deposes, Objets
from tiers_lieu_cli.noyau.depot.poses import Poses, chemin_permis, empreinte_de
from tiers_lieu_cli.noyau.echecs import DejaLa, Echec

#: Tentatives quand un autre programme enregistre en même temps que nous.
ESSAIS = 5
#: En secondes. En dessous, deux postes peuvent simplement ne pas être réglés pareil.
UN_JOUR = 86_400


class Gardien(Protocol):
    """Qui regarde tout ce qui part vers l'archive, quelle que soit la commande."""

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Lève un `Echec` si cela ne doit pas être gardé ; rend les avis à dire.

        `avant` : les contenus que ces chemins ont déjà, ici et chez qui l'on réunit.
        """
        ...


class Ecriture(Poses):
    """Une écriture en cours ; `poses` est ce qu'elle changera, `avis` ce qu'il faudra en dire."""

    def __init__(
        self,
        racine: Path,
        lecteur: Objets,
        identite: dict[str, str],
        gardien: Gardien,
        signature: tuple[str, ...] = (),
    ) -> None:
        super().__init__(racine, lecteur)
        self._gardien = gardien
        self.interne = racine / ".git"
        self.avis: list[str] = []
        #: Quelque chose est-il enregistré ?
        self.faite = False
        #: Les fiches posées, telles qu'on les a comprises : ce que le JSON d'une écriture montre.
        self.fiches: dict[str, object] = {}
        #: Ce qu'une fiche lue devient (voir `ArbreMemoire`).
        self.suivre: Callable[[Any], Any] = lambda lue: lue
        #: De quoi montrer où l'on en est, quand il y a beaucoup à écrire : ces chemins, sous ce titre.
        self.montrer: Callable[[Sequence[str], str], Iterable[str]] = lambda chemins, _: chemins
        self._contenus = Deposes(self.interne)
        self._identite = identite
        self._signature = signature
        self._instant = int(identite["GIT_COMMITTER_DATE"].split()[0])
        self._index_en_retard = False
        self._d_abord: list[Callable[[], None]] = []
        self._ensuite: list[Callable[[], None]] = []
        self._a_oter: list[Path] = []
        self._finir_l_interrompue()
        self._surveiller_l_horloge()

    def d_abord(self, faire: Callable[[], None]) -> None:
        """Faire ceci juste avant d'enregistrer : ce qui s'écrit hors de ce dépôt, et que l'action citera.

        Refaire la même chose, ou ne jamais enregistrer ensuite, doit être sans conséquence.
        """
        self._d_abord.append(faire)

    def ensuite(self, faire: Callable[[], None]) -> None:
        """Faire ceci une fois l'action enregistrée : ce qui s'ôte hors de ce dépôt, et peut se refaire."""
        self._ensuite.append(faire)

    def detruire(self, *fichiers: Path) -> None:
        """Ôter avec l'action ces fichiers d'à côté : enregistrée, ils s'en vont, quoi qu'il arrive."""
        self._a_oter += fichiers

    def enregistrer(
        self, phrase: str, action: str, *, fond: str = "", repart: bool = False, annule: str = ""
    ) -> str:
        """Écrire les fichiers posés et les enregistrer d'un bloc ; rend l'empreinte.

        `phrase` est ce que l'histoire montrera ; elle et `action` (« journal.noter »)
        tiennent chacune sur une ligne. `fond` : l'enregistrement d'un autre poste que
        celui-ci réunit au nôtre, ou, s'il en `repart`, qui remplace toute notre histoire ;
        `annule` : celui que celui-ci défait.
        """
        self.examiner(phrase, fond)
        texte = enregistrement.ecrire(phrase, action, self.poses, annule)
        for faire in (self._recrire_les_adoptes, *self._d_abord):
            faire()
        if fond:
            recus.abriter(self.interne)

        def batir() -> str:
            racine = self._deposer_arbres(blobs)
            ascendants = (fond,) if repart else (self._tete, fond)
            parents = [mot for parent in ascendants if parent for mot in ("-p", parent)]
            signer = ["-S"] if self._signature else []
            return self._git("commit-tree", *signer, racine, *parents, entree=texte).decode().strip()

        with self._preparer() as (blobs, provisoires), systeme.sans_interruption():
            commit = self._basculer(phrase, blobs, provisoires, batir)
        for faire in self._ensuite:
            faire()
        return commit

    def _contenus_d_avant(self, fond: str) -> Iterator[bytes]:
        """Ce que les chemins posés contiennent déjà, ici et dans ce qu'on réunit."""
        lu = self._objets.lire(fond) if fond else None
        autre = lu[2].split(b"\n", 1)[0].split()[1].decode() if lu else None
        for arbre in filter(None, (self._arbre, autre)):
            for chemin in self.poses:
                entree = self._objets.entree(arbre, chemin)
                if entree:
                    yield chemin.encode()
                    yield self._contenu(entree.empreinte)

    def examiner(self, phrase: str, fond: str = "") -> None:
        """Montrer au gardien tout ce qui serait enregistré ; lève son refus."""
        self.avis += self._gardien.examiner(phrase, self.poses, lambda: self._contenus_d_avant(fond))

    def avancer(self, commit: str, phrase: str) -> str:
        """Prendre tel quel un enregistrement fait ailleurs, que les fichiers posés rejoignent."""
        recus.abriter(self.interne)
        with self._preparer() as (blobs, provisoires), systeme.sans_interruption():
            return self._basculer(phrase, blobs, provisoires, lambda: commit, PRISE)

    def _basculer(
        self,
        phrase: str,
        blobs: Mapping[str, str | None],
        provisoires: Mapping[str, Path],
        batir: Callable[[], str],
        suivi: str = D_ICI,
    ) -> str:
        # Sur un grand lieu, ouvrir l'index est le pas le plus long : il se lit pendant qu'on bâtit.
        with self._index() as index:
            commit = batir()
            self._noter(phrase, commit, blobs, provisoires)
            try:
                self._mettre_en_place(blobs, provisoires)
            except (Echec, OSError):
                self._remettre(blobs)
                raise
            self._mettre_a_l_index(index, blobs)
        for _ in range(ESSAIS):
            try:
                self._git("update-ref", "-m", suivi, "HEAD", commit, self._tete or git.AUCUN)
            except GitRefuse as refus:
                self._exiger_que_l_archive_ait_bouge(refus, blobs)
                suivant = batir()
                if suivant == commit:
                    self._remettre(blobs)
                    break
                commit = suivant
                self._noter(phrase, commit, blobs, provisoires)
                continue
            # C'est enregistré ; une intention qui reste se lèvera à la prochaine écriture, l'index refait.
            self.faite = True
            with suppress(OSError):
                self._abriter_la_tete()
                self._oter(self._a_oter)
                if not self._index_en_retard:
                    intention.lever(self.interne)
            return commit
        raise EchecDuDepot("Un autre programme enregistre sans cesse dans ce lieu.", "Recommencer.")

    def _exiger_que_l_archive_ait_bouge(self, refus: GitRefuse, blobs: Mapping[str, str | None]) -> None:
        """Continuer si un autre programme a enregistré entre-temps sans toucher à nos fichiers."""
        ancienne = self._tete
        self._lire_tete()
        if self._tete == ancienne:
            raise EchecDuDepot(
                "Le fichier est écrit, mais l'archive n'a pas pu l'enregistrer"
                + (" : elle est occupée ou bloquée." if ".lock" in refus.erreur else "."),
                "Rien n'est perdu. Reprendre avec : tl reprise",
                str(refus),
            )
        for chemin, vu in self._vus.items():
            if self.enregistre(chemin) != vu:
                self._remettre(blobs)
                raise poses.ChangeParUnAutre(chemin)

    @contextmanager
    def _preparer(self) -> Iterator[tuple[dict[str, str | None], dict[str, Path]]]:
        """Écrire les contenus à côté et les déposer ; rien de visible n'a encore changé."""
        provisoires: dict[str, Path] = {}
        try:
            for chemin in self.montrer(list(self.poses), "Écrit"):
                cible, contenu = self._cible(chemin), self.poses[chemin]
                if contenu is not None and chemin not in self._adoptes:
                    systeme.creer_dossier(cible.parent)
                    provisoires[chemin] = cible.parent / f".tmp-{os.urandom(6).hex()}"
                    systeme.ecrire_abrite(provisoires[chemin], contenu)
            yield self._deposer_contenus(), provisoires
        except GitRefuse as refus:
            fait = "L'archive n'a pas pu garder ce qui est écrit."
            raise git.expliquer(refus, fait, "Rien n'est changé. L'examiner : tl verifier") from None
        finally:
            for provisoire in provisoires.values():
                with suppress(OSError):
                    provisoire.unlink()

    def _deposer_contenus(self) -> dict[str, str | None]:
        blobs: dict[str, str | None] = {}
        for chemin in self.montrer(list(self.poses), "Dépose"):
            contenu = self.poses[chemin]
            if chemin in self._adoptes and self._sur_disque(chemin) != contenu:
                raise poses.ModifieALaMain(chemin)
            blobs[chemin] = None if contenu is None else self._contenus.deposer("blob", contenu)
        return blobs

    def _noter(
        self, phrase: str, commit: str, blobs: Mapping[str, str | None], provisoires: Mapping[str, Path]
    ) -> None:
        # L'intention se fie à ce qui est déposé : rien n'en manque plus quand elle est sur le disque.
        self._contenus.abriter(commit)
        intention.noter(
            self.interne,
            Intention(
                phrase=phrase,
                avant=self._tete,
                apres=commit,
                fiches={chemin: (self._vus[chemin], blob) for chemin, blob in blobs.items()},
                provisoires=tuple(p.relative_to(self.racine).as_posix() for p in provisoires.values()),
                oter=tuple(f.relative_to(self.racine).as_posix() for f in self._a_oter),
            ),
        )

    def _oter(self, fichiers: Iterable[Path]) -> None:
        for fichier in fichiers:
            with suppress(FileNotFoundError):
                fichier.unlink()
                systeme.abriter(fichier.parent)

    def _mettre_en_place(self, blobs: Mapping[str, str | None], provisoires: Mapping[str, Path]) -> None:
        for chemin in self.montrer(list(blobs), "Met en place"):
            cible = self._cible(chemin)
            if chemin in self._adoptes:
                if cible.exists():
                    systeme.abriter(cible)
                continue
            if empreinte_de(self._sur_disque(chemin)) != self._vus[chemin]:
                raise DejaLa(chemin) if self._vus[chemin] is None else poses.ChangeParUnAutre(chemin)
            if chemin in provisoires:
                try:
                    systeme.mettre_en_place(provisoires[chemin], cible, neuf=self._vus[chemin] is None)
                except FileExistsError:
                    raise DejaLa(chemin) from None
            else:
                cible.unlink()
        for dossier in {self._cible(chemin).parent for chemin in blobs}:
            if dossier.is_dir():
                systeme.abriter(dossier)

    def _remettre(self, blobs: Mapping[str, str | None]) -> None:
        """Rendre aux fichiers que nous avons changés leur état enregistré ; l'action n'a pas lieu."""
        try:
            for chemin, blob in blobs.items():
                enregistre = self.enregistre(chemin)
                if (
                    chemin not in self._adoptes
                    and empreinte_de(self._sur_disque(chemin)) == blob != enregistre
                ):
                    self._changer(chemin, enregistre)
        except (Echec, OSError):
            # Le disque ne répond plus : à « tl reprise » de montrer ce qui reste à remettre.
            intention.mettre_de_cote(self.interne)
            return
        intention.lever(self.interne)

    def _changer(self, chemin: str, empreinte: str | None) -> None:
        """Donner au fichier un contenu déjà déposé."""
        cible = self._cible(chemin)
        if empreinte is not None:
            systeme.remplacer(cible, [self._contenu(empreinte)], abrite=True)
        elif cible.exists():
            cible.unlink()
            systeme.abriter(cible.parent)

    def _finir_l_interrompue(self) -> None:
        coupee = intention.lire(self.interne)
        if coupee is None:
            return
        if not self.finir(coupee):
            intention.mettre_de_cote(self.interne)
            self.avis.append(f"Une action interrompue attend votre avis (« {coupee.phrase} ») : tl reprise")

    def finir(self, coupee: Intention) -> bool:
        """Mener à son terme une action coupée ; faux si le lieu a changé depuis.

        Celle qui n'avait encore remplacé aucun fichier n'a pas eu lieu.
        """
        etats = {c: (empreinte_de(self._sur_disque(c)), self.enregistre(c)) for c in coupee.fiches}
        if self._tete != coupee.apres:
            if self._tete != coupee.avant or any(
                etats[c][0] not in paire or etats[c][1] not in paire for c, paire in coupee.fiches.items()
            ):
                return False
            changes = {c for c, (avant, apres) in coupee.fiches.items() if avant != apres}
            if any(etats[c][0] == coupee.fiches[c][1] for c in changes):
                self._rejouer(coupee, etats)
                self.avis.append(f"Une action interrompue est terminée : « {coupee.phrase} ».")
        else:
            with self._index() as index:
                restees = {c: apres for c, (_, apres) in coupee.fiches.items() if etats[c][0] == apres}
                self._mettre_a_l_index(index, restees)
        for provisoire in coupee.provisoires:
            dossier, _, nom = provisoire.rpartition("/")
            if nom.startswith(".tmp-") and (not dossier or chemin_permis(dossier)):
                (self.racine / provisoire).unlink(missing_ok=True)
        self._abriter_la_tete()
        if self._tete == coupee.apres:
            self._oter(coupee.a_oter(self.racine))
        intention.lever(self.interne)
        return True

    def _rejouer(self, coupee: Intention, etats: Mapping[str, tuple[str | None, str | None]]) -> None:
        for chemin, (_, apres) in coupee.fiches.items():
            if etats[chemin][0] != apres:
                self._changer(chemin, apres)
        with self._index() as index:
            self._mettre_a_l_index(index, {c: apres for c, (_, apres) in coupee.fiches.items()})
        try:
            self._git("update-ref", "-m", D_ICI, "HEAD", coupee.apres, coupee.avant or git.AUCUN)
        except GitRefuse as refus:
            raise EchecDuDepot(
                f"L'archive est bloquée ; une action interrompue y attend (« {coupee.phrase} »).",
                "La débloquer avec : tl reprise",
                str(refus),
            ) from None
        self._lire_tete()

    def _git(self, *mots: str, entree: bytes = b"") -> bytes:
        return git.git(self.racine, *self._signature, *mots, entree=entree, env=self._identite)

    def _surveiller_l_horloge(self) -> None:
        """L'histoire s'ordonne par ascendance ; une horloge en retard ne la trouble pas, mais se dit."""
        lu = self._objets.lire("HEAD")
        derniere = enregistrement.lire(lu[0], lu[2]).depose.instant if lu else None
        if derniere and derniere - self._instant > UN_JOUR:
            self.avis.append("L'horloge de ce poste retarde sur la dernière action : la régler.")

    def _deposer_arbres(self, blobs: Mapping[str, str | None]) -> str:
        """Bâtir les dossiers depuis l'état enregistré, jamais depuis l'index de l'usager."""
        changes = {tuple(chemin.split("/")): blob for chemin, blob in blobs.items()}
        rebati = self._contenus.rebatir(self._objets, self._arbre, changes)
        return rebati or self._contenus.deposer("tree", b"")

    @contextmanager
    def _index(self) -> Iterator[Popen[bytes]]:
        """L'index, ouvert pour y inscrire nos fichiers ; occupé, il n'empêche rien."""
        # En version 4, il est d'un tiers moins gros : à 50 000 fiches, cinq millisecondes à chaque action.
        mots = ("update-index", "--index-version", "4", "-z", "--add", "--index-info")
        index = git.lancer(self.racine, *mots, env=self._identite)
        try:
            yield index
        finally:
            if index.returncode is None:
                index.communicate()
        self._index_en_retard = bool(index.returncode)
        if index.returncode:
            self.avis.append(
                "La liste des fichiers suivis était occupée ; l'action suivante, ou « tl reprise », "
                "la remettra à jour."
            )

    def _mettre_a_l_index(self, index: Popen[bytes], blobs: Mapping[str, str | None]) -> None:
        lignes = "".join(
            f"100644 {blob}\t{chemin}\0" if blob else f"0 {git.AUCUN}\t{chemin}\0"
            for chemin, blob in blobs.items()
        )
        # Fini avant la référence : sinon un enregistrement fait à la main déferait la fiche.
        index.communicate(lignes.encode())

    def _abriter_la_tete(self) -> None:
        """Mettre à l'abri la référence et l'index neufs : git en abrite le contenu, non les noms."""
        branche = (self.interne / "HEAD").read_text("utf-8").removeprefix("ref: ").strip()
        systeme.abriter((self.interne / branche).parent)
        systeme.abriter(self.interne)
        with suppress(FileNotFoundError):
            systeme.abriter(self.interne / "logs/HEAD")
