"""Ce que le site dit aux machines : schema.org, le fil Atom, le plan du site, ce qu'elles peuvent lire."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from html import escape

from tiers_lieu_cli.ensemble.site.recolte import Recolte
from tiers_lieu_cli.noyau.agenda.flux import A_REPLACER, ANNULE, Publication
from tiers_lieu_cli.noyau.lieu import Reglages
from tiers_lieu_cli.noyau.pages.langues import Langue
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog import schema_org
from tiers_lieu_cli.prog.modele import Etat, Evenement

#: Un événement s'annonce deux semaines avant.
ANNONCE = timedelta(days=14)
#: Un fil est court : ce qui vient d'être dit.
ENTREES = 60
_JAMAIS = datetime(1970, 1, 1, tzinfo=UTC)


def ecrire(objet: object) -> str:
    """Du JSON qu'on peut mettre dans une page : rien n'y ferme la balise."""
    texte = json.dumps(objet, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for signe in "<>&\u2028\u2029":
        texte = texte.replace(signe, f"\\u{ord(signe):04x}")
    return texte


def lieu(reglages: Reglages, adresse: str, logo: str) -> dict[str, object]:
    """Le lieu lui-même."""
    dit = {
        "@context": "https://schema.org",
        "@type": "Place",
        "name": reglages.nom,
        "address": reglages.adresse,
        "url": adresse,
        "logo": f"{adresse}{logo}" if adresse and logo else "",
    }
    return {cle: valeur for cle, valeur in dit.items() if valeur}


def evenement(e: Evenement, titre: str, r: Recolte, adresse: str) -> dict[str, object]:
    """Un événement, comme les moteurs de recherche le lisent."""
    publie = publication(e, titre, r, adresse)
    return schema_org.page(publie, e, r.c.lieu.reglages, r.c.lieu.fuseau)


def publication(e: Evenement, titre: str, r: Recolte, adresse: str) -> Publication:
    """Un événement seul, pour sa page ; les agendas publiés, eux, comptent ses changements."""
    reglages = r.c.lieu.reglages
    return Publication(
        uid=f"{e.id}@{reglages.domaine}",
        creneau=e.creneau,
        titre=titre,
        lieu=", ".join(filter(None, [r.ou(e), "" if e.ailleurs else reglages.adresse])),
        description=r.dire(e.description, e.id),
        annule=not e.a_lieu,
        mention=A_REPLACER if e.etat in (Etat.A_REPLACER, Etat.REPORTE) else ANNULE,
        categories=tuple(sorted({*e.publics, *e.etiquettes})),
        url=adresse,
        sequence=0,
        cree=_JAMAIS,
        modifie=_JAMAIS,
    )


def agenda(e: Evenement, r: Recolte, adresse: str) -> Publication | None:
    """Ce qu'on met dans son propre agenda d'un événement qui vient ; rien, s'il n'a pas lieu ou plus."""
    if not e.a_lieu or e.creneau.dernier_jour < r.jour:
        return None
    return publication(e, r.dire(e.titre, e.id), r, adresse)


def atom(r: Recolte, langue: Langue, dossier: str, adresse: str) -> str:
    """Le fil : ce qui s'est passé, et chaque événement deux semaines avant. Mêmes fiches, mêmes octets."""
    nom, domaine = r.c.lieu.reglages.nom, r.c.lieu.reglages.domaine
    entrees = []
    for n in r.nouvelles[:ENTREES]:
        texte = r.dire(n.texte, n.id).replace("#site", "").strip()
        entrees.append((_instant(r, n.instant), n.id, texte, texte, f"nouvelles.html#{n.id}"))
    for e in r.a_nous.values():
        annonce = datetime.combine(e.creneau.premier_jour, time()) - ANNONCE
        if annonce.date() <= r.jour and e.creneau.dernier_jour >= r.jour - ANNONCE:
            titre = r.dire(e.titre, e.id)
            quand = langue.creneau(e.creneau, None)
            dit = titre if e.a_lieu else f"{langue.dire('Annulé')} : {titre}"
            suffixe = "" if e.a_lieu else "-annule"
            resume = ", ".join(filter(None, [quand, r.ou(e)]))
            entrees.append((_instant(r, annonce), f"{e.id}{suffixe}", dit, resume, f"evenements/{e.id}.html"))
    entrees.sort(key=lambda x: (x[0], x[1]), reverse=True)
    entrees = entrees[:ENTREES]
    base = f"{adresse}{dossier}"
    lignes = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{langue.code}">',
        f"<id>{_id(domaine, f'fil-{langue.code}')}</id>",
        f"<title>{_texte(nom)}</title>",
        f"<updated>{entrees[0][0] if entrees else '1970-01-01T00:00:00Z'}</updated>",
        f"<author><name>{_texte(nom)}</name></author>",
        f'<link rel="alternate" type="text/html" href="{escape(base)}index.html"/>',
    ]
    if adresse:
        lignes.append(f'<link rel="self" href="{escape(base)}nouvelles.atom"/>')
    for quand, ident, titre, resume, ou in entrees:
        lignes += [
            "<entry>",
            f"<id>{_id(domaine, ident)}</id>",
            f"<title>{_texte(titre[:120])}</title>",
            f"<updated>{quand}</updated>",
            f'<link href="{escape(base)}{escape(ou)}"/>',
            f"<summary>{_texte(resume)}</summary>",
            "</entry>",
        ]
    return "\n".join([*lignes, "</feed>", ""])


def plan(adresse: str, chemins: Iterable[str]) -> str:
    """Le plan du site."""
    urls = (f"<url><loc>{escape(adresse)}{escape(chemin)}</loc></url>" for chemin in chemins)
    entete = (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    return "\n".join([entete, *urls, "</urlset>", ""])


def robots(adresse: str) -> str:
    """Tout le monde peut tout lire : il n'y a là que du public."""
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {adresse}sitemap.xml\n" if adresse else "")


def _instant(r: Recolte, mural: datetime) -> str:
    return f"{temps.instant(mural.replace(microsecond=0), r.c.lieu.fuseau):%Y-%m-%dT%H:%M:%SZ}"


def _id(domaine: str, ident: str) -> str:
    return escape(f"tag:{domaine},2026:{ident}")


def _texte(dit: str) -> str:
    """Du texte pour XML, sans ce que XML interdit."""
    return escape("".join(c for c in dit if c >= " " or c in "\n\t"))
