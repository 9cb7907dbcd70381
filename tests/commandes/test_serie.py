"""Les séries, par la vraie commande : une règle, ses dates, et tout ce qui leur arrive."""

from __future__ import annotations

import re
from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.prog.serie import fiches

CHORALE = ("Chorale", "--regle", "chaque mardi 19h-21h", "--du", "1er décembre")


def creer(lieu: Lieu, *mots: str) -> str:
    return lieu.id("prog", "serie", "creer", *(mots or (*CHORALE, "--salle", "cour")))


def semaine(lieu: Lieu, du: str) -> str:
    return lieu.faire("prog", "semaine", "--du", du).sortie


def test_creer_dit_la_regle_et_la_fiche_se_lit_sans_outil(lieu: Lieu) -> None:
    sortie = lieu.faire("prog", "serie", "creer", *CHORALE).sortie
    assert "chaque mardi, 19:00–21:00, à partir du mardi 1er décembre 2026 (chorale-" in sortie
    (fiche,) = (lieu.racine / "prog/series").iterdir()
    assert fiche.read_text("utf-8") == (
        "titre: Chorale\nrecurrence:\n  regle: FREQ=WEEKLY;BYDAY=TU\n"
        '  du: "2026-12-01"\n  debut: "19:00"\n  fin: "21:00"\n'
    )


def test_une_date_se_voit_dans_la_semaine_et_se_designe_comme_un_evenement(lieu: Lieu) -> None:
    serie = creer(lieu)
    assert "mar 8  19:00–21:00  Chorale  Cour" in semaine(lieu, "2026-12-08")
    assert "Chorale" in semaine(lieu, "2031-12-02")
    assert "Chorale" not in semaine(lieu, "2026-11-24")
    assert lieu.faire("prog", "evenement", "fiche", f"2026-12-08-{serie}", "--json").json["serie"] == serie
    refus = lieu.faire("prog", "evenement", "fiche", serie, code=2).erreurs
    assert "laquelle de ses dates" in refus
    assert "Aucune fiche" in lieu.faire("prog", "evenement", "fiche", f"2026-12-09-{serie}", code=2).erreurs


def test_sauter_rajouter_deplacer_annuler(lieu: Lieu) -> None:
    serie = creer(lieu)
    lieu.faire("prog", "serie", "sauter", serie, "8/12", "15/12", "--motif", "congé")
    assert "Chorale" not in semaine(lieu, "2026-12-08")
    assert "sautée (congé)" in lieu.faire("prog", "serie", "fiche", serie).sortie
    lieu.faire("prog", "serie", "ajouter", serie, "8/12", "24/12")
    assert "Chorale" in semaine(lieu, "2026-12-08")
    assert "jeu 24" in semaine(lieu, "2026-12-24")
    assert "a déjà lieu" in lieu.faire("prog", "serie", "ajouter", serie, "8/12", code=2).erreurs
    lieu.faire("prog", "serie", "deplacer", serie, "8/12", "--quand", "jeudi 20h")
    assert "jeu 10  20:00–22:00  Chorale" in semaine(lieu, "2026-12-08")
    assert "mar 8   19:00–21:00  Chorale · REPORTÉ au jeudi 10 décembre" in semaine(lieu, "2026-12-08")
    assert (
        lieu.faire("prog", "evenement", "fiche", f"2026-12-08-{serie}").sortie.count("jeudi 10 décembre") == 1
    )
    lieu.faire("prog", "serie", "annuler", serie, "22/12", "--motif", "neige")
    assert "Chorale · ANNULÉ (neige)" in semaine(lieu, "2026-12-22")
    refus = lieu.faire("prog", "serie", "sauter", serie, "9/12", code=2).erreurs
    assert "mardi 1er décembre 2026 ou jeudi 10 décembre 2026" in refus
    assert lieu.faire("verifier").code == 0


def test_une_seule_fiche_change_et_une_ligne_suffit_a_le_voir(lieu: Lieu) -> None:
    serie = creer(lieu)
    lieu.faire("prog", "serie", "sauter", serie, "8/12")
    assert lieu.git("show", "--format=", "--name-only").split() == [f"prog/series/{serie}.yaml"]
    assert lieu.git("show", "--format=", "--numstat").split()[:2] == ["3", "0"]


@pytest.mark.parametrize("mot", ["Chorale", "chorale", "CHORALE"])
def test_le_nom_d_une_serie_dit_qu_il_y_faut_une_date(lieu: Lieu, mot: str) -> None:
    serie = creer(lieu)
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    refus = lieu.faire("prog", "inscrire", mot, "@karim", code=2).erreurs
    assert "dire laquelle de ses dates" in refus and f"2026-12-01-{serie}" in refus


def test_le_remede_d_une_salle_prise_est_une_option_de_la_commande(lieu: Lieu) -> None:
    """`deplacer` et `ajouter` n'ont pas --sauter ; cent dates prises ne sont pas cent dates à sauter."""
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "9 décembre 19h-23h", "--salle", "cour")
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "10 décembre 19h-23h", "--salle", "cour")
    serie = creer(lieu)
    for mots in (("deplacer", serie, "8/12", "--quand", "9/12 20h-22h"), ("ajouter", serie, "10/12")):
        refus = lieu.faire("prog", "serie", *mots, code=1).erreurs
        assert "une autre salle ou une autre heure" in refus and "--sauter" not in refus
    lieu.faire("prog", "serie", "sauter", serie, "15/12")
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "15 décembre 19h-23h", "--salle", "cour")
    assert "--sauter" not in lieu.faire("prog", "serie", "ajouter", serie, "15/12", code=1).erreurs
    refus = lieu.faire("prog", "serie", "creer", *CHORALE, "--salle", "cour", code=1)
    assert "--sauter" not in refus.erreurs and re.search(r"prise à \d{2,3} dates", refus.erreurs)


def test_chaque_date_est_verifiee_avant_d_ecrire(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "12 janvier 20h-23h", "--salle", "cour")
    avant = lieu.signature()
    refus = lieu.faire("prog", "serie", "creer", *CHORALE, "--salle", "cour", code=1).erreurs
    assert "mardi 12 janvier 2027" in refus
    assert "--sauter 2027-01-12" in refus
    assert lieu.signature() == avant
    serie = creer(lieu, *CHORALE, "--salle", "cour", "--sauter", "12/1")
    refus = lieu.faire(
        "prog", "evenement", "creer", "Tricot", "--quand", "5 janvier 20h-21h", "--salle", "cour", code=1
    ).erreurs
    assert f"2027-01-05-{serie}" in refus
    assert lieu.faire("prog", "serie", "ajouter", serie, "12/1", code=1).erreurs.startswith("Pas possible")


def test_deux_dates_d_une_meme_serie_ne_se_marchent_pas_dessus(lieu: Lieu) -> None:
    serie = creer(lieu)
    deplacer = ("prog", "serie", "deplacer", serie, "8/12", "--quand")
    assert "15" in lieu.faire(*deplacer, "15 décembre 20h", code=1).erreurs
    lieu.faire(*deplacer, "15 décembre 21h")
    nuit = ("Nuit", "--regle", "chaque jour 22h-8h", "--du", "5/1", "--au", "12/1")
    creer(lieu, *nuit, "--salle", "salle-du-rez")
    creer(lieu, *nuit[:2], "chaque jour 8h-22h", *nuit[3:], "--salle", "salle-du-rez")


@pytest.mark.parametrize(
    ("regle", "du", "jours"),
    [
        ("chaque samedi 22h-2h", "2026-12-05", ["2026-12-05", "2026-12-12"]),
        ("le 31 du mois 10h-11h", "2026-12-01", ["2026-12-31", "2027-01-31"]),
        ("le dernier vendredi du mois 10h-11h", "2026-12-01", ["2026-12-25", "2027-01-29"]),
        ("un mardi sur deux 10h-11h", "2026-12-01", ["2026-12-01", "2026-12-15"]),
        ("chaque année, le 29 février", "2026-12-01", ["2028-02-29"]),
    ],
)
def test_les_regles_comme_on_les_dit(lieu: Lieu, regle: str, du: str, jours: list[str]) -> None:
    serie = creer(lieu, "Cours", "--regle", regle, "--du", du)
    dates = lieu.faire("prog", "serie", "fiche", serie, "--json").json["dates"]
    assert [d["jour"] for d in dates][: len(jours)] == jours


def test_une_soiree_de_22_h_a_2_h_se_montre_une_fois(lieu: Lieu) -> None:
    creer(lieu, "Bal", "--regle", "chaque dimanche 22h-2h", "--du", "29/11", "--au", "30/11")
    assert semaine(lieu, "2026-11-24").count("Bal") == 1
    assert semaine(lieu, "2026-12-01").count("Bal") == 0


def test_celle_ci_et_les_suivantes_coupe_la_serie_et_le_dit(lieu: Lieu) -> None:
    serie = creer(lieu)
    reponse = lieu.faire("prog", "serie", "depuis", serie, "12/1", "--salle", "salle-du-rez")
    assert "Deux séries désormais" in reponse.sortie
    # Le même jour garde son nom : ce qui s'y rattache suit.
    assert "Salle du rez" in lieu.faire("prog", "evenement", "fiche", f"2027-01-12-{serie}").sortie
    assert "Cour" in lieu.faire("prog", "evenement", "fiche", f"2027-01-05-{serie}").sortie
    assert semaine(lieu, "2027-01-12").count("Chorale") == 1
    assert len(lieu.faire("prog", "serie", "liste", "--json").json) == 2
    assert lieu.faire("verifier").code == 0
    lieu.faire("defaire", "--oui")
    assert "Cour" in lieu.faire("prog", "evenement", "fiche", f"2027-01-12-{serie}").sortie


def test_annuler_la_suite_ou_tout(lieu: Lieu) -> None:
    serie = creer(lieu)
    lieu.faire("prog", "serie", "annuler", serie, "12/1", "--suivantes", "--motif", "faute de monde")
    assert "ANNULÉ (faute de monde)" in semaine(lieu, "2027-01-19")
    assert "ANNULÉ" not in semaine(lieu, "2027-01-05")
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "19/1 19h-20h", "--salle", "cour")
    lieu.faire("prog", "serie", "annuler", serie, "--oui")
    assert "ANNULÉ" in semaine(lieu, "2026-12-08")
    assert "déjà annulée" in lieu.faire("prog", "serie", "annuler", serie, code=2).erreurs


def test_annuler_une_serie_commencee_garde_ce_qui_a_eu_lieu(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    serie = creer(lieu)
    lieu.faire("prog", "evenement", "modifier", f"2026-12-22-{serie}", "--titre", "Chorale ouverte")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-09T10:00+01:00")
    lieu.faire("prog", "serie", "annuler", serie, "--motif", "travaux")
    assert "ANNULÉ" not in semaine(lieu, "2026-12-08")
    assert "ANNULÉ (travaux)" in semaine(lieu, "2026-12-15")
    # La date qui avait sa fiche suit la série.
    assert "Chorale ouverte · ANNULÉ (travaux)" in semaine(lieu, "2026-12-22")
    assert semaine(lieu, "2026-12-22").count("Chorale") == 1
    assert lieu.faire("verifier").code == 0


def test_on_peut_couper_a_une_date_qui_a_sa_fiche(lieu: Lieu) -> None:
    serie = creer(lieu)
    lieu.faire("prog", "evenement", "modifier", f"2026-12-22-{serie}", "--titre", "Chorale ouverte")
    lieu.faire("prog", "serie", "depuis", serie, "22/12", "--titre", "Grande chorale")
    assert semaine(lieu, "2026-12-22").count("horale") == 1
    assert "Chorale ouverte" in semaine(lieu, "2026-12-22")
    assert "Grande chorale" in semaine(lieu, "2026-12-29")


def test_une_date_tenue_le_dit(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    serie = creer(lieu, *CHORALE, "--capacite", "30", "--age", "18+")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-09T10:00+01:00")
    lieu.faire("prog", "evenement", "tenir", f"2026-12-08-{serie}", "--participants", "14")
    fiche = lieu.faire("prog", "evenement", "fiche", f"2026-12-08-{serie}", "--json").json
    assert (fiche["etat"], fiche["participants"], fiche["capacite"], fiche["age_min"]) == ("tenu", 14, 30, 18)


def test_le_passe_d_une_serie_ne_se_reecrit_pas(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    serie = creer(lieu)
    lieu.faire("prog", "serie", "sauter", serie, "15/12")
    reponse = lieu.faire("prog", "serie", "modifier", serie, "--regle", "chaque mercredi 19h-21h")
    assert "n'existent plus : 2026-12-15" in reponse.sortie
    assert "mer 2" in semaine(lieu, "2026-12-02")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-07T10:00+01:00")
    refus = lieu.faire("prog", "serie", "modifier", serie, "--salle", "salle-du-rez", code=2).erreurs
    assert f"tl prog serie depuis {serie} 2027-01-13" in refus
    lieu.faire("prog", "serie", "modifier", serie, "--titre", "Grande chorale", "--au", "30 juin")
    assert "Grande chorale" in semaine(lieu, "2027-06-30")
    assert "Grande chorale" not in semaine(lieu, "2027-07-07")


def test_une_date_changee_a_part_a_sa_fiche_sous_le_meme_nom(lieu: Lieu) -> None:
    serie = creer(lieu)
    ident = f"2026-12-08-{serie}"
    assert lieu.id("prog", "evenement", "modifier", ident, "--titre", "Chorale ouverte") == ident
    assert semaine(lieu, "2026-12-08").count("Chorale") == 1
    assert "Chorale ouverte" in semaine(lieu, "2026-12-08")
    assert "sa propre fiche" in lieu.faire("prog", "serie", "sauter", serie, "8/12", code=1).erreurs
    lieu.faire("prog", "evenement", "annuler", f"2026-12-15-{serie}", "--oui")
    assert "ANNULÉ" in semaine(lieu, "2026-12-15")
    lieu.faire("prog", "evenement", "modifier", f"2026-12-22-{serie}", "--quand", "12 mars 19h-21h")
    lieu.faire("prog", "evenement", "reporter", f"2026-12-29-{serie}", "--quand", "15 mars 19h-21h")
    assert "REPORTÉ" in semaine(lieu, "2026-12-29")
    assert "REPORTÉ" in semaine(lieu, "2026-12-22")
    assert "Chorale" in semaine(lieu, "2027-03-12")
    assert lieu.faire("verifier").code == 0


def test_une_date_deplacee_loin_se_voit_la_bas_et_la_seulement(lieu: Lieu) -> None:
    serie = creer(lieu)
    lieu.faire("prog", "serie", "deplacer", serie, "8/12", "--quand", "7 juin 20h-22h")
    assert "lun 7" in semaine(lieu, "2027-06-07")
    lieu.faire("prog", "evenement", "modifier", f"2026-12-08-{serie}", "--titre", "À part")
    assert semaine(lieu, "2027-06-07").count("À part") == 1
    assert semaine(lieu, "2027-06-07").count("Chorale") == 1
    assert "À part" not in semaine(lieu, "2026-12-08")
    assert "Chorale · REPORTÉ au lundi 7 juin 2027" in semaine(lieu, "2026-12-08")
    assert lieu.faire("verifier").code == 0


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (["--regle", "parfois"], "pas une règle"),
        (["--regle", "chaque mardi 19h-21h", "--au", "hier"], "déjà passé"),
        (["--regle", "chaque mardi 19h-21h", "--du", "hier"], "déjà passé"),
        (["--regle", "chaque mardi 19h-21h", "--salle", "nulle-part"], "nulle-part"),
        (["--regle", "le 31 du mois", "--du", "1/2/2027", "--au", "28/2/2027"], "aucune date"),
    ],
)
def test_ce_qui_ne_se_comprend_pas_est_dit_en_une_phrase(lieu: Lieu, mots: list[str], dit: str) -> None:
    avant = lieu.signature()
    assert dit in lieu.faire("prog", "serie", "creer", "X", *mots, code=2).erreurs
    assert lieu.signature() == avant


def test_sauf_vacances_et_une_date_qui_a_lieu_quand_meme(lieu: Lieu) -> None:
    regle = ("--regle", "chaque mardi 19h-21h sauf vacances scolaires", "--du", "1/12")
    refus = lieu.faire("prog", "serie", "creer", "Chorale", *regle, code=2).erreurs
    assert "tl espace periode vacances-scolaires" in refus
    lieu.poser(
        "espace/periodes/vacances-scolaires.yaml",
        'nom: Vacances scolaires\nplages:\n  - du: "2026-12-21"\n    au: "2027-01-03"\n    quoi: Noël\n',
    )
    serie = creer(lieu, "Chorale", *regle)
    assert "Chorale" not in semaine(lieu, "2026-12-22")
    assert "Chorale" in semaine(lieu, "2027-01-05")
    assert "vacances scolaires" in lieu.faire("prog", "serie", "fiche", serie).sortie
    agenda = lieu.faire("prog", "ical").sortie
    assert "EXDATE;TZID=Europe/Brussels:20261222T190000,20261229T190000" in agenda
    lieu.faire("prog", "serie", "ajouter", serie, "22/12")
    assert "Chorale" in semaine(lieu, "2026-12-22")
    agenda = lieu.faire("prog", "ical").sortie
    assert "EXDATE;TZID=Europe/Brussels:20261229T190000" in agenda
    assert "RDATE" not in agenda


@pytest.mark.parametrize(
    ("choix", "vu"), [("refuser", None), ("sauter", ""), ("a-replacer", "FERMÉ, à replacer (Travaux)")]
)
def test_une_fermeture_est_refusee_sautee_ou_a_replacer_au_choix(
    lieu: Lieu, choix: str, vu: str | None
) -> None:
    lieu.poser(
        "espace/fermetures/2026/12/2026-12-15-travaux-7k2m.yaml",
        'debut: "2026-12-15"\nfin: "2026-12-15"\nmotif: Travaux\n',
    )
    mots = ("prog", "serie", "creer", *CHORALE, "--salle", "cour", "--si-ferme", choix)
    if vu is None:
        refus = lieu.faire(*mots, code=1).erreurs
        assert "fermée mardi 15 décembre 2026 (Travaux)" in refus
        assert "--si-ferme sauter" in refus
        return
    lieu.faire(*mots)
    assert "Chorale" in semaine(lieu, "2026-12-08")
    assert (vu in semaine(lieu, "2026-12-15")) if vu else "Chorale" not in semaine(lieu, "2026-12-15")


def test_verifier_voit_les_doubles_promesses_et_les_ecarts_sans_date(lieu: Lieu) -> None:
    serie = creer(lieu)
    lieu.poser(
        "prog/evenements/2026/12/2026-12-08-bal-7k2m.yaml",
        "titre: Bal\ndebut: 2026-12-08T20:00\nfin: 2026-12-08T22:00\nsalles: [cour]\n",
    )
    fiche = lieu.racine / f"prog/series/{serie}.yaml"
    texte = fiche.read_text("utf-8").replace(
        '  fin: "21:00"\n', '  fin: "21:00"\n  ecarts:\n    "2026-12-09": {quoi: saute}\n'
    )
    lieu.poser(f"prog/series/{serie}.yaml", texte + "suite_de: chorale-zzzz\n")
    constats = lieu.faire("verifier", "--json", code=None).json["constats"]
    assert {k["regle"] for k in constats} == {"double-promesse", "ecart", "lien"}
    (double,) = [k for k in constats if k["regle"] == "double-promesse"]
    assert "(2026-12-08-chorale-zzzz) et « Bal »" in double["fait"]


def test_une_semaine_n_analyse_pas_les_series_finies(lieu: Lieu) -> None:
    """Le coût d'une semaine ne dépend pas des séries passées : une fiche finie et fautive n'y est pas lue."""
    lieu.poser("prog/series/vieux-7k2m.yaml", 'titre: [\nrecurrence:\n  au: "2025-06-30"\n')
    assert lieu.faire("prog", "semaine").erreurs == ""
    assert "vieux-7k2m" in lieu.faire("prog", "semaine", "--du", "2025-06-30").erreurs
    serie = creer(lieu, *CHORALE, "--au", "31/12")
    lieu.faire("prog", "serie", "deplacer", serie, "8/12", "--quand", "7 juin 20h-22h")
    assert "Chorale" in semaine(lieu, "2027-06-07")


def test_ce_qu_une_serie_attend_se_voit_trois_semaines_avant(lieu: Lieu) -> None:
    serie = creer(lieu, *CHORALE, "--au", "10/3/2027")
    fiche = lieu.racine / f"prog/series/{serie}.yaml"
    ecart = '  ecarts:\n    "2026-12-08": {quoi: a-replacer, motif: Travaux}\n'
    fiche.write_text(
        fiche.read_text("utf-8").replace('  fin: "21:00"\n', '  fin: "21:00"\n' + ecart), "utf-8"
    )
    arbre = ArbreDisque(lieu.racine)

    def dites(jour: date) -> list[str]:
        return [e.phrase for e in fiches.a_faire(arbre, jour)]

    assert dites(date(2026, 11, 24)) == ["replacer « Chorale », mardi 8 décembre (Travaux)"]
    assert dites(date(2027, 1, 5)) == []
    assert dites(date(2027, 3, 1)) == ["« Chorale » finit mercredi 10 mars : la prolonger ?"]


def test_une_serie_qui_prend_deux_salles_les_exige_toutes_les_deux(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "8/12 20h-23h", "--salle", "salle-du-rez")
    salles = ("--salle", "cour", "--salle", "salle-du-rez")
    assert "Salle du rez est prise" in lieu.faire("prog", "serie", "creer", *CHORALE, *salles, code=1).erreurs
    serie = creer(lieu, *CHORALE, *salles, "--sauter", "8/12")
    assert "Cour, Salle du rez" in semaine(lieu, "2026-12-01")
    deplacer = ("prog", "serie", "deplacer", serie, "15/12", "--quand", "8/12 20h")
    lieu.faire(*deplacer, code=1)
    lieu.faire(*deplacer, "--salle", "cour")
    assert "mar 8  20:00–22:00  Chorale  Cour" in semaine(lieu, "2026-12-08")


def test_une_date_se_designe_par_son_jour_et_un_morceau_du_nom(lieu: Lieu) -> None:
    serie = creer(lieu, *CHORALE)
    vue = lieu.faire("prog", "evenement", "fiche", "2026-12-08-chorale", "--json").json
    assert vue["id"] == f"2026-12-08-{serie}"
    creer(lieu, "Chorale des enfants", "--regle", "chaque mardi 9h-10h", "--du", "1/12")
    ambigue = lieu.faire("prog", "evenement", "fiche", "2026-12-08-chorale", code=2)
    assert "désigne plusieurs fiches" in ambigue.erreurs
