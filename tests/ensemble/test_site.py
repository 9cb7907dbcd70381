"""Le site : rien de privé, mêmes octets, ce qui n'est plus public s'en va, et il arrive entier."""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from soutien import Lieu, git

from tiers_lieu_cli.ensemble.site import servir
from tiers_lieu_cli.ensemble.site.cadre import sur
from tiers_lieu_cli.ensemble.site.cible import Plan
from tiers_lieu_cli.ensemble.site.transport import Rsync
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.liens import CITE

#: Ce que personne ne doit lire dehors ; chaque essai l'écrit là où c'est privé.
SECRET = "zorglub"


def octets(dossier: Path) -> dict[str, str]:
    return {
        f.relative_to(dossier).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in sorted(dossier.rglob("*"))
        if f.is_file()
    }


def page_de(lieu: Lieu, debut: str) -> str:
    (page,) = (lieu.racine / "public/evenements").glob(f"{debut}*.html")
    return page.read_text("utf-8")


def regler(lieu: Lieu, *dites: str) -> None:
    fichier = lieu.racine / "lieu.yaml"
    noms = tuple(dite.partition(":")[0] for dite in dites)
    gardees = [x for x in fichier.read_text("utf-8").splitlines() if not x.startswith(noms)]
    fichier.write_text("\n".join([*gardees, *dites, ""]), "utf-8")
    lieu.git("add", "-A")
    lieu.git("commit", "-qm", "réglages")


@pytest.fixture
def vivant(lieu: Lieu) -> Lieu:
    regler(lieu, "domaine: passerelle.example", "contacts: [bonjour@passerelle.example]")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--nom-public", "DJ Karim")
    lieu.faire("prog", "evenement", "creer", "Atelier vélo", "--quand", "mardi 18h30-20h", "--salle", "cour")
    lieu.faire(
        "prog",
        "serie",
        "creer",
        "Chorale",
        "--regle",
        "chaque jeudi 19h-21h",
        "--du",
        "jeudi",
        "--salle",
        "salle-du-rez",
    )
    lieu.faire("journal", "noter", "La fresque est finie, merci @karim #site")
    lieu.faire("accueil", "offre", "creer", "Réparer des vélos", "--personne", "@karim", "--publier")
    return lieu


def test_le_site_dit_ce_qui_est_public_et_rien_d_autre(vivant: Lieu) -> None:
    faire = vivant.faire
    faire("accueil", "personne", "creer", f"Zoé {SECRET.title()}", "--courriel", f"{SECRET}@exemple.be")
    faire("prog", "evenement", "creer", f"Interne {SECRET}", "--quand", "mardi 10h-11h", "--interne")
    faire("prog", "evenement", "creer", f"Peut-être {SECRET}", "--quand", "mardi 11h-12h", "--brouillon")
    faire("accueil", "besoin", "creer", f"Un besoin {SECRET}")
    faire("accueil", "offre", "creer", f"Une offre {SECRET}", "--publier")
    offre = faire("accueil", "offre", "liste", "--json").json
    (celle,) = [o["id"] for o in offre if SECRET in o["texte"]]
    faire("accueil", "offre", "modifier", celle, "--ne-plus-publier")
    faire("journal", "noter", f"Une note {SECRET} #atelier")
    faire("espace", "reserver", "cour", "mercredi 14h-16h", "--objet", f"réunion {SECRET}")
    ics = vivant.racine.parent / "ami.ics"
    ics.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261101T000000Z\r\n"
        f"DTSTART:20261126T100000Z\r\nDTEND:20261126T110000Z\r\nSUMMARY:Privé {SECRET}\r\nCLASS:PRIVATE\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        "utf-8",
    )
    faire("importer", "ics", str(ics), "--oui", code=None)
    jours = faire("prog", "semaine", "--json").json["jours"]
    velo = next(e["id"] for e in jours[0]["evenements"] if "vélo" in e["titre"])
    faire("prog", "inscrire", velo, f"@{SECRET}", code=None)
    faire("prog", "publier")
    faire("site")
    public = vivant.racine / "public"
    for fichier in public.rglob("*"):
        assert SECRET not in fichier.name.lower()
        if fichier.is_file():
            lu = fichier.read_bytes().lower()
            assert SECRET.encode() not in lu, fichier
            assert b"haddad" not in lu, fichier
            assert not CITE.search(lu.decode("utf-8", "replace")), fichier
    accueil = (public / "index.html").read_text("utf-8")
    assert "Atelier vélo" in accueil
    assert "Chorale" in accueil
    assert "merci DJ Karim" in (public / "nouvelles.html").read_text("utf-8")
    assert "DJ Karim" in (public / "entraide.html").read_text("utf-8")
    # La cour n'est pas libre, et on ne dit pas pourquoi.
    assert "mercredi 25 novembre</th><td>08:00–14:00, 16:00–22:00" in (public / "salles.html").read_text(
        "utf-8"
    )


VOISIN = """BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:un@voisin\nSUMMARY:Réparation
DTSTART:20261124T130000Z\nDTEND:20261124T150000Z\nLOCATION:Salle du rez\nEND:VEVENT\nEND:VCALENDAR\n"""


def test_ce_qui_est_chez_un_voisin_dit_lequel_partout(vivant: Lieu, tmp_path: Path) -> None:
    """Un lieu « Salle du rez » chez lui se lirait comme la nôtre."""
    (agenda := tmp_path / "v.ics").write_text(VOISIN, "utf-8")
    vivant.faire("importer", "ics", str(agenda), "--suivre", "Fablab d'à côté", "--oui")
    vivant.faire("site")
    pages = {
        "site": (vivant.racine / "public/index.html").read_text("utf-8"),
        "terminal": vivant.faire("prog", "semaine").sortie,
    }
    for forme in ("html", "md", "pdf"):
        vivant.faire("prog", "semaine", "--sortie", str(sortie := tmp_path / f"semaine.{forme}"))
        pages[forme] = (
            PdfReader(sortie).pages[0].extract_text() if forme == "pdf" else sortie.read_text("utf-8")
        )
    for forme, page in pages.items():
        dite = " ".join(html.unescape(page).split())
        assert "Fablab d'à côté, Salle du rez" in dite, (forme, dite)
        assert "fablab-d-a-cote" not in dite.lower(), forme


def test_une_ancre_n_est_qu_a_un_endroit_de_sa_page(vivant: Lieu, tmp_path: Path) -> None:
    (agenda := tmp_path / "v.ics").write_text(VOISIN, "utf-8")
    vivant.faire("importer", "ics", str(agenda), "--suivre", "Fablab d'à côté", "--oui")
    vivant.faire("site")
    for page in (vivant.racine / "public").rglob("*.html"):
        ancres = re.findall(r'\bid="([^"]*)"', page.read_text("utf-8"))
        assert len(ancres) == len({*ancres}), (page.name, ancres)


def test_le_site_ne_change_que_de_ce_qui_change(vivant: Lieu, tmp_path: Path) -> None:
    premier = vivant.faire("site", "--json").json
    assert len(premier["ecrits"]) == premier["fichiers"]
    avant = octets(vivant.racine / "public")
    assert vivant.faire("site", "--json").json["ecrits"] == []
    vivant.faire("site", "--sortie", str(tmp_path / "ailleurs"))
    assert octets(tmp_path / "ailleurs") == avant
    (vivant.racine / ".git" / "tiers-lieu.site").unlink()
    assert vivant.faire("site", "--json").json["ecrits"] == []
    ident = vivant.id("prog", "evenement", "creer", "Bal", "--quand", "vendredi 20h-22h")
    ecrits = vivant.faire("site", "--json").json["ecrits"]
    assert f"evenements/{ident}.html" in ecrits
    assert {"index.html", "mois/2026-11.html"} < {*ecrits}
    assert sum("evenements/" in e for e in ecrits) == 2
    vivant.faire("prog", "evenement", "modifier", ident, "--interne")
    otes = vivant.faire("site", "--json").json["otes"]
    assert otes == [f"evenements/{ident}.html", f"evenements/{ident}.ics"]
    assert octets(vivant.racine / "public") == avant


def test_ce_qui_n_est_pas_a_l_outil_reste(vivant: Lieu, tmp_path: Path) -> None:
    ailleurs = tmp_path / "site"
    (ailleurs / "evenements").mkdir(parents=True)
    (ailleurs / "evenements" / "a-moi.html").write_text("à moi", "utf-8")
    (ailleurs / "index.html").write_text("à moi aussi", "utf-8")
    refus = vivant.faire("site", "--sortie", str(ailleurs), code=2)
    assert "index.html existe déjà" in refus.erreurs
    vivant.faire("site", "--sortie", str(ailleurs), "--ecraser")
    assert (ailleurs / "evenements" / "a-moi.html").read_text("utf-8") == "à moi"
    (ailleurs / "mois").rename(ailleurs / "autre")
    (ailleurs / "mois").symlink_to(tmp_path)
    assert "pas un dossier ordinaire" in vivant.faire("site", "--sortie", str(ailleurs), code=2).erreurs


def test_un_jour_ferme_et_une_date_annulee_le_disent(vivant: Lieu) -> None:
    vivant.faire("espace", "fermer", "--du", "26/11", "--au", "26/11", "--motif", "travaux")
    vivant.faire("site")
    accueil = (vivant.racine / "public/index.html").read_text("utf-8")
    assert "fermé (travaux)" in accueil
    page = page_de(vivant, "2026-11-26-chorale")
    assert "Fermé ce jour-là" in page
    ld = json.loads(page.partition('ld+json">')[2].partition("</script>")[0])
    assert ld["eventStatus"].endswith("EventPostponed")
    assert "S'inscrire" not in page


def test_le_gabarit_du_lieu_l_emporte_et_sa_faute_se_situe(vivant: Lieu) -> None:
    vivant.poser("gabarits/site-membres.html.j2", "<h1>x</h1>")
    vivant.poser("gabarits/site-evenement.html.j2", "<h1>À nous : {{ titre }}</h1>")
    vivant.faire("site")
    page = page_de(vivant, "2026-11-26-chorale")
    assert "À nous : Chorale" in page
    vivant.poser("gabarits/site-evenement.html.j2", "<h1>\n{{ titre }}\n{{ titr }}</h1>")
    refus = vivant.faire("site", code=1)
    assert "gabarits/site-evenement.html.j2 : ligne 3" in refus.erreurs
    assert "titr" in refus.erreurs


def test_le_fil_et_le_plan_se_lisent(vivant: Lieu) -> None:
    vivant.faire("site")
    public = vivant.racine / "public"
    fil = ElementTree.parse(public / "nouvelles.atom").getroot()
    espace = "{http://www.w3.org/2005/Atom}"
    titres = [e.findtext(f"{espace}title") for e in fil.findall(f"{espace}entry")]
    assert "La fresque est finie, merci DJ Karim" in titres
    assert "Atelier vélo" in titres
    ids = [e.findtext(f"{espace}id") for e in fil.findall(f"{espace}entry")]
    assert len({*ids}) == len(ids)
    plan = ElementTree.parse(public / "sitemap.xml").getroot()
    for loc in plan.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc"):
        assert (public / str(loc.text).removeprefix("https://passerelle.example/")).is_file()


def test_un_evenement_qui_vient_se_met_dans_un_agenda(vivant: Lieu) -> None:
    vivant.faire("site")
    agendas = vivant.racine / "public/evenements"
    (velo,) = (f for f in agendas.glob("*.ics") if b"Atelier" in f.read_bytes())
    (lu,) = Calendar.from_ical(velo.read_bytes()).walk("VEVENT")
    assert lu["UID"] == f"{velo.stem}@passerelle.example"
    assert lu["DTSTART"].dt.isoformat() == "2026-11-24T18:30:00+01:00"
    assert lu["URL"] == f"https://passerelle.example/evenements/{velo.stem}.html"
    assert f"evenements/{velo.name}" in page_de(vivant, velo.stem)


def test_servir_ne_repond_qu_a_cette_machine_et_ne_liste_rien(vivant: Lieu) -> None:
    vivant.faire("site")
    with servir.ouvrir(vivant.racine / "public", 0) as serveur:
        assert serveur.server_address[0] == "127.0.0.1"
        fil = threading.Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        ici = f"http://127.0.0.1:{serveur.server_port}"
        with urlopen(f"{ici}/") as accueil:
            assert b"Atelier" in accueil.read()
        with urlopen(f"{ici}/programme.ics") as agenda:
            assert agenda.headers["Content-Type"].startswith("text/calendar")
        for absent in ("/evenements/", "/../lieu.yaml", "/%2e%2e/lieu.yaml"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(f"{ici}{absent}")
        with pytest.raises(ErreurUsage, match="déjà pris"):
            servir.ouvrir(vivant.racine / "public", serveur.server_port)
        serveur.shutdown()
        fil.join()


@pytest.mark.parametrize(
    ("dite", "rendue"),
    [
        ("https://exemple.be/x", "https://exemple.be/x"),
        (" http://exemple.be ", "http://exemple.be"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//exemple.be", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_un_lien_n_est_qu_une_page_du_web(dite: str, rendue: str) -> None:
    assert sur(dite) == rendue


# -- mettre en ligne --------------------------------------------------------------


def test_un_dossier_recoit_le_site_puis_ce_qui_change(vivant: Lieu, tmp_path: Path) -> None:
    la_bas = tmp_path / "la-bas"
    la_bas.mkdir()
    (la_bas / "a-nous.html").write_text("reste", "utf-8")
    essai = vivant.faire("site", "envoyer", str(la_bas), "--essai", "--json").json
    assert len(essai["poses"]) > 10
    assert [f.name for f in la_bas.iterdir()] == ["a-nous.html"]
    vivant.faire("site", "envoyer", str(la_bas))
    envoye = octets(la_bas)
    public = octets(vivant.racine / "public")
    assert public.items() <= envoye.items()
    assert "Rien à envoyer" in vivant.faire("site", "envoyer", str(la_bas)).sortie
    ident = vivant.id("prog", "evenement", "creer", "Bal", "--quand", "vendredi 20h-22h")
    vivant.faire("site", "envoyer", str(la_bas))
    assert (la_bas / f"evenements/{ident}.html").is_file()
    vivant.faire("prog", "evenement", "modifier", ident, "--interne")
    vivant.faire("site", "envoyer", str(la_bas))
    assert octets(la_bas) == envoye
    assert "là où le site se bâtit" in vivant.faire("site", "envoyer", str(vivant.racine), code=2).erreurs


class Serveur(BaseHTTPRequestHandler):
    """Un nuage d'essai : des fichiers en mémoire, et de quoi tomber en panne après `reste` écritures."""

    fichiers: dict[str, bytes] = {}
    dossiers: set[str] = set()
    reste = 10**9
    poses: list[str] = []

    def repondre(self, code: int, octets: bytes = b"") -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def permis(self) -> bool:
        return self.headers["Authorization"] == "Basic bGVhOnNlY3JldA=="

    def do_GET(self) -> None:
        lu = self.fichiers.get(unquote(self.path))
        self.repondre(401 if not self.permis() else 404 if lu is None else 200, lu or b"")

    def do_PUT(self) -> None:
        octets = self.rfile.read(int(self.headers["Content-Length"]))
        chemin = unquote(self.path)
        if not self.permis():
            return self.repondre(401)
        if chemin.rpartition("/")[0] + "/" not in self.dossiers:
            return self.repondre(409)
        if type(self).reste <= 0 and not chemin.endswith(".json"):
            return self.repondre(507)
        type(self).reste -= 1
        self.fichiers[chemin] = octets
        self.poses.append(chemin)
        return self.repondre(201)

    def do_MKCOL(self) -> None:
        neuf = self.path not in self.dossiers
        self.dossiers.add(self.path)
        self.repondre(201 if neuf else 405)

    def do_DELETE(self) -> None:
        self.repondre(204 if self.fichiers.pop(unquote(self.path), None) is not None else 404)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def nuage() -> Iterator[str]:
    Serveur.fichiers, Serveur.dossiers, Serveur.poses, Serveur.reste = {}, set(), [], 10**9
    with ThreadingHTTPServer(("127.0.0.1", 0), Serveur) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        yield f"http://lea@127.0.0.1:{serveur.server_port}/dav/site"
        serveur.shutdown()
        fil.join()


def test_un_nuage_coupe_reprend_ou_il_en_etait(vivant: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERS_LIEU_SITE_MOT_DE_PASSE", "secret")
    with nuage() as adresse:
        Serveur.reste = 12
        refus = vivant.faire("site", "envoyer", adresse, code=1)
        assert "s'est arrêté (le serveur a répondu 507)" in refus.erreurs
        deja = [p for p in Serveur.poses if not p.endswith(".json")]
        Serveur.reste, Serveur.poses[:] = 10**9, []
        vivant.faire("site", "envoyer", adresse)
        assert not {*deja} & {p for p in Serveur.poses if not p.endswith(".json")}
        recus = {
            c.removeprefix("/dav/site/"): hashlib.sha256(o).hexdigest() for c, o in Serveur.fichiers.items()
        }
        assert octets(vivant.racine / "public").items() <= recus.items()
        assert "secret" not in "".join(Serveur.fichiers)
        monkeypatch.setenv("TIERS_LIEU_SITE_MOT_DE_PASSE", "faux")
        assert "n'est pas accepté" in vivant.faire("site", "envoyer", adresse, code=1).erreurs


def test_une_branche_de_pages_est_tout_ou_rien(vivant: Lieu, tmp_path: Path) -> None:
    depot = tmp_path / "pages.git"
    subprocess.run(["git", "init", "-q", "--bare", str(depot)], check=True)
    vivant.faire("site", "envoyer", str(depot))
    noms = git(depot, "ls-tree", "-r", "--name-only", "pages").split()
    assert {*octets(vivant.racine / "public"), ".nojekyll"} == {*noms}
    assert "Rien à envoyer" in vivant.faire("site", "envoyer", str(depot)).sortie
    ident = vivant.id("prog", "evenement", "creer", "Bal", "--quand", "vendredi 20h-22h")
    vivant.faire("site", "envoyer", str(depot))
    assert git(depot, "rev-list", "--count", "pages").strip() == "2"
    assert f"evenements/{ident}.html" in git(depot, "ls-tree", "-r", "--name-only", "pages")
    assert "s'est arrêté" in vivant.faire("site", "envoyer", str(tmp_path / "absent.git"), code=1).erreurs


def test_rsync_n_ote_que_ce_qui_est_a_nous(vivant: Lieu, tmp_path: Path) -> None:
    if not shutil.which("rsync"):
        pytest.skip("rsync n'est pas là")
    vivant.faire("site")
    la_bas = tmp_path / "www"
    (la_bas / "photos").mkdir(parents=True)
    (la_bas / "photos" / "a.jpg").write_text("reste", "utf-8")
    (la_bas / "membres.html").write_text("périmée", "utf-8")
    cible = Rsync(str(la_bas), vivant.racine / "public")
    plan = cible.plan()
    assert "membres.html" in plan.a_oter
    assert len(octets(la_bas)) == 2
    cible.envoyer(plan, lambda *_: None)
    assert {*octets(la_bas)} == {*octets(vivant.racine / "public"), "photos/a.jpg"}
    assert cible.plan() == Plan((), ())


@pytest.mark.parametrize(
    ("dite", "faute"),
    [
        ("http://lea@exemple.be/dav", "en clair"),
        ("https://exemple.be/dav", "dit qui l'on est"),
        ("https://lea:secret@exemple.be/dav", "jamais le mot de passe"),
        ("nulle/part/ici", "son dossier n'existe pas"),
    ],
)
def test_une_cible_douteuse_est_refusee(
    vivant: Lieu, dite: str, faute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERS_LIEU_SITE_MOT_DE_PASSE", "secret")
    assert faute in vivant.faire("site", "envoyer", dite, code=2).erreurs
