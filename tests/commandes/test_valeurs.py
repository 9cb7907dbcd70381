"""Une valeur se tape comme elle se montre, partout ; une valeur inconnue d'un filtre est refusée."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from repertoire import TOUTES
from soutien import Lieu, lancer
from typer._click.core import Command

from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import _Choix
from tiers_lieu_cli.noyau.texte import clef, pluriel, sans_accent

FERMEES = [(m, p) for m, commande in TOUTES.items() for p in commande.params if isinstance(p.type, _Choix)]
#: Du texte qu'une lecture met en tête de page, ou un moment : rien n'y est filtré.
LIBRES = {"titre", "sortie", "vers", "format", "clef", "fichier"}
METIERS = {"accueil", "prog", "espace", "stock", "convention", "journal", "bilan"}


def facons(montree: str) -> Iterator[str]:
    """Sans accent, en capitales, au singulier, au pluriel, avec des blancs."""
    yield from (montree, montree.upper(), montree.capitalize(), sans_accent(montree))
    yield montree.replace("-", " ")
    yield "-".join(pluriel(mot) if len(mot) > 1 else mot for mot in montree.split("-"))
    yield "-".join(map(valeurs.singulier, clef(montree).split("-")))


def test_une_liste_fermee_se_retape_comme_elle_se_montre() -> None:
    for mots, param in FERMEES:
        montrees = {choix: param.type.normalize_choice(choix, None) for choix in param.type.choices}
        for choix, montree in montrees.items():
            for facon in facons(montree):
                assert param.type.convert(facon, param, None) == choix, (mots, param.opts, facon)
        with pytest.raises(ErreurUsage) as refus:
            param.type.convert("zzz", param, None)
        assert all(montree in refus.value.remede for montree in montrees.values()), (mots, param.opts)
    assert len(FERMEES) > 60


def filtres() -> Iterator[tuple[tuple[str, ...], str]]:
    """Chaque option d'une lecture qui attend un mot."""
    for mots, commande in TOUTES.items():
        options = {option for param in commande.params for option in param.opts}
        if mots[0] in METIERS and "--essai" not in options and not _exige(commande):
            for param in commande.params:
                texte = param.type.name in ("str", "text", "choice")
                if param.param_type_name == "option" and texte and param.name not in LIBRES:
                    yield mots, param.opts[0]


def _exige(commande: Command) -> bool:
    return any(param.required for param in commande.params)


def test_un_filtre_inconnu_est_refuse_avec_ce_qui_est_possible(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    vus = 0
    for mots, option in filtres():
        reponse = lancer("--lieu", str(lieu.racine), *mots, option, "zzz-inconnu")
        assert reponse.code == 2, (mots, option, reponse)
        assert "zzz-inconnu" in reponse.erreurs, (mots, option, reponse)
        vus += 1
    assert vus > 50


@pytest.fixture
def plein(lieu: Lieu) -> Lieu:
    lieu.faire("espace", "salle", "creer", "s1", "--nom", "Grande salle", "--equipement", "vidéoprojecteur")
    lieu.faire("espace", "cle", "creer", "c1", "--nom", "Clé de la cave", "--ouvre", "grande salle")
    lieu.faire("stock", "objet", "creer", "Échelle", "--place", "étagère B")
    lieu.faire(
        "prog", "serie", "creer", "Chorale d'été", "--regle", "chaque mardi 19h-21h", "--du", "demain",
        "--etiquette", "fête", "--public", "benevoles", "--salle", "GRANDE SALLE", "--langue", "fr",
    )  # fmt: skip
    lieu.faire("prog", "evenement", "creer", "AG", "--quand", "samedi 10h-12h")
    lieu.faire("prog", "evenement", "creer", "Massage", "--quand", "samedi 14h-15h")
    lieu.faire("prog", "service", "creer", "Prêt d'outils")
    lieu.faire("convention", "partenaire", "creer", "Comité du Pont")
    lieu.faire("accueil", "besoin", "creer", "Garder un bébé", "--public", "Bénévole", "--theme", "bébés")
    return lieu


RETAPEES = [
    ("espace salle fiche", "Grande salle|GRANDE SALLE|grande-salle|grandes salles|s1|S1"),
    ("espace cle fiche", "Clé de la cave|cle de la cave|C1|cave"),
    ("stock objet fiche", "Échelle|echelle|ECHELLE|échelles"),
    ("prog serie fiche", "Chorale d'été|chorale d’ete|Chorales|CHORALE"),
    ("prog evenement fiche", "AG|ag|Ag"),
    ("prog service fiche", "Prêt d'outils|pret d'outil|PRÊT"),
    ("convention partenaire fiche", "Comité du Pont|comite du pont|COMITÉ"),
    ("accueil besoin fiche", "Garder un bébé|garder un bebe|bébé"),
    ("prog semaine --du 1/12 --etiquette", "fête|fete|FÊTES"),
    ("prog semaine --du 1/12 --public", "bénévoles|benevoles|Bénévole|BENEVOLE"),
    ("prog semaine --du 1/12 --salle", "Grande salle|grande"),
    ("espace libre --quand mardi --avec", "vidéoprojecteur|Videoprojecteurs|projecteur"),
    ("espace reserver s1 jeudi_14h-16h --essai --objet réunion --pour", "Bénévoles|riverain|MEMBRES"),
    ("espace fermer --du lundi --au mardi --motif x --essai", "Grande salle|s1"),
    ("stock objet liste --place", "étagère B|ETAGERE B|etageres b"),
    ("accueil besoin liste --theme", "bébés|bebe|BÉBÉ"),
    ("accueil besoin liste --public", "bénévoles|benevole"),
    ("accueil passage --essai", "bénévoles|BENEVOLE"),
    ("accueil personne creer Léa --essai --public", "bénévole|Benevoles"),
    ("accueil personne creer Léa --essai --accepte", "Lettre|mise en lien|Photos"),
]


def test_ce_qui_se_montre_se_retape(plein: Lieu) -> None:
    for mots, facons in RETAPEES:
        vues = set()
        for facon in facons.split("|"):
            reponse = plein.faire(*(mot.replace("_", " ") for mot in mots.split()), facon)
            assert "Aucun" not in reponse.sortie, (mots, facon)
            assert "Rien" not in reponse.sortie or "Essai" in reponse.sortie, (mots, facon)
            vues.add(reponse.sortie)
        if "--essai" not in mots and "libre" not in mots:
            assert len(vues) == 1, vues


def test_un_public_a_ses_accents_partout_meme_ecrit_sans(lieu: Lieu) -> None:
    """Une fiche et un lieu.yaml d'avant les accents : rien ne montre plus « benevoles », rien n'est perdu."""
    reglages = lieu.racine / "lieu.yaml"
    reglages.write_text(reglages.read_text("utf-8").replace("bénévoles", "benevoles"), "utf-8")
    lieu.poser("accueil/passages/2026/11/2026-11-24-0900-benevoles-2345.yaml",
        "moment: 2026-11-24T09:00\npublic: benevoles\nnombre: 2\n")  # fmt: skip
    lieu.faire("accueil", "passage", "bénévole")
    lieu.faire("accueil", "personne", "creer", "Léa", "--public", "benevoles")
    compte = lieu.faire("accueil", "passages", "--json").json["compte"]["par_public"]
    assert compte == {"bénévoles": 3}
    for mots in (
        "accueil passages",
        "accueil presents",
        "accueil personne liste",
        "accueil personne fiche @léa",
    ):
        dit = lieu.faire(*mots.split()).sortie
        assert "benevole" not in dit, dit
        assert "énévole" in dit, dit
    assert lieu.faire("verifier").code == 0
