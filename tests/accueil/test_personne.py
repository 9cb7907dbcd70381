"""Les personnes, par les vraies commandes."""

from __future__ import annotations

import pytest
from soutien import Lieu, git

PERSONNE = ("accueil", "personne")


def test_dix_secondes_puis_le_reste(lieu: Lieu) -> None:
    ident = lieu.id(*PERSONNE, "creer", "Karim Haddad")
    lieu.faire(*PERSONNE, "modifier", "@karim", "--telephone", "0470 12 34 56", "--accepte", "lettre")
    lieu.faire(*PERSONNE, "creer", "Zoé Haddad", "--mineur", "--tuteur", "@karim")
    lieu.faire("journal", "noter", "Vu @karim")
    dit = lieu.faire(*PERSONNE, "fiche", "@karim").sortie
    for attendu in (ident, "0470 12 34 56", "accord lettre", "répond de", "Zoé Haddad", "1 note"):
        assert attendu in dit
    fiche = lieu.faire(*PERSONNE, "fiche", ident, "--json").json
    assert fiche["archive"] == {"journal/notes": 1}
    assert fiche["fiche"]["consentements"] == [{"but": "lettre", "donne": "2026-11-24", "retire": None}]
    assert "Haddad" not in lieu.git("log", "-p", "--all")


def test_un_portrait_ne_nomme_personne_d_autre(lieu: Lieu) -> None:
    lieu.faire(*PERSONNE, "creer", "Karim Haddad")
    creer = (*PERSONNE, "creer", "Léa", "--accepte", "portrait", "--portrait")
    assert "autre personne" in lieu.faire(*creer, "L'amie de Karim Haddad", code=2).erreurs
    lieu.faire(*creer, "Tient la cuisine")


def test_l_ancien_identifiant_designe_toujours(lieu: Lieu) -> None:
    ancien = lieu.id(*PERSONNE, "creer", "Lea Dhondt", "--surnom", "lea")
    lieu.faire("journal", "noter", f"Vu @{ancien}")
    garde = lieu.id(*PERSONNE, "creer", "Léa D'Hondt", "--surnom", "dhondt")
    propose = " ".join(lieu.faire(*PERSONNE, "doublons").sortie.split())
    assert "fusionner @Lea-D @dhondt" in propose or "fusionner @dhondt @Lea-D" in propose
    refus = lieu.faire(*PERSONNE, "fusionner", garde, ancien, code=2).erreurs
    assert "fusionner @dhondt @Lea-D --oui" in refus
    lieu.faire(*PERSONNE, "fusionner", garde, ancien, "--oui")
    assert "Vu dhondt" in lieu.faire("journal", "jour").sortie
    lieu.faire("journal", "noter", f"Encore @{ancien}")
    assert garde in lieu.git("log", "-1", "-p")
    assert lieu.faire(*PERSONNE, "fiche", ancien, "--json").json["fiche"]["id"] == garde
    assert lieu.faire(*PERSONNE, "fiche", garde, "--json").json["archive"] == {"journal/notes": 2}
    assert lieu.faire("verifier").code == 0
    assert "Personne ne semble" in lieu.faire(*PERSONNE, "doublons").sortie
    encore = lieu.id(*PERSONNE, "creer", "Léa")
    lieu.faire(*PERSONNE, "fusionner", encore, garde, "--oui")
    assert lieu.faire(*PERSONNE, "fiche", ancien, "--json").json["fiche"]["id"] == encore
    lieu.faire("defaire", "--oui")
    assert lieu.faire(*PERSONNE, "fiche", ancien, "--json").json["fiche"]["id"] == garde


def test_un_enfant_et_qui_repond_de_lui_ne_se_reunissent_pas(lieu: Lieu) -> None:
    parent = lieu.id(*PERSONNE, "creer", "Karim Haddad")
    enfant = lieu.id(*PERSONNE, "creer", "Zoé Haddad", "--mineur", "--tuteur", parent)
    assert "deux personnes" in lieu.faire(*PERSONNE, "fusionner", parent, enfant, "--oui", code=2).erreurs


@pytest.mark.parametrize(
    ("nom", "montre"),
    [
        ("Léa D'Hondt", "Léa D'Hondt"),
        ("Marie-Ange Van de Velde", "Marie-Ange Van de Velde"),
        ("👩‍🔧 O'Brien", "O'Brien"),
        ("محمد علي", "محمد علي"),
        ("x" * 120, "x" * 120),
        ("Ali\u202egnirts", "Ali\\u202egnirts"),
        ("- : # [gras]", "- : # [gras]"),
    ],
)
def test_tout_nom_vit_dans_l_outil(lieu: Lieu, nom: str, montre: str) -> None:
    ident = str(lieu.faire(*PERSONNE, "creer", "--json", "--", nom).json["id"])
    for mots in (("liste",), ("chercher", ident[:2] if nom.startswith("-") else nom), ("fiche", ident)):
        sortie = lieu.faire(*PERSONNE, *mots).sortie
        assert "\u202e" not in sortie
        if mots[0] != "chercher":
            assert montre in sortie
    lieu.faire("journal", "noter", f"Vu @{ident}")
    assert lieu.faire("verifier").code == 0
    assert nom not in lieu.git("log", "-p", "--all")
    assert ident in git(lieu.racine / "registre", "ls-files")


@pytest.mark.parametrize("nom", ["\x1b[31mRouge", "a\nb\x07", "", "x" * 121])
def test_un_nom_qui_piloterait_le_terminal_est_refuse(lieu: Lieu, nom: str) -> None:
    refus = lieu.faire(*PERSONNE, "creer", nom, code=2)
    assert "\x1b" not in refus.erreurs
    assert "\x07" not in refus.erreurs


def test_sans_registre_une_seule_phrase(lieu: Lieu) -> None:
    (lieu.racine / "registre").rename(lieu.racine.with_name("ailleurs"))
    for mots in (
        ("creer", "Léa"),
        ("modifier", "@lea", "--nom", "x"),
        ("fiche", "@lea"),
        ("fusionner", "a", "b"),
    ):
        assert "registre" in lieu.faire(*PERSONNE, *mots, code=2).erreurs
    for mots in (("liste",), ("chercher", "lea"), ("doublons",)):
        lieu.faire(*PERSONNE, *mots)


def test_un_lien_casse_du_registre_est_dit(lieu: Lieu) -> None:
    lieu.faire(*PERSONNE, "creer", "Karim")
    ident = lieu.id(*PERSONNE, "creer", "Zoé", "--mineur", "--tuteur", "@karim")
    fiche = lieu.racine / f"registre/personnes/{ident}.yaml"
    lignes = [mot for mot in fiche.read_text("utf-8").splitlines() if not mot.startswith("tuteur")]
    fiche.write_text("\n".join([*lignes, "tuteur: p-zzzzzz"]) + "\n", "utf-8")
    dit = lieu.faire("verifier", code=1).sortie
    assert f"registre/personnes/{ident}.yaml, ligne {len(lignes) + 1}" in dit
    assert "n'est personne du registre" in dit


def test_le_registre_se_regarde_tel_qu_il_etait_autant_qu_il_se_peut(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    creer = ("accueil", "personne", "creer")
    karim = lieu.id(*creer, "Karim Haddad", "--public", "riverains")
    mina = lieu.id(*creer, "Aminata Sow")
    modifier = ("accueil", "personne", "modifier")
    lieu.faire(*modifier, mina, "--nom-public", "Mina")
    nom = lieu.id("prog", "evenement", "creer", f"Concert de @{mina}", "--quand", "demain 20h-22h")
    zoe = lieu.id(*creer, "Zoé Leclercq")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-25T10:00+01:00")
    lieu.faire(*modifier, karim, "--nom", "Karim Benali", "--surnom", "kb", "--public", "membres")
    lieu.faire(*modifier, mina, "--retire", "nom-public")
    lieu.faire(*creer, "Paul Dumont")
    lieu.faire("donnees", "effacer", zoe, "--oui")
    alors = lieu.faire("--au", "24/11", "accueil", "personne", "liste")
    assert "telles que le registre les disait alors, sauf 1 effacée depuis" in alors.erreurs
    assert "Karim Haddad" in alors.sortie
    assert "riverains" in alors.sortie
    assert not any(nom in alors.sortie for nom in ("Benali", "Paul", "Zoé"))
    assert lieu.faire("--au", "24/11", "accueil", "personne", "chercher", "haddad").sortie
    publique = lieu.faire("--au", "24/11", "prog", "evenement", "fiche", nom, "--json").sortie
    assert "Mina" not in publique
    assert "Zoé" not in lieu.faire("--au", "24/11", "accueil", "personne", "fiche", zoe, code=None).sortie
    assert "alors" not in lieu.faire("accueil", "personne", "liste").erreurs


def test_deux_karim_ne_se_confondent_nulle_part(lieu: Lieu) -> None:
    """Créer l'homonyme le dit et les distingue ; ensuite, le prénom seul est refusé avec de quoi coller."""
    lieu.faire(*PERSONNE, "creer", "Karim Haddad")
    dit = lieu.faire(*PERSONNE, "creer", "Karim Diallo").sortie
    assert "Karim Haddad se cite @Karim-H ; Karim Diallo, @Karim-D" in dit
    avant = lieu.signature()
    for mots in (
        ("journal", "noter", "Vu @karim, dit « karim »"),
        ("accueil", "passage", "@karim"),
        ("accueil", "suivi", "noter", "karim", "Appelé"),
        ("accueil", "personne", "modifier", "@karim", "--telephone", "0470 12 34 56"),
        ("espace", "reserver", "salle-du-rez", "jeu 14h-16h", "--objet", "réunion", "--pour", "Karim"),
        ("donnees", "exporter", "@karim"),
    ):
        erreurs = lieu.faire(*mots, code=2).erreurs
        for mention in ("@Karim-H", "@Karim-D"):
            assert sum(mention in ligne and "tl" in ligne for ligne in erreurs.splitlines()) == 1, erreurs
    assert lieu.signature() == avant
    erreurs = lieu.faire("journal", "noter", "Vu @karim, dit « karim »", code=2).erreurs
    assert "noter 'Vu @Karim-H, dit « karim »'" in erreurs


def test_la_meme_personne_n_entre_pas_deux_fois(lieu: Lieu) -> None:
    lieu.faire(*PERSONNE, "creer", "Karim Haddad")
    lieu.faire(*PERSONNE, "creer", "Amina Sow")
    lieu.faire("accueil", "passage", "@karim", "@karim")
    assert "Karim est déjà là" in lieu.faire("accueil", "passage", "@karim").sortie
    dit = lieu.faire("accueil", "passage", "@karim", "@amina", "riverains", "2").sortie
    assert "Karim est déjà là" in dit
    assert "4 passages" in dit
    lieu.faire("accueil", "depart", "@karim")
    assert "5 passages" in lieu.faire("accueil", "passage", "@karim").sortie
