"""Importer une édition corrigée finit comme l'importer à neuf, sauf ce qu'on a changé ici."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest
from agendas import agenda, lu
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps.series import date_de
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import importation, importation_d_un_uid
from tiers_lieu_cli.prog.importation import DISPARU, Fiches, Importee, Plan, Provenance
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie import regles as series
from tiers_lieu_cli.prog.serie.modele import Serie

FENETRE = Creneau.de_jours(date(2026, 1, 1), date(2028, 12, 31))


@dataclass
class Memoire:
    """Un lieu sans disque : ses fiches, par nom."""

    fiches: dict[str, Importee] = field(default_factory=dict)
    d_ou: Provenance = field(default_factory=Provenance)

    def de(self, uid: str) -> Fiches:
        siennes = [
            f for f in self.fiches.values() if f.origine and f.origine.uid == importation.condenser_uid(uid)
        ]
        souches = {f.souche for f in siennes if isinstance(f, Serie)}
        return Fiches(
            series=tuple(f for f in siennes if isinstance(f, Serie)),
            evenements=tuple(f for f in siennes if isinstance(f, Evenement)),
            nees_ici=tuple(f for f in self.fiches.values() if not f.origine and date_de(f.id, souches)),
        )

    def importer(self, octets: bytes) -> Plan:
        plan = importation_d_un_uid.planifier(lu(octets), self, self.d_ou)
        for f in plan.retires:
            del self.fiches[f.id]
        for neuf in (*plan.neufs, *plan.series):
            assert neuf.id not in self.fiches
            self.fiches[neuf.id] = neuf
        for _, change in (*plan.changes, *plan.series_changees):
            assert change.id in self.fiches
            self.fiches[change.id] = change
        return plan

    def vu(self, presents: set[tuple[str, str]] | None = None) -> list[tuple[object, ...]]:
        """Ce que le programme montre ; `presents` : ce qui est encore dans la source (UID, occurrence)."""
        vus: list[Evenement] = []
        for f in self.fiches.values():
            o = f.origine
            if (
                presents is not None
                and o
                and (o.uid, o.occurrence) not in presents
                and (o.uid, "") not in presents
            ):
                continue
            if isinstance(f, Serie):
                vus += [s for s in series.seances(f, FENETRE, {}) if s.id not in self.fiches]
            else:
                vus.append(f)
        return sorted(
            (e.debut, e.fin, e.titre, e.ailleurs, e.description, e.lien, e.etat, e.interne, e.etiquettes)
            for e in vus
        )


def presents(octets: bytes) -> set[tuple[str, str]]:
    lue = lu(octets)
    return {(importation.condenser_uid(d.uid), d.occurrence) for d in (*lue.evenements, *lue.series)}


# -- des agendas --------------------------------------------------------------

JOURS = [date(2026, 12, n) for n in range(1, 16)] + [date(2027, 3, 26), date(2027, 3, 28)]
REGLES = [
    "FREQ=DAILY;COUNT=6",
    "FREQ=DAILY;COUNT=3",
    "FREQ=WEEKLY;UNTIL=20270201T120000Z",
    "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=9",
    "FREQ=MONTHLY;BYDAY=1TU",
    "FREQ=YEARLY;BYWEEKNO=49;BYDAY=TU;COUNT=3",
    "FREQ=DAILY;BYHOUR=9,15;COUNT=8",
]
ZONES = ["TZID=Europe/Brussels", "TZID=America/Montreal", "UTC", "", "VALUE=DATE"]
titres = st.sampled_from(["Tricot", "Chorale", "Conseil"])


def moment(nom: str, jour: date, heure: int, zone: str) -> str:
    if zone == "VALUE=DATE":
        return f"{nom};VALUE=DATE:{jour:%Y%m%d}"
    z = "Z" if zone == "UTC" else ""
    return f"{nom}{';' + zone if zone.startswith('TZID') else ''}:{jour:%Y%m%d}T{heure:02}0000{z}"


@st.composite
def contenus(draw: st.DrawFn) -> list[str]:
    lignes = [f"SUMMARY:{draw(titres)}"]
    for ligne in (
        "LOCATION:Cour",
        "DESCRIPTION:venez",
        "STATUS:CANCELLED",
        "STATUS:TENTATIVE",
        "CLASS:PRIVATE",
    ):
        if draw(st.integers(0, 4)) == 0 and not (ligne[:6] == "STATUS" and "STATUS" in "".join(lignes)):
            lignes.append(ligne)
    if draw(st.integers(0, 3)) == 0:
        lignes.append("CATEGORIES:a,b")
    return lignes


@st.composite
def evenements_d_un_uid(draw: st.DrawFn, uid: str, sequence: int) -> list[list[str]]:
    """Une version de ce qu'un UID désigne : un événement, une série et ses exceptions, ou plusieurs."""
    tete = [f"UID:{uid}", f"SEQUENCE:{sequence}"] if uid != "none" else ["UID:none"]
    zone = draw(st.sampled_from(ZONES))
    jour, heure = draw(st.sampled_from(JOURS)), draw(st.sampled_from([9, 15, 20]))
    if uid == "none":
        jours = draw(st.lists(st.sampled_from(JOURS), min_size=1, max_size=4, unique=True))
        return [[*tete, moment("DTSTART", j, heure, zone), *draw(contenus())] for j in jours]
    duree = [] if zone == "VALUE=DATE" else [f"DURATION:{draw(st.sampled_from(['PT1H', 'PT8H', 'P1DT1H']))}"]
    debut = [moment("DTSTART", jour, heure, zone), *duree]
    if draw(st.integers(0, 2)) == 0:
        return [[*tete, *debut, *draw(contenus())]]
    maitre = [*tete, *debut, f"RRULE:{draw(st.sampled_from(REGLES))}", *draw(contenus())]
    proches = st.sampled_from([jour.replace(day=min(jour.day + n, 28)) for n in range(10)])
    dates = [nom for nom in ("EXDATE", "RDATE") if draw(st.integers(0, 2)) == 0]
    maitre += [moment(nom, draw(proches), heure, zone) for nom in dates]
    blocs = [maitre]
    for prevue in draw(st.lists(proches, max_size=3, unique=True)):
        rang = moment("RECURRENCE-ID", prevue, heure, zone)
        if draw(st.integers(0, 5)) == 0:
            rang = rang.replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE")
        nouveau = moment("DTSTART", draw(proches), draw(st.sampled_from([9, 15, 20])), zone)
        corps = draw(contenus()) if draw(st.booleans()) else maitre[len(tete) + len(debut) + 1 :]
        corps = [li for li in corps if not li.startswith(("EXDATE", "RDATE"))]
        blocs.append([*tete, rang, nouveau, *duree, *corps])
    return blocs


@st.composite
def editions(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Deux versions d'un même agenda : tout y a pu changer, sauf les UID."""
    uids = draw(st.lists(st.sampled_from(["u1", "u2", "none"]), min_size=1, max_size=2, unique=True))
    premiere, seconde = (
        agenda(*[b for uid in uids for b in draw(evenements_d_un_uid(uid, sequence))])
        for sequence in (0, draw(st.integers(0, 1)))
    )
    return premiere, seconde


@given(editions())
@settings(max_examples=100, deadline=None)
def test_une_edition_corrigee_finit_comme_a_neuf(cas: tuple[bytes, bytes]) -> None:
    premiere, seconde = cas
    suivi, neuf = Memoire(), Memoire()
    suivi.importer(premiere)
    suivi.importer(seconde)
    neuf.importer(seconde)
    assert suivi.vu(presents(seconde)) == neuf.vu()
    encore = suivi.importer(seconde)
    assert encore.est_vide, encore
    assert not encore.gardes


@given(editions(), st.sampled_from(["titre", "ailleurs", "description", "interne"]))
@settings(max_examples=60, deadline=None)
def test_ce_qu_on_a_change_ici_reste_et_le_reste_suit(cas: tuple[bytes, bytes], champ: str) -> None:
    premiere, seconde = cas
    suivi, neuf = Memoire(), Memoire()
    suivi.importer(premiere)
    ident, fiche = next(iter(suivi.fiches.items()))
    ici: object = not fiche.interne if champ == "interne" else "ici"
    suivi.fiches[ident] = structs.replace(fiche, **{champ: ici})
    neuf.importer(premiere)
    for memoire in (suivi, neuf):
        memoire.importer(seconde)
    # Devenue autre chose là-bas (un événement, une série), elle est gardée telle quelle, et c'est dit.
    assume(suivi.fiches.keys() == neuf.fiches.keys())
    for nom, attendue in neuf.fiches.items():
        voulue = structs.replace(attendue, **{champ: ici}) if nom == ident else attendue
        assert structs.replace(suivi.fiches[nom], origine=None) == structs.replace(voulue, origine=None)


@st.composite
def series_corrigees(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Deux versions d'une même série : son heure, son contenu et ses exceptions changent, pas son rythme."""
    regle, zone = draw(st.sampled_from(REGLES[2:6])), draw(st.sampled_from(ZONES[:2]))

    def version(rang: int) -> bytes:
        tete, heure = ["UID:u1", f"SEQUENCE:{rang}"], draw(st.sampled_from([9, 15]))
        debut = [moment("DTSTART", date(2026, 12, 1), heure, zone), "DURATION:PT1H"]
        exceptions = []
        for prevue in draw(st.lists(st.sampled_from(JOURS), max_size=3, unique=True)):
            nouveau = moment("DTSTART", prevue, draw(st.sampled_from([9, 20])), zone)
            corps = draw(st.one_of(contenus(), st.just(["STATUS:CANCELLED"])))
            exceptions.append(
                [*tete, moment("RECURRENCE-ID", prevue, heure, zone), nouveau, "DURATION:PT1H", *corps]
            )
        return agenda([*tete, *debut, f"RRULE:{regle}", *draw(contenus())], *exceptions)

    return version(0), version(1)


@given(series_corrigees(), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_une_serie_coupee_ici_suit_des_deux_cotes(cas: tuple[bytes, bytes], rang: int) -> None:
    """« Celle-ci et les suivantes », sans rien changer d'autre : on voit ce que montre un import neuf."""
    premiere, seconde = cas
    suivi, neuf = Memoire(), Memoire()
    suivi.importer(premiere)
    entiere = next(f for f in suivi.fiches.values() if isinstance(f, Serie))
    jour = sorted({o.jour for o in recurrence.nominales(entiere.recurrence, JOURS[0], FENETRE.dernier_jour)})[
        rang
    ]
    avant, apres = recurrence.couper(entiere.recurrence, jour)
    suite = structs.replace(entiere, id="suite-7k2m", suite_de=entiere.souche, recurrence=apres)
    suivi.fiches |= {entiere.id: structs.replace(entiere, recurrence=avant), suite.id: suite}
    assert suivi.importer(premiere).est_vide
    plan = suivi.importer(seconde)
    neuf.importer(seconde)
    assert not plan.gardes
    assert suivi.vu() == neuf.vu()


DIX_HEURES = ["DTSTART;TZID=Europe/Brussels:20261201T150000", "DURATION:PT1H"]
SERIE = [
    "UID:se1",
    "DTSTAMP:20261101T000000Z",
    *DIX_HEURES,
    "RRULE:FREQ=DAILY;COUNT=5",
    "SEQUENCE:0",
    "SUMMARY:P",
]
RANG = "RECURRENCE-ID;TZID=Europe/Brussels:20261204T150000"
SEULE = ["UID:se1", "DTSTAMP:20261102T000000Z", RANG, "SEQUENCE:1", "SUMMARY:P", "DURATION:PT1H"]
DEPLACEE = agenda([*SEULE, "DTSTART;TZID=Europe/Brussels:20261204T160000"])
ANNULEE = agenda([*SEULE, "DTSTART;TZID=Europe/Brussels:20261204T150000", "STATUS:CANCELLED"])
AUTRE = agenda([*SEULE, "DTSTART;TZID=Europe/Brussels:20261204T160000", "DESCRIPTION:exprès"])
AVIS = agenda([li for li in SEULE if "SUMMARY" not in li], tete=["METHOD:CANCEL"])


def heures(memoire: Memoire) -> list[str]:
    """Les heures des cinq dates, « x » pour une date annulée."""
    return [f"{'x' if e[6] is Etat.ANNULE else ''}{str(e[0])[11:13]}" for e in memoire.vu()]


@pytest.mark.parametrize(
    ("exception", "attendu"),
    [
        (DEPLACEE, ["15", "15", "15", "16", "15"]),
        (ANNULEE, ["15", "15", "15", "x15", "15"]),
        (AUTRE, ["15", "15", "15", "16", "15"]),
        (AVIS, ["15", "15", "15", "x15", "15"]),
    ],
    ids=["deplacee", "annulee", "autre", "avis"],
)
def test_une_exception_seule_change_la_serie_dans_tous_les_ordres(
    exception: bytes, attendu: list[str]
) -> None:
    serie = agenda(SERIE)
    for ordre in ([serie, exception], [serie, exception, serie], [serie, exception, exception]):
        memoire = Memoire()
        for octets in ordre:
            memoire.importer(octets)
        assert heures(memoire) == attendu
    if exception is not AVIS:
        # Reçue avant la série, elle vaut encore : sa version est plus récente.
        memoire = Memoire()
        for octets in (exception, serie):
            memoire.importer(octets)
        assert heures(memoire) == attendu


SUIVANTES = "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Brussels:20261204T150000"
ET_SUITE = [SUIVANTES if li == RANG else li for li in SEULE]
PLUS_TARD = [*ET_SUITE, "DTSTART;TZID=Europe/Brussels:20261204T160000"]
AUTREMENT = [*PLUS_TARD[:-1], "DTSTART;TZID=Europe/Brussels:20261204T150000", "DESCRIPTION:exprès"]
ARRETEE = [*ET_SUITE, "DTSTART;TZID=Europe/Brussels:20261204T150000", "STATUS:CANCELLED"]


@pytest.mark.parametrize("suite", [PLUS_TARD, AUTREMENT, ARRETEE], ids=["heure", "texte", "annulee"])
def test_celle_ci_et_les_suivantes_venues_seules_finissent_comme_avec_leur_serie(suite: list[str]) -> None:
    neuf, serie, seule = Memoire(), agenda(SERIE), agenda(suite)
    neuf.importer(agenda(SERIE, suite))
    # Le même fichier, un plus vieux que la suite, l'agenda entier enfin : rien n'en revient.
    for ordre in ([seule], [seule, seule], [seule, serie, seule], [seule, agenda(SERIE, suite)]):
        memoire = Memoire()
        for octets in (serie, *ordre):
            plan = memoire.importer(octets)
            assert not plan.gardes
            assert not plan.avis
        assert memoire.vu() == neuf.vu()
        assert memoire.importer(ordre[-1]).est_vide
    # Une version complète et plus récente de la série dit tout.
    memoire.importer(agenda([li.replace("SEQUENCE:0", "SEQUENCE:9") for li in SERIE]))
    assert heures(memoire) == ["15"] * 5
    assert len(memoire.fiches) == 1


def test_un_avis_arrete_les_suivantes_et_celles_qui_ont_leur_fiche() -> None:
    memoire = Memoire()
    a_part = [li.replace("20261204", "20261205") for li in SEULE]
    debut = "DTSTART;TZID=Europe/Brussels:20261205T180000"
    memoire.importer(agenda(SERIE, [*a_part, debut, "DESCRIPTION:exprès"]))
    avis = agenda([li for li in ET_SUITE if "SUMMARY" not in li], tete=["METHOD:CANCEL"])
    for _ in range(2):
        memoire.importer(avis.replace(b"SEQUENCE:1", b"SEQUENCE:2"))
        assert heures(memoire) == ["15", "15", "15", "x15", "x18"]


def test_une_suite_que_rien_ne_sait_dire_ne_change_que_sa_date_et_c_est_dit() -> None:
    memoire = Memoire()
    memoire.importer(agenda([li.replace("FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=1") for li in SERIE]))
    ailleurs = [li.replace("20261204", "20270101") for li in [*ET_SUITE, DIX_HEURES[0]]]
    plan = memoire.importer(agenda([*ailleurs[:-1], "DTSTART;TZID=Europe/Brussels:20270102T150000"]))
    assert len(plan.avis) == 1
    assert [e[0] for e in memoire.vu()][:3] == ["2026-12-01T15:00", "2027-01-02T15:00", "2027-02-01T15:00"]


def test_une_exception_change_ce_que_sa_date_portait() -> None:
    """Déplacée, d'un autre contenu, annulée, puis rendue : chaque version l'emporte sur la précédente."""
    memoire = Memoire()
    memoire.importer(agenda(SERIE))
    suite = [(AUTRE, 2, "16"), (DEPLACEE, 3, "16"), (ANNULEE, 4, "x15"), (AUTRE, 5, "16")]
    for octets, rang, attendu in suite:
        memoire.importer(octets.replace(b"SEQUENCE:1", f"SEQUENCE:{rang}".encode()))
        assert heures(memoire) == ["15", "15", "15", attendu, "15"]
    plan = memoire.importer(ANNULEE)
    assert plan.est_vide
    assert plan.anciens
    # Une version complète et plus récente de la série dit tout : la date redevient comme les autres.
    memoire.importer(agenda([li.replace("SEQUENCE:0", "SEQUENCE:9") for li in SERIE]))
    assert heures(memoire) == ["15"] * 5
    assert len(memoire.fiches) == 1


def test_un_vieux_fichier_ne_ranime_pas_ce_qu_un_plus_recent_annule() -> None:
    memoire = Memoire()
    evenement = ["UID:u1", *DIX_HEURES, "SUMMARY:Réunion"]
    memoire.importer(agenda([*evenement, "SEQUENCE:1", "DTSTAMP:20261102T000000Z", "STATUS:CANCELLED"]))
    for plus_vieux in (["SEQUENCE:0"], ["SEQUENCE:1", "DTSTAMP:20261101T000000Z"]):
        plan = memoire.importer(agenda([*evenement, *plus_vieux]))
        assert plan.est_vide
        assert len(plan.anciens) == 1
    memoire.importer(agenda([*evenement, "SEQUENCE:2"]))
    assert [e[6] for e in memoire.vu()] == [Etat.CONFIRME]


@pytest.mark.parametrize("de_la_serie", [False, True])
def test_un_avis_d_annulation_annule_ce_qu_on_a_et_garde_ce_qu_il_tait(de_la_serie: bool) -> None:
    regle = ["RRULE:FREQ=DAILY;COUNT=2"] if de_la_serie else []
    memoire = Memoire()
    avis = agenda(["UID:u1", "SEQUENCE:1"], tete=["METHOD:CANCEL"])
    assert memoire.importer(avis).sans_objet == 1
    memoire.importer(agenda(["UID:u1", *DIX_HEURES, *regle, "SUMMARY:Réunion", "LOCATION:Cour"]))
    plan = memoire.importer(avis)
    assert not plan.est_vide
    assert {(e[2], e[3], e[6]) for e in memoire.vu()} == {("Réunion", "Cour", Etat.ANNULE)}
    assert memoire.importer(avis).est_vide


def test_un_uid_muet_ne_change_pas_un_cours_en_un_autre() -> None:
    def cours(*lesquels: tuple[int, str]) -> bytes:
        return agenda(*(["UID:none", f"DTSTART:202612{j:02}T090000", f"SUMMARY:{t}"] for j, t in lesquels))

    memoire = Memoire()
    memoire.importer(cours((1, "Maths"), (2, "Latin"), (3, "Sport")))
    plan = memoire.importer(cours((2, "Latin"), (3, "Sport"), (4, "Dessin")))
    assert [e.titre for e in plan.neufs] == ["Dessin"]
    assert not plan.changes
    assert [e[2] for e in memoire.vu()] == ["Maths", "Latin", "Sport", "Dessin"]


def test_un_uid_qui_en_designe_plusieurs_se_retrouve_par_le_debut() -> None:
    def dates(*jours: int) -> bytes:
        return agenda(*(["UID:u1", f"DTSTART:202612{j:02}T090000", "SUMMARY:Cours"] for j in jours))

    memoire = Memoire()
    for jours in ((1,), (1, 2), (2,), (1, 2, 3)):
        memoire.importer(dates(*jours))
    assert [e[0] for e in memoire.vu()] == [f"2026-12-{j:02}T09:00" for j in (1, 2, 3)]


def test_deux_evenements_au_meme_moment_sous_un_meme_uid_gardent_chacun_leur_fiche() -> None:
    def cours(*titres: str) -> bytes:
        return agenda(*(["UID:u1", "DTSTART:20261201T090000", f"SUMMARY:{t}"] for t in titres))

    memoire = Memoire()
    for titres in (["Maths"], ["Latin", "Maths"], ["Latin", "Maths"]):
        plan = memoire.importer(cours(*titres))
        assert [e[2] for e in memoire.vu()] == sorted(titres)
    assert plan.est_vide


def test_ce_qui_disparait_d_un_agenda_suivi_est_annule_et_peut_revenir() -> None:
    memoire = Memoire(d_ou=Provenance(calendrier="fablab"))
    bal, serie = (
        ["UID:u1", *DIX_HEURES, "SUMMARY:Bal"],
        [*SERIE[:1], *SERIE[2:4], "RRULE:FREQ=WEEKLY", "SUMMARY:P"],
    )
    memoire.importer(agenda(bal, serie))
    plan = Plan()
    importation.retirer_les_disparus(plan, memoire.fiches.values(), lu(agenda()), "2026-12-09")
    for _, change in (*plan.changes, *plan.series_changees):
        memoire.fiches[change.id] = change
    annule = next(f for f in memoire.fiches.values() if isinstance(f, Evenement))
    finie = next(f for f in memoire.fiches.values() if isinstance(f, Serie))
    assert (annule.etat, annule.motif) == (Etat.ANNULE, DISPARU)
    assert (finie.etat, finie.recurrence.au) == (Etat.CONFIRME, "2026-12-09")
    memoire.importer(agenda(bal, serie))
    revenus = {f.titre: f for f in memoire.fiches.values()}
    assert (revenus["Bal"].etat, revenus["Bal"].motif) == (Etat.CONFIRME, "")
    assert isinstance(revenus["P"], Serie)
    assert revenus["P"].recurrence.au == ""
