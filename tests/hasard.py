"""Ce qui vient du dehors, abîmé au hasard : chaque lecteur le comprend, ou le refuse avec ses mots.

Un lecteur ne laisse jamais de trace, n'y passe jamais cinq secondes, n'y prend jamais 300 Mio.
"""

from __future__ import annotations

import json
import random
import re
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec
from agendas import agenda, lu
from caisses import fait, lot_de
from courriels import courriel, partie, parties, replique
from mots_du_hasard import MOTS
from msgspec import inspect, structs
from releves import Ligne, camt, coda

from tiers_lieu_cli.ensemble.courrier import lecture
from tiers_lieu_cli.ensemble.donnees.dossier import Dossier
from tiers_lieu_cli.ensemble.echanges import tables
from tiers_lieu_cli.ensemble.gabarits import _exemples, connus, exemple
from tiers_lieu_cli.ensemble.releve import Releve
from tiers_lieu_cli.espace.planning.regles import Planning
from tiers_lieu_cli.finance import recue
from tiers_lieu_cli.finance.banque import regles
from tiers_lieu_cli.finance.banque.commandes import _lire as lire_un_releve
from tiers_lieu_cli.finance.comptabilite.etats import Pages
from tiers_lieu_cli.finance.faits import regles as lots
from tiers_lieu_cli.noyau import fichiers, ressources
from tiers_lieu_cli.noyau.agenda import lecteur_venus
from tiers_lieu_cli.noyau.agenda.lecteur_lignes import Refus
from tiers_lieu_cli.noyau.depot.arbre import TAILLE_MAXIMALE
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.pages import gabarit
from tiers_lieu_cli.prog.modele import Evenement

#: En secondes de calcul.
PATIENCE = 5.0
BRUXELLES = ZoneInfo("Europe/Brussels")


class TropLong(BaseException):
    """Ce cas demande plus de calcul qu'on n'en accorde."""


@contextmanager
def patience(secondes: float = PATIENCE) -> Iterator[None]:
    """`TropLong` passé ce temps de calcul."""

    def arreter(*_: object) -> None:
        raise TropLong

    ancien = signal.signal(signal.SIGPROF, arreter)
    signal.setitimer(signal.ITIMER_PROF, secondes)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, ancien)


# -- les lecteurs ---------------------------------------------------------------


def _agenda(octets: bytes) -> None:
    try:
        lu(octets)
    except Refus:
        return


def _tableau(octets: bytes) -> None:
    """Un CSV, et chacune de ses cases lue comme chaque colonne d'une fiche la lirait."""
    tableau = fichiers.lire_tableau(octets, "un.csv")
    colonnes = tables.colonnes(Evenement)
    ou = {c.nom: n for n, c in enumerate(colonnes[: len(tableau.colonnes)])}
    ordre = tables.ordre_des_dates(Evenement, ou, [cases for _, cases in tableau.lignes])
    for _, cases in tableau.lignes[:20]:
        for case in filter(None, cases[:20]):
            for colonne in colonnes:
                with msgspec_ou_refus():
                    tables.lire(colonne, case, BRUXELLES, ordre)


@contextmanager
def msgspec_ou_refus() -> Iterator[None]:
    """Une case refusée laisse les autres : `Lecteur.lire` nomme sa ligne et continue."""
    try:
        yield
    except Echec:
        return


def _courriel(octets: bytes) -> None:
    lecture.lire(octets)
    msgspec.json.encode(lecture.lire(octets, pieces=True))


def _releve(octets: bytes) -> None:
    """Jusqu'à ce que l'import en écrirait."""
    for releve in lire_un_releve(octets):
        regles.exiger_juste(releve)
        for mouvement, _ in regles.numeroter(releve):
            msgspec.json.encode(mouvement)


def _fiche(octets: bytes) -> None:
    """Lue sous deux formes, puis changée : la main a pu l'écrire autrement que nous."""
    for chemin in ("un.yaml", "un.md"):
        with msgspec_ou_refus():
            lue = fiche.lire(octets, Evenement, "un", chemin)
            fiche.modifier(octets, structs.replace(lue, titre=f"{lue.titre}, changé"), chemin)
        fiche.textes(octets, chemin)


def _gabarit(octets: bytes) -> None:
    """Une mise en page de la maison, sur une vue pleine et une vide : des pages, ou une faute dite."""
    source = octets.decode("utf-8", "replace")
    demande = {"source": source, "vues": _vues("semaine.html"), "html": True}
    reponse = gabarit._repondre(msgspec.json.encode(demande))
    assert reponse.get("pages") or str(reponse["faute"]).rpartition(", ")[2]
    msgspec.json.encode(reponse)


@cache
def _vues(page: str) -> list[dict[str, Any]]:
    sans = {"charte": {"style": "", "logo": "x", "vive": ""}, "corps": ""}
    return [vue | sans for vue in _exemples(page) or _autres(page)]


def _autres(page: str) -> list[dict[str, Any]]:
    """La vue de ce que `tl gabarit` ne sait pas remplir : ce que la commande, elle, y met."""
    nom = page.rpartition(".")[0]
    genre = {"donnees": Dossier, "etats": Pages, "passation": Releve, "planning": Planning}.get(nom)
    if genre is None:
        return [_CONVENTION | {"modele": modele} for modele in ("occupation", "assurance", "benevolat")]
    vues = [cast("dict[str, Any]", exemple(inspect.type_info(genre), plein=plein)) for plein in (True, False)]
    if nom == "planning":
        return [{"p": vue, "chaleur": ""} for vue in vues]
    # Ce que le type ne dit pas : trois cases, et les deux mots d'une ligne.
    for morceau in (*vues[0].get("pages", ()), *vues[0].get("sections", ())):
        morceau |= {"conclusion": ["exemple"] * 3, "lignes": [{"phrase": "exemple", "mot": "exemple"}]}
    return vues


_CONVENTION: dict[str, Any] = {
    **dict.fromkeys(("id", "titre", "avenant", "objet", "du", "au", "reconduction", "preavis"), "exemple"),
    **dict.fromkeys(("preavis_le", "forme", "compte", "source", "police"), "exemple"),
    "version": 2,
    "lieu": {"nom": "exemple", "adresse": "exemple"},
    "porte_sur": ["exemple"],
    "partenaire": {"nom": "exemple", "sorte": "exemple", "contacts": ["exemple"]},
    "risques": ["exemple"],
    "engagements": [{"qui": "exemple", "quoi": "exemple", "pour": "exemple"}],
}


def _page(octets: bytes) -> None:
    """Une de nos mises en page, où un texte est celui-là, aussi long qu'une fiche peut en porter ; puis tous.

    Tous, mais alors pas plus longs qu'un agenda n'en porte : chaque champ a une fiche à lui.
    """
    texte = octets.decode("utf-8", "replace").replace("\x00", "")[:TAILLE_MAXIMALE]
    page, pret = list(_prets().items())[zlib.crc32(octets) % len(_prets())]
    tous = texte[: lecteur_venus.LONGUEURS["description"]]
    for vue in _vues(page):
        ecrite = json.dumps(vue)
        gabarit._rendre(pret, json.loads(ecrite.replace('"exemple"', json.dumps(tous))))
        morceaux = ecrite.split('"exemple"')
        rang = zlib.adler32(octets) % max(1, len(morceaux) - 1)
        debut, fin = ('"exemple"'.join(m) for m in (morceaux[: rang + 1], morceaux[rang + 1 :]))
        gabarit._rendre(pret, json.loads(f"{debut}{json.dumps(texte)}{fin}") if fin else vue)


@cache
def _prets() -> dict[str, Any]:
    noms = [nom.removesuffix(".j2") for nom in connus()]
    sources = {n: (ressources.dossier("templates") / f"{n}.j2").read_text("utf-8") for n in noms if _vues(n)}
    return {n: gabarit.preparer(s, html=n.endswith(".html")) for n, s in sources.items()}


def _facture(octets: bytes) -> None:
    """Jusqu'à ce que l'achat en garderait."""
    lue = recue.lire(octets)
    assert lue.ht.is_finite() and lue.tva.is_finite()
    msgspec.json.encode(lue)


def _lot(octets: bytes) -> None:
    """Tel quel, puis sous l'empreinte qui est la sienne : c'est alors ce qu'il dit qu'on juge."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if isinstance(dit := msgspec.json.decode(octets), dict):
            dit["empreinte"] = lots.empreinte_canonique(dit)
            octets = msgspec.json.encode(dit)
    msgspec.json.encode(lots.lire(octets, date(2027, 1, 1)))


LECTEURS: dict[str, Callable[[bytes], None]] = {
    "agenda (ICS)": _agenda,
    "tableau (CSV)": _tableau,
    "courriel": _courriel,
    "relevé (CODA, camt.053)": _releve,
    "facture reçue (UBL)": _facture,
    "lot de faits (JSON)": _lot,
    "fiche (YAML)": _fiche,
    "mise en page (Jinja)": _gabarit,
    "texte d'une page": _page,
}


def fautes(lecteur: str, octets: bytes) -> str:
    """Ce que ce lecteur fait de travers sur ces octets ; vide s'il les lit ou les refuse."""
    try:
        with patience():
            LECTEURS[lecteur](octets)
    except Echec as refus:
        return "" if str(refus).strip() else "un refus sans un mot"
    except TropLong:
        return f"plus de {PATIENCE:.0f} s"
    except Exception as trace:  # noqa: BLE001  (c'est ce que l'on cherche)
        return f"{type(trace).__name__} : {trace}"[:200]
    return ""


# -- d'où l'on part -------------------------------------------------------------

_LIGNES = (
    Ligne("121.00", communication="090933755493", nom="Asbl", compte="BE68539007547034"),
    Ligne("-30.25", libelle="électricité", nom="Fournisseur"),
    Ligne("50.00", libelle="versement", details=("20.00", "30.00")),
)
_SERIE = (
    ["UID:s", "DTSTART;TZID=Europe/Brussels:20261124T183000", "DURATION:PT2H", "SUMMARY:Chorale"],
    ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=20;WKST=MO", "EXDATE;TZID=Europe/Brussels:20261201T183000"],
)
_UBL = b"""<?xml version="1.0"?>
<Invoice xmlns="urn:a" xmlns:cbc="urn:b" xmlns:cac="urn:c"><cbc:ID>F-1</cbc:ID>
<cbc:IssueDate>2026-11-24</cbc:IssueDate><cbc:DueDate>2026-12-24</cbc:DueDate>
<cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>BE0202239951</cbc:CompanyID>
</cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty><cac:TaxTotal>
<cbc:TaxAmount>21.00</cbc:TaxAmount></cac:TaxTotal><cac:LegalMonetaryTotal>
<cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
</cac:LegalMonetaryTotal></Invoice>"""
_LOT = lot_de(fait("f-0001"), fait("f-0002", quantite="1.5")).encode()
_YAML = """titre: "Chorale d'hiver"  # à confirmer
debut: 2026-11-24T18:30
fin: 2026-11-24T20:00
salle: &s salle-rez
publics: [tous, "enfants"]
etiquettes:
  - musique
  - 'à deux voix'
description: |
  Venez chanter.

  Rien à savoir.
"""


def _tests(nom: str) -> bytes:
    return (Path(__file__).parent / nom).read_bytes()


@cache
def corpus(lecteur: str) -> tuple[bytes, ...]:
    """De bons fichiers de cette sorte, qu'on abîme."""
    dits: dict[str, Callable[[], tuple[bytes, ...]]] = {
        "agenda (ICS)": lambda: (
            _tests("or/serie.ics"),
            _tests("or/flux.ics")[:6000] + b"END:VEVENT\r\nEND:VCALENDAR\r\n",
            agenda([*_SERIE[0], *_SERIE[1]], ["UID:s", "RECURRENCE-ID:20261208T173000Z", *_SERIE[0][1:]]),
            agenda(
                ["UID:q", "DTSTART:20261124", "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=latin-1:F=EAte"],
                ["UID:r", "DTSTART:20261124T100000", "RDATE;VALUE=PERIOD:20261125T100000/PT1H"],
            ),
        ),
        "tableau (CSV)": lambda: (
            "sep=;\r\ntitre;debut;fin;publics;duree\r\nChorale;24/11/2026 18h30;20h;tous, enfants;1h30\r\n"
            'Fête;2026-11-25T10:00;;"[""tous""]";90\r\n'.encode(),
            'Titre,Début,Fin\nConte,"mardi 24 novembre 2026, 10h",11:00 PM\nThé,12/31/26,46350.5\n'.encode(),
            "titre\tdebut\nÉté\t24 nov. 2026\n".encode("utf-16"),
            "titre|début|montage\nÉté|24.11.26|0,5\n".encode("cp1252"),
        ),
        "courriel": lambda: (
            _tests("ecritures/mot.eml"),
            _tests("ecritures/besoin.eml"),
            courriel(
                "Bonjour,\n\nJe viens.\n\n> Le 24, Inès a écrit :\n> oui", objet="=?utf-8?q?R=C3=A9?= : x"
            ),
            courriel("<p>Oui<blockquote>non</blockquote>", sorte="text/html; charset=cp1252", objet="Re: x"),
            replique("2026-11-26-7k2m@passerelle", "ACCEPTED"),
            parties(
                "multipart/mixed",
                [
                    partie("text/plain; charset=utf-8", "Voici."),
                    partie(
                        "application/pdf", "x", 'Content-Disposition: attachment; filename="=?utf-8?q?a?="'
                    ),
                    partie("text/plain; name*=utf-8''%C3%A9.txt", "y", "Content-Disposition: attachment"),
                ],
            ),
            courriel("Final-Recipient: rfc822; a@b.be", sorte='multipart/report; boundary="zz"'),
        ),
        "relevé (CODA, camt.053)": lambda: (coda(_LIGNES), camt(_LIGNES)),
        "facture reçue (UBL)": lambda: (_UBL, _UBL.replace(b"cac:", b"").replace(b"cbc:", b"")),
        "lot de faits (JSON)": lambda: (_LOT,),
        "fiche (YAML)": lambda: (
            _YAML.encode(),
            f"---\n{_YAML.partition('description')[0]}---\n\nVenez *chanter*.\n".encode(),
            (ressources.dossier("templates") / "communication.yaml").read_bytes()[:3000],
            # JSON est du YAML : toutes ses formes, sur une ligne.
            msgspec.json.encode(exemple(inspect.type_info(Evenement), plein=True)),
        ),
        "mise en page (Jinja)": lambda: tuple(
            (ressources.dossier("templates") / nom).read_bytes()
            for nom in ("semaine.html.j2", "semaine.md.j2", "bilan.html.j2", "convention.md.j2")
        ),
        "texte d'une page": lambda: (
            b'# Titre\n\n- un\n- [lien](https://a.be "t")\n\n![image](x.png) `code` **gras** <b>x</b>\n',
            b"| a | b |\n|---|---|\n| 1 | 2 |\n\n> cite\n>> deux\n\n1. un\n   2. deux\n\n```\nx\n```\n",
            "L'été, « là » — 18 h 30 \u202e {{ 7*7 }} {% raw %} & &amp; https://a.be/?a=1&b=2".encode(),
        ),
    }
    return dits[lecteur]()


#: Un cas sur tant est gros.
_GROS, _GROSSEUR = 100, 100_000


def abimer(octets: bytes, autres: tuple[bytes, ...], lecteur: str, tirage: random.Random) -> bytes:
    """Ces octets, changés un peu : quelques coups de ciseaux, de colle et de hasard."""
    lus = bytearray(octets)
    for _ in range(tirage.choice((1, 1, 2, 3, 6))):
        a = tirage.randrange(len(lus) + 1)
        b = min(len(lus), a + tirage.choice((1, 1, 2, 8, 40, 400)))
        coup = tirage.randrange(9)
        if coup == 0 and a < len(lus):
            lus[a] = tirage.randrange(256)
        elif coup == 1:
            del lus[a:b]
        elif coup == 2:
            lus[a:a] = lus[a:b] * tirage.choice((1, 1, 3, 50))
        elif coup == 3:
            autre = tirage.choice(autres)
            c = tirage.randrange(len(autre))
            lus[a:b] = autre[c : c + 200]
        elif coup == 4:
            lignes = bytes(lus).split(b"\n")
            tirage.shuffle(lignes)
            lus = bytearray(b"\n".join(lignes))
        elif coup == 5:
            nombres = list(re.finditer(rb"\d+", lus))
            if nombres:
                vise = tirage.choice(nombres)
                lus[vise.start() : vise.end()] = tirage.choice((b"0", b"9" * 8, b"-1", b"9" * 30, b"1e9"))
        elif coup == 6:
            mots = list(re.finditer(rb"[\w.-]+", lus))
            if mots:
                vise = tirage.choice(mots)
                lus[vise.start() : vise.end()] = tirage.choice(MOTS[lecteur] + MOTS[""])
        else:
            lus[a:a] = tirage.choice(MOTS[lecteur if coup == 7 else ""])
    return bytes(lus[:400_000])


def cas(lecteur: str, graine: int) -> bytes:
    """Le cas de cette graine : toujours le même."""
    tirage = random.Random(f"{lecteur} {graine}")
    depart = corpus(lecteur)
    if graine % _GROS == _GROS - 1:
        # Un mot, et encore : ce qui coûte le carré de sa longueur se voit.
        bon, mot = tirage.choice(depart), tirage.choice(MOTS[lecteur] + MOTS[""][1:]) or b" "
        ou = tirage.randrange(len(bon))
        return bon[:ou] + mot * (_GROSSEUR // len(mot)) + bon[ou:]
    return abimer(tirage.choice(depart), depart, lecteur, tirage)
