# ruff: noqa: E501, ISC004  (un courriel se lit d'un trait)
"""Ce qu'un courriel dit de neuf et demande, client par client ; et ceux qui sont écrits pour nuire."""

from __future__ import annotations

import random
from datetime import date

import pytest
from courriels import INES, MAISON, courriel, partie, parties, replique
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.ensemble.courrier import lecture, regles
from tiers_lieu_cli.ensemble.courrier.lecture import LONGUEUR_DU_TEXTE, Automate
from tiers_lieu_cli.ensemble.courrier.modele import Courrier, Etat
from tiers_lieu_cli.ensemble.courrier.mots_neufs import mots_neufs
from tiers_lieu_cli.ensemble.courrier.regles import Passe
from tiers_lieu_cli.noyau.pages.courriel import Geste

JOUR = date(2026, 11, 24)
OBJET = "S'inscrire à Atelier vélo, mardi 24 novembre [inscription 2026-11-26-7k2m]"
INSCRIRE = "Bonjour,\n\nJe voudrais m'inscrire à « Atelier vélo ».\n\nMon nom : Inès Diallo\nCombien serons-nous : 2\n"

# -- les mots neufs ---------------------------------------------------------------

REPONSES = {
    "Gmail, replié": (
        "Oui, je viens !\n\nLe mar. 24 nov. 2026 à 08:52, La Passerelle <bonjour@passerelle.be> a\nécrit :\n\n> Bonjour\n>\n",
        "Oui, je viens !",
    ),
    "Outlook": (
        "Finalement je ne pourrai pas venir.\n\nInès Diallo\nChargée de projets\n\n________________________________\n"
        "De : La Passerelle <b@p.be>\nEnvoyé : mardi 24 novembre 2026 08:52\nÀ : Inès\nObjet : RE: Atelier\n\nBonjour\n",
        "Finalement je ne pourrai pas venir.",
    ),
    "Outlook en néerlandais": (
        "Ik kom graag.\n\nVan: La Passerelle <b@p.be>\nVerzonden: dinsdag 24 november 2026 8:52\nAan: Ines\nOnderwerp: x\n\nDag\n",
        "Ik kom graag.",
    ),
    "Apple Mail": (
        "D'accord pour jeudi\n\nEnvoyé de mon iPhone\n\n> Le 24 nov. 2026 à 08:52, La Passerelle <b@p.be> a écrit :\n> \n> Bonjour\n",
        "D'accord pour jeudi",
    ),
    "Thunderbird, sous chaque question": (
        "Le 24/11/2026 à 08:52, La Passerelle a écrit :\n> Pouvez-vous jeudi ?\n\nOui.\n\n> Et vendredi ?\n\nNon.\n\n-- \nInès\n0470 12 34 56\n",
        "Oui.\n\nNon.",
    ),
    "K-9": (
        "Ja, gerne.\n-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.\n\n"
        "Am 24. November 2026 08:52:11 MEZ schrieb La Passerelle <b@p.be>:\n>Hallo\n",
        "Ja, gerne.",
    ),
    "Gmail en anglais": (
        "Sounds good.\n\nOn Tue, Nov 24, 2026 at 8:52 AM P <b@p.be> wrote:\n> Hello\n",
        "Sounds good.",
    ),
    "Gmail en néerlandais": (
        "Graag!\n\nOp di 24 nov 2026 om 08:52 schreef La Passerelle <b@p.be>:\n\n> Dag\n",
        "Graag!",
    ),
    "Gmail en espagnol": (
        "Vale\n\nEl mar, 24 nov 2026 a las 8:52, P (<b@p.be>) escribió:\n\n> Hola\n",
        "Vale",
    ),
    "message d'origine": ("OK\n\n-----Message d'origine-----\nDe : P\nEnvoyé : mardi\n\nbla\n", "OK"),
    "un courriel neuf": (
        "Je cherche une salle.\nDe : 14h à 16h\n\nMerci,\nInès\n",
        "Je cherche une salle.\nDe : 14h à 16h\n\nMerci,\nInès",
    ),
    "rien de neuf": ("> Bonjour\n> à jeudi\n", ""),
}


@pytest.mark.parametrize(("recu", "neuf"), REPONSES.values(), ids=REPONSES)
def test_les_mots_neufs(recu: str, neuf: str) -> None:
    assert mots_neufs(recu, signe="Inès Diallo") == neuf


@given(st.text(max_size=400))
def test_les_mots_neufs_ne_s_inventent_pas(texte: str) -> None:
    """Toute ligne gardée en était une ; les garder deux fois n'y change plus rien de ce qui est cité."""
    gardees = mots_neufs(texte).split("\n")
    venues = {ligne.strip() for ligne in texte.replace("\r\n", "\n").replace("\r", "\n").split("\n")}
    assert {ligne.strip() for ligne in gardees} <= venues | {""}


# -- chaque client ------------------------------------------------------------------

HTML = (
    "<html><head><style>p{color:red}</style></head><body><p>Je viens &agrave; <b>deux</b>.</p><script>alert(1)</script>"
    '<div class="gmail_quote">Le 24 nov. 2026 à 08:52, La Passerelle a écrit :<blockquote>Bonjour<br>Inès</blockquote></div>'
)
CLIENTS = {
    "Gmail": (
        parties(
            "multipart/alternative",
            [partie("text/plain; charset=utf-8", INSCRIRE), partie("text/html", "<p>x</p>")],
            objet=OBJET,
        ),
        Geste.INSCRIPTION,
    ),
    "Outlook (quoted-printable, cp1252)": (
        courriel(
            INSCRIRE.encode("cp1252", "replace"),
            sorte="text/plain; charset=Windows-1252",
            codage="quoted-printable",
            objet=OBJET,
        ),
        Geste.INSCRIPTION,
    ),
    "Apple Mail (base64)": (courriel(INSCRIRE, codage="base64", objet=OBJET), Geste.INSCRIPTION),
    "Thunderbird (sujet encodé)": (
        courriel("Une échelle", objet="=?UTF-8?Q?J=27ai_besoin_d=27une_=C3=A9chelle?="),
        Geste.BESOIN,
    ),
    "K-9 (HTML seul)": (
        courriel(HTML, sorte="text/html; charset=utf-8", objet="Je propose des crêpes [offre]"),
        Geste.OFFRE,
    ),
    "une salle": (courriel("Mon nom : A", objet="Demander la salle Bleue [salle bleue]"), Geste.SALLE),
    "une idée": (courriel("Un bal", objet="J'ai une idée d'activité [idee]"), Geste.IDEE),
    "un sujet tapé à la main": (courriel("Une table", objet="Nous cherchons une table"), Geste.BESOIN),
    "un mot": (courriel("Bonjour, êtes-vous ouverts ?", objet="Question"), Geste.LIBRE),
    "transféré": (courriel("Regardez ça", objet=f"Tr: {OBJET}"), Geste.LIBRE),
    "répondre à tous": (courriel("Super idée", objet=f"Re: {OBJET}", de="B <b@exemple.org>"), Geste.LIBRE),
    "un agenda dit oui": (replique("2026-11-26-atelier-7k2m@lieu.invalid", "ACCEPTED"), Geste.INSCRIPTION),
    "un agenda de Google dit oui": (
        replique("2026-11-26-atelier-7k2m@lieu.invalid", "ACCEPTED", Auto_Submitted="auto-generated"),
        Geste.INSCRIPTION,
    ),
    "un agenda dit non": (replique("2026-11-26-atelier-7k2m@lieu.invalid", "DECLINED"), Geste.ANNULATION),
    "un agenda hésite": (replique("2026-11-26-atelier-7k2m@lieu.invalid", "TENTATIVE"), Geste.LIBRE),
    "l'agenda d'un autre": (replique("x@google.com", "ACCEPTED"), Geste.LIBRE),
    "une invitation reçue": (
        parties(
            "multipart/mixed",
            [
                partie("text/plain", "Venez"),
                partie(
                    "text/calendar; method=REQUEST",
                    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nUID:2026-11-26-atelier-7k2m@lieu.invalid\nEND:VCALENDAR",
                ),
            ],
            objet="Fête",
        ),
        Geste.LIBRE,
    ),
    "absence d'Outlook": (
        courriel("Je suis absente", objet="Réponse automatique : Atelier"),
        Automate.ABSENCE,
    ),
    "absence en anglais": (courriel("x", objet="Automatic reply: Atelier"), Automate.ABSENCE),
    "absence en néerlandais": (courriel("x", objet="Automatisch antwoord: Atelier"), Automate.ABSENCE),
    "absence en allemand": (courriel("x", objet="Automatische Antwort: Atelier"), Automate.ABSENCE),
    "absence en espagnol": (courriel("x", objet="Respuesta automática: Atelier"), Automate.ABSENCE),
    "absence de Gmail": (courriel("x", objet="Re: Atelier", Auto_Submitted="auto-replied"), Automate.ABSENCE),
    "rebond": (
        parties(
            "multipart/report; report-type=delivery-status",
            [partie("text/plain", "Non remis")],
            de="MAILER-DAEMON@exemple.org",
        ),
        Automate.REBOND,
    ),
    "lettre d'information": (
        courriel("x", objet="Nos offres", Precedence="bulk", List_Unsubscribe="<mailto:x@y.be>"),
        Automate.LETTRE,
    ),
    "envoyé d'ici": (courriel(INSCRIRE, de=f"La Passerelle <{MAISON}>", objet=OBJET), "envoyé d'ici"),
}


def connues(*courriers: Courrier, adresses: dict[str, str] | None = None) -> regles.Registre:
    return regles.Registre(
        connu={c.id: c for c in courriers}.get,
        ouverts=courriers,
        adresses=adresses or {},
        d_ici=frozenset({MAISON}),
        domaine="lieu.invalid",
    )


def comprendre(octets: bytes, *courriers: Courrier) -> Courrier | Passe:
    return regles.comprendre(lecture.lire(octets), connues(*courriers), JOUR)


@pytest.mark.parametrize(("octets", "attendu"), CLIENTS.values(), ids=CLIENTS)
def test_ce_qu_un_courriel_demande(octets: bytes, attendu: Geste | Automate | str) -> None:
    vu = comprendre(octets)
    assert (vu.raison if isinstance(vu, Passe) else vu.sorte) == attendu


def test_ce_qui_se_lit_d_une_inscription() -> None:
    for nom in ("Gmail", "Outlook (quoted-printable, cp1252)", "Apple Mail (base64)"):
        vu = comprendre(CLIENTS[nom][0])
        assert isinstance(vu, Courrier)
        assert (vu.quoi, vu.adresse) == ("2026-11-26-7k2m", "ines@exemple.org")
        assert (regles.combien(vu.texte), regles.nom_dit(vu)) == (2, "Inès Diallo")
        assert "exemple" not in vu.id


def test_le_html_ne_garde_que_ses_mots() -> None:
    assert lecture.lire(courriel(HTML, sorte="text/html")).texte == "Je viens à deux."


# -- les fils -----------------------------------------------------------------------

PREMIER = comprendre(courriel(INSCRIRE, objet=OBJET, ident="<racine@exemple.org>"))
assert isinstance(PREMIER, Courrier)
FILS = {
    "lu deux fois": (courriel(INSCRIRE, objet=OBJET, ident="<racine@exemple.org>"), "déjà lu"),
    "répond à notre réponse": (
        courriel(
            "Je ne pourrai pas venir.",
            ident="<2@x>",
            objet=f"Re: {OBJET}",
            References="<racine@exemple.org> <autre@x>",
        ),
        Geste.ANNULATION,
    ),
    "répond à notre brouillon": (
        courriel(
            "Ik kan spijtig genoeg niet komen", ident="<3@x>", In_Reply_To=f"<{PREMIER.id}.abc@lieu.invalid>"
        ),
        Geste.ANNULATION,
    ),
    "remercie": (courriel("Merci !", ident="<4@x>", In_Reply_To="<racine@exemple.org>"), Geste.LIBRE),
    "ne dit rien de neuf": (
        courriel("> Bonjour\n", ident="<5@x>", In_Reply_To="<racine@exemple.org>"),
        "rien de neuf",
    ),
    "répond à son propre envoi": (
        courriel("Nous serons 3", ident="<6@x>", objet=f"RE: {OBJET}"),
        Geste.LIBRE,
    ),
    "le code, de qui l'a reçu": (
        courriel("C'est annulé", ident="<7@x>", objet=f"Atelier [{PREMIER.id}]"),
        Geste.ANNULATION,
    ),
    "un autre écrit dans le fil": (
        courriel(
            "Elle ne viendra pas : j'annule",
            ident="<8@x>",
            de="B <b@x.org>",
            In_Reply_To="<racine@exemple.org>",
        ),
        Geste.ANNULATION,
    ),
    "l'agenda se dédit": (
        replique("x@y", "DECLINED", ident="<9@x>", In_Reply_To="<racine@exemple.org>"),
        Geste.ANNULATION,
    ),
}


@pytest.mark.parametrize(("octets", "attendu"), FILS.values(), ids=FILS)
def test_dans_un_fil_seuls_les_mots_neufs_comptent(octets: bytes, attendu: Geste | str) -> None:
    assert isinstance(PREMIER, Courrier)
    racine = Courrier(**{**{f: getattr(PREMIER, f) for f in PREMIER.__struct_fields__}, "de": "p-abcdef"})
    vu = comprendre(octets, racine)
    if isinstance(vu, Passe):
        assert vu.raison == attendu
        return
    assert (vu.sorte, vu.fil, vu.de) == (attendu, racine.id, "p-abcdef")


@pytest.mark.parametrize("objet", [f"Atelier [{PREMIER.id}]", f"Re: {OBJET}"])
def test_un_code_ne_vaut_que_de_qui_le_recut(objet: str) -> None:
    assert isinstance(PREMIER, Courrier)
    vu = comprendre(courriel("J'annule", ident="<n@x>", objet=objet, de="M <m@mechant.org>"), PREMIER)
    assert isinstance(vu, Courrier)
    assert (vu.sorte, vu.fil) == (Geste.LIBRE, "")


@pytest.mark.parametrize(
    ("texte", "non"),
    [
        ("Je ne pourrai malheureusement pas venir", True),
        ("Nous n’avons plus de vélo, nous ne viendrons pas", True),
        ("Unfortunately I can't make it", True),
        ("Ich kann leider nicht kommen", True),
        ("Ik kom niet", True),
        ("No podré ir", True),
        ("Je viens avec plaisir, n'oubliez pas le café", False),
        ("Pas de souci, à jeudi", False),
        ("Je n'ai pas de vélo, je peux venir ?", False),
        ("Merci !\n" * 8 + "Je ne viendrai pas", False),
        ("Je ne\npourrai pas venir", True),
        ("I can’t make it", True),
    ],
)
def test_dire_non(texte: str, non: bool) -> None:
    assert regles.dit_non(texte) is non


# -- ceux qui veulent nuire -----------------------------------------------------------


def _emboite(fois: int) -> bytes:
    dedans = b"Content-Type: text/plain\n\nfond\n"
    for rang in range(fois):
        dedans = (
            f'Content-Type: multipart/mixed; boundary="b{rang}"\n\n--b{rang}\n'.encode()
            + dedans
            + f"\n--b{rang}--\n".encode()
        )
    return b"From: a@b.be\nSubject: profond\nMessage-ID: <p@x>\nMIME-Version: 1.0\n" + dedans


HOSTILES = {
    "vide": b"",
    "binaire": random.Random(1).randbytes(20_000),
    "sans rien": b"\n\nbonjour",
    "100 niveaux": _emboite(100),
    "1500 niveaux": _emboite(1500),
    "en-têtes injectés": courriel("x", objet="Salut\r\n Bcc: victime@x.be", de='"x\r\n To: y" <a@b.be>'),
    "codages inconnus": courriel(
        "x", objet="=?x-inconnu?Q?=ff=fe?= =?utf-8?B?!!!?=", sorte="text/plain; charset=nimporte"
    ),
    "date folle": courriel("x", le="Mon, 99 Foo 99999 99:99:99 +9999"),
    "mille destinataires": courriel("x", a=", ".join(f"u{n}@x.be" for n in range(5000))),
    "références sans fin": courriel("x", References=" ".join(f"<{n}@x>" for n in range(20_000))),
    "ICS géant": parties(
        "multipart/mixed", [partie("text/calendar", "METHOD:REPLY\n" + "ATTENDEE;A=1" * 30_000)]
    ),
    "HTML emboîté": courriel("<div>" * 50_000 + "x", sorte="text/html"),
    "invisibles": courriel("a\u202eb\x00c\x1b[31m", objet="\x1b[31m\u202e rouge"),
    "adresse piégée": courriel("x", de='"bonjour@passerelle.be" <a@b.be>, <c@d.be>'),
    "dix mille parties": parties("multipart/mixed", [b"\nx"] * 10_000),
}


@pytest.mark.parametrize("octets", HOSTILES.values(), ids=HOSTILES)
def test_rien_de_ce_qui_arrive_ne_fait_tomber(octets: bytes) -> None:
    lu = lecture.lire(octets)
    dits = (lu.nom, lu.objet, lu.adresse, lu.texte, *lu.fil, *(p.nom for p in lu.pieces))
    assert not any(ord(c) < 32 and c not in "\n\t" for dit in dits for c in dit)
    assert "\u202e" not in "".join(dits)
    assert len(lu.texte) <= LONGUEUR_DU_TEXTE and len(lu.objet) <= 300 and len(lu.fil) <= 50
    assert "\n" not in lu.nom + lu.objet + lu.adresse
    vu = comprendre(octets)
    assert isinstance(vu, Courrier) and vu.sorte is Geste.LIBRE


def test_un_courriel_de_50_mo_se_lit_par_son_debut() -> None:
    gros = courriel(INSCRIRE, objet=OBJET) + b"x" * 50_000_000
    vu = comprendre(gros)
    assert isinstance(vu, Courrier) and vu.quoi == "2026-11-26-7k2m" and len(vu.texte) <= LONGUEUR_DU_TEXTE


@given(st.binary(max_size=600))
def test_n_importe_quels_octets_se_lisent(octets: bytes) -> None:
    lu = lecture.lire(b"From: a@b.be\nContent-Type: text/html\nSubject: " + octets)
    assert lecture.lire(b"From: a@b.be\nContent-Type: text/html\nSubject: " + octets) == lu
    assert lu.ident.startswith("c-") and len(lu.ident) == 12


def test_qui_ecrit_se_retrouve_par_son_adresse() -> None:
    x = Courrier(id="c-x", recu=JOUR, nom="Inès Diallo", adresse="ines@exemple.org")
    gens = {
        "p-1": ("Moussa Diallo", "ines@exemple.org"),
        "p-2": ("Inès Diallo", "Ines@Exemple.org"),
        "p-3": ("Z", ""),
    }
    assert regles.correspondants(x, gens) == ["p-2"]
    assert regles.correspondants(x, {k: v for k, v in gens.items() if k != "p-2"}) == ["p-1"]
    assert regles.correspondants(x, {}) == []
    assert INES.startswith(x.nom)


# -- champ par champ --------------------------------------------------------------------


def test_un_courrier_neuf_champ_par_champ() -> None:
    octets = parties(
        "multipart/mixed",
        [
            partie("text/plain; charset=utf-8", INSCRIRE),
            partie("image/png", "x", 'Content-Disposition: attachment; filename="plan.png"'),
        ],
        objet=OBJET,
        ident="<n@x>",
        References="<vieux@x> <recent@x>",
    )
    assert comprendre(octets) == Courrier(
        id=lecture.empreinte("<n@x>"),
        recu=JOUR,
        sorte=Geste.INSCRIPTION,
        quoi="2026-11-26-7k2m",
        nom="Inès Diallo",
        adresse="ines@exemple.org",
        objet=OBJET,
        texte=INSCRIRE.strip(),
        pieces=("plan.png",),
        message="<n@x>",
        references=("<vieux@x>", "<recent@x>"),
    )


def test_une_suite_garde_ce_que_le_premier_demandait() -> None:
    racine = Courrier(
        id=lecture.empreinte("<r@x>"),
        recu=JOUR,
        sorte=Geste.SALLE,
        quoi="salle-rez",
        de="p-abcdef",
        suite="2026-11-27-bal-7k2m",
    )
    vu = comprendre(courriel("Nous annulons", ident="<s@x>", In_Reply_To="<r@x>"), racine)
    assert isinstance(vu, Courrier)
    assert (vu.sorte, vu.fil, vu.de, vu.quoi, vu.suite) == (
        Geste.ANNULATION,
        racine.id,
        "p-abcdef",
        "salle-rez",
        racine.suite,
    )
    # Une suite de la suite a la même racine.
    encore = comprendre(courriel("Merci", ident="<t@x>", In_Reply_To="<s@x>"), racine, vu)
    assert isinstance(encore, Courrier) and encore.fil == racine.id
    oui = comprendre(replique("x@y", "ACCEPTED", ident="<u@x>", In_Reply_To="<r@x>"), racine)
    assert isinstance(oui, Courrier) and (oui.sorte, oui.presence) == (Geste.LIBRE, "oui")
    # Un besoin ne s'annule pas : à quelqu'un de lire.
    besoin = Courrier(id=lecture.empreinte("<r@x>"), recu=JOUR, sorte=Geste.BESOIN)
    libre = comprendre(courriel("Je ne peux plus venir", ident="<v@x>", In_Reply_To="<r@x>"), besoin)
    assert isinstance(libre, Courrier) and libre.sorte is Geste.LIBRE


@pytest.mark.parametrize(
    ("uid", "quoi"),
    [
        ("2026-11-26-atelier-7k2m@lieu.invalid", "2026-11-26-atelier-7k2m"),
        ("a@b@lieu.invalid", "a@b"),
        ("x@google.com", ""),
    ],
)
def test_une_invitation_dit_de_quoi_elle_parle(uid: str, quoi: str) -> None:
    vu = comprendre(replique(uid, "DECLINED"))
    assert isinstance(vu, Courrier) and vu.quoi == quoi and vu.presence == "non"


@pytest.mark.parametrize("le", ["Fri, 01 Jan 2027 10:00:00 +0100", "hier", ""])
def test_un_courriel_n_arrive_pas_de_l_avenir(le: str) -> None:
    vu = comprendre(courriel("x", le=le))
    assert isinstance(vu, Courrier) and vu.recu == JOUR


@pytest.mark.parametrize(
    ("texte", "combien"),
    [
        ("Combien serons-nous : 12 dont 3 enfants", 12),
        ("Combien serons-nous :", 0),
        ("nous serons 4", 0),
        ("Combien serons-nous : 0", 0),
    ],
)
def test_combien_ils_seront(texte: str, combien: int) -> None:
    assert regles.combien(texte) == combien


@pytest.mark.parametrize(
    ("texte", "nom", "adresse", "dit"),
    [
        ("Mon nom : Léa  Roy\nCombien serons-nous : 2", "L.", "l@x.be", "Léa Roy"),
        ("Bonjour", "Léa Roy", "l@x.be", "Léa Roy"),
        ("Bonjour", "", "lea.roy@x.be", "Lea Roy"),
        ("Bonjour", "N" * 200, "", "N" * 120),
        ("Bonjour", "", "", ""),
    ],
)
def test_le_nom_sous_lequel_on_se_presente(texte: str, nom: str, adresse: str, dit: str) -> None:
    assert regles.nom_dit(Courrier(id="c-x", recu=JOUR, texte=texte, nom=nom, adresse=adresse)) == dit


def test_clos_il_ne_reste_que_de_quoi_ne_pas_le_relire() -> None:
    vu = comprendre(courriel(INSCRIRE, objet=OBJET, References="<a@x>"))
    assert isinstance(vu, Courrier)
    assert regles.clore(vu) == Courrier(
        id=vu.id, recu=JOUR, sorte=Geste.INSCRIPTION, etat=Etat.CLOS, quoi="2026-11-26-7k2m"
    )


def test_de_deux_envois_semblables_c_est_le_dernier_qu_on_suit() -> None:
    siens = [
        Courrier(
            id=f"c-{n}",
            recu=JOUR.replace(day=n),
            sorte=Geste.INSCRIPTION,
            quoi="2026-11-26-7k2m",
            adresse="ines@exemple.org",
        )
        for n in (20, 22, 21)
    ]
    vu = comprendre(courriel("Nous serons 3", ident="<n@x>", objet=f"Re: {OBJET}"), *siens)
    assert isinstance(vu, Courrier) and vu.fil == "c-22"


def test_une_adresse_connue_du_registre_vaut_celle_du_courriel() -> None:
    racine = Courrier(id="c-23456789bc", recu=JOUR, sorte=Geste.INSCRIPTION, de="p-abcdef")
    r = connues(racine, adresses={"p-abcdef": "Ines@Exemple.org"})
    vu = regles.comprendre(lecture.lire(courriel("Merci", objet="Atelier [c-23456789bc]")), r, JOUR)
    assert isinstance(vu, Courrier) and vu.fil == racine.id


def test_sans_adresse_ce_n_est_personne() -> None:
    x = Courrier(id="c-x", recu=JOUR)
    assert regles.correspondants(x, {"p-1": ("Z", ""), "p-2": ("Y", "y@x.be")}) == []


def test_un_vieux_courriel_garde_son_jour() -> None:
    vu = comprendre(courriel("x", le="Mon, 02 Nov 2026 10:00:00 +0100", ident=""))
    assert isinstance(vu, Courrier) and vu.recu == date(2026, 11, 2)
    # Sans Message-ID, il n'y a rien à enfiler ; le même se reconnaît quand même.
    assert vu.message == ""
    assert comprendre(courriel("x", le="Mon, 02 Nov 2026 10:00:00 +0100", ident=""), vu) == Passe("déjà lu")


def test_deux_clics_sur_le_meme_lien_sont_deux_demandes() -> None:
    """Un sujet neuf n'est pas une réponse : c'est à l'inscription de dire qu'elle existe déjà."""
    premier = comprendre(courriel(INSCRIRE, objet=OBJET, ident="<1@x>"))
    assert isinstance(premier, Courrier)
    second = comprendre(courriel(INSCRIRE, objet=OBJET, ident="<2@x>"), premier)
    assert isinstance(second, Courrier) and (second.sorte, second.fil) == (Geste.INSCRIPTION, "")
