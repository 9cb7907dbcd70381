"""`tl moyeu` : ouvrir un moyeu, y relier ce lieu, en rejoindre un."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import partage
from tiers_lieu_cli.ensemble.lecture import Faute, Lecture, contacts_publics
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.contexte import Poste, ouvrir, poste
from tiers_lieu_cli.noyau.depot import moyeu, voisinage
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.moyeu import SIGNATAIRES, MoyeuAbsent
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
from tiers_lieu_cli.noyau.depot.purge import COMMUN
from tiers_lieu_cli.noyau.depot.roles import CONCIERGE, ROLES
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.personnes import DOSSIER
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.lieu import REGLAGES, derniers_bons
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.systeme import est_un_fichier
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee

app = Application("L'endroit où les postes d'un lieu se retrouvent.")
#: Ce que vaut un moyeu qui ne lit rien.
SANS_GARDE = (
    "Ce moyeu ne garde rien : il reçoit tout ce qu'on lui porte. Chaque poste lit ce qu'il envoie et ce "
    "qu'il reçoit ; pour qu'il lise lui-même : tl moyeu init"
)


class MoyeuVide(Echec):
    """Rien n'y a encore été porté."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"Le moyeu {url} est encore vide.", "Y relier un lieu d'abord : tl moyeu relier, tl synchroniser"
        )


Role = Annotated[
    str,
    typer.Option(
        "--role", metavar="ROLE", help=f"Le rôle de ce poste : {', '.join(map(valeurs.montrer, ROLES))}."
    ),
]
Clef = Annotated[
    Path | None, typer.Option("--clef", help="La clef ssh (.pub) qui signe, si le moyeu l'exige.")
]


@app.action("init")
def init(
    ctx: typer.Context,
    dossier: Annotated[Path, typer.Argument(help="Le dossier du moyeu, neuf ou vide.")],
    quota: Annotated[
        int, typer.Option("--quota", min=1, max=4096, help="Ce qu'il reçoit en une fois, en Mio.")
    ] = moyeu.QUOTA,
    signe: Annotated[
        bool,
        typer.Option("--signe", help=f"N'accepter que ce que signe quelqu'un de « {moyeu.SIGNATAIRES} »."),
    ] = False,
    partage: Annotated[
        bool,
        typer.Option("--partage", help="Que tout le groupe du dossier y écrive, registre compris."),
    ] = False,
    json: Json = False,
) -> None:
    """Ouvrir un moyeu dans un dossier partagé ; sur un serveur, l'y lancer.

    Il relit tout ce qu'on lui porte : ni nom, ni montant, ni lien, ni réécriture de l'histoire.

    Exemple :
        tl moyeu init /partage/la-passerelle
    """
    ici = poste(ctx)
    with dossier_neuf(dossier) as chantier:
        for chacun in (chantier, chantier / moyeu.REGISTRE):
            moyeu.creer(chacun, effacable=chacun.name == moyeu.REGISTRE, partage=partage, quota=quota)
            (chacun / "hooks").mkdir(exist_ok=True)
            moyeu.poser_la_garde(chacun / "hooks")
            if signe:
                (chacun / SIGNATAIRES).touch()
    dossier = dossier.expanduser().resolve()
    if json:
        ici.ecran.json({"id": str(dossier)})
        return
    ici.ecran.dire(f"Le moyeu est ouvert dans {dossier}.")
    ici.ecran.dire(
        "Tout le groupe du dossier peut y écrire, et lire les noms du registre."
        if partage
        else "Vous seul y écrivez ; le groupe du dossier peut lire l'archive, non le registre (--partage)."
    )
    if signe:
        ici.ecran.dire(
            f'  Chaque signataire, une ligne dans {dossier}/{SIGNATAIRES} : "concierge ssh-ed25519 AAAA…"'
        )
    ici.ecran.dire(f"  Ensuite, depuis le lieu : tl moyeu relier {dossier}")


@app.action("relier")
def relier(
    ctx: typer.Context,
    adresse: Annotated[str, typer.Argument(help="Un dossier, ssh://hôte/chemin, ou qui@hôte:chemin.")],
    role: Role = "",
    clef: Clef = None,
    json: Json = False,
) -> None:
    """Relier ce lieu à un moyeu.

    Exemple :
        tl moyeu relier /partage/la-passerelle
    """
    c = ouvrir(ctx, malgre_tout=True)
    url = moyeu.adresse(adresse)
    for depot in c.depots:
        moyeu.relier(depot, url if depot.racine == c.lieu.racine else moyeu.celle_du_registre(url))
        _se_presenter(depot, role, clef)
    if json:
        c.ecran.json({"id": url})
        return
    c.ecran.dire(f"« {c.lieu.reglages.nom} » est relié à {url}.")
    with suppress(MoyeuAbsent):
        if not moyeu.est_garde(c.archive, url):
            c.ecran.avertir(SANS_GARDE)
    c.ecran.dire("  Ensuite : tl synchroniser")


@app.action("rejoindre")
def rejoindre(
    ctx: typer.Context,
    adresse: Annotated[str, typer.Argument(help="Un dossier, ssh://hôte/chemin, ou qui@hôte:chemin.")],
    dossier: Annotated[Path, typer.Argument(help="Le dossier du lieu sur ce poste, neuf ou vide.")],
    role: Role = "",
    clef: Clef = None,
    json: Json = False,
) -> None:
    """Prendre sur ce poste un lieu qu'un moyeu garde ; rien de ce qu'il contient n'est exécuté.

    Exemple :
        tl moyeu rejoindre /partage/la-passerelle la-passerelle
    """
    ici = poste(ctx)
    url = moyeu.adresse(adresse)
    voisinage.examiner(dossier.expanduser(), ici.environ)
    with dossier_neuf(dossier) as chantier:
        archive = _prendre(chantier, url, role, clef, ici.ecran)
        avec_registre, refus = _prendre_le_registre(chantier, url, role, clef, ici)
        a_corriger = _recevoir(archive, chantier, ici)
        if not (chantier / REGLAGES).is_file() and derniers_bons(chantier) is None:
            raise Echec(f"{url} ne garde pas un lieu ({REGLAGES} y manque).", "Vérifier l'adresse.")
        garde = moyeu.etait_garde(archive)
    if json:
        vu = {"registre": avec_registre, "registre_refuse": refus or None}
        ici.ecran.json({"id": str(dossier), **vu, "garde": garde, "a_corriger": len(a_corriger)})
        return
    sans = "" if avec_registre else " (sans le registre : les personnes s'y montrent par identifiant)"
    ici.ecran.dire(f"Le lieu est ici, dans {dossier}{sans}.")
    if refus:
        ici.ecran.avertir(f"Le registre de ce moyeu n'est pas pris. {refus}")
    if not garde:
        ici.ecran.avertir(SANS_GARDE)
    if a_corriger:
        ici.ecran.avertir(f"Choses à revoir dans ce qui est reçu : {len(a_corriger)}. Les lire : tl verifier")
    ici.ecran.dire(f"  Ensuite : cd {dossier}, puis tl aujourdhui")


def _prendre(racine: Path, url: str, role: str, clef: Path | None, ecran: Ecran) -> Depot:
    """Rapporter une histoire dans un dépôt neuf, sans encore en poser un fichier."""
    depot = Depot.creer(racine)
    moyeu.relier(depot, url)
    _se_presenter(depot, role, clef)
    with ecran.transport() as avancee:
        tete = moyeu.prendre(depot, url, avancee)
    if not tete:
        raise MoyeuVide(url)
    return depot


def _recevoir(depot: Depot, lieu: Path, ici: Poste) -> list[Faute]:
    """Lire tout ce qui est rapporté, puis le poser ; rend ce qu'il vaut mieux corriger."""
    registre = Registre(lieu, contacts_publics(ArbreEnregistre(lieu, moyeu.PARTAGE)))
    detecteur = None if depot.racine == registre.racine else registre.detecteur
    maintenant = Horloge(UTC, heure_imposee(ici.environ)).maintenant()
    a_corriger = partage.lire_l_apport(
        Lecture(depot, detecteur, maintenant),
        "",
        moyeu.PARTAGE,
        admis=partage.admis(moyeu.etait_garde(depot), partage.inscriptions(registre)),
        suivre=lambda commits: ici.ecran.avancer(commits, "Lecture"),
    )
    for reference in ("refs/heads/main", COMMUN):
        depot.git("update-ref", reference, moyeu.PARTAGE)
    depot.git("read-tree", "--reset", "-u", "HEAD")
    return a_corriger


def _prendre_le_registre(
    racine: Path, url: str, role: str, clef: Path | None, ici: Poste
) -> tuple[bool, str]:
    """Le registre, si ce compte y a droit et s'il n'est pas vide ; sinon, ce qui l'a fait refuser, à dire."""
    registre = racine / DOSSIER
    registre.mkdir(mode=0o700)
    try:
        _recevoir(_prendre(registre, moyeu.celle_du_registre(url), role, clef, ici.ecran), racine, ici)
    except (MoyeuAbsent, MoyeuVide):
        shutil.rmtree(registre)
        return False, ""
    except Echec as refus:
        shutil.rmtree(registre)
        return False, f"{refus}\n{refus.remede}"
    return True, ""


def _se_presenter(depot: Depot, role: str, clef: Path | None) -> None:
    """Retenir le rôle et la clef de ce poste."""
    if role:
        role = valeurs.exiger(role, valeurs.fermee(ROLES), "un rôle")
        if role != CONCIERGE or depot.reglages.get("user.name"):
            depot.regler("user.name", role)
    if clef is not None:
        if not est_un_fichier(clef):
            raise ErreurUsage(f"{clef} n'existe pas.", "Donner le fichier .pub de la clef.")
        depot.regler("user.signingkey", str(clef.resolve()))
