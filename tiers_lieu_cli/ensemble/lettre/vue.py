"""Ce que dit la lettre : la semaine, l'entraide, des membres qui l'ont voulu ; rien qui ne soit public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from tiers_lieu_cli.ensemble.site.recolte import Recolte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.personnes import LETTRE, Personne
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.pages.langues import Langue
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import capitale, sans_accent
from tiers_lieu_cli.prog.modele import Etat, Evenement

#: Combien de membres, de besoins et d'offres une lettre met en avant.
EN_AVANT, ANNONCES = 2, 3
#: Ce que Markdown prendrait pour de la mise en forme.
_SIGNES = motif(r"([\\`*_{}\[\]<>()#+!|~&])")
_LANGUES = {
    "fr": ("fr", "francais"),
    "nl": ("nl", "neerlandais", "nederlands", "flamand"),
    "en": ("en", "anglais", "english"),
    "de": ("de", "allemand", "deutsch"),
}


class Ligne(msgspec.Struct, frozen=True, kw_only=True):
    """Un événement de la semaine ; tout y est prêt pour du Markdown."""

    heures: str
    titre: str
    page: str = ""
    ou: str = ""
    ecart: str = ""
    complet: str = ""
    inscrire: str = ""


class Jour(msgspec.Struct, frozen=True, kw_only=True):
    """Un jour et ce qui s'y passe."""

    dit: str
    lignes: tuple[Ligne, ...]


class Annonce(msgspec.Struct, frozen=True, kw_only=True):
    """Un besoin ou une offre qu'on a choisi de montrer, et comment y répondre."""

    texte: str
    repondre: str = ""


class Membre(msgspec.Struct, frozen=True, kw_only=True):
    """Quelqu'un qui a accepté de paraître."""

    nom: str
    portrait: str


class Mots(msgspec.Struct, frozen=True, kw_only=True):
    """Les mots de la lettre, dans sa langue."""

    rien: str
    inscrire: str
    besoins: str
    offres: str
    repondre: str
    membres: str
    ecrire: str
    plus: str
    pourquoi: str


class Lettre(msgspec.Struct, frozen=True, kw_only=True):
    """Une lettre, dans une langue ; seul `entete`, de `lieu` et `titre`, est prêt pour du Markdown."""

    langue: str
    lieu: str
    adresse: str
    entete: str
    titre: str
    jours: tuple[Jour, ...]
    besoins: tuple[Annonce, ...]
    offres: tuple[Annonce, ...]
    membres: tuple[Membre, ...]
    gestes: tuple[tuple[str, str], ...]
    desabonner: str
    site: str
    mots: Mots


def echapper(texte: str) -> str:
    """Ce texte sur une ligne, tel que Markdown le rendra lettre pour lettre."""
    return _SIGNES.sub(r"\\\1", " ".join(texte.split()))


def vue(
    r: Recolte, langue: Langue, fenetre: Creneau, membres: Sequence[Personne], ecrire_a: str, site: str
) -> Lettre:
    """La lettre de cette fenêtre. `ecrire_a` : où l'on répond ; `site` : où sont les pages."""
    t = langue.dire

    def lien(geste: Geste, titre: str = "", ident: str = "", quand: str = "") -> str:
        return courriel.lien(ecrire_a, geste, titre, ident, quand, langue.dire) if ecrire_a else ""

    def ligne(e: Evenement) -> Ligne:
        titre = r.dire(e.titre, e.id)
        ouvert = e.etat is Etat.CONFIRME
        quand = langue.creneau(e.creneau, r.jour)
        return Ligne(
            heures=langue.heures(e.creneau),
            titre=echapper(titre),
            page=f"{site}evenements/{e.id}.html" if site else "",
            ou=echapper(r.ou(e)),
            ecart=t(_ECARTS[e.etat]) if e.etat in _ECARTS else "",
            complet=t("complet") if ouvert and e.id in r.complets else "",
            inscrire=lien(Geste.INSCRIPTION, titre, e.id, quand) if ouvert else "",
        )

    jours = r.jours(fenetre)
    du, au = langue.jour(fenetre.premier_jour, r.jour), langue.jour(fenetre.dernier_jour, r.jour)
    gestes = (
        (t("J'ai besoin de…"), Geste.BESOIN),
        (t("Je propose…"), Geste.OFFRE),
        (t("J'ai une idée d'activité"), Geste.IDEE),
    )
    nom, titre = r.c.lieu.reglages.nom, t("du {du} au {au}", du=du, au=au)
    return Lettre(
        langue=langue.code,
        lieu=nom,
        adresse=r.c.lieu.reglages.adresse,
        entete=echapper(f"{nom} : {titre}"),
        titre=titre,
        jours=tuple(
            Jour(dit=capitale(langue.jour(j, r.jour)), lignes=tuple(map(ligne, du_jour)))
            for j, du_jour in jours.items()
            if du_jour
        ),
        besoins=tuple(
            Annonce(
                texte=echapper(r.dire(b.texte, b.id)), repondre=lien(Geste.OFFRE, r.dire(b.texte, b.id), b.id)
            )
            for b in r.besoins[:ANNONCES]
        ),
        offres=tuple(
            Annonce(
                texte=echapper(r.dire(o.texte, o.id)),
                repondre=lien(Geste.BESOIN, r.dire(o.texte, o.id), o.id),
            )
            for o in r.offres[:ANNONCES]
        ),
        membres=tuple(
            Membre(nom=echapper(p.nom_public), portrait=r.dire(p.portrait).strip()) for p in membres
        ),
        gestes=tuple((dit, lien(geste)) for dit, geste in gestes) if ecrire_a else (),
        desabonner=lien(Geste.DESABONNEMENT),
        site=site,
        mots=Mots(
            rien=t("Rien de prévu."),
            inscrire=t("S'inscrire"),
            besoins=t("On cherche"),
            offres=t("On propose"),
            repondre=t("Répondre"),
            membres=t("Les membres"),
            ecrire=t("Nous écrire"),
            plus=t("Ne plus recevoir cette lettre"),
            pourquoi=t("Vous recevez cette lettre de {lieu} parce que vous l'avez demandé.", lieu=nom),
        ),
    )


_ECARTS = {Etat.ANNULE: "Annulé", Etat.REPORTE: "Reporté", Etat.A_REPLACER: "Fermé ce jour-là"}


def en_avant(membres: Sequence[Personne], semaine: date, choisis: Sequence[str]) -> list[Personne]:
    """Les membres de cette lettre : ceux qu'on choisit, ou deux, chacun son tour de semaine en semaine.

    `ErreurUsage` si quelqu'un n'a pas accepté de paraître.
    """
    connus = {p.id: p for p in membres}
    for ident in choisis:
        if ident not in connus:
            raise ErreurUsage(
                f"{ident} n'a pas accepté de paraître : il faut un portrait, et un nom public.",
                f"Si c'est oui, dire l'un et l'autre : tl accueil personne modifier @{ident} --portrait",
            )
    if choisis:
        return [connus[ident] for ident in choisis]
    depart = semaine.toordinal() // 7 * EN_AVANT
    return [membres[(depart + n) % len(membres)] for n in range(min(EN_AVANT, len(membres)))]


def destinataires(gens: Sequence[Personne], langues: Sequence[str]) -> dict[str, list[Personne]]:
    """Par langue, qui reçoit la lettre : ceux qui l'ont accepté et qui ont une adresse ; jamais un enfant.

    Chacun dans sa première langue que le lieu écrit, sinon dans celle du lieu.
    """
    par_langue: dict[str, list[Personne]] = {code: [] for code in langues}
    for p in sorted(gens, key=lambda p: (p.courriel.lower(), p.id)):
        if p.accepte(LETTRE) and p.courriel and not p.mineur:
            siennes = (code_de(dite) for dite in p.langues)
            par_langue[next((code for code in siennes if code in par_langue), langues[0])].append(p)
    return par_langue


def code_de(dite: str) -> str:
    """Le code de la langue qu'on dit ainsi : « néerlandais » → « nl » ; vide si elle n'est pas des nôtres."""
    mot = sans_accent(dite.strip())
    return next((code for code, noms in _LANGUES.items() if mot in noms), "")
