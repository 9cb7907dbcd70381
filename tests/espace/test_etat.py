"""L'état des lieux : deux états comparés, des dégâts qui deviennent des pannes, des photos sûres."""

from __future__ import annotations

import io
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from soutien import Lieu, lancer

from tiers_lieu_cli.espace.entretien.modele import Sorte
from tiers_lieu_cli.espace.etat import regles
from tiers_lieu_cli.espace.etat.modele import EtatDesLieux, Occasion, Point, Vu
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.pages.reducteur import COTE, refaire

ETAT = ("espace", "etat")


def etat(sens: Occasion, *points: Point) -> EtatDesLieux:
    return EtatDesLieux(id=sens.value, sens=sens, salle="rez", le="2026-11-24T10:00", points=points)


@pytest.mark.parametrize(
    ("dit", "point"),
    [
        ("évier", Point(quoi="évier")),
        ("chaises: 40", Point(quoi="chaises", nombre=40)),
        ("porte : abîmée, la poignée tourne", Point(quoi="porte", vu=Vu.ABIME, remarque="la poignée tourne")),
        ("clé USB: manquante", Point(quoi="clé USB", vu=Vu.MANQUE)),
        ("sol: sale", Point(quoi="sol", vu=Vu.ABIME)),
    ],
)
def test_un_point_comme_on_le_dit(dit: str, point: Point) -> None:
    assert regles.lire_point(dit) == point


@pytest.mark.parametrize("dit", ["", ":", "porte: bof", "chaises: -3", "chaises: 1e9", ": bon"])
def test_un_point_incompris_est_refuse(dit: str) -> None:
    with pytest.raises(ErreurUsage):
        regles.lire_point(dit)


@given(
    st.lists(
        st.builds(Point, quoi=st.sampled_from(["a", "b", "c"]), vu=st.sampled_from(Vu)),
        unique_by=lambda p: p.quoi,
    ).map(tuple)
)
def test_ce_qui_n_a_pas_change_ne_fait_aucun_ecart(points: tuple[Point, ...]) -> None:
    assert regles.comparer(etat(Occasion.ENTREE, *points), etat(Occasion.SORTIE, *reversed(points))) == []


def test_un_degat_est_ce_qui_est_devenu_pire() -> None:
    avant = etat(
        Occasion.ENTREE,
        Point(quoi="Porte", vu=Vu.ABIME),
        Point(quoi="chaises", nombre=40),
        Point(quoi="four"),
    )
    apres = etat(
        Occasion.SORTIE,
        Point(quoi="porte", vu=Vu.USE),
        Point(quoi="chaises", nombre=38),
        Point(quoi="vitre", vu=Vu.ABIME),
    )
    ecarts = regles.comparer(avant, apres)
    assert [(e.quoi, e.avant, e.apres, e.degat) for e in ecarts] == [
        ("porte", "abîmé", "usé", False),
        ("chaises", "40", "38", True),
        ("vitre", "", "abîmé", True),
        ("four", "bon", "non revu", False),
    ]


def photo(dossier: Path, taille: tuple[int, int] = (2400, 1600), sorte: str = "JPEG") -> Path:
    """Une photo de téléphone : grande, avec son lieu et son appareil."""
    image = Image.radial_gradient("L").resize(taille).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Téléphone de Karim Haddad"
    exif[0x0112] = 6
    fichier = dossier / f"photo.{sorte.lower()}"
    image.save(fichier, sorte, exif=exif)
    return fichier


def test_de_l_entree_a_la_sortie(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("espace", "salle", "creer", "atelier", "--nom", "Atelier", "--equipement", "projecteur")
    prise = str(photo(tmp_path))
    lieu.faire(*ETAT, "entree", "atelier", "--point", "chaises: 40", "--photo", prise)
    dit = lieu.faire(*ETAT, "sortie", "atelier", "--rien-a-signaler", "--point", "chaises: 38").sortie
    assert "! chaises : 40 → 38" in dit
    (panne,) = lieu.faire("espace", "entretien", "liste", "--json").json
    assert panne["fiche"]["titre"] == "chaises : 38 (était : 40)"
    assert panne["fiche"]["salle"] == "atelier"
    fiche = lieu.faire(*ETAT, "fiche", "atelier", "--json").json
    assert [e["quoi"] for e in fiche["ecarts"]] == ["chaises"]
    assert len(fiche["fiche"]["points"]) == 2
    assert "état des lieux de sortie" in lieu.faire(*ETAT, "fiche", "atelier").sortie
    assert lieu.faire("verifier").code == 0


def test_l_etat_des_lieux_d_une_reservation(lieu: Lieu) -> None:
    ident = lieu.id("espace", "reserver", "cour", "aujourd'hui 10h-12h", "--objet", "Yoga")
    lieu.faire(*ETAT, "entree", "cour", "--point", "tapis: 3")
    lieu.faire(*ETAT, "entree", "yoga", "--point", "tapis: 10")
    assert "10 → 9" in lieu.faire(*ETAT, "sortie", ident, "--point", "tapis: 9").sortie
    assert lieu.faire(*ETAT, "fiche", "cour", "--json").json["fiche"]["reservation"] == ident
    assert lieu.faire("verifier").code == 0


def test_une_photo_est_gardee_une_fois_petite_droite_et_nue(lieu: Lieu, tmp_path: Path) -> None:
    prise = str(photo(tmp_path))
    for _ in range(2):
        lieu.faire(*ETAT, "entree", "cour", "--photo", prise, "--photo", prise)
    (gardee,) = (lieu.racine / photos.DOSSIER).rglob("*.jpg")
    octets = gardee.read_bytes()
    assert photos.faute(str(gardee.relative_to(lieu.racine)), octets) == ""
    assert b"Karim" not in octets
    with Image.open(io.BytesIO(octets)) as image:
        assert image.size == (round(COTE * 2 / 3), COTE)
        assert not image.getexif()
    assert lieu.faire("verifier").code == 0
    assert lieu.git("status", "--porcelain") == ""


def test_essai_d_une_photo_ne_montre_pas_ses_octets(lieu: Lieu, tmp_path: Path) -> None:
    assert "(photo)" in lieu.faire(*ETAT, "entree", "cour", "--photo", str(photo(tmp_path)), "--essai").sortie
    assert not (lieu.racine / photos.DOSSIER).exists()


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"#!/bin/sh\nrm -rf ~\n", "n'est pas une photo"),
        (b"\xff\xd8\xff" + b"x" * 2000, "ne se lit pas comme une image"),
        (b"\x89PNG\r\n\x1a\n", "ne se lit pas comme une image"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100, "HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "n'est pas une photo"),
        (b"", "n'est pas une photo"),
    ],
)
def test_ce_qui_n_est_pas_une_photo_est_refuse(lieu: Lieu, tmp_path: Path, octets: bytes, dit: str) -> None:
    fichier = tmp_path / "photo.jpg"
    fichier.write_bytes(octets)
    avant = lieu.signature()
    assert dit in lieu.faire(*ETAT, "entree", "cour", "--photo", str(fichier), code=1).erreurs
    assert lieu.signature() == avant


def bombe(dossier: Path) -> Path:
    """Quelques Kio qui se déplient en centaines de Mio."""
    fichier = dossier / "bombe.png"
    Image.new("1", (14_000, 14_000)).save(fichier, "PNG", optimize=False)
    return fichier


@pytest.mark.long
def test_une_image_qui_se_deplie_sans_fin_est_refusee(lieu: Lieu, tmp_path: Path) -> None:
    fait = lieu.faire(*ETAT, "entree", "cour", "--photo", str(bombe(tmp_path)), code=1)
    assert "ne se lit pas comme une image" in fait.erreurs


def test_les_memes_octets_donnent_la_meme_photo(tmp_path: Path) -> None:
    octets = photo(tmp_path, (800, 600), "PNG").read_bytes()
    assert refaire(octets) == refaire(octets)


def nue(dossier: Path) -> bytes:
    return refaire(photo(dossier, (200, 100)).read_bytes())


def avec_exif(octets: bytes) -> bytes:
    return octets[:2] + b"\xff\xe1\x00\x0aExif\0\0ab" + octets[2:]


@pytest.mark.long
@pytest.mark.parametrize(
    "abimer",
    [
        avec_exif,
        lambda o: o[:2] + b"\xff\xfe\x00\x06Nom!" + o[2:],
        lambda o: o + b"PK\x03\x04",
        lambda o: b"GIF89a" + o,
        lambda o: o + b"\0" * photos.TAILLE_MAXIMALE + b"\xff\xd9",
    ],
    ids=["exif", "commentaire", "archive collée", "autre image", "démesurée"],
)
def test_le_moyeu_recoit_une_photo_et_refuse_ce_qui_s_en_donne_l_air(
    lieu: Lieu, tmp_path: Path, abimer: object
) -> None:
    assert lancer("moyeu", "init", str(tmp_path / "moyeu")).code == 0
    lieu.faire("moyeu", "relier", str(tmp_path / "moyeu"))
    lieu.faire(*ETAT, "entree", "cour", "--photo", str(photo(tmp_path, (300, 200))))
    assert "envoyées" in lieu.faire("synchroniser").sortie
    octets = abimer(nue(tmp_path))  # type: ignore[operator]
    lieu.poser(photos.chemin(photos.empreinte(octets)), octets)
    assert photos.DOSSIER in lieu.faire("synchroniser", code=1).erreurs
    assert photos.DOSSIER in lieu.faire("verifier", code=1).sortie


def test_une_photo_rangee_sous_un_autre_nom_est_une_faute(lieu: Lieu, tmp_path: Path) -> None:
    lieu.poser(photos.chemin("0" * 64), nue(tmp_path))
    assert "l'empreinte de son contenu" in lieu.faire("verifier", code=1).sortie


def test_une_photo_qui_manque_se_voit(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire(*ETAT, "entree", "cour", "--photo", str(photo(tmp_path, (300, 200))))
    (gardee,) = (lieu.racine / photos.DOSSIER).rglob("*.jpg")
    gardee.unlink()
    assert "n'est pas là" in lieu.faire("verifier", code=1).sortie


@pytest.mark.parametrize(
    "mots",
    [
        ("entree", "courr"),
        ("entree", "cour", "--point", "porte: bof"),
        ("entree", "cour", "--photo", "/nulle/part.jpg"),
        ("sortie", "cour"),
        ("fiche", "cour"),
    ],
)
def test_mal_dit_rien_n_est_ecrit(lieu: Lieu, mots: tuple[str, ...]) -> None:
    avant = lieu.signature()
    assert "→" in lieu.faire(*ETAT, *mots, code=2).erreurs
    assert lieu.signature() == avant


@pytest.mark.parametrize(
    ("dit", "point"),
    [
        ("  tables :  12 ", Point(quoi="tables", nombre=12)),
        ("tables: 999999", Point(quoi="tables", nombre=999_999)),
        ("tables: 12; deux boitent", Point(quoi="tables", nombre=12, remarque="deux boitent")),
        ("sol: USÉ", Point(quoi="sol", vu=Vu.USE)),
    ],
)
def test_un_point_dit_autrement(dit: str, point: Point) -> None:
    assert regles.lire_point(dit) == point


@pytest.mark.parametrize("dit", ["tables: 1000000", "porte: bof"])
def test_un_point_incompris_montre_comment_le_dire(dit: str) -> None:
    with pytest.raises(ErreurUsage) as refus:
        regles.lire_point(dit)
    assert refus.value.fait == f"« {dit} » n'est pas un point d'état des lieux."
    assert refus.value.remede == (
        'Dire par exemple : --point "projecteur: bon", --point "chaises: 40",'
        ' --point "porte: abîmée, la poignée tourne" (bon, usé, abîmé ou manque).'
    )


def test_un_point_qui_ne_se_voit_pas_est_refuse() -> None:
    with pytest.raises(ErreurUsage, match="invisibles"):
        regles.lire_point("\u200b: bon")


def test_ce_qu_on_n_a_pas_dit_est_comme_on_l_attend() -> None:
    dits = [Point(quoi="Porte", vu=Vu.ABIME), Point(quoi="four")]
    hier = Point(quoi="chaises", nombre=40)
    assert regles.completer(dits, ["porte", hier, "évier", Point(quoi="FOUR", vu=Vu.USE)]) == (
        *dits,
        hier,
        Point(quoi="évier"),
    )
    assert regles.completer([], ["évier"]) == (Point(quoi="évier"),)


BON, USE, ABIME, MANQUE = Vu.BON, Vu.USE, Vu.ABIME, Vu.MANQUE


@pytest.mark.parametrize(
    ("avant", "apres", "degat"),
    [
        (BON, USE, False),
        (BON, ABIME, True),
        (BON, MANQUE, True),
        (USE, ABIME, True),
        (ABIME, MANQUE, True),
        (MANQUE, ABIME, False),
        (ABIME, BON, False),
        (None, ABIME, True),
        (40, 39, True),
        (40, 41, False),
        # Compté d'un côté seulement : on ne peut comparer que l'état.
        (40, ABIME, True),
        (BON, 3, False),
    ],
)
def test_ce_qui_est_un_degat(avant: Vu | int | None, apres: Vu | int, degat: bool) -> None:
    def point(vu: Vu | int) -> Point:
        return Point(quoi="porte", vu=vu) if isinstance(vu, Vu) else Point(quoi="porte", nombre=vu)

    entree = None if avant is None else etat(Occasion.ENTREE, point(avant))
    (ecart,) = regles.comparer(entree, etat(Occasion.SORTIE, point(apres)))
    assert ecart.degat is degat


def test_une_remarque_de_plus_est_un_ecart_et_non_un_degat() -> None:
    avant = etat(Occasion.ENTREE, Point(quoi="porte", vu=ABIME), Point(quoi="chaises", nombre=40))
    apres = (
        Point(quoi="porte", vu=ABIME, remarque="la poignée"),
        Point(quoi="chaises", nombre=40, remarque="ok"),
    )
    assert regles.comparer(avant, etat(Occasion.SORTIE, *apres)) == [
        regles.Ecart("porte", "abîmé", "abîmé", degat=False, remarque="la poignée"),
        regles.Ecart("chaises", "40", "40", degat=False, remarque="ok"),
    ]


def test_ce_que_la_sortie_voit_de_neuf_ne_compte_que_si_c_est_mauvais() -> None:
    sortie = etat(Occasion.SORTIE, Point(quoi="évier"), Point(quoi="porte", vu=MANQUE, remarque="volée"))
    neuf = regles.Ecart("porte", "", "manque", degat=True, remarque="volée")
    assert regles.comparer(None, sortie) == [neuf]
    assert regles.comparer(etat(Occasion.ENTREE), sortie) == [neuf]


def test_un_degat_devient_une_panne() -> None:
    sortie = etat(Occasion.SORTIE)
    ecarts = [
        regles.Ecart("Porte du fond", "bon", "abîmé", degat=True, remarque="la poignée tourne"),
        regles.Ecart("four", "bon", "usé", degat=False),
        regles.Ecart("clé", "", "manque", degat=True),
        regles.Ecart("…", "40", "39", degat=True),
    ]
    porte, cle, sans_mot = regles.degats(ecarts, sortie, random.Random(1))
    jour = date(2026, 11, 24)
    assert (porte.titre, cle.titre) == ("Porte du fond : abîmé (était : bon)", "clé : manque")
    assert (porte.sorte, porte.salle, porte.depuis, porte.liens) == (Sorte.PANNE, "rez", jour, (sortie.id,))
    assert (porte.note, cle.note) == ("la poignée tourne", "")
    assert porte.id.startswith("2026-11-24-porte-du-fond-") and cle.id.startswith("2026-11-24-cle-")
    assert sans_mot.id.startswith("2026-11-24-degat-") and len({porte.id, cle.id, sans_mot.id}) == 3
