"""`tl prog lettre` : le brouillon de la lettre, relu dans l'éditeur, un par langue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.lettre import courriels
from tiers_lieu_cli.ensemble.lettre import vue as lettres
from tiers_lieu_cli.ensemble.site import recolte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.personnes import Personne
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.lieu import SANS_DOMAINE
from tiers_lieu_cli.noyau.pages import charte, courriel
from tiers_lieu_cli.noyau.pages.gabarit import Gabarit
from tiers_lieu_cli.noyau.pages.langues import langue
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import accorder

app = Application()


@app.lit("lettre")
def lettre(
    c: Contexte,
    du: Annotated[
        str, typer.Option("--du", metavar="JOUR", help="Un jour de la semaine voulue.")
    ] = "aujourd'hui",
    sortie: Annotated[
        Path | None,
        typer.Option("--sortie", metavar="DOSSIER", help="Un dossier neuf, hors du lieu ; sinon, à l'écran."),
    ] = None,
    membres: Annotated[
        list[PersonneCitee] | None, typer.Option("--membre", help="Qui mettre en avant, s'il l'accepte.")
    ] = None,
    desabonnement: Annotated[
        str, typer.Option("--desabonnement", metavar="HTTPS", help="Où l'on se désabonne d'un clic.")
    ] = "",
    telle_quelle: Annotated[bool, typer.Option("--telle-quelle", help="Sans ouvrir l'éditeur.")] = False,
    json: Json = False,
) -> None:
    """Écrire la lettre de la semaine ; elle n'est jamais envoyée.

    La semaine, l'entraide publique, deux membres qui l'ont accepté (chacun son tour). Avec --sortie, le
    brouillon s'ouvre dans l'éditeur, puis s'écrit, par langue : le courriel (.eml, avec de quoi se
    désabonner), la page, le Markdown, et qui la reçoit (ceux qui ont accepté « lettre »).

    Exemples :
        tl prog lettre
        tl prog lettre --du lundi --sortie ~/lettre --telle-quelle
    """
    if desabonnement:
        courriels.verifier_le_desabonnement(desabonnement)
    fenetre = temps.semaine_de(saisie.lire_jour(du, c.horloge.murale(), Sens.LIBRE))
    r, reglages = recolte.lire(c), c.lieu.reglages
    choisis = [c.registre.designer(m) for m in membres or ()]
    en_avant = lettres.en_avant(r.membres, fenetre.premier_jour, choisis)
    ecrire_a = courriel.adresse(reglages.contacts)
    site = "" if reglages.domaine.endswith(SANS_DOMAINE) else f"https://{reglages.domaine}/"
    a_qui = lettres.destinataires(c.personnes() if c.registre.est_la else [], reglages.langues)
    codes = [code for code in reglages.langues if a_qui[code] or code == reglages.langues[0]]
    vues = {code: lettres.vue(r, langue(code), fenetre, en_avant, ecrire_a, site) for code in codes}
    for phrase in r.public.avis():
        c.ecran.avertir(phrase)
    brouillons = {
        code: Gabarit(c.lieu.racine, "lettre.md").rendre([_plate(v)])[0] for code, v in vues.items()
    }
    if sortie is None:
        if json:
            lettres_dites = [
                {"langue": code, "texte": texte, "destinataires": len(a_qui[code])}
                for code, texte in brouillons.items()
            ]
            c.ecran.json({"du": fenetre.premier_jour, "au": fenetre.dernier_jour, "lettres": lettres_dites})
            return
        for code, texte in brouillons.items():
            c.ecran.page(texte)
            c.ecran.dire(f"{accorder(len(a_qui[code]), 'destinataire')} ({code}).")
        c.ecran.dire("  Ensuite : tl prog lettre --sortie ~/lettre")
        return
    relues = {
        code: _relire(c, texte, telle_quelle=telle_quelle or json) for code, texte in brouillons.items()
    }
    with dossier_neuf(sortie, noms=True) as chantier:
        for code, texte in relues.items():
            for nom, octets in _fichiers(c, vues[code], texte, desabonnement).items():
                (chantier / f"lettre-{code}{nom}").write_bytes(octets)
            noms = "".join(f"{_ligne(p)}\n" for p in a_qui[code])
            (chantier / f"destinataires-{code}.txt").write_text(noms, "utf-8")
    if json:
        dites = [{"langue": code, "destinataires": len(a_qui[code])} for code in relues]
        c.ecran.json({"dossier": sortie, "lettres": dites})
        return
    for code in relues:
        combien = accorder(len(a_qui[code]), "destinataire")
        c.ecran.dire(f"lettre-{code}.eml, pour {combien} (destinataires-{code}.txt).")
    c.ecran.dire(
        f"  Ensuite : ouvrir {sortie}/lettre-{codes[0]}.eml, y mettre en copie cachée les destinataires"
    )


def _relire(c: Contexte, texte: str, *, telle_quelle: bool) -> str:
    if telle_quelle or not c.ecran.interactif:
        return texte
    # Du texte public, où l'on ne mentionne personne : rien n'y devient un identifiant.
    relu = c.questions.editer(c.environ, texte, ".md")
    c.questions.ranger_les_brouillons(garde=False)
    if not relu.strip():
        raise ErreurUsage("La lettre est vide : rien n'est écrit.", "La garder telle quelle : --telle-quelle")
    return relu


def _fichiers(c: Contexte, vue: lettres.Lettre, texte: str, https: str) -> dict[str, bytes]:
    """Le Markdown, la page, le texte et le courriel d'une lettre relue."""
    reglages = c.lieu.reglages
    donnees = _plate(vue) | {"corps": texte, "charte": charte.du_lieu(c.lieu).pour_une_page()}
    html = courriels.en_lignes(Gabarit(c.lieu.racine, "lettre.html").rendre([donnees])[0])
    pied = vue.mots.pourquoi + (
        f" {vue.mots.plus} : {https or reglages.contacts[0]}" if vue.desabonner else ""
    )
    brut = f"{courriels.en_texte(texte).rstrip()}\n\n-- \n{pied}\n"
    sujet = f"{reglages.nom}, {vue.titre}"
    # Le désabonnement d'un lecteur de courrier n'a pas besoin du corps écrit pour une main.
    mailto = vue.desabonner.partition("&body=")[0]
    eml = courriels.eml(
        de=(reglages.nom, courriel.adresse(reglages.contacts)),
        sujet=sujet,
        texte=brut,
        html=html,
        moment=c.horloge.maintenant(),
        desabonner=[ou for ou in (https, mailto) if ou],
    )
    return {".md": texte.encode(), ".html": html.encode(), ".txt": brut.encode(), ".eml": eml}


def _plate(vue: lettres.Lettre) -> dict[str, object]:
    import msgspec

    plate: dict[str, object] = msgspec.to_builtins(vue)
    return plate


def _ligne(p: Personne) -> str:
    """« Inès Diallo <ines@exemple.org> », tel qu'un champ de copie cachée l'attend."""
    from email.utils import formataddr

    nom = " ".join(p.nom.translate({ord(s): " " for s in '"<>,;\\'}).split())
    return f"{nom} <{p.courriel}>" if nom else formataddr(("", p.courriel))
