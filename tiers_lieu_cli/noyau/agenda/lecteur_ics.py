"""Le processus à part qui lit un .ics : une ligne de demande et le fichier en entrée, un JSON en sortie.

Il ne garde que ce que le programme montre : jamais les invités, l'organisateur ni leurs
adresses. Ce qui ne se comprend pas est nommé ; le reste est gardé.
"""

from __future__ import annotations

import hashlib
import sys
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.agenda import lecteur_champs as champs
from tiers_lieu_cli.noyau.agenda import lecteur_lignes, lecteur_morceaux
from tiers_lieu_cli.noyau.agenda.agenda_lu import Annulation, Demande, Reponse
from tiers_lieu_cli.noyau.agenda.lecteur_champs import Fuseaux, Illisible
from tiers_lieu_cli.noyau.agenda.lecteur_evenements import evenement
from tiers_lieu_cli.noyau.agenda.lecteur_lignes import Refus
from tiers_lieu_cli.noyau.agenda.lecteur_venus import Lecture, Venu, groupes, laisser, sans_echappement
from tiers_lieu_cli.noyau.texte import accorder

#: Ce qu'un agenda peut contenir de fiches ; une série n'en est qu'une.
EVENEMENTS_MAXIMAUX = 10_000
_COTE = {"VTODO": "tâche", "VJOURNAL": "note", "VFREEBUSY": "disponibilité"}


def lire(octets: bytes, lecture: Lecture) -> None:
    """Remplir `lecture` ; `Refus` si le fichier ne peut être lu."""
    contenu = lecteur_lignes.lire(octets)
    lecture.zones = Fuseaux(contenu.fuseaux)
    lecture.nom = champs.couper(" ".join(champs.propre(sans_echappement(contenu.nom)).split()), 200)
    lecture.agenda = hashlib.sha256(f"{contenu.outil}|{contenu.nom}".encode()).hexdigest()[:12]
    if contenu.avis:
        lecture.avis.append(contenu.avis)
    if len(contenu.evenements) > EVENEMENTS_MAXIMAUX:
        raise Refus(f"contient {len(contenu.evenements)} événements, plus de {EVENEMENTS_MAXIMAUX}")
    for quoi, combien in contenu.mis_de_cote.items():
        if quoi in _COTE:
            verbe = "ce n'est pas un événement" if combien == 1 else "ce ne sont pas des événements"
            lecture.laisses.append(f"{accorder(combien, _COTE[quoi])} ({quoi}) : {verbe}.")
    for groupe in groupes(contenu.evenements, lecture):
        _garder(groupe, lecture)


def _garder(groupe: list[Venu], lecture: Lecture) -> None:
    """Garder ce qu'un même UID désigne : un événement, une série et ses exceptions, ou plusieurs."""
    avis = {id(v) for v in groupe if v.composant.methode == "CANCEL"}
    # Sans ce qu'il annule, un avis qui dit une date est un événement annulé.
    seuls = len(avis) == len(groupe)
    dates = [v for v in groupe if v.debut is not None and (seuls or id(v) not in avis)]
    gardes = {id(v) for v in dates}
    for venu in (v for v in groupe if id(v) not in gardes):
        occurrence = venu.rang.cle(lecture.fuseau) if venu.rang else ""
        lecture.annulations.append(
            Annulation(
                uid=venu.uid, occurrence=occurrence, version=venu.version, suivantes=venu.et_les_suivantes()
            )
        )
    maitres = _dernieres(dates, lecture)
    par_rang: dict[str, list[Venu]] = {}
    for venu in dates:
        if venu.rang is not None:
            par_rang.setdefault(venu.rang.cle(lecture.fuseau), []).append(venu)
    exceptions = [max(versions, key=lambda v: v.version) for _, versions in sorted(par_rang.items())]
    recurrents = [v for v in maitres if {"RRULE", "RDATE"} & v.composant.champs.keys()]
    plusieurs = len(maitres) > 1 or any(v.muet for v in maitres)
    deja: set[str] = set()
    if not recurrents:
        # La seule date d'un événement seul, changée à part : c'est lui.
        seules = [v for v in exceptions if any(m.debut == v.rang for m in maitres)]
        maitres = [next((v for v in seules if v.rang == m.debut), m) for m in maitres]
        exceptions = [v for v in exceptions if v not in seules]
    for venu in maitres:
        cle = _cle_du_debut(venu, deja, lecture) if plusieurs else ""
        siennes = exceptions if recurrents[:1] == [venu] else []
        try:
            if venu in recurrents:
                lecteur_morceaux.garder(venu, cle, siennes, lecture)
            else:
                lecture.evenements.append(evenement(venu, cle, lecture))
        except Illisible as motif:
            laisser(venu.composant, motif, lecture)
    for venu in exceptions if not recurrents else ():
        try:
            assert venu.rang is not None
            e = evenement(venu, venu.rang.cle(lecture.fuseau), lecture)
            lecture.evenements.append(structs.replace(e, orphelin=True, suivantes=venu.et_les_suivantes()))
        except Illisible as motif:
            laisser(venu.composant, motif, lecture)


def _dernieres(dates: list[Venu], lecture: Lecture) -> list[Venu]:
    """Les événements mêmes de cet UID : la dernière version d'un seul, ou chacun s'ils sont plusieurs.

    Sans SEQUENCE, deux débuts sous un même UID sont deux événements : bien des outils répètent leur UID.
    """
    maitres = [v for v in dates if v.rang is None]
    suivis = all("SEQUENCE" in v.composant.champs for v in maitres) and not any(v.muet for v in maitres)
    if suivis and len({v.version for v in maitres}) == len(maitres):
        return [max(maitres, key=lambda v: v.version)] if maitres else []
    gardes: dict[tuple[str, ...], Venu] = {}
    for venu in maitres:
        assert venu.debut is not None
        # Deux copies d'une même chose ne comptent qu'une fois ; deux versions, la dernière.
        distincts = () if venu.version[1] and not venu.muet else (venu.titre(),)
        cle = (venu.debut.cle(lecture.fuseau), *distincts)
        if cle not in gardes or gardes[cle].version < venu.version:
            gardes[cle] = venu
    plus_recente = max((v.version[0] for v in gardes.values()), default=0)
    return [v for v in gardes.values() if v.muet or v.version[0] == plus_recente]


def _cle_du_debut(venu: Venu, deja: set[str], lecture: Lecture) -> str:
    """Ce qui tient lieu d'identité quand l'UID ne dit rien : le début, et le titre s'il faut."""
    assert venu.debut is not None
    cle = venu.debut.cle(lecture.fuseau)
    if cle in deja:
        cle += "#" + hashlib.sha256(venu.titre().encode()).hexdigest()[:8]
    deja.add(cle)
    return cle


def principal() -> None:
    """Répondre à une demande."""
    demande = msgspec.json.decode(sys.stdin.buffer.readline(), type=Demande)
    lecture = Lecture(ZoneInfo(demande.fuseau))
    try:
        lire(sys.stdin.buffer.read(), lecture)
        reponse = Reponse(
            nom=lecture.nom,
            evenements=tuple(lecture.evenements),
            series=tuple(lecture.series),
            annulations=tuple(lecture.annulations),
            laisses=tuple(lecture.laisses),
            avis=tuple(lecture.avis),
        )
    except Refus as refus:
        reponse = Reponse(refus=str(refus))
    sys.stdout.buffer.write(msgspec.json.encode(reponse))


if __name__ == "__main__":
    principal()
