"""Ce que `tl verifier` ne relit pas : jamais un constat de moins que `tl verifier --tout`."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.ensemble import souvenir
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.depot import sante
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.genres import charger
from tiers_lieu_cli.noyau.fiches.verification import Fonds
from tiers_lieu_cli.prog.modele import LONGS

MEMOIRE = ".git/tiers-lieu.verifie"
MOIS = "2026/11"
CHORALE = f"prog/evenements/{MOIS}/2026-11-28-chorale-k3p9.yaml"
REPAS = f"prog/evenements/{MOIS}/2026-11-29-repas-h7w4.yaml"
NOTE = f"journal/notes/{MOIS}/2026-11-24-0812-panne-q2x7.md"
INSCRITS = f"prog/inscriptions/{MOIS}/2026-11-28-chorale-k3p9-{{}}.yaml"
INSCRIT = "evenement: 2026-11-28-chorale-k3p9\ndemandee: 2026-11-20T10:00:00\ngroupe: "
CLE = "espace/cles-pretees-en-cours/2026-11-20-portail-{}.yaml"
SOCIETE = "cle: portail\ndepuis: 2026-11-20T10:00\nsociete: Plomberie\n"
RETENU = "stock/prets-en-cours/2026-11-27-scie-{}.yaml"
RESERVATION = f"espace/reservations/{MOIS}/2026-11-27-reunion-m4n6.yaml"


def note(texte: str) -> str:
    return f"---\nmoment: 2026-11-24T08:12\n---\n\n{texte}\n"


def evenement(jour: str = "28", heure: int = 11, salle: str = "cour", reste: str = "") -> str:
    return (
        f"titre: Chorale\ndebut: 2026-11-{jour}T{heure}:00\nfin: 2026-11-{jour}T{heure + 2}:00\n"
        f"salles: [{salle}]\npublics: [membres]\n{reste}"
    )


def reservation(debut: str, fin: str, jour: str = "27") -> str:
    return f"salle: cour\nobjet: Réunion\ndebut: 2026-11-{jour}T{debut}\nfin: 2026-11-{jour}T{fin}\n"


def promettre_la_scie(lieu: Lieu) -> None:
    pose(RETENU.format("b2c3"), (lieu.racine / RETENU.format("a2b3")).read_text("utf-8"))(lieu)


def pose(chemin: str, contenu: str, *, enregistre: bool = True) -> Callable[[Lieu], None]:
    def geste(lieu: Lieu) -> None:
        if not (lieu.racine / chemin).exists() or (lieu.racine / chemin).read_text("utf-8") != contenu:
            lieu.poser(chemin, contenu, enregistre=False)
            if enregistre:
                enregistrer(lieu)

    return geste


def ote(chemin: str, *, enregistre: bool = True) -> Callable[[Lieu], None]:
    def geste(lieu: Lieu) -> None:
        (lieu.racine / chemin).unlink(missing_ok=True)
        if enregistre:
            enregistrer(lieu)

    return geste


def enregistrer(lieu: Lieu) -> None:
    lieu.git("add", "-A")
    lieu.git("commit", "-qm", "à la main", "--allow-empty")


def remettre(lieu: Lieu) -> None:
    lieu.git("checkout", "-q", "-f", "--", ".")
    lieu.git("clean", "-fdq", "-e", "registre")


def revenir(lieu: Lieu) -> None:
    lieu.git("reset", "-q", "--hard", "bon")


def fait(*mots: str) -> Callable[[Lieu], None]:
    return lambda lieu: lieu.faire(*mots, code=None) and None


def lier(lieu: Lieu) -> None:
    lien = lieu.racine / f"journal/notes/{MOIS}/2026-11-20-0800-lien-b2c3.md"
    if not lien.is_symlink():
        lien.symlink_to("/etc/hostname")


def percer(lieu: Lieu) -> None:
    tube = lieu.racine / "journal/tube"
    if not tube.exists():
        os.mkfifo(tube)


def cacher(lieu: Lieu) -> None:
    """Un développeur a demandé à git de ne plus regarder cette fiche, et l'a changée."""
    lieu.git("update-index", "--assume-unchanged", NOTE)
    pose(NOTE, note("Reçu par Karim Haddad"), enregistre=False)(lieu)


def autoriser(lieu: Lieu) -> None:
    lieu.git("update-index", "--add", "--chmod=+x", NOTE)
    lieu.git("commit", "-qm", "programme", "--allow-empty")


def recrire_en_douce(lieu: Lieu) -> None:
    """Autant de signes, et l'heure remise : seul le système sait qu'on y a touché."""
    vu = (lieu.racine / NOTE).stat()
    texte = "Karim Haddad"
    (lieu.racine / NOTE).write_text(note(texte)[: vu.st_size - 1].ljust(vu.st_size - 1) + "\n", "utf-8")
    os.utime(lieu.racine / NOTE, ns=(vu.st_atime_ns, vu.st_mtime_ns))


def remplacer_en_douce(lieu: Lieu) -> None:
    """Un autre fichier, plus vieux, mis à la place du premier."""
    autre = lieu.racine / f"{MEMOIRE}.autre"
    autre.write_text(note("Reçu par Karim Haddad"), "utf-8")
    os.utime(autre, (0, 0))
    autre.replace(lieu.racine / NOTE)


def lier_la_note(lieu: Lieu) -> None:
    """Un lien à la place d'une fiche, vers la même fiche ailleurs."""
    ailleurs = lieu.racine.parent / f"ailleurs-{lieu.racine.name}.md"
    if not (lieu.racine / NOTE).is_symlink() and (lieu.racine / NOTE).exists():
        (lieu.racine / NOTE).replace(ailleurs)
        (lieu.racine / NOTE).symlink_to(ailleurs)


def lier_le_mois(lieu: Lieu) -> None:
    """Un lien à la place d'un dossier entier."""
    mois = lieu.racine / f"journal/notes/{MOIS}"
    ailleurs = lieu.racine.parent / f"mois-{lieu.racine.name}"
    if mois.is_dir() and not mois.is_symlink():
        mois.replace(ailleurs)
        mois.symlink_to(ailleurs)


def changer_le_mode(lieu: Lieu) -> None:
    if (lieu.racine / NOTE).exists():
        (lieu.racine / NOTE).chmod(0o755)


def deranger(lieu: Lieu) -> None:
    """Tout un mois sous un autre nom."""
    mois = lieu.racine / f"journal/notes/{MOIS}"
    if mois.is_dir() and not mois.is_symlink():
        mois.replace(mois.with_name("12"))


def reunir(chemin: str, contenu: str) -> Callable[[Lieu], None]:
    """Ce qu'un autre poste a enregistré pendant ce temps, réuni ici."""

    def geste(lieu: Lieu) -> None:
        lieu.git("stash", "-u", "-q")
        ici = lieu.git("rev-parse", "HEAD").strip()
        lieu.git("checkout", "-q", "--detach", "bon")
        lieu.poser(chemin, contenu)
        autre = lieu.git("rev-parse", "HEAD").strip()
        lieu.git("checkout", "-q", "main")
        assert lieu.git("rev-parse", "HEAD").strip() == ici
        lieu.git("merge", "-q", "--no-edit", "-X", "theirs", autre)

    return geste


GESTES: dict[str, Callable[[Lieu], None]] = {
    "récrire en douce": recrire_en_douce,
    "remplacer en douce": remplacer_en_douce,
    "un lien à la place": lier_la_note,
    "un lien à la place d'un dossier": lier_le_mois,
    "un autre mode": changer_le_mode,
    "un mois sous un autre nom": deranger,
    "réunir une note": reunir(NOTE.replace("q2x7", "v4w5"), note("D'un autre poste")),
    "réunir un nom": reunir(NOTE.replace("q2x7", "v4w6"), note("Reçu par Karim Haddad")),
    "réunir la même salle": reunir(REPAS, evenement("28", 12)),
    "ranger l'archive": lambda lieu: lieu.git("gc", "-q") and None,
    "toucher": lambda lieu: (lieu.racine / "lieu.yaml").touch(),
    "noter": fait("journal", "noter", "Livraison de bois"),
    "réserver": fait("espace", "reserver", "cour", "2026-12-01 10h-12h", "--objet", "Fête"),
    "rendre la clé": fait("espace", "cle", "rendre", "portail", "--societe", "Plomberie"),
    "nommer quelqu'un": fait("accueil", "personne", "creer", "Zoé Martin"),
    "effacer Karim": fait("donnees", "effacer", "Karim", "--oui"),
    "écrire Karim": pose(NOTE, note("Reçu par Karim Haddad")),
    "une note à la main": pose(NOTE.replace("q2x7", "r3y8"), note("Tout va"), enregistre=False),
    "ôter une note à la main": ote(NOTE, enregistre=False),
    "écrire Zoé": pose(NOTE, note("Zoé Martin est passée"), enregistre=False),
    "citer ce qui n'est pas": pose(NOTE, note("Vu @p-zzzzzz ce matin")),
    "un doute": pose(NOTE, note("Karim est passé")),
    "un montant": pose(NOTE, note("Le four coûte 450 €"), enregistre=False),
    "la même salle": pose(REPAS, evenement("28", 12)),
    "la même salle, à la main": pose(REPAS, evenement("28", 12), enregistre=False),
    "la réserver aussi": pose(RESERVATION, reservation("11:30", "12:00", "28")),
    "trop d'inscrits": pose(INSCRITS.format("b2"), INSCRIT + "5\n"),
    "moins de places": pose(CHORALE, evenement(reste="capacite: 1\n")),
    "ôter un événement": ote(CHORALE),
    "ôter une salle": ote("espace/salles/cour.yaml"),
    "une salle d'elle-même": pose("espace/salles/cour.yaml", "nom: Cour\ncompose_de: [cour]\n"),
    "un public de moins": lambda lieu: pose(
        "lieu.yaml", (lieu.racine / "lieu.yaml").read_text("utf-8") + "publics: [riverains]\n"
    )(lieu),
    "une clé de trop": pose(CLE.format("b2c3"), SOCIETE),
    "moins de clés": pose("espace/cles/portail.yaml", "nom: Portail\nexemplaires: 0\n"),
    "la scie promise deux fois": promettre_la_scie,
    "la scie sans sa salle": pose(RESERVATION, reservation("17:00", "18:00")),
    "la salle annulée": pose(RESERVATION, reservation("10:00", "12:00") + "etat: annulee\n"),
    "un fichier égaré": pose("brouillon.txt", "rien\n", enregistre=False),
    "un lien": lier,
    "un tube": percer,
    "un programme": autoriser,
    "cacher": cacher,
    "enregistrer": enregistrer,
    "remettre": remettre,
    "revenir": revenir,
}


@pytest.fixture(scope="module")
def bon(modele: Path) -> Iterator[Path]:
    """Un lieu en ordre, où l'on a vécu."""
    with tempfile.TemporaryDirectory() as dossier:
        racine = Path(dossier) / "lieu"
        subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
        lieu = Lieu(racine)
        karim = lieu.id("accueil", "personne", "creer", "Karim Haddad")
        lieu.poser(CHORALE, evenement(reste="capacite: 6\n"), enregistre=False)
        lieu.poser(REPAS, evenement("29"), enregistre=False)
        lieu.poser(NOTE, note("Panne"), enregistre=False)
        lieu.poser("espace/cles/portail.yaml", "nom: Portail\n", enregistre=False)
        lieu.poser(CLE.format("a2b3"), SOCIETE, enregistre=False)
        lieu.poser("stock/objets/scie.yaml", "nom: Scie\n", enregistre=False)
        lieu.poser(RESERVATION, reservation("10:00", "12:00"), enregistre=False)
        retenu = f"objet: scie\na: {karim}\ndebut: 2026-11-27T10:00\nfin: 2026-11-27T12:00\n"
        retenu += "avec: 2026-11-27-reunion-m4n6\n"
        lieu.poser(RETENU.format("a2b3"), retenu, enregistre=False)
        lieu.poser(f"journal/notes/{MOIS}/2026-11-24-0900-suite-w5x6.md", note("Suite"), enregistre=False)
        lieu.poser(INSCRITS.format("a2"), INSCRIT + "2\n")
        lieu.git("tag", "bon")
        yield racine


def constats(lieu: Lieu, *mots: str) -> tuple[int, list[object], list[object]]:
    vu = lieu.faire("verifier", "--json", *mots, code=None).json
    return vu["fiches"], vu["constats"], vu["a_regarder"]


def vieillir() -> None:
    """Laisser passer assez de temps pour que le disque date autrement le prochain geste."""
    time.sleep(0.06)


def a_part(racine: Path, dossier: str) -> Lieu:
    """Une copie où tout vient d'être vérifié."""
    subprocess.run(["cp", "-a", str(racine), f"{dossier}/lieu"], check=True)
    lieu = Lieu(Path(dossier) / "lieu")
    vieillir()
    assert "fichiers lus. Tout est en ordre" in lieu.faire("verifier").sortie
    return lieu


def tout(lieu: Lieu) -> tuple[int, list[object], list[object]]:
    """Ce que `--tout` dit ; le souvenir reste tel qu'il était."""
    memoire = lieu.racine / MEMOIRE
    garde = memoire.read_bytes() if memoire.exists() else None
    dit = constats(lieu, "--tout")
    if garde is not None:
        memoire.write_bytes(garde)
    else:
        memoire.unlink(missing_ok=True)
    return dit


@settings(max_examples=8)
@given(st.lists(st.sampled_from(sorted(GESTES)), min_size=1, max_size=4))
def test_jamais_un_constat_de_moins(bon: Path, gestes: list[str]) -> None:
    with tempfile.TemporaryDirectory() as dossier:
        lieu = a_part(bon, dossier)
        for geste in gestes:
            GESTES[geste](lieu)
            assert constats(lieu) == tout(lieu), geste


@pytest.mark.parametrize("geste", sorted(GESTES))
def test_chaque_geste_seul(bon: Path, tmp_path: Path, geste: str) -> None:
    lieu = a_part(bon, str(tmp_path))
    GESTES[geste](lieu)
    assert constats(lieu) == tout(lieu)


def test_ce_qui_n_a_pas_change_n_est_pas_relu(bon: Path, tmp_path: Path) -> None:
    lieu = a_part(bon, str(tmp_path))
    lieu.faire("journal", "noter", "Livraison")
    vieillir()
    assert "1 fichier relu ; " in lieu.faire("verifier").sortie
    assert "0 fichier relu ; " in lieu.faire("verifier").sortie
    assert "fichiers lus" in lieu.faire("verifier", "--tout").sortie


def _change(lieu: Lieu, **champs: object) -> None:
    import msgspec

    (dit,) = souvenir.morceaux((lieu.racine / MEMOIRE).read_bytes())
    neuf = msgspec.structs.replace(msgspec.msgpack.decode(dit, type=souvenir.Souvenir), **champs)
    (lieu.racine / MEMOIRE).write_bytes(souvenir._sceller(neuf))


def test_ce_qui_s_apprend_s_ajoute_au_bout_puis_se_recrit(
    bon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lieu = a_part(bon, str(tmp_path))
    monkeypatch.setattr(souvenir, "_SUITES", 2)
    debut, combien = (lieu.racine / MEMOIRE).read_bytes(), []
    for n in range(4):
        lieu.faire("journal", "noter", f"Livraison {n}")
        vieillir()
        assert "1 fichier relu ; " in lieu.faire("verifier").sortie
        octets = (lieu.racine / MEMOIRE).read_bytes()
        combien.append(len([*souvenir.morceaux(octets)]))
        assert octets.startswith(debut) is (n < 2)
        assert "0 fichier relu ; " in lieu.faire("verifier").sortie
    assert combien == [2, 3, 1, 2]


@pytest.mark.parametrize("ote", [1, 5, 9, 40])
def test_une_suite_coupee_fait_tout_relire(bon: Path, tmp_path: Path, ote: int) -> None:
    lieu = a_part(bon, str(tmp_path))
    lieu.faire("journal", "noter", "Livraison")
    vieillir()
    lieu.faire("verifier")
    memoire = lieu.racine / MEMOIRE
    memoire.write_bytes(memoire.read_bytes()[:-ote])
    assert "fichiers lus" in lieu.faire("verifier").sortie


def _abimer(lieu: Lieu) -> None:
    octets = bytearray((lieu.racine / MEMOIRE).read_bytes())
    octets[len(octets) // 2] ^= 1
    (lieu.racine / MEMOIRE).write_bytes(octets)


def _abimer_un_contenu(lieu: Lieu) -> None:
    contenu = max((lieu.racine / ".git/objects").glob("??/*"), key=lambda f: f.stat().st_size)
    contenu.chmod(0o644)
    contenu.write_bytes(contenu.read_bytes()[:-4])


@pytest.mark.parametrize(
    "douter",
    [
        _abimer,
        lambda lieu: (lieu.racine / MEMOIRE).write_bytes((lieu.racine / MEMOIRE).read_bytes()[:20]),
        lambda lieu: (lieu.racine / MEMOIRE).write_bytes(b""),
        lambda lieu: _change(lieu, format="4-0.0.9"),
        lambda lieu: _change(lieu, format="5-0.1.0"),
        lambda lieu: _change(lieu, ici="12-34 56-78"),
        lambda lieu: _change(lieu, commit="0" * 40),
        lambda lieu: _change(lieu, registre="0" * 40),
        _abimer_un_contenu,
        lambda lieu: _changer_un_octet(lieu.racine / ".git/index", 60),
    ],
)
def test_un_souvenir_douteux_n_est_pas_cru(
    bon: Path, tmp_path: Path, douter: Callable[[Lieu], object]
) -> None:
    lieu = a_part(bon, str(tmp_path))
    douter(lieu)
    assert "fichiers lus" in lieu.faire("verifier", code=None).sortie


@pytest.mark.parametrize("maintenant", ["2026-11-23T08:00+01:00", "2027-01-15T08:00+01:00"])
def test_une_horloge_qui_recule_ou_un_mois_qui_passe(
    bon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maintenant: str
) -> None:
    lieu = a_part(bon, str(tmp_path))
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", maintenant)
    assert "fichiers lus" in lieu.faire("verifier").sortie


def test_un_lieu_copie_ne_croit_pas_le_souvenir_d_ailleurs(bon: Path, tmp_path: Path) -> None:
    lieu = a_part(bon, str(tmp_path))
    (tmp_path / "autre").mkdir()
    a_part(lieu.racine, str(tmp_path / "autre"))


def test_ce_qui_se_range_ailleurs_se_cite_des_deux_cotes() -> None:
    """Sans quoi clore une affaire casserait un lien que rien ne relirait."""
    deux = [{r.genre.dossier for r in d.rangements} for d in GENRES if isinstance(d, Affaires)]
    for rangee in GENRES.collections():
        for cite in liens.declarees(rangee.structure):
            for rangements in deux:
                assert not rangements & {*cite.dossiers} or rangements <= {*cite.dossiers}, cite


def test_ce_que_les_metiers_verifient_a_plusieurs_est_connu() -> None:
    """Une règle neuve entre fiches : dire ce qu'elle lit dans `Verification.entourer`, puis ici."""
    assert {d.genre.verifier for d in GENRES if d.genre.verifier} == {
        "accueil.verification:parcours",
        "espace.cle.verification:verifier",
        "espace.verification:verifier",
        "prog.inscription.verification:verifier",
        "stock.verification:verifier",
    }


def test_ce_qui_se_verifie_chacune_ne_lit_que_son_genre(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jugée là où elle est lue, une fiche l'est sans que celles des autres genres y soient."""
    lus: list[str] = []

    def noter(_: Fonds, rangee: Collection[Any]) -> list[Any]:
        lus.append(rangee.genre.dossier)
        return []

    monkeypatch.setattr(Fonds, "toutes", noter)
    arbre = ArbreDisque(Path("/nulle/part"))
    fonds = Fonds(arbre=arbre, lues={}, idents=(), personnes=None, genres=GENRES, suivre=str)
    for declare in GENRES:
        if declare.genre.verifier_chacune:
            lus.clear()
            assert not list(charger(declare.genre.verifier_chacune)(fonds))
            siens = {rangee.genre.dossier for rangee in declare.rangements}
            # Un événement est long ou ne l'est pas : deux dossiers, une règle.
            assert {*lus} - {LONGS.genre.dossier} == siens


def test_un_geste_trop_recent_pour_se_distinguer_du_suivant_est_relu(bon: Path, tmp_path: Path) -> None:
    """Deux retouches dans le même battement du disque, la vérification entre les deux."""
    lieu = a_part(bon, str(tmp_path))
    for n in range(5):
        pose(NOTE, note(f"Panne {n}"), enregistre=False)(lieu)
        assert lieu.faire("verifier").code == 0
        pose(NOTE, note("450 €  "), enregistre=False)(lieu)
        assert "450 €" in lieu.faire("verifier", code=1).sortie
        vieillir()


def test_ce_qui_est_a_la_main_est_compte_sans_tout_relire(bon: Path, tmp_path: Path) -> None:
    lieu = a_part(bon, str(tmp_path))
    pose(NOTE, note("Réparée"), enregistre=False)(lieu)
    pose(NOTE.replace("q2x7", "r3y8"), note("Une autre"), enregistre=False)(lieu)
    ote(f"journal/notes/{MOIS}/2026-11-24-0900-suite-w5x6.md", enregistre=False)(lieu)
    lieu.poser(NOTE, note("Réparée"), enregistre=False)
    assert lieu.faire("verifier", "--json", code=None).json["a_la_main"] == 3
    lieu.git("checkout", "-q", "--", f"journal/notes/{MOIS}/2026-11-24-0900-suite-w5x6.md")
    vieillir()
    lieu.faire("verifier")
    pose(NOTE.replace("q2x7", "t3y9"), note("Une autre encore"), enregistre=False)(lieu)
    vu = lieu.faire("verifier")
    assert "3 fichiers relus" in vu.sortie
    assert "3 fichiers modifiés à la main" in vu.sortie
    lieu.faire("enregistrer")
    assert "à la main" not in lieu.faire("verifier").sortie


def test_le_souvenir_ne_dit_rien_du_registre(bon: Path, tmp_path: Path) -> None:
    lieu = a_part(bon, str(tmp_path))
    octets = (lieu.racine / MEMOIRE).read_bytes()
    assert b"2026-11-28-chorale-k3p9.yaml" in octets
    for fichier in (lieu.racine / "registre").rglob("*.yaml"):
        assert fichier.stem.encode() not in octets


def _un_paquet(lieu: Lieu, fin: str) -> Path:
    return next((lieu.racine / ".git/objects/pack").glob(f"*{fin}"))


def _changer_un_octet(fichier: Path, ou: int) -> None:
    octets = bytearray(fichier.read_bytes())
    octets[ou] ^= 0x10
    fichier.chmod(0o644)
    fichier.write_bytes(octets)


def _oter(fichier: Path) -> None:
    fichier.unlink()


def _un_contenu_epars(lieu: Lieu) -> Path:
    """Le contenu d'une note enregistrée depuis que le reste est en paquet."""
    blob = lieu.git("rev-parse", "HEAD:" + NOTE.replace("q2x7", "z3y8")).strip()
    return lieu.racine / f".git/objects/{blob[:2]}/{blob[2:]}"


@pytest.mark.parametrize(
    ("abimer", "sain"),
    [
        (lambda lieu: None, True),
        (lambda lieu: lieu.git("tag", "un-nom") and None, True),
        (lambda lieu: pose(NOTE, note("Encore"))(lieu), True),
        (lambda lieu: lieu.git("repack", "-q", "-a", "-d"), True),
        (lambda lieu: _changer_un_octet(_un_paquet(lieu, ".pack"), 40), False),
        (lambda lieu: _changer_un_octet(_un_paquet(lieu, ".pack"), -30), False),
        (lambda lieu: _changer_un_octet(_un_paquet(lieu, ".idx"), 1100), False),
        (lambda lieu: _oter(_un_paquet(lieu, ".pack")), False),
        (lambda lieu: _changer_un_octet(_un_contenu_epars(lieu), 12), False),
        (lambda lieu: _oter(_un_contenu_epars(lieu)), False),
        (lambda lieu: _changer_un_octet(lieu.racine / ".git/index", 60), False),
    ],
)
def test_ce_qui_est_enregistre_se_relit_meme_si_on_le_savait_bon(
    bon: Path, tmp_path: Path, abimer: Callable[[Lieu], object], sain: bool
) -> None:
    """Un paquet connu n'est pas déplié, mais chacun de ses octets est relu."""
    subprocess.run(["cp", "-a", str(bon), str(tmp_path / "lieu")], check=True)
    lieu = Lieu(tmp_path / "lieu")
    lieu.git("gc", "-q")
    pose(NOTE.replace("q2x7", "z3y8"), note("Neuve"))(lieu)
    vieillir()
    assert constats(lieu, "--tout")[1] == []
    abimer(lieu)
    avec = lieu.faire("verifier", "--tout", "--json", code=None).json
    (lieu.racine / MEMOIRE).unlink()
    sans = lieu.faire("verifier", "--tout", "--json", code=None).json
    assert avec == sans
    assert (avec.get("constats") == []) is sain


def test_un_paquet_connu_n_est_pas_deplie(bon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lieu = a_part(bon, str(tmp_path))
    lieu.git("gc", "-q")
    lieu.faire("verifier", "--tout")
    deplies: list[object] = []
    deplier = sante.Relecture._tout_deplier
    monkeypatch.setattr(sante.Relecture, "_tout_deplier", lambda r: deplies.append(r) or deplier(r))
    lieu.faire("verifier", "--tout")
    assert not deplies
    lieu.git("repack", "-q", "-a", "-d", "-f", "--depth=1", "--window=1")
    pose(NOTE, note("Encore"))(lieu)
    lieu.git("repack", "-q", "-a", "-d", "-f")
    lieu.faire("verifier", "--tout")
    assert deplies
