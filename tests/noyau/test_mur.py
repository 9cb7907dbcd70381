"""Le mur, mesuré dans les deux sens : ce qu'il attrape, ce qu'il laisse passer."""

from __future__ import annotations

import random
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phrases_du_mur import (
    A_ATTRAPER,
    AVERTIS,
    COURRIELS,
    DOUTEUX,
    GENS,
    IBANS,
    INNOCENTES,
    MONTANTS,
    NOMS,
    PUBLICS,
    SEULS,
    TELEPHONES,
)

from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.annuaire import Entree
from tiers_lieu_cli.noyau.gens.contacts import cle_courriel, comptes
from tiers_lieu_cli.noyau.gens.montants import montants, sans_montant
from tiers_lieu_cli.noyau.gens.mur import Detecteur, Indice, Sorte
from tiers_lieu_cli.noyau.gens.noms import Certitude
from tiers_lieu_cli.noyau.gens.personnes import Personne

PERSONNES = [
    Personne(id=f"p-{rang:06}", nom=nom, surnom=surnom, courriel=courriel, telephone=telephone)
    for rang, (nom, surnom, courriel, telephone) in enumerate(GENS)
]
DETECTEUR = Detecteur(PERSONNES, publics=PUBLICS)
#: Ce que chaque liste contient, et ce qu'on y attrape sans avoir à demander.
SURS = {NOMS: Sorte.NOM, COURRIELS: Sorte.COURRIEL, TELEPHONES: Sorte.TELEPHONE}
SURS |= {IBANS: Sorte.IBAN, MONTANTS: Sorte.MONTANT}


def certitude(texte: str, detecteur: Detecteur = DETECTEUR) -> Certitude | None:
    return min((i.certitude for i in detecteur.trouver(texte)), default=None)


def test_la_mesure_est_assez_large() -> None:
    assert len(A_ATTRAPER) >= 250 and len(INNOCENTES) >= 250
    assert len(set(A_ATTRAPER)) == len(A_ATTRAPER) and len(set(INNOCENTES)) == len(INNOCENTES)


@pytest.mark.parametrize("texte", [*A_ATTRAPER, *DOUTEUX])
def test_ce_qui_nomme_est_refuse_ou_demande(texte: str) -> None:
    assert certitude(texte) in (Certitude.SUR, Certitude.DEMANDER)


@pytest.mark.parametrize("texte", INNOCENTES)
def test_une_phrase_ordinaire_passe_sans_question(texte: str) -> None:
    assert certitude(texte) in (None, Certitude.AVERTIR), list(DETECTEUR.trouver(texte))


@pytest.mark.parametrize("formes", list(SURS))
def test_dix_neuf_fois_sur_vingt_il_n_y_a_rien_a_demander(formes: tuple[str, ...]) -> None:
    sures = [f for f in formes if any(i.sur and i.sorte is SURS[formes] for i in DETECTEUR.trouver(f))]
    assert len(sures) >= 0.94 * len(formes), set(formes) - set(sures)


@pytest.mark.parametrize("texte", SEULS)
def test_un_prenom_seul_fait_demander(texte: str) -> None:
    assert certitude(texte) is Certitude.DEMANDER
    assert all(i.sorte is Sorte.PRENOM for i in DETECTEUR.trouver(texte))


@pytest.mark.parametrize("texte", AVERTIS)
def test_un_prenom_qui_est_un_mot_avertit(texte: str) -> None:
    assert certitude(texte) is Certitude.AVERTIR


#: « @mot », que seul l'écran devrait montrer ainsi ; « @léa » en désigne deux.
MENTIONS = {
    "Vu @karim": Certitude.SUR,
    "(@KARIM)": Certitude.SUR,
    "@Karim-Haddad,": Certitude.SUR,
    "@lolotte et @ØRSTED": Certitude.SUR,
    "&#64;karim": Certitude.SUR,
    "\uff20karim": Certitude.SUR,
    "@amrani": Certitude.SUR,
    "@rose": Certitude.SUR,
    "Vu @léa": Certitude.DEMANDER,
    "@p-000000 et @p-7k2mq9": None,
    "@media (print)": None,
    "@de": None,
    "@le": None,
    "@": None,
}


@pytest.mark.parametrize("texte", MENTIONS)
def test_une_mention_qui_n_est_pas_un_identifiant_designe_quelqu_un(texte: str) -> None:
    assert certitude(texte) is MENTIONS[texte]
    annuaire = Detecteur([Entree.de(p) for p in PERSONNES], publics=PUBLICS)
    assert list(annuaire.trouver(texte)) == list(DETECTEUR.trouver(texte))


@pytest.mark.parametrize("texte", [*A_ATTRAPER, *DOUTEUX, *AVERTIS, *INNOCENTES, *MENTIONS])
def test_le_tri_rapide_ne_se_tait_jamais_a_tort(texte: str) -> None:
    if any(True for _ in DETECTEUR.trouver(texte)):
        assert DETECTEUR.suspect(texte.encode("utf-8", "replace"))


bouts = st.one_of(
    st.sampled_from((*A_ATTRAPER, *AVERTIS, *INNOCENTES, *MENTIONS)),
    st.text(max_size=8),
    st.sampled_from(
        [" ", "-", "\n", ".", ", ", "@", "\u00ad", "%20", "&eacute;", "€", "0", "\\xe9", "et ", "l'"]
    ),
    st.sampled_from(
        [
            "\n.\n",
            "2026-01-10",
            "2026-01-10T12:31",
            "p-7k2mq9",
            " @p-7k2mq9",
            ". Rien",
            " point be",
            "04",
            "70",
            "12 34 56",
            "/2026/03/2026-03-12-",
        ]
    ),
)


@given(st.lists(bouts, max_size=6).map("".join))
def test_le_tri_rapide_ne_se_tait_jamais_a_tort_sur_un_melange(texte: str) -> None:
    octets = texte.encode("utf-8", "replace")
    if any(True for _ in DETECTEUR.trouver(octets.decode())):
        assert DETECTEUR.suspect(octets)


@given(st.lists(st.lists(bouts, max_size=4).map("".join), max_size=8))
def test_lus_d_un_coup_les_memes_textes_sont_suspects(textes: list[str]) -> None:
    lus = [texte.encode("utf-8", "replace") for texte in textes]
    attendus = {
        rang for rang, octets in enumerate(lus) if any(True for _ in DETECTEUR.trouver(octets.decode()))
    }
    assert attendus <= {*DETECTEUR.suspects(lus)}


@pytest.mark.parametrize("texte", ["Fatima Zahra Benalib", "Vu FATIMA ZAHRA", "LAnA"])
def test_un_prenom_en_deux_mots_ou_colle_n_echappe_pas_au_tri(texte: str) -> None:
    assert any(True for _ in DETECTEUR.trouver(texte))
    assert DETECTEUR.suspects([b"rien", texte.encode()]) == [1]


@pytest.mark.parametrize(
    "texte",
    [
        "Vu le 01 p-7k2mq9 ici",
        "Vu @p-7k2mq9.\nnom: Cour",
        "Vu @p-7k2mq9. Com",
        "Le 04 p-000000",
        "12/01 concert-du-0x4k 02",
    ],
)
def test_un_identifiant_n_est_la_suite_ni_d_un_numero_ni_d_une_adresse(texte: str) -> None:
    assert not list(DETECTEUR.trouver(texte))


@pytest.mark.parametrize("suite", ["Had-\ndad est passé", "HADDAD", "x=Haddad", "\\x48addad", "Haddad\\"])
def test_un_nom_coupe_dans_un_texte_et_entier_dans_un_autre(suite: str) -> None:
    lus = [b"Le four de Karim Haddad", f"Karim {suite}".encode(), b"rien du tout"]
    assert DETECTEUR.suspects(lus)[:2] == [0, 1]


@given(st.lists(bouts, max_size=6).map("".join))
def test_ce_qu_on_cite_est_ecrit_dans_le_texte(texte: str) -> None:
    for indice in DETECTEUR.trouver(texte):
        assert indice.extrait and indice.extrait in texte


@given(st.lists(st.sampled_from(A_ATTRAPER), min_size=20, max_size=30))
def test_un_registre_range_d_un_bloc_trouve_comme_un_registre_parcouru(textes: list[str]) -> None:
    ranges = Detecteur(PERSONNES, publics=PUBLICS)
    for texte in textes:
        parcouru = Detecteur(PERSONNES, publics=PUBLICS)
        assert list(ranges.trouver(texte)) == list(parcouru.trouver(texte))


def test_l_annuaire_reconnait_comme_le_registre() -> None:
    annuaire = Detecteur([Entree.de(p) for p in PERSONNES], publics=PUBLICS)
    for texte in A_ATTRAPER:
        assert list(annuaire.trouver(texte)) == list(DETECTEUR.trouver(texte))


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Vu Karim Haddad.", Indice("Karim Haddad", "p-000000", Sorte.NOM)),
        ("Vu L&eacute;a D&#39;Hondt !", Indice("L&eacute;a D&#39;Hondt", "p-000002", Sorte.NOM)),
        ('"Elif Y\\u0131ld\\u0131z"', Indice("Elif Y\\u0131ld\\u0131z", "p-000013", Sorte.NOM)),
        ("le 0470/12.34.56,", Indice("0470/12.34.56", "p-000000", Sorte.TELEPHONE)),
        ("à KARIM@exemple.be.", Indice("KARIM@exemple.be", "p-000000", Sorte.COURRIEL)),
        ("(x@y.be)", Indice("x@y.be", "", Sorte.COURRIEL)),
        ("coûte 12,50 € pièce", Indice("12,50 €", "", Sorte.MONTANT)),
        ("vu Zoé", Indice("Zoé", "p-000012", Sorte.PRENOM, Certitude.DEMANDER)),
        ("Rose", Indice("Rose", "p-000005", Sorte.PRENOM, Certitude.AVERTIR)),
    ],
)
def test_un_indice_dit_ce_qui_est_ecrit_et_qui_c_est(texte: str, attendu: Indice) -> None:
    assert attendu in DETECTEUR.trouver(texte)


@pytest.mark.parametrize("dit", ["Maëlle", "maelle", "MAËLLE"])
def test_un_mot_retenu_n_est_plus_une_personne(dit: str) -> None:
    retenu = Detecteur(PERSONNES, mots={dit})
    assert certitude("La Maëlle est au port", retenu) is None
    assert certitude("Maëlle Le Goff est au port", retenu) is Certitude.SUR
    assert certitude("Karim est au port", retenu) is Certitude.DEMANDER


def test_un_nom_entier_retenu_passe_aussi() -> None:
    assert certitude("rue Pierre Bois", Detecteur(PERSONNES, mots={"Pierre Bois"})) is None


@pytest.mark.parametrize("public", ["info@lapasserelle.be", "+32 2 555 12 12", "be68539007547034"])
def test_ce_que_la_maison_donne_a_tous_passe(public: str) -> None:
    texte = f"écrire à {public}"
    assert certitude(texte, Detecteur(())) is Certitude.SUR
    assert certitude(texte, Detecteur((), publics={public})) is None


@given(st.randoms(use_true_random=False))
def test_un_identifiant_tire_au_sort_n_est_jamais_un_contact(source: random.Random) -> None:
    """Deux lettres, deux chiffres, puis des mots : un sur cent tombait juste, et rien ne s'écrivait."""
    code, jour = identifiants.hasard(source, 4), "2026-11-24"
    empreinte = f"{source.getrandbits(256):064x}"
    fiche = f"evenement: {jour}-chorale-{code}\nrole: accueil\npersonne: p-{code * 2}\nfichier: {empreinte}"
    assert list(Detecteur(()).trouver(f"{fiche}\nmoment: {jour}T08:12\nliens:\n- {jour}-x-{code}\n")) == []


@given(
    source=st.randoms(use_true_random=False),
    avant=st.sampled_from(["", "Reçu par ", "chez ", "Vu le a ", "at ", "(", "l'a dit à «", "@p-222222 et "]),
    apres=st.sampled_from(
        [". Rien", ".Rien", " . Merci", ". Be", " point fr", " (dot) org", ".be.", " @p-333333. Et"]
    ),
)
def test_ce_qui_suit_une_mention_n_est_pas_un_domaine(source: random.Random, avant: str, apres: str) -> None:
    """« Livraison reçue par @p-7k2m9x. Rien d'autre » était pris pour « par arobase … point Rien »."""
    texte = f"{avant}@p-{identifiants.hasard(source, 6)}{apres} d'autre."
    assert list(DETECTEUR.trouver(texte)) == []


@pytest.mark.parametrize("texte", ["karim@p-7k2mq9.be", "vu karim @ p-7k2mq9.be", "@p-7k2mq9 : zoe@ex.be"])
def test_une_adresse_le_reste_pres_d_une_mention(texte: str) -> None:
    assert any(indice.sorte is Sorte.COURRIEL for indice in DETECTEUR.trouver(texte))
    assert DETECTEUR.suspect(texte.encode())


@given(st.randoms(use_true_random=False))
def test_le_code_d_une_fiche_n_est_pas_une_initiale(source: random.Random) -> None:
    """« concert-du-marchand-p7k2 » n'est pas Pierre Marchand ; une fois sur vingt-huit, il l'était."""
    marchand = Detecteur([Personne(id="p-aaaaaa", nom="Pierre Marchand")])
    code = source.choice("23456789") + identifiants.hasard(source, 3)
    code = "".join(source.sample(code, 4))
    if not code.isdigit():
        assert certitude(f"2026-11-24-concert-du-marchand-{code}", marchand) is None
        assert certitude(f"2026-11-24-pierre-marchand-{code}", marchand) is Certitude.SUR


def test_le_code_d_un_pays_devant_une_fiche_n_est_pas_un_compte() -> None:
    codes = (f"{a}{b}{n:02}" for a in ascii_lowercase for b in ascii_lowercase for n in range(100))
    assert [
        code for code in codes if list(comptes(f"x-{code}\nrole: accueil\npersonne: lea, tous les mardis"))
    ] == []


def test_deux_comptes_de_suite_sont_vus_tous_deux() -> None:
    deux = "BE71 0961 2345 6769 et FR14 2004 1010 0505 0001 3M02 606"
    assert [compte.cle for compte in comptes(deux)] == ["BE71096123456769", "FR1420041010050500013M02606"]


def test_les_montants_se_retirent() -> None:
    assert sans_montant("12 € ou 1.200,00 € (vingt euros)") == "{0} ou {0} ({0})".format("(montant retiré)")
    assert list(montants("gratuit")) == []


def test_une_adresse_se_compare_sans_casse_ni_etiquette() -> None:
    assert cle_courriel(" Karim+Lieu@Exemple.BE ") == "karim@exemple.be"
