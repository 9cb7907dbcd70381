"""Rapprocher sans note opaque, demander l'accord de chacun, savoir plus tard ce que cela a donné."""

from __future__ import annotations

from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.accueil.annonce.modele import Annonce, Besoin, Offre
from tiers_lieu_cli.accueil.lien import fiches, rapprochement
from tiers_lieu_cli.accueil.lien.rapprochement import Index, Piste
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque

JOUR = date(2026, 11, 24)


def besoin(ident: str, texte: str, **champs: object) -> Besoin:
    return Besoin(id=ident, texte=texte, entendu=JOUR, **champs)  # type: ignore[arg-type]


def offre(ident: str, texte: str, **champs: object) -> Offre:
    return Offre(id=ident, texte=texte, entendu=JOUR, **champs)  # type: ignore[arg-type]


def du_public(annonce: Annonce) -> tuple[str, ...]:
    return (annonce.public,) if annonce.public else ()


def pistes(b: Besoin, *offres: Offre, deja: tuple[tuple[str, str], ...] = ()) -> list[Piste]:
    return rapprochement.pistes(b, Index(offres), du_public, deja)


@pytest.mark.parametrize(
    ("demande", "propose", "raison"),
    [
        ("Réparer mon vélo", "Réparation de vélos", "mots reparer ≈ reparation, velo ≈ velos"),
        ("Un cours de couture", "Couturière le soir", "mot couture ≈ couturiere"),
        ("Aide pour un ordinatuer", "Dépanner un ordinateur", "mot ordinatuer ≈ ordinateur"),
        ("Jardiner avec quelqu'un", "Un jardin à partager", "mot jardiner ≈ jardin"),
        ("Aide pour mes enfants", "Aide pour votre jardin", ""),
        ("Garder le chat", "Un rat à adopter", ""),
    ],
)
def test_la_raison_dit_les_mots_en_commun(demande: str, propose: str, raison: str) -> None:
    trouvees = pistes(besoin("b", demande), offre("o", propose))
    assert [p.raison for p in trouvees] == ([raison] if raison else [])


def test_themes_moments_et_publics_se_disent_aussi() -> None:
    b = besoin("b", "Garde", themes=("enfants",), quand=("mercredi", "samedi"), public="riverains")
    o = offre("o", "Disponible", themes=("Enfants",), quand=("mercredi après-midi",), public="riverains")
    assert pistes(b, o)[0].raison == "thème enfants · mercredi après-midi · tous deux riverains"


def test_on_ne_rapproche_ni_soi_de_soi_ni_ce_qui_ne_se_voit_jamais_ni_le_deja_tente() -> None:
    b = besoin("b", "Réparer un vélo", personne="p-222222", quand=("lundi",))
    jamais = offre("jamais", "Vélos", quand=("mardi",))
    soi = offre("soi", "Vélos", personne="p-222222")
    deja = offre("deja", "Vélos")
    bonne = offre("bonne", "Vélos", quand=("lundi soir",))
    assert [p.offre.id for p in pistes(b, jamais, soi, deja, bonne, deja=(("b", "deja"),))] == ["bonne"]


def test_les_urgents_d_abord_puis_ce_qui_a_le_plus_en_commun() -> None:
    index = Index([offre("velo", "Réparer un vélo"), offre("four", "Prêter un four")])
    besoins = [besoin("a", "Un vélo"), besoin("b", "Réparer mon vélo"), besoin("c", "Un four", urgent=True)]
    ordre = rapprochement.dans_l_ordre(rapprochement.pistes(b, index, du_public) for b in besoins)
    assert [(p.besoin.id, p.offre.id) for p in ordre] == [("c", "four"), ("b", "velo"), ("a", "velo")]


@pytest.fixture
def relies(lieu: Lieu) -> Lieu:
    """Un besoin de Léa, une offre de Karim, et un besoin du territoire."""
    lieu.faire("accueil", "personne", "creer", "Léa D'Hondt")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("accueil", "besoin", "creer", "Réparer mon vélo", "--personne", "@léa")
    lieu.faire("accueil", "besoin", "creer", "Un abri à vélos", "--territoire")
    lieu.faire("accueil", "offre", "creer", "Réparation", "--personne", "@karim", "--theme", "vélo")
    return lieu


def etats(lieu: Lieu) -> dict[str, str]:
    vus = lieu.faire("accueil", "besoin", "liste", "--tout", "--json").json
    return {b["texte"]: b.get("etat", "exprime") for b in vus}


def test_les_pistes_se_montrent_puis_se_suivent(relies: Lieu) -> None:
    vues = relies.faire("accueil", "relier", "--json").json
    assert [(v["themes"], v["mots"]) for v in vues] == [
        ([], ["reparer ≈ reparation", "velo"]),
        ([], ["velos ≈ velo"]),
    ]
    sortie = relies.faire("accueil", "relier", "reparer").sortie
    assert "en commun" in sortie and "Ensuite : tl accueil relier" in sortie


def test_sans_l_accord_de_chacun_personne_n_est_presente(relies: Lieu) -> None:
    dit = relies.faire("accueil", "relier", "reparer", "reparation", "--accord", "@karim").sortie
    assert "Léa ↔ Karim. Il reste à demander son accord à Léa." in dit
    assert etats(relies)["Réparer mon vélo"] == "exprime"
    (due,) = fiches.a_faire(ArbreDisque(relies.racine), JOUR)
    assert "demander son accord" in due.phrase
    relies.faire("accueil", "lien", "suite", "reparer", "comble", code=2)
    relies.faire("accueil", "lien", "accord", "reparer", "@karim", code=2)
    assert (
        "Les présenter : Léa ↔ Karim" in relies.faire("accueil", "lien", "accord", "reparer", "@léa").sortie
    )
    assert etats(relies)["Réparer mon vélo"] == "relie"
    assert relies.faire("accueil", "relier", "reparer", "--json").json == []


def test_une_personne_reunie_a_une_autre_reste_elle_meme(relies: Lieu) -> None:
    """Léa est enregistrée deux fois : son besoin sous un identifiant, son offre sous l'autre."""
    relies.faire("accueil", "personne", "creer", "Léa Hondt", "--surnom", "LéaH")
    relies.faire("accueil", "offre", "creer", "Des vélos à donner", "--personne", "@LéaH")
    relies.faire("accueil", "relier", "reparer", "reparation", "--accord", "@karim")
    relies.faire("accueil", "personne", "fusionner", "@LéaH", "@léa-d", "--oui")
    relies.faire("accueil", "lien", "accord", "reparer", "@LéaH")
    assert "même personne" in relies.faire("accueil", "relier", "reparer", "a-donner", code=2).erreurs


def test_un_consentement_du_registre_suffit(relies: Lieu) -> None:
    for qui in ("@léa", "@karim"):
        relies.faire("accueil", "personne", "modifier", qui, "--accepte", "mise-en-lien")
    assert relies.faire("accueil", "relier", "reparer", "reparation").sortie.startswith("Mise en lien faite")


def test_ce_que_cela_a_donne_se_demande_apres_quatorze_jours(
    relies: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    relies.faire("accueil", "relier", "reparer", "reparation", "--accord", "@karim", "--accord", "@léa")
    arbre = ArbreDisque(relies.racine)
    assert not list(fiches.a_faire(arbre, date(2026, 12, 7)))
    (due,) = fiches.a_faire(arbre, date(2027, 2, 1))
    assert due.jour == date(2026, 12, 8) and "(69 jours)" in due.phrase
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-09T10:00+01:00")
    assert (
        "À revoir mercredi 23 décembre"
        in relies.faire("accueil", "lien", "suite", "reparer", "en-cours").sortie
    )
    relies.faire("accueil", "lien", "suite", "reparer", "comble", "--note", "réparé avec @karim")
    assert etats(relies)["Réparer mon vélo"] == "comble"
    assert relies.faire("accueil", "lien", "liste", "--json").json == []
    assert "réparé avec Karim" in relies.faire("accueil", "lien", "fiche", "reparer").sortie
    assert not list(fiches.a_faire(arbre, date(2027, 2, 1)))
    assert "arim" not in relies.git("log", "-p", "--all")
    relies.faire("verifier")


def test_sans_suite_le_besoin_attend_de_nouveau_et_la_paire_ne_revient_pas(relies: Lieu) -> None:
    relies.faire("accueil", "relier", "abri", "reparation", "--accord", "@karim")
    assert etats(relies)["Un abri à vélos"] == "relie"
    assert "Qu'a donné" in relies.faire("accueil", "lien", "suite", "abri", code=1).sortie
    relies.faire("accueil", "lien", "suite", "abri", "sans-suite")
    assert etats(relies)["Un abri à vélos"] == "exprime"
    assert len(relies.faire("accueil", "relier", "--json").json) == 1
    relies.faire("accueil", "lien", "suite", "abri", "comble", code=2)


def test_on_ne_relie_que_ce_qui_attend(relies: Lieu) -> None:
    relies.faire("accueil", "offre", "modifier", "reparation", "--etat", "retiree")
    assert "--etat disponible" in relies.faire("accueil", "relier", "abri", "reparation", code=1).erreurs
    assert "Aucune piste" in relies.faire("accueil", "relier").sortie


def test_verifier_voit_un_lien_vers_rien(relies: Lieu) -> None:
    relies.poser(
        "accueil/liens-en-cours/2026-11-24-x-7k2m.yaml",
        'besoin: 2026-11-24-rien-2222\noffre: 2026-11-24-rien-3333\npropose: "2026-11-24"\n',
    )
    sortie = relies.faire("verifier", code=1).sortie
    assert "n'est pas un besoin" in sortie and "n'est pas une offre" in sortie


def test_un_lien_mal_ecrit_n_empeche_pas_de_lire_les_autres(relies: Lieu) -> None:
    relies.faire("accueil", "relier", "reparer", "reparation")
    fiche = 'besoin: ../x\noffre: y\npropose: "2026-11-24"\n'
    relies.poser("accueil/liens-en-cours/2026-11-24-x-7k2m.yaml", fiche)
    reponse = relies.faire("accueil", "lien", "liste")
    assert "Léa ↔ Karim" in reponse.sortie and "n'est pas le nom d'un besoin" in reponse.erreurs
