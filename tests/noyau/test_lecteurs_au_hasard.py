"""Ce qui vient du dehors, même abîmé, se lit ou se refuse : ni trace, ni attente.

La longue campagne est `bench/hasard.py` ; ce qu'elle a trouvé est ici.
"""

from __future__ import annotations

import msgspec
import pytest
from agendas import agenda
from courriels import partie, parties
from hasard import LECTEURS, cas, fautes
from releves import Ligne, coda

from tiers_lieu_cli.noyau.pages import gabarit

CAS = 110
_CODA = coda((Ligne("121.00", libelle="versement"),))
_QP = "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET="

_YAML = "titre: Bal\ndebut: 2026-11-24T18:30\nfin: 2026-11-24T20:00\n"

TROUVES: dict[str, tuple[str, bytes]] = {
    "un numéro de relevé qui n'en est pas un": (
        "relevé (CODA, camt.053)",
        _CODA.replace(b"12001", b"120c1", 1),
    ),
    "une sorte de compte inconnue": ("relevé (CODA, camt.053)", _CODA.replace(b"12001", b"1\xf5001", 1)),
    "un nom de champ qui est une table": ("fiche (YAML)", b"titre: a\n{a: [b, {c: d}]}: x\n"),
    "une case aux mille crochets": ("tableau (CSV)", b"titre;etiquettes\n" + b"[" * 5_000 + b"\n"),
    "une case toute en blancs": ("tableau (CSV)", f"titre,publics\nThé,a{chr(0x85) * 100_000}b\n".encode()),
    "mille commentaires emboîtés dans une adresse": (
        "courriel",
        b"From: a@b.be\r\nTo: " + b"(" * 1_000 + b"c@b.be\r\n\r\nx",
    ),
    "un paramètre entier, et en morceaux": (
        "courriel",
        b"From: a@b.be\r\nContent-Type: text/plain; charset*=utf-8; charset*0=x\r\n\r\nx",
    ),
    "un nom de pièce entier, et en morceaux": (
        "courriel",
        parties("multipart/mixed", [partie("text/plain; name*=x; name*0=y", "z")]),
    ),
    "des paramètres par milliers": (
        "courriel",
        b"From: a@b.be\r\nContent-Type: text/plain; " + b"a=b;" * 100_000 + b"\r\n\r\nx",
    ),
    "un nom de pièce en soixante mille morceaux": (
        "courriel",
        b"From: a@b.be\r\nContent-Type: text/plain"
        + b"".join(b"; name*%d=a" % n for n in range(60_000))
        + b"\r\n\r\nx",
    ),
    "une fin de ligne qui ne se voit pas": ("fiche (YAML)", _YAML.replace("Bal", "\u2028Bal").encode()),
    "une étiquette qu'un seul des deux lecteurs comprend": (
        "fiche (YAML)",
        _YAML.replace("Bal", '!!binary "Bal d\'hiver"').encode(),
    ),
    "trente mille tirets emboîtés": ("fiche (YAML)", b"titre:\n" + b"- " * 32_000),
    "trente mille clés emboîtées": ("fiche (YAML)", b"titre:\n" + b"? -  " * 12_000),
    "cent mille composants emboîtés": (
        "agenda (ICS)",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 100_000 + b"END:X\r\n" * 100_000 + b"END:VCALENDAR\r\n",
    ),
    "un fuseau qui change d'heure chaque seconde": (
        "agenda (ICS)",
        agenda(["UID:q", "DTSTART;TZID=Z:20261124T100000", "SUMMARY:x"]).replace(
            b"BEGIN:VEVENT",
            b"BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\nTZOFFSETFROM:+0100\r\n"
            b"TZOFFSETTO:+0200\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT",
            1,
        ),
    ),
    "un paragraphe de crochets": ("texte d'une page", b"![" * 32_000),
    "un paragraphe de liens sans fin": ("texte d'une page", b"[a][" * 16_000),
    "un texte dans un codage qui n'en est pas un": (
        "agenda (ICS)",
        agenda(["UID:q", "DTSTART:20261124", f"{_QP}undefined:F=EAte"]),
    ),
}


def test_un_paragraphe_de_crochets_se_lit_tel_quel_et_les_autres_ont_leurs_liens() -> None:
    texte = f"Voir [le site](https://a.be).\n\n{'[x](y) ' * 600}\n\n![plan](p.png)"
    rendu = str(gabarit.preparer("{{ x | prose }}", html=True).render(x=texte))
    assert '<a href="https://a.be">le site</a>' in rendu and '<a href="p.png">plan</a>' in rendu
    assert rendu.count("[x](y)") == 600


@pytest.mark.parametrize("trouve", TROUVES)
def test_ce_qui_fit_tomber_un_lecteur_ne_le_fait_plus(trouve: str) -> None:
    assert fautes(*TROUVES[trouve]) == ""


@pytest.mark.parametrize(
    ("source", "dite"),
    [
        ("{{ 1 // 0 }}", "ligne 1, integer division or modulo by zero"),
        ("\n{{ cycler() }}", "ligne 2, at least one item has to be provided"),
        ("{{ 'x' * 1000000000000000 }}", "ligne 1, MemoryError"),
        ("\n{{ 9 ** 9 ** 9 ** 9 }}", "ligne 2, « ** » n'est pas permis"),
    ],
)
def test_une_mise_en_page_dit_sa_faute_quelle_qu_elle_soit(source: str, dite: str) -> None:
    demande = msgspec.json.encode({"source": source, "vues": [{}], "html": True})
    assert gabarit._repondre(demande) == {"faute": dite}


@pytest.mark.parametrize("lecteur", LECTEURS)
def test_ce_qui_est_abime_se_lit_ou_se_refuse(lecteur: str) -> None:
    for graine in range(CAS):
        faute = fautes(lecteur, cas(lecteur, graine))
        assert not faute, f"graine {graine} : {faute}"
