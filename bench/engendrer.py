"""Engendrer un lieu d'essai de N fiches : densité constante, histoire, index à jour.

usage: engendrer.py DOSSIER N

Quatre cents fiches par mois (événements, réservations, notes, passages), jusqu'au 24 novembre
2026 : 50 000 fiches, c'est dix ans de vie.
La même graine donne le même lieu. L'écriture passe par `git fast-import` : le protocole de
l'outil prendrait une demi-heure.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

FIN = date(2026, 12, 15)
AUJOURDHUI = date(2026, 11, 24)
PAR_MOIS = 400
SALLES = ("salle-rez", "cour", "atelier", "cuisine", *(f"salle-{n:02}" for n in range(1, 27)))
PRENOMS = ["Karim", "Amina", "Lea", "Marie", "Tom", "Nadia", "Jean", "Fatou", "Piet", "Chiara", "Omar", "Ann"]
TITRES = (
    "Atelier vélo",
    "Chorale",
    "Permanence numérique",
    "Repair café",
    "Conseil",
    "Repas partagé",
    "Cours",
)
NOTES = (
    "Livraison de légumes, @{p} a tout rangé #cuisine",
    "Le four chauffe mal, @{p} appelle le réparateur #panne",
    "Une classe est venue visiter : 22 enfants, ravis #visite",
    "Réunion avec la commune sur l'éclairage de la cour #partenaire",
)
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"


NOMS = ("Dupont", "Haddad", "Van de Velde", "D'Hondt", "El Khatib", "De Smet", "Rossi", "Lambert", "Joris")


def personnes(nombre: int = 60) -> list[str]:
    hasard = Random(1)
    return ["p-" + "".join(hasard.choice(ALPHABET) for _ in range(6)) for _ in range(nombre)]


def registre(gens: list[str]) -> dict[str, str]:
    """Des noms qui ne se répètent pas : un prénom, un nom, un rang."""
    return {
        f"personnes/{ident}.yaml": f"nom: {PRENOMS[n % 12]} {NOMS[n // 12 % 9]}{n // 108 or ''}\n"
        for n, ident in enumerate(gens)
    }


def mot(titre: str) -> str:
    return titre.lower().replace(" ", "-").replace("é", "e")


def evenement(jour: date, heure: int, titre: str, salle: str, qui: str, etat: str) -> str:
    corps = (
        f"titre: {titre}\ndebut: {jour}T{heure:02}:00\nfin: {jour}T{heure + 1:02}:30\nsalles:\n  - {salle}\n"
    )
    corps += f"publics:\n  - riverains\nporteurs:\n  - {qui}\n"
    return corps + (f"etat: {etat}\n" if etat != "confirme" else "") + "description: On vient comme on est.\n"


def reservation(jour: date, heure: int, salle: str, qui: str) -> str:
    return (
        f"salle: {salle}\nobjet: réunion\npour: {qui}\n"
        f"debut: {jour}T{heure:02}:00\nfin: {jour}T{heure + 1:02}:30\nmontage: 15\n"
    )


def fiches(nombre: int, gens: list[str]) -> Iterator[tuple[date, str, str]]:
    """(jour, chemin, contenu), du plus ancien au plus récent."""
    hasard = Random(4000)
    mois = max(1, round(nombre / PAR_MOIS))
    debut = FIN - timedelta(days=round(mois * 30.44))
    par_jour = nombre / max(1, (FIN - debut).days)
    du, faites = 0.0, 0
    for n in range((FIN - debut).days):
        jour = debut + timedelta(days=n + 1)
        du += par_jour
        heures = [(h, s) for s in SALLES for h in range(8, 21, 2)]
        hasard.shuffle(heures)
        while faites < du and faites < nombre:
            suffixe = "".join(hasard.choice(ALPHABET) for _ in range(4))
            qui = hasard.choice(gens)
            genre = hasard.random()
            if (genre < 0.5 or jour > AUJOURDHUI) and heures:
                heure, salle = heures.pop()
                titre = hasard.choice(TITRES)
                if genre < 0.25:
                    chemin = f"espace/reservations/{jour:%Y/%m}/{jour}-reunion-{suffixe}.yaml"
                    yield jour, chemin, reservation(jour, heure, salle, qui)
                else:
                    etat = "annule" if hasard.random() < 0.05 else "confirme"
                    chemin = f"prog/evenements/{jour:%Y/%m}/{jour}-{mot(titre)}-{suffixe}.yaml"
                    yield jour, chemin, evenement(jour, heure, titre, salle, qui, etat)
            else:
                moment = datetime.combine(min(jour, AUJOURDHUI), datetime.min.time()) + timedelta(
                    hours=8, minutes=hasard.randrange(600)
                )
                if genre < 0.75:
                    ident = f"{moment:%Y-%m-%d-%H%M}-note-{suffixe}"
                    texte = hasard.choice(NOTES).format(p=qui)
                    chemin = f"journal/notes/{moment:%Y/%m}/{ident}.md"
                    yield jour, chemin, f"---\nmoment: {moment:%Y-%m-%dT%H:%M}\n---\n\n{texte}\n"
                else:
                    ident = f"{moment:%Y-%m-%d-%H%M}-passage-{suffixe}"
                    chemin = f"accueil/passages/{moment:%Y/%m}/{ident}.yaml"
                    yield jour, chemin, f"moment: {moment:%Y-%m-%dT%H:%M}\npersonne: {qui}\n"
            faites += 1


def importer(racine: Path, lots: Iterator[tuple[date, dict[str, str]]]) -> None:
    """Un enregistrement par lot, puis l'index et les fichiers."""
    flux = subprocess.Popen(["git", "-C", str(racine), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert flux.stdin
    for n, (jour, contenus) in enumerate(lots):
        secondes = int(datetime.combine(jour, datetime.min.time()).timestamp()) + 64800
        sujet = f"La journée du {jour}".encode()
        flux.stdin.write(
            b"commit refs/heads/main\ncommitter concierge <concierge@lieu.invalid> %d +0100\ndata %d\n%b\n"
            % (secondes, len(sujet), sujet)
        )
        if n == 0:
            flux.stdin.write(b"from refs/heads/main^0\n")
        for chemin, contenu in contenus.items():
            octets = contenu.encode()
            flux.stdin.write(b"M 100644 inline %b\ndata %d\n%b\n" % (chemin.encode(), len(octets), octets))
    flux.stdin.close()
    assert flux.wait() == 0
    subprocess.run(["git", "-C", str(racine), "reset", "--quiet", "--hard"], check=True)


def par_jour(nombre: int, gens: list[str]) -> Iterator[tuple[date, dict[str, str]]]:
    salles = {f"espace/salles/{s}.yaml": f"nom: {s}\ncapacite: 20\n" for s in SALLES}
    longs = {
        f"prog/longs/2026-{m:02}-01-exposition-{m:02}ab.yaml": (
            f"titre: Exposition {m}\ndebut: 2026-{m:02}-01\nfin: 2026-{m + 2:02}-15\n"
        )
        for m in range(1, 10)
    }
    lot = {**salles, **longs}
    courant = None
    for jour, chemin, contenu in fiches(nombre - len(lot), gens):
        if courant and jour != courant:
            yield courant, lot
            # Un jour sur trois, on corrige une fiche de la veille.
            retouche = next((c for c in lot if c.endswith(".yaml") and jour.day % 3 == 0), None)
            lot = {retouche: lot[retouche].replace("riverains", "membres")} if retouche else {}
        courant = jour
        lot[chemin] = contenu
    assert courant
    yield courant, lot


def engendrer(racine: Path, nombre: int) -> None:
    gens = personnes()
    ouvrir(racine)
    importer(racine, par_jour(nombre, gens))
    importer(racine / "registre", iter([(AUJOURDHUI, registre(gens))]))


def ouvrir(racine: Path) -> None:
    tl = Path(sys.executable).with_name("tl")
    subprocess.run([str(tl), "init", str(racine), "--nom", "Lieu d'essai"], check=True, capture_output=True)


def series(nombre: int) -> dict[str, str]:
    """Des séries de toutes sortes, commencées il y a trois ans et sans fin."""
    regles = [f"FREQ=WEEKLY;INTERVAL={n};BYDAY={j}" for n in (1, 2) for j in ("MO", "TU", "WE", "TH", "FR")]
    regles += ["FREQ=MONTHLY;BYDAY=1SA", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=15"]
    return {
        f"prog/series/cours-{n:03}-k3p9.yaml": (
            f"titre: Cours {n}\nrecurrence:\n  regle: {regles[n % len(regles)]}\n  du: '2023-09-01'\n"
            f"  debut: '{8 + n % 12:02}:00'\n  fin: '{9 + n % 12:02}:30'\n"
            "  ecarts:\n    '2026-11-24':\n      quoi: saute\n"
        )
        for n in range(nombre)
    }


def mouvements(nombre: int) -> dict[str, str]:
    """Dix ans d'un stock de quarante articles, jusqu'à aujourd'hui ; et un outil qu'on prête."""
    hasard = Random(17)
    contenus = {f"stock/articles/article-{n:02}.yaml": f"nom: Article {n}\nunite: kg\n" for n in range(40)}
    contenus |= {f"stock/objets/outil-{n:02}.yaml": f"nom: Outil {n}\n" for n in range(1, 40)}
    for n in range(nombre):
        jour = AUJOURDHUI - timedelta(days=n * 3650 // nombre)
        article, sens = f"article-{n % 40:02}", "entree" if n % 4 == 0 else "sortie"
        suffixe = "".join(hasard.choice(ALPHABET) for _ in range(4))
        contenus[f"stock/mouvements/{jour:%Y/%m}/{jour}-{article}-{suffixe}.yaml"] = (
            f"article: {article}\nsens: {sens}\nquantite: '{3 if sens == 'entree' else -1}'\n"
            f"unite: kg\nmoment: '{jour}T10:00'\n"
        )
    return contenus


def conventions(nombre: int) -> dict[str, str]:
    """Vingt ans de conventions ; une sur huit court encore."""
    contenus = {f"convention/partenaires/part-{n:02}.yaml": f"nom: Partenaire {n}\n" for n in range(90)}
    for n in range(nombre):
        au = AUJOURDHUI + timedelta(days=n % 900 - 300)
        suffixe = f"{ALPHABET[n // 784 % 28]}{ALPHABET[n // 28 % 28]}{ALPHABET[n % 28]}"
        chemin = f"convention/conventions/c-{suffixe}.yaml"
        contenus[chemin] = (
            f"modele: bail\navec: part-{n % 90:02}\ndu: 2023-01-01\nau: {au}\npreavis: 3 mois\n"
            "reconduction: 1 an\nsignatures:\n  - le: 2023-01-01\n"
        )
        if n % 8:
            # Les sept huitièmes sont de vieilles histoires.
            contenus[chemin] += "resiliee_le: 2024-01-15\nfinie_le: 2024-12-31\n"

    return contenus


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    engendrer(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
