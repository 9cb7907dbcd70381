"""Le niveau est une somme : l'ordre, les postes et les mois n'y changent rien."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.noyau.depot import dossiers
from tiers_lieu_cli.stock.article import regles
from tiers_lieu_cli.stock.article.modele import Article, Mouvement, Sens

CAFE = Article(id="cafe", nom="Café", unite="kg", seuil="2", cible="5", achat="sac de 1 kg")
OEUFS = Article(id="oeufs", nom="Œufs", unite="pièce", seuil="6", achat="boîte de 12")
MIDI = datetime(2026, 11, 24, 12)


def bouger(
    quantite: str, *, jour: int = 24, perime: date | None = None, article: Article = CAFE
) -> Mouvement:
    valeur = Decimal(quantite)
    sens = Sens.ENTREE if valeur > 0 else Sens.SORTIE
    return regles.bouger(article, sens, valeur, MIDI.replace(day=jour), Random(quantite), "", perime)


quantites = st.lists(st.decimals(-50, 50, places=3).filter(bool).map(lambda q: bouger(str(q))), max_size=20)


@given(quantites, st.randoms())
def test_le_niveau_est_la_somme_dans_tout_ordre(mouvements: list[Mouvement], hasard: Random) -> None:
    attendu = sum((m.valeur for m in mouvements), Decimal(0))
    hasard.shuffle(mouvements)
    coupe = hasard.randint(0, len(mouvements))
    un, autre = regles.sommer(mouvements[:coupe]), regles.sommer(mouvements[coupe:])
    reunis = {cle: un.get(cle, Decimal(0)) + autre.get(cle, Decimal(0)) for cle in {*un, *autre}}
    assert regles.niveaux([CAFE], regles.sommer(mouvements))["cafe"] == attendu
    assert regles.niveaux([CAFE], reunis)["cafe"] == attendu


@pytest.mark.parametrize(
    ("niveau", "prendre"),
    [
        ("2.001", None),
        ("2", "3 sacs de 1 kg"),
        ("0", "5 sacs de 1 kg"),
        ("-1", "6 sacs de 1 kg"),
        ("4.5", None),
    ],
)
def test_les_courses_arrondissent_au_dessus(niveau: str, prendre: str | None) -> None:
    dues = regles.courses([CAFE], {"cafe": Decimal(niveau)})
    assert [d.a_prendre for d in dues] == ([prendre] if prendre else [])


def test_il_manque_deux_oeufs_on_prend_une_boite() -> None:
    (due,) = regles.courses([OEUFS], {"oeufs": Decimal(4)})
    assert (due.manque, due.combien, due.a_prendre, due.a_entrer) == (2, 1, "1 boîte de 12", "1 boîte")


def test_changer_d_unite_convertit_le_seuil_ou_se_refuse() -> None:
    change = regles.changer_d_unite(CAFE, "g", ["kg"])
    assert (change.unite, change.seuil, change.cible) == ("g", "2000", "5000")
    with pytest.raises(regles.UniteChangee):
        regles.changer_d_unite(OEUFS, "kg", ["pièce"])


def test_premier_perime_premier_sorti() -> None:
    tot, tard = date(2026, 12, 1), date(2026, 12, 9)
    tous = [bouger("4", jour=1, perime=tard), bouger("3", jour=2, perime=tot), bouger("-5", jour=3)]
    assert [(lot.perime, lot.reste) for lot in regles.lots(tous)] == [(tard, Decimal(2))]


def test_les_courses_se_rangent_par_fournisseur_puis_par_nom() -> None:
    def de(nom: str, fournisseur: str) -> Article:
        return Article(id=nom, nom=nom, unite="kg", seuil="2", fournisseur=fournisseur)

    articles = [de("sel", "Z"), de("riz", "A"), de("blé", "A"), CAFE]
    dues = regles.courses(articles, {})
    assert [d.article.nom for d in dues] == ["Café", "blé", "riz", "sel"]
    (au_detail,) = regles.courses([de("sel", "Z")], {"sel": Decimal("0.5")})
    assert (au_detail.niveau, au_detail.manque, au_detail.combien) == (Decimal("0.5"), Decimal("1.5"), None)
    assert (au_detail.a_prendre, au_detail.a_entrer) == ("1,5 kg", "1,5")
    (juste,) = regles.courses([de("sel", "Z")], {"sel": Decimal(2)})
    assert juste.manque == 1
    assert regles.courses([Article(id="x", nom="X", unite="kg")], {}) == []


def test_un_mouvement_dit_tout() -> None:
    neuf = regles.bouger(CAFE, Sens.ENTREE, Decimal("2.500"), MIDI, Random(1), "don", date(2027, 1, 1))
    assert neuf.id.startswith("2026-11-24-cafe-")
    assert (neuf.article, neuf.sens, neuf.quantite, neuf.unite) == ("cafe", Sens.ENTREE, "2.5", "kg")
    assert (neuf.moment, neuf.motif, neuf.perime) == ("2026-11-24T12:00", "don", date(2027, 1, 1))
    assert regles.bouger(CAFE, Sens.ENTREE, Decimal(100), MIDI, Random(1)).quantite == "100"


def test_une_unite_sans_rapport_est_refusee_avec_le_chemin() -> None:
    with pytest.raises(regles.UniteChangee) as refus:
        regles.changer_d_unite(CAFE, "litre", ["kg"])
    assert refus.value.fait.startswith("« Café » est compté en kg : son passé ne se convertit pas en l")
    assert refus.value.remede.startswith("Finir cet article, et en ouvrir un autre : tl stock article finir")
    grammes = regles.changer_d_unite(CAFE, "g", ["kg"])
    assert (grammes.unite, grammes.seuil, grammes.cible) == ("g", "2000", "5000")
    assert regles.niveaux([grammes], {("cafe", "kg"): Decimal(2), ("cafe", "g"): Decimal(5)})["cafe"] == 2005
    assert regles.niveaux([CAFE], {("autre", "kg"): Decimal(2)}) == {"cafe": Decimal(0)}


def test_ce_qui_perime_d_abord_sort_d_abord() -> None:
    tot, tard = date(2026, 12, 1), date(2027, 1, 1)
    mouvements = [
        bouger("3", jour=1, perime=tard),
        bouger("2", jour=2, perime=tot),
        bouger("0.5", jour=3),
        bouger("-2.5", jour=4),
        bouger("4", jour=1, perime=tot, article=OEUFS),
    ]
    assert regles.lots(mouvements) == [
        regles.Lot("oeufs", tot, Decimal(4)),
        regles.Lot("cafe", tard, Decimal("2.5")),
    ]
    assert regles.lots([bouger("2", perime=tot), bouger("-2", jour=25)]) == []


def test_un_comptage_dit_ses_ecarts() -> None:
    pain, riz = (Article(id=n, nom=n, unite="kg", place=p) for n, p in (("pain", "B"), ("riz", "A")))
    articles = [CAFE, OEUFS, pain, riz]
    comptes = {"cafe": Decimal(3), "oeufs": Decimal(6), "pain": Decimal(1), "riz": Decimal(2)}
    vus = regles.ecarts(comptes, articles, {"cafe": Decimal(5), "oeufs": Decimal(6)})
    assert [(e.article.id, e.calcule, e.compte, e.difference) for e in vus] == [
        ("cafe", 5, 3, -2),
        ("riz", 0, 2, 2),
        ("pain", 0, 1, 1),
    ]
    assert regles.ecarts({}, articles, {}) == []


def test_deux_postes_hors_ligne_sortent_un_chacun(lieu: Lieu) -> None:
    """Des mouvements, jamais un compteur : deux « −1 » réunis donnent −2."""
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg")
    lieu.faire("stock", "entrer", "cafe", "5")
    lieu.git("checkout", "-q", "-b", "autre")
    lieu.faire("stock", "sortir", "cafe", "1")
    lieu.git("checkout", "-q", "main")
    lieu.faire("stock", "sortir", "cafe", "1")
    lieu.git("merge", "-q", "autre", "-m", "réunis")
    assert lieu.faire("stock", "niveau", "cafe", "--json").json == [
        {"article": "cafe", "niveau": "3", "unite": "kg"}
    ]


def test_un_mois_passe_retenu_se_refait_s_il_change(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    """La mémoire des mois passés est jetable : un mouvement venu d'ailleurs, ou ôté, compte aussitôt."""
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg")
    lieu.faire("stock", "entrer", "cafe", "5")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-15T10:00+01:00")

    def niveau() -> str:
        return str(lieu.faire("stock", "niveau", "cafe", "--json").json[0]["niveau"])

    assert niveau() == niveau() == "5"
    fiche = next((lieu.racine / "stock/mouvements/2026/11").iterdir())
    lieu.poser(f"stock/mouvements/2026/11/{fiche.name.replace(fiche.stem[-4:], 'zzzz')}", fiche.read_bytes())
    assert niveau() == "10"
    fiche.unlink()
    assert niveau() == "5"
    (lieu.racine / ".git/tiers-lieu.stock").write_text("pas du json", "utf-8")
    assert niveau() == "5"


def test_ce_que_la_main_recrit_sur_place_dans_un_mois_passe_compte_aussitot(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg")
    lieu.faire("stock", "entrer", "cafe", "5")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-15T10:00+01:00")
    # Retenu même si le dossier vient de changer.
    monkeypatch.setattr(dossiers, "_TROP_RECENT", -1)

    def niveau() -> str:
        return str(lieu.faire("stock", "niveau", "cafe", "--json").json[0]["niveau"])

    assert niveau() == "5"
    fiche = next((lieu.racine / "stock/mouvements/2026/11").iterdir())
    dit = fiche.read_text("utf-8")
    with fiche.open("r+", encoding="utf-8") as sur_place:
        sur_place.write(dit.replace(chr(34) + "5", chr(34) + "7"))
    assert fiche.read_text("utf-8") != dit and niveau() == "7"


def test_un_stock_negatif_se_demande(lieu: Lieu) -> None:
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg")
    refus = lieu.faire("stock", "sortir", "cafe", "1", code=2).erreurs
    assert "Il n'y a que 0 kg" in refus and "--oui" in refus
    assert "il en reste -1 kg" in lieu.faire("stock", "sortir", "cafe", "1", "--oui").sortie


def test_l_inventaire_se_remplit_et_se_relit(lieu: Lieu, tmp_path: object) -> None:
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg", "--place", "cuisine")
    lieu.faire("stock", "entrer", "cafe", "5")
    feuille = lieu.racine.parent / "feuille.csv"
    lieu.faire("stock", "inventaire", "--format", "csv", "--sortie", str(feuille))
    rempli = feuille.read_text("utf-8-sig").replace("kg;5;;", "kg;5;4,5;un sac percé")
    feuille.write_text(rempli, "utf-8")
    assert "calculé 5, compté 4,5" in lieu.faire("stock", "compter", str(feuille), code=2).erreurs
    assert "un sac percé" in lieu.faire("stock", "compter", str(feuille), "--oui").sortie
    assert "aucun écart" in lieu.faire("stock", "compter", str(feuille), "--oui").sortie
    feuille.write_text(rempli.replace("4,5", "quatre"), "utf-8")
    assert "ligne 2" in lieu.faire("stock", "compter", str(feuille), "--oui", code=2).erreurs


def test_un_montant_n_entre_pas(lieu: Lieu) -> None:
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg")
    assert "montant" in lieu.faire("stock", "entrer", "cafe", "1", "--motif", "12 €", code=1).erreurs
