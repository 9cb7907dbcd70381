"""« Un voisin répond » : du courriel reçu à ce que le lieu sait, et à la réponse qu'on lui écrit."""

from __future__ import annotations

import email
import email.policy
import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from courriels import courriel, partie, parties
from hypothesis import given
from hypothesis import strategies as st
from repertoire import TOUTES
from soutien import Lieu, lancer, objets
from typer._click.core import Context

from tiers_lieu_cli.application import app
from tiers_lieu_cli.ensemble.courrier import lecture, reponse
from tiers_lieu_cli.ensemble.courrier.modele import Courrier
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import Poste
from tiers_lieu_cli.noyau.ecran import aide
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.pages import courriel as liens
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.texte import sans_accent

TITRE = "Atelier vélo"
LETTRE = ("--accepte", "lettre")
#: Les en-têtes d'un brouillon ; aucun autre n'y paraît, quoi qu'on ait reçu.
PERMIS = {"From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Unsent"} | {
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


@pytest.fixture
def pret(lieu: Lieu) -> Lieu:
    """Un lieu qui a une adresse, et un atelier de deux places."""
    reglages = lieu.racine / "lieu.yaml"
    dits = re.sub(
        r"^contacts:.*$", "contacts:\n  - bonjour@passerelle.be", reglages.read_text("utf-8"), flags=re.M
    )
    reglages.write_text(dits, "utf-8")
    lieu.faire("enregistrer", "--oui")
    return lieu


@pytest.fixture
def atelier(pret: Lieu) -> str:
    return pret.id("prog", "evenement", "creer", TITRE, "--quand", "jeudi 18h30-20h", "--capacite", "2")


def inscription(atelier: str, nom: str, **options: str) -> bytes:
    objet, corps = liens.courriel(Geste.INSCRIPTION, TITRE, atelier, "jeudi 26 novembre")
    adresse = f"{sans_accent(nom.split()[0])}@exemple.org"
    return courriel(
        corps.replace("Mon nom : ", f"Mon nom : {nom}"),
        objet=objet,
        de=f"{nom} <{adresse}>",
        **{"ident": f"<{adresse}>", **options},
    )


def lire(lieu: Lieu, *octets: bytes) -> list[str]:
    dossier = lieu.racine.parent / "recus"
    dossier.mkdir(exist_ok=True)
    for fichier in dossier.iterdir():
        fichier.unlink()
    for rang, o in enumerate(octets):
        (dossier / f"{rang}.eml").write_bytes(o)
    return list(lieu.faire("courrier", "lire", str(dossier), "--json").json["courriers"])


def test_un_voisin_repond(pret: Lieu, atelier: str, tmp_path: Path) -> None:
    fichier = tmp_path / "ines.eml"
    fichier.write_bytes(inscription(atelier, "Inès Diallo"))
    dit = pret.faire("courrier", "lire", str(fichier)).sortie
    assert "1 courrier à traiter." in dit
    assert "s'inscrire : « Atelier vélo », jeudi 26 novembre, 18:30–20:00" in dit
    (ident,) = [x["id"] for x in pret.faire("courrier", "liste", "--json").json]
    assert f"tl courrier accepter {ident} --creer" in dit
    assert "1 courrier à traiter" in pret.faire("aujourdhui").sortie

    # Le même, lu de nouveau, n'ajoute rien.
    avant = pret.signature()
    assert "1 passé : déjà lu" in pret.faire("courrier", "lire", str(fichier)).sortie
    assert pret.signature() == avant
    vieux = ("courrier", "lire", str(fichier), "--depuis", "2026-11-24", "--json")
    assert pret.faire(*vieux).json["passes"] == [{"raison": "déjà lu", "combien": 1}]

    # Sans qu'on l'ait dit, personne n'entre au registre.
    assert "--creer" in pret.faire("courrier", "accepter", ident, code=2).erreurs
    assert "entrerait d'abord au registre" in pret.faire("courrier", "accepter", ident, "--essai").sortie
    fait = pret.faire("courrier", "accepter", ident, "--creer").sortie
    assert "Inès Diallo est au registre." in fait
    assert "Inès : inscrit·e à « Atelier vélo » (1 sur 2)." in fait
    assert f"tl courrier repondre {ident} --sortie ~/reponse.eml" in fait
    assert "1 courrier accepté dont la réponse reste à écrire" in pret.faire("aujourdhui").sortie
    assert "déjà fait" in pret.faire("courrier", "accepter", ident, code=2).erreurs

    # La réponse est un brouillon, enfilé.
    assert "vous êtes inscrit·e" in pret.faire("courrier", "repondre", ident).sortie
    brouillon = tmp_path / "reponse.eml"
    pret.faire("courrier", "repondre", ident, "--sortie", str(brouillon))
    m = email.message_from_bytes(brouillon.read_bytes(), policy=email.policy.default)
    assert (m["To"], m["In-Reply-To"], m["References"]) == ("ines@exemple.org", *["<ines@exemple.org>"] * 2)
    assert m["From"] == "La Passerelle <bonjour@passerelle.be>"
    assert str(m["Subject"]).startswith("Re: S'inscrire à Atelier vélo") and f"[{ident}]" in str(m["Subject"])
    assert "Bonjour Inès," in m.get_content()
    assert brouillon.stat().st_mode & 0o077 == 0
    assert pret.faire("courrier", "liste", "--json").json == []
    assert "courrier" not in pret.faire("aujourdhui", "--tout").sortie

    # Elle se dédit : le fil le reconnaît, et de ce qui est clos il ne reste ni texte ni adresse.
    non = courriel(
        "Je ne pourrai pas venir.",
        objet=f"Re: {m['Subject']}",
        ident="<b@x>",
        de="ines@exemple.org",
        References=m["Message-ID"],
    )
    (suite,) = lire(pret, non)
    assert "ne plus venir" in pret.faire("courrier", "liste").sortie
    pret.faire("courrier", "accepter", suite)
    assert "n'est plus sur la liste" not in pret.faire("prog", "inscrits", atelier).sortie
    assert "ne vient plus" in pret.faire("prog", "inscrits", atelier).sortie
    lus = (pret.racine / f"registre/courriers-lus/{ident}.yaml").read_text("utf-8")
    assert "exemple.org" not in lus and "Diallo" not in lus
    assert "Tout est en ordre" in pret.faire("verifier").sortie
    assert "exemple.org" not in objets(pret)


def test_complet_puis_non(pret: Lieu, atelier: str, tmp_path: Path) -> None:
    pret.faire("prog", "evenement", "creer", TITRE, "--quand", "jeudi 3/12 18h30-20h")
    idents = lire(
        pret, *(inscription(atelier, nom) for nom in ("Ana Lopez", "Bob Mertens", "Chloé Roy", "Dan Sow"))
    )
    for ident in idents[:3]:
        pret.faire("courrier", "accepter", ident, "--creer")
    assert "liste d'attente" in pret.faire("courrier", "repondre", idents[2]).sortie
    non = pret.faire("courrier", "repondre", idents[3], "--non", "--motif", "C'est complet.").sortie
    assert "pas dire oui à « Atelier vélo », jeudi 26 novembre, 18:30–20:00 : c'est complet." in non
    assert "- Atelier vélo, jeudi 3 décembre" in non
    pret.faire("courrier", "classer", idents[3])
    assert len(pret.faire("courrier", "liste", "--json").json) == 3


def test_defaire_ce_qu_un_courrier_a_fait_le_remet_a_traiter(pret: Lieu, atelier: str) -> None:
    """Une fois, et non deux : l'inscription et l'acceptation vont ensemble, comme on les a faites."""
    autre, ident = lire(pret, inscription(atelier, "Bob Mertens"), inscription(atelier, "Ana Lopez"))
    pret.faire("courrier", "accepter", autre, "--creer")
    pret.faire("courrier", "accepter", ident, "--creer")
    avant = pret.signature()
    assert "Ana" in pret.faire("defaire", "--essai").sortie
    assert pret.signature() == avant
    dit = pret.faire("defaire", "--oui").sortie
    assert f"de nouveau à traiter : tl courrier voir {ident}" in dit
    ouverts = {x["id"]: x for x in pret.faire("courrier", "liste", "--json").json}
    assert [ouverts[i]["etat"] for i in (autre, ident)] == ["fait", "a-traiter"]
    assert ouverts[ident]["nom"] == "Ana Lopez"
    attendus = pret.faire("prog", "inscrits", atelier).sortie
    assert "Bob" in attendus and "Ana" not in attendus
    assert "Ana : inscrit·e" in pret.faire("courrier", "accepter", ident).sortie
    # Par le code de l'une ou de l'autre, c'est la même chose ; deux fois, il n'y a plus rien à défaire.
    seul = next(a for a in pret.faire("historique", "--json").json if a["phrase"] == "Courrier accepté")
    assert pret.faire("defaire", seul["code"], "--oui", "--json").json["courriers"] == [ident]
    assert "ne s'annule pas" in pret.faire("defaire", seul["code"], "--oui", code=2).erreurs
    # Défaire ce retour refait les deux, et le refaire les défait encore.
    for etat in ("fait", "a-traiter", "fait"):
        retour = next(
            a for a in pret.faire("historique", "--json").json if "Annulation : Insc" in a["phrase"]
        )
        assert pret.faire("defaire", retour["code"], "--oui", "--json").json["courriers"] == [ident]
        assert {x["id"]: x["etat"] for x in pret.faire("courrier", "liste", "--json").json}[ident] == etat
    assert pret.faire("verifier").code == 0


def test_chaque_geste_d_un_courrier_se_defait_avec_lui(pret: Lieu, atelier: str) -> None:
    objet, corps = liens.courriel(Geste.SALLE, "Salle du rez", "salle-du-rez")
    salle = corps.replace(
        "de quelle heure à quelle heure : ", "de quelle heure à quelle heure : jeudi 14h-16h"
    )
    recus = [
        courriel(salle, objet=objet, ident="<1@x>"),
        *(
            courriel(
                dit.replace("En quelques mots : ", "En quelques mots : une échelle"), objet=titre, ident=n
            )
            for n, (titre, dit) in (
                ("<2@x>", liens.courriel(Geste.BESOIN)),
                ("<3@x>", liens.courriel(Geste.OFFRE)),
                ("<4@x>", liens.courriel(Geste.IDEE)),
            )
        ),
        courriel("Non.", objet=f"Se désinscrire [annulation {atelier}]", ident="<5@x>"),
        courriel("", objet=liens.courriel(Geste.DESABONNEMENT)[0], ident="<6@x>"),
    ]
    ines = pret.id("accueil", "personne", "creer", "Inès Diallo", "--courriel", "ines@exemple.org", *LETTRE)
    pret.faire("prog", "inscrire", atelier, "--personne", f"@{ines}")
    for ident in lire(pret, *recus):
        pret.faire("courrier", "accepter", ident)
        assert pret.faire("defaire", "--oui", "--json").json["courriers"] == [ident]
        (x,) = [x for x in pret.faire("courrier", "liste", "--json").json if x["id"] == ident]
        assert x["etat"] == "a-traiter"


def test_une_salle_refusee_en_propose_trois(pret: Lieu) -> None:
    pret.faire("espace", "reserver", "salle-du-rez", "jeudi 14h-16h", "--objet", "Réunion")
    objet, corps = liens.courriel(Geste.SALLE, "Salle du rez", "salle-du-rez")
    corps = corps.replace(
        "de quelle heure à quelle heure : ", "de quelle heure à quelle heure : jeudi 14h-16h"
    )
    corps = corps.replace("Pour quoi faire : ", "Pour quoi faire : chorale de @karim p-abcdef")
    (ident,) = lire(pret, courriel(corps, objet=objet))
    refus = pret.faire("courrier", "accepter", ident, "--creer", code=1).erreurs
    assert "Pas possible" in refus
    non = pret.faire("courrier", "repondre", ident, "--non").sortie
    assert non.count("  - ") == 3
    dit = pret.faire("courrier", "accepter", ident, "--quand", "jeudi 16h-18h").sortie
    assert "Salle du rez est réservée" in dit or "réservé" in dit
    reservee = next(r for r in pret.racine.glob("espace/reservations/**/*.yaml") if "chorale" in r.name)
    # Ce qu'il écrit n'est qu'un texte : ni mention, ni identifiant.
    assert "objet: chorale de karim …" in reservee.read_text("utf-8")


def test_un_besoin_passe_le_mur(pret: Lieu) -> None:
    pret.faire("accueil", "personne", "creer", "Karim Haddad")
    objet, corps = liens.courriel(Geste.BESOIN)
    corps = corps.replace("En quelques mots : ", "En quelques mots : une échelle, appeler M. Haddad")
    ident, idee = lire(
        pret,
        courriel(corps, objet=objet),
        courriel("Un bal le dimanche", objet="J'ai une idée d'activité [idee]", ident="<2@x>"),
    )
    assert "une échelle" in pret.faire("courrier", "voir", ident).sortie
    assert (
        "désigne une personne du registre"
        in pret.faire("courrier", "accepter", ident, "--creer", code=1).erreurs
    )
    pret.faire("courrier", "accepter", ident, "--texte", "Une échelle")
    pret.faire("courrier", "accepter", idee)
    assert "Une échelle" in pret.faire("accueil", "besoin", "liste").sortie
    assert "Un bal le dimanche" in pret.faire("prog", "boite").sortie
    assert "haddad" not in objets(pret)


def test_un_mot_libre_se_lit_se_classe_et_s_oublie(pret: Lieu, tmp_path: Path) -> None:
    ines = pret.id("accueil", "personne", "creer", "Inès Diallo", "--courriel", "ines@exemple.org")
    secret = "Je suis malade, ne le dites pas"
    recus = (courriel(secret, objet="Bonjour"), courriel(secret, de="i@exemple.org", ident="<2@x>"))
    ident = lire(pret, *recus)[0]
    assert secret in pret.faire("courrier", "voir", ident).sortie
    # L'autre fut lu avant qu'on ne sache que cette adresse est aussi la sienne.
    pret.faire("accueil", "personne", "modifier", ines, "--courriel", "i@exemple.org")
    assert secret not in pret.git("log", "-p", "--all")
    pret.faire("donnees", "exporter", ines, "--vers", str(tmp_path / "ines"))
    assert secret in (tmp_path / "ines/donnees.md").read_text("utf-8")
    pret.faire("donnees", "effacer", ines, "--oui")
    registre = Lieu(pret.racine / "registre")
    assert secret.casefold() not in objets(registre)
    assert "Diallo" not in pret.faire("courrier", "liste").sortie
    # Le même courriel n'est pas lu deux fois, même oublié.
    assert lire(pret, *recus) == []


def test_un_courriel_clos_d_un_inconnu_s_oublie_en_le_nommant_par_son_adresse(pret: Lieu) -> None:
    """L'histoire du registre garde ce texte ; effacer qui l'a écrit l'en ôte (ADR 0008)."""
    secret = "Je suis malade, ne le dites pas"
    (ident,) = lire(pret, courriel(secret, objet="Bonjour"))
    pret.faire("courrier", "classer", ident)
    registre = Lieu(pret.racine / "registre")
    assert secret.casefold() in objets(registre)
    ines = pret.id("accueil", "personne", "creer", "Inès Diallo", "--courriel", "ines@exemple.org")
    pret.faire("donnees", "effacer", ines, "--oui")
    assert secret.casefold() not in objets(registre) and "exemple.org" not in objets(registre)


def test_une_adresse_partagee_demande_qui(pret: Lieu, atelier: str) -> None:
    for nom in ("Léa Diallo", "Moussa Diallo"):
        pret.faire("accueil", "personne", "creer", nom, "--courriel", "famille@exemple.org")
    (ident,) = lire(pret, inscription(atelier, "Famille"))
    assert "--de" in pret.faire("courrier", "accepter", ident, code=2).erreurs
    assert "Léa : inscrit·e" in pret.faire("courrier", "accepter", ident, "--personne", "@léa").sortie


def test_les_pieces_jointes_ne_sortent_que_si_on_le_demande(pret: Lieu, tmp_path: Path) -> None:
    recu = tmp_path / "piece.eml"
    jointe = partie(
        "application/pdf", "%PDF-1.4", 'Content-Disposition: attachment; filename="../../plan.pdf"'
    )
    recu.write_bytes(parties("multipart/mixed", [partie("text/plain", "Voici"), jointe], objet="Plan"))
    assert "1 pièce jointe" in pret.faire("courrier", "lire", str(recu)).sortie
    pret.faire("courrier", "pieces", str(recu), "--vers", str(tmp_path / "pieces"))
    assert [f.name for f in (tmp_path / "pieces").iterdir()] == ["-..-plan.pdf"]


def test_un_courriel_qui_n_arrive_pas_se_dit(pret: Lieu, tmp_path: Path) -> None:
    pret.faire("accueil", "personne", "creer", "Karim Haddad", "--courriel", "Karim@Exemple.be")
    statut = b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
    statut += b"Final-Recipient: rfc822; karim@exemple.be\nAction: failed\nStatus: 5.1.1\n"
    rebond = parties(
        "multipart/report; report-type=delivery-status",
        [partie("text/plain", "Non remis"), statut],
        de="MAILER-DAEMON@mx.org",
    )
    (tmp_path / "rebond.eml").write_bytes(rebond)
    dit = pret.faire("courrier", "lire", str(tmp_path / "rebond.eml")).sortie
    assert "1 passé : courriel non remis" in dit and "Ne lui arrive plus : Karim (Karim@Exemple.be)" in dit


def test_une_boite_entiere(pret: Lieu, atelier: str, tmp_path: Path) -> None:
    """Une mbox, puis un Maildir, où les mêmes courriels sont aussi."""
    recus = [inscription(atelier, "Ana Lopez"), courriel("x", objet="Automatic reply: x", ident="<abs@x>")]
    mbox = tmp_path / "boite"
    mbox.write_bytes(
        b"".join(b"From x Tue Nov 24 08:10:00 2026\n" + o.replace(b"\r\n", b"\n") + b"\n\n" for o in recus)
    )
    reponse = pret.faire("courrier", "lire", str(mbox), "--json").json
    assert len(reponse["courriers"]) == 1
    assert reponse["passes"] == [{"raison": "réponse d'absence", "combien": 1}]
    maildir = tmp_path / "Maildir"
    for sous in ("cur", "new", "tmp"):
        (maildir / sous).mkdir(parents=True)
    for rang, o in enumerate(recus):
        (maildir / "new" / f"{rang}.hote").write_bytes(o)
    relu = pret.faire("courrier", "lire", str(maildir), "--json").json["passes"]
    assert {p["raison"] for p in relu} == {"réponse d'absence", "déjà lu"}
    assert sorted(f.name for f in (maildir / "new").iterdir()) == ["0.hote", "1.hote"]


@pytest.mark.parametrize(
    ("mots", "phrase"),
    [
        (("lire",), "Quel courrier lire ?"),
        (("lire", "absent.eml"), "Il n'y a pas de courrier dans absent.eml"),
        (("lire", "outlook.msg"), "format d'Outlook"),
        (("lire", "--imap", "imap.exemple.be"), "Quel compte lire ?"),
        (("voir", "c-rien"), "Aucune fiche « c-rien » (courrier)"),
    ],
)
def test_un_refus_dit_le_fait_et_le_remede(
    lieu: Lieu, tmp_path: Path, mots: tuple[str, ...], phrase: str
) -> None:
    (tmp_path / "outlook.msg").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 20)
    assert phrase in lieu.faire("courrier", *mots, code=2).erreurs


def test_tab_propose_les_courriers_qui_attendent(pret: Lieu) -> None:
    (ident,) = lire(pret, courriel("Bonjour", objet="Une question"))
    groupe = aide.batir(app)
    ctx = Context(groupe, obj=Poste(dossier=pret.racine, genres=GENRES))
    parametre = next(p for p in TOUTES["courrier", "voir"].params if p.name == "courrier")
    assert [(x.value, x.help) for x in parametre.shell_complete(ctx, "")] == [(ident, "Une question")]


def test_un_courrier_qui_ne_cite_personne_se_voit(pret: Lieu) -> None:
    (ident,) = lire(pret, courriel("Bonjour", objet="Une question"))
    fichier = pret.racine / f"registre/courriers/{ident}.yaml"
    fichier.write_text(fichier.read_text("utf-8") + "de: p-zzzzzz\n", "utf-8")
    assert "« p-zzzzzz » n'est personne du registre" in pret.faire("verifier", code=1).sortie


@given(objet=st.text(max_size=300), texte=st.text(max_size=300), nom=st.text(max_size=60))
def test_rien_de_ce_qu_il_ecrit_n_entre_dans_les_en_tetes(objet: str, texte: str, nom: str) -> None:
    lu = lecture.lire(courriel(texte, objet=objet.replace("\n", "\r\n "), de=f"{nom} <a@b.be>"))
    x = Courrier(id=lu.ident, recu=date(2026, 11, 24), objet=lu.objet, texte=lu.texte, message=lu.message)
    maison = reponse.Maison(nom=lu.nom or "La Passerelle", adresse="bonjour@passerelle.be", domaine="p.be")
    corps = reponse.corps(x, lu.nom, maison, "Oui.")
    octets = reponse.brouillon(x, "a@b.be", maison, corps, datetime(2026, 11, 24, 9, tzinfo=UTC))
    relu = email.message_from_bytes(octets)
    assert sorted(relu.keys()) == sorted({*relu.keys()})
    assert set(relu.keys()) <= PERMIS
    assert relu["To"] == "a@b.be" and "\n" not in relu["Subject"]
    (encore,) = [lecture.lire(octets)]
    assert encore.fil[:1] == (lu.message,) if lu.message.startswith("<") else not encore.fil


def test_au_terminal_on_accepte_d_une_touche(
    pret: Lieu, atelier: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vrai = Ecran.du_terminal

    def au_terminal(*mots: object) -> Ecran:
        ecran = vrai(*mots)  # type: ignore[arg-type]
        ecran.interactif = True
        return ecran

    monkeypatch.setattr(Ecran, "du_terminal", staticmethod(au_terminal))
    recus = tmp_path / "recus"
    recus.mkdir()
    for rang, nom in enumerate(("Ana Lopez", "Bob Mertens")):
        (recus / f"{rang}.eml").write_bytes(inscription(atelier, nom))
    # Oui, l'accepter ; oui, l'enregistrer ; puis non.
    dit = pret.faire("courrier", "lire", str(recus), entree="o\no\nn\n").sortie
    assert "L'accepter ?" in dit and "Ana : inscrit·e" in dit and "Bob : inscrit·e" not in dit
    assert "1 à traiter, 1 à répondre" in pret.faire("courrier", "liste").sortie


def test_un_autre_dans_le_fil_n_est_pas_le_demandeur(pret: Lieu, atelier: str) -> None:
    premier, suite = lire(
        pret,
        inscription(atelier, "Ana Lopez"),
        courriel(
            "Elle ne viendra pas, j'annule.",
            de="Bob <bob@exemple.org>",
            ident="<b@x>",
            In_Reply_To="<ana@exemple.org>",
            le="Tue, 24 Nov 2026 08:20:00 +0100",
        ),
    )
    assert "dont on ne sait pas encore" in pret.faire("courrier", "accepter", suite, code=2).erreurs
    pret.faire("courrier", "accepter", premier, "--creer")
    assert "Ana (écrit par Bob) · mardi 24 novembre · ne plus venir" in pret.faire("courrier", "liste").sortie
    assert "Ana n'est plus sur la liste" in pret.faire("courrier", "accepter", suite).sortie
    assert [p["nom"] for p in pret.faire("accueil", "personne", "liste", "--json").json] == ["Ana Lopez"]


@pytest.mark.parametrize(
    "dits", [(), ("--quoi",), ("--quand",), ("--combien",), ("--texte",), ("--combien", "--quand")]
)
def test_ce_qui_manque_s_ajoute_a_ce_qu_on_a_dit(pret: Lieu, dits: tuple[str, ...]) -> None:
    """Collées l'une après l'autre, les commandes proposées mènent au bout, et rien de dit ne s'y perd."""
    valeurs = {"--quoi": "salle du rez", "--quand": "jeu 14h-16h", "--combien": "7", "--texte": "chorale"}
    objet, corps = liens.courriel(Geste.SALLE, "", "")
    (ident,) = lire(pret, courriel(corps, objet=objet))
    mots = ["courrier", "accepter", ident, *(mot for dit in dits for mot in (dit, valeurs[dit]))]
    for _ in range(3):
        reponse = lancer("--lieu", str(pret.racine), *mots)
        if not reponse.code:
            break
        propose = re.search(
            r": (tl .*? courrier accepter .*?)(?: ; ou dire qui.*)?$", reponse.erreurs, re.MULTILINE
        )
        assert propose, reponse.erreurs
        mots = ["salle du rez" if mot == "SALLE" else mot for mot in shlex.split(propose[1])[3:]]
        assert all(f"{dit} {valeurs[dit]}" in " ".join(mots) for dit in dits)
    assert not reponse.code, mots
    (fiche,) = pret.racine.glob("espace/reservations/**/*.yaml")
    posee = fiche.read_text("utf-8")
    assert ("personnes: 7" in posee) is ("--combien" in dits) and ("chorale" in posee) is ("--texte" in dits)
