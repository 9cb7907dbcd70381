"""De chaque fichier, les actions qui l'ont changé : l'histoire rangée par chemin, dans `.git` ; jetable.

Git saurait le dire, en comparant tous les dossiers de tous les enregistrements. Ici, chaque
enregistrement n'est regardé qu'une fois ; la suite ne coûte que les nouveaux. N'y sont que des empreintes
et des chemins, que l'archive porte déjà. Abîmé, d'un autre format ou d'une autre histoire, il se refait ;
un effacement l'ôte.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing

from tiers_lieu_cli.noyau.depot import git, purge, scelle
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse

#: À changer avec les tables.
FORMAT = "1"
#: Ce que SQLite prend de chemins d'un coup.
_LOT = 500
_TABLES = (
    "CREATE TABLE acte(n INTEGER PRIMARY KEY, empreinte TEXT UNIQUE, rang INTEGER)",
    "CREATE TABLE chemin(n INTEGER PRIMARY KEY, nom TEXT UNIQUE)",
    "CREATE TABLE touche(chemin INTEGER, acte INTEGER, PRIMARY KEY (chemin, acte)) WITHOUT ROWID",
)
#: Montre une longue suite qui avance ; voir `Ecran.avancer`.
Avancer = Callable[[Sequence[str], str], Iterator[str]]


def qui_touchent(depot: Depot, tete: str, chemins: Iterable[str], avancer: Avancer) -> list[str] | None:
    """Les enregistrements, du dernier au premier, qui ont changé l'un de ces fichiers ; sans les réunions.

    `tete` : le dernier enregistrement du dépôt. `None` si l'on n'a pu ni le lire, ni le refaire.
    """
    for _ in range(2):
        try:
            with closing(_rouvrir(depot, tete, avancer)) as base:
                return _ranges(base, list(chemins))
        except (sqlite3.Error, OSError):
            # Il ne se lit pas : ce n'est plus le sien. On recommence une fois.
            purge.oublier_les_traces(depot.interne)
    return None


def _ranges(base: sqlite3.Connection, chemins: list[str]) -> list[str]:
    rangs: dict[str, int] = {}
    for debut in range(0, len(chemins), _LOT):
        lot = chemins[debut : debut + _LOT]
        places = ",".join("?" * len(lot))
        demande = (
            "SELECT empreinte, rang FROM chemin JOIN touche ON touche.chemin = chemin.n"  # noqa: S608
            f" JOIN acte ON acte.n = touche.acte WHERE chemin.nom IN ({places})"
        )
        rangs.update(base.execute(demande, lot))
    return sorted(rangs, key=rangs.__getitem__, reverse=True)


def _rouvrir(depot: Depot, tete: str, avancer: Avancer) -> sqlite3.Connection:
    """La base, à jour de `tete` ; une base neuve s'il n'y en a pas à qui se fier."""
    fichier, sceau = depot.interne / purge.TRACES, depot.interne / purge.SCEAU_DES_TRACES
    la = scelle.est_intact(fichier, sceau, FORMAT)
    if not la:
        purge.oublier_les_traces(depot.interne)
    base = scelle.ouvrir(fichier, _TABLES, neuve=not la)
    try:
        if scelle.repere(base, "tete") != tete:
            base.execute("BEGIN IMMEDIATE")
            _mettre_a_jour(depot, base, scelle.repere(base, "tete"), tete, avancer)
            scelle.retenir(base, "tete", tete)
            base.execute("COMMIT")
            scelle.sceller(fichier, sceau, FORMAT)
    except BaseException:
        base.close()
        raise
    return base


def _mettre_a_jour(depot: Depot, base: sqlite3.Connection, connu: str, tete: str, avancer: Avancer) -> None:
    """Ajouter ce qui suit `connu` ; tout refaire si l'histoire n'en vient pas."""
    blocs = _blocs(depot, f"{connu}...{tete}") if connu else None
    if blocs is None or any(bloc.startswith("<") for bloc in blocs):
        for table in ("acte", "chemin", "touche"):
            base.execute(f"DELETE FROM {table}")  # noqa: S608
        connu, blocs = "", _blocs(depot, tete) or []
    (dernier,) = base.execute("SELECT coalesce(max(rang), 0) FROM acte").fetchone()
    reunis = False
    for rang, bloc in enumerate(avancer(blocs[::-1], "Ranger l'histoire"), start=dernier + 1):
        entete, _, suite = bloc.replace("\n", "\0").partition("\0")
        empreinte, *parents = entete.lstrip("<>").split()
        reunis |= len(parents) > 1
        acte = base.execute("INSERT INTO acte(empreinte, rang) VALUES (?, ?)", (empreinte, rang)).lastrowid
        noms = [(nom,) for nom in suite.split("\0") if nom]
        base.executemany("INSERT OR IGNORE INTO chemin(nom) VALUES (?)", noms)
        base.executemany(
            f"INSERT OR IGNORE INTO touche SELECT n, {acte} FROM chemin WHERE nom = ?",  # noqa: S608
            noms,
        )
    if connu and reunis:
        # Ce qu'une mise en commun apporte se mêle, d'après ses dates, à ce qu'on avait.
        tous = depot.git("rev-list", "--reverse", tete).decode().split()
        base.executemany("UPDATE acte SET rang = ? WHERE empreinte = ?", enumerate(tous))


def _blocs(depot: Depot, suite: str) -> list[str] | None:
    """De chaque enregistrement, empreintes et chemins ; « < » s'il n'est que de l'ancienne histoire."""
    mots = ("--left-right", "--format=%x01%m%H %P", "--name-only", "-z", *git.SANS_RIEN_LANCER, suite)
    try:
        return depot.git("log", *mots).decode("utf-8", "replace").split("\x01")[1:]
    except GitRefuse:
        return None
