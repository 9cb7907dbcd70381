"""La semaine des salles en grille, la feuille du jour : ce qu'on voit au comptoir et au mur."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from soutien import Lieu

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.planning import grille, regles
from tiers_lieu_cli.espace.regles import Graphe, Occupation
from tiers_lieu_cli.noyau.ecran.tableau import cellules
from tiers_lieu_cli.noyau.liens import CITE
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

SEMAINE = temps.semaine_de(date(2026, 11, 24))
GRAPHE = Graphe([Salle(id="rez", nom="Rez"), Salle(id="haut", nom="Haut", compose_de=("rez",))])


def prise(debut: datetime, heures: float, salle: str = "rez", titre: str = "Fête") -> Occupation:
    return Occupation("x", titre, salle, Creneau(debut, debut + timedelta(hours=heures)))


def vue(*occupations: Occupation) -> regles.Planning:
    return regles.planning(SEMAINE, occupations, GRAPHE, [""] * 7, "Lieu", str)


@pytest.mark.parametrize(
    ("debut", "heures", "jours"),
    [
        (datetime(2026, 11, 28, 22), 4, [5]),
        (datetime(2026, 11, 22, 22), 4, [0]),
        (datetime(2026, 11, 22, 22), 2, []),
        (datetime(2026, 11, 24, 9), 1, [1]),
        (datetime(2026, 11, 24, 9), 49, [1, 2, 3]),
    ],
)
def test_une_nuit_se_montre_une_fois_et_ce_qui_dure_chaque_jour(
    debut: datetime, heures: float, jours: list[int]
) -> None:
    rangees = [r for r in vue(prise(debut, heures)).rangees if r.salle == "rez"]
    assert [n for r in rangees for n, blocs in enumerate(r.jours) if blocs] == jours


def test_une_salle_prise_montre_celles_qu_elle_empeche() -> None:
    rez, haut = sorted(vue(prise(datetime(2026, 11, 24, 9), 1, "haut")).rangees, key=lambda r: r.salle)[::-1]
    assert (rez.jours[1][0].liee, haut.jours[1][0].liee) == ("Haut", "")


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 1)).map(
                lambda d: d.replace(second=0, microsecond=0)
            ),
            st.floats(0.25, 80),
            st.text(min_size=1, max_size=60).filter(str.strip),
        ),
        max_size=8,
    ),
    st.integers(60, 160),
)
def test_la_grille_ne_deborde_jamais(prises: list[tuple[datetime, float, str]], largeur: int) -> None:
    planning = vue(
        *(
            prise(debut, heures, titre="".join(c for c in titre if c.isprintable()) or "x")
            for debut, heures, titre in prises
        )
    )
    for ligne in grille.lignes(planning, largeur):
        assert cellules(ligne) <= largeur
    for ligne in grille.chaleur(planning.chaleur, planning.jours):
        assert cellules(ligne) <= 80


@given(st.datetimes(datetime(2026, 11, 23), datetime(2026, 11, 29, 23)), st.floats(0.25, 30))
def test_la_chaleur_compte_chaque_heure_touchee_et_elle_seule(debut: datetime, heures: float) -> None:
    fete = prise(debut, heures)
    chaleur = vue(fete).chaleur
    for jour, prises in zip(regles.jours_de(SEMAINE), chaleur.prises, strict=True):
        for heure, combien in zip(chaleur.heures, prises, strict=True):
            depuis = temps.minuit(jour) + timedelta(hours=heure)
            touche = fete.creneau.chevauche(Creneau(depuis, depuis + timedelta(hours=1)))
            assert combien == (2 if touche else 0)


@pytest.fixture
def occupe(lieu: Lieu) -> Lieu:
    """Une semaine pleine, comme une vraie."""
    lieu.faire("accueil", "personne", "creer", "Amina Benali")
    lieu.faire("espace", "salle", "creer", "bleue", "--nom", "Salle bleue", "--capacite", "20")
    lieu.faire(
        "espace",
        "salle",
        "creer",
        "grande",
        "--nom",
        "Grande salle",
        "--compose-de",
        "cour",
        "--compose-de",
        "bleue",
    )
    lieu.faire("prog", "evenement", "creer", "Atelier vélo", "--quand", "mardi 18h30-20h", "--salle", "cour")
    for salle, quand, objet, *suite in (
        ("bleue", "mercredi 9h-12h", "AG du comité de quartier", "--montage", "1h", "--personnes", "18"),
        ("bleue", "mercredi 14h-16h", "Réunion @Amina", "--pour", "@Amina"),
        ("salle-du-rez", "samedi 22h-2h", "Anniversaire surprise"),
        ("grande", "dimanche 10h-18h", "Bourse aux jouets"),
        ("salle-du-rez", "vendredi 10h30-12h15", "Cours de français langue étrangère"),
    ):
        lieu.faire("espace", "reserver", salle, quand, "--objet", objet, *suite)
    return lieu


def test_le_planning_a_ses_fichiers_d_or(occupe: Lieu, or_: Callable[[str, bytes], None]) -> None:
    dit = occupe.faire("espace", "planning").sortie
    assert max(map(cellules, dit.splitlines())) <= 80
    or_("planning.txt", dit.encode())
    or_("planning.html", occupe.faire("espace", "planning", "--format", "html").sortie.encode())


def test_ce_qui_s_affiche_au_mur_ne_nomme_personne(occupe: Lieu, tmp_path: Path) -> None:
    assert "Réunion" in occupe.faire("espace", "planning").sortie
    assert "Amina" in occupe.faire("espace", "jour", "mercredi").sortie
    page = occupe.faire("espace", "planning", "--format", "html").sortie
    assert "Réunion …" in page
    assert "Amina" not in page
    assert not CITE.search(page)


def test_le_pdf_s_ouvre_et_dit_la_semaine(occupe: Lieu, tmp_path: Path) -> None:
    for nom in ("un.pdf", "deux.pdf"):
        occupe.faire("espace", "planning", "--sortie", str(tmp_path / nom))
    octets = (tmp_path / "un.pdf").read_bytes()
    assert octets == (tmp_path / "deux.pdf").read_bytes()
    (page,) = PdfReader(io.BytesIO(octets)).pages
    texte = page.extract_text()
    for mot in ("La Passerelle", "Atelier vélo", "22:00–02:00", "Grande salle", "mer 25"):
        assert mot in texte
    assert page.mediabox.width > page.mediabox.height


def test_une_sortie_dont_on_ne_sait_pas_la_forme_est_refusee(occupe: Lieu, tmp_path: Path) -> None:
    assert ".pdf" in occupe.faire("espace", "planning", "--sortie", str(tmp_path / "x.doc"), code=2).erreurs


def test_le_json_et_la_fenetre(occupe: Lieu) -> None:
    json = occupe.faire("espace", "planning", "--du", "mercredi", "--json").json
    assert (json["du"], json["au"]) == ("2026-11-23", "2026-11-29")
    occupe.poser("espace/reservations/2025/03/2025-03-01-vieux-abcd.yaml", "salle: [")
    assert occupe.faire("espace", "planning").erreurs == ""


def test_la_feuille_du_jour_dit_quoi_monter_et_quelle_cle_remettre(occupe: Lieu) -> None:
    occupe.faire("espace", "cle", "creer", "bleue", "--ouvre", "bleue")
    dit = occupe.faire("espace", "jour", "mercredi").sortie
    assert "08:00  monter Salle bleue : « AG du comité de quartier » (18 personnes, prêt pour 09:00)" in dit
    assert "14:00  bleue → Amina (Salle bleue)" in dit
    occupe.faire("espace", "cle", "remettre", "bleue", "--a", "@Amina", "--rendre-le", "mercredi")
    json = occupe.faire("espace", "jour", "mercredi", "--json").json
    assert json["cles_a_remettre"] == []
    assert any("faire rendre la clé bleue" in phrase for phrase in json["a_faire"])


def test_un_jour_vide(lieu: Lieu) -> None:
    assert "Aucune salle n'est prise" in lieu.faire("espace", "jour").sortie


def test_le_menage_d_apres_usage_est_du_quand_la_salle_a_servi(
    occupe: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupe.faire("espace", "entretien", "creer", "Balayer", "--salle", "cour", "--apres-usage")
    assert "Balayer" not in occupe.faire("espace", "entretien", "liste").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-29T18:30+01:00")
    assert "Balayer" in occupe.faire("espace", "entretien", "liste").sortie
    occupe.faire("espace", "entretien", "fait", "balayer")
    assert "Balayer" not in occupe.faire("espace", "entretien", "liste").sortie
