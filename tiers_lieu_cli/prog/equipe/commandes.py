"""`tl prog equipe` : les rôles d'un événement, qui les tient, ce qui manque."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog import regles as evenements
from tiers_lieu_cli.prog.equipe import fiches, regles
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.equipe.regles import Trou
from tiers_lieu_cli.prog.modele import Evenement, Quart
from tiers_lieu_cli.prog.options import Lequel, Volontaire

app = Application("Les équipes : qui tient l'accueil, le bar, le matériel ; ce qui manque.")
Role = Annotated[str, typer.Option("--role", help="Le rôle : accueil, bar, matériel…")]


def _montrer(c: Contexte, evenement: str, role: str, *, json: bool, **_: object) -> bool:
    """L'équipe d'un événement, si l'on ne dit pas de rôle."""
    if role:
        return False
    e = programme.exiger(c.arbre, evenement)
    equipe = fiches.de(c.arbre, e.id)
    lignes = [(q, [g.personne for g in regles.tenu_par(q, equipe)]) for q in e.equipe]
    if json:
        roles = [
            {"role": q.role, "combien": q.combien, "heures": q.heures, "personnes": qui} for q, qui in lignes
        ]
        c.ecran.json({"evenement": e.id, "roles": roles})
        return True
    c.ecran.titre(f"{e.titre} · {temps.dire_creneau(e.creneau, c.horloge.aujourdhui())}", "l'équipe")
    if not lignes:
        c.ecran.dire(f"Aucun rôle prévu.  En prévoir un : tl prog equipe creneaux {e.id} --role accueil")
        return True
    manques = {trou.quart.role: trou.dire() for trou in regles.trous(e, equipe)}
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(cede=True)],
        [(evenements.dire_quart(q), ", ".join(qui), manques.get(q.role, "")) for q, qui in lignes],
    )
    return True


@app.ecrit("creneaux", voir=_montrer)
def creneaux(
    c: Contexte,
    e: Ecriture,
    evenement: Lequel,
    role: Role = "",
    combien: Annotated[int, typer.Option("--combien", min=0, help="Combien de gens ; 0 : plus besoin.")] = 1,
    heures: Annotated[
        str, typer.Option("--heures", help="De quand à quand : 17h30-20h ; sinon, tout du long.")
    ] = "",
) -> Fait:
    """Voir l'équipe d'un événement, ou y prévoir un rôle.

    Exemples :
        tl prog equipe creneaux atelier-velo --role accueil --combien 2
        tl prog equipe creneaux atelier-velo --role bar --heures 17h30-20h
        tl prog equipe creneaux atelier-velo
    """
    propre = regles.role_propre(role)
    ancien = programme.exiger(c.arbre, evenement)
    voulu = Quart(role=propre, combien=combien, heures=_heures(c, ancien, heures)) if combien else None
    prevu = regles.prevoir(ancien, voulu, propre)
    if prevu == ancien:
        raise ErreurUsage("Rien ne change : ce rôle est déjà prévu ainsi.")
    programme.corriger(e, ancien, prevu, lambda _: ancien.id)
    dit = evenements.dire_quart(voulu) if voulu else f"plus de rôle « {propre} »"
    return Fait(
        id=ancien.id,
        action="prog.equipe.creneaux",
        histoire=f"Équipe de « {ancien.titre} », {temps.dire_creneau(ancien.creneau)} : {dit}",
        phrase=f"« {ancien.titre} » : {dit}.",
        suite=f"tl prog equipe inscrire {ancien.id} --role {regles.mot_du_role(propre)}",
    )


def _heures(c: Contexte, e: Evenement, dites: str) -> str:
    if not dites:
        return ""
    lu = saisie.lire_creneau(
        f"{e.creneau.premier_jour} {dites}", c.horloge.murale(), c.lieu.fuseau, sens=Sens.LIBRE
    )
    if lu.jours_entiers:
        raise ErreurUsage(f"« {dites} » n'est pas un temps.", "Écrire par exemple --heures 17h30-20h.")
    return f"{lu.debut:%H:%M}-{lu.fin:%H:%M}"


@app.ecrit("inscrire")
def inscrire(c: Contexte, e: Ecriture, evenement: Lequel, role: Role, personne: Volontaire) -> Fait:
    """Noter que quelqu'un tiendra un rôle.

    Exemple :
        tl prog equipe inscrire atelier-velo --role accueil @lea
    """
    qui = c.registre.designer(personne)
    vise = programme.exiger(c.arbre, evenement)
    q = regles.quart(vise, role)
    voulu = regles.engager(vise, q, qui)
    ancien = EQUIPES.une(c.arbre, voulu.id)
    if ancien is None:
        EQUIPES.poser(e, voulu)
    elif ancien.retire:
        EQUIPES.corriger(e, ancien, voulu)
    else:
        raise ErreurUsage(f"{qui} tient déjà ce rôle à « {vise.titre} ».")
    aussi = fiches.ailleurs(c.arbre, vise, qui, regles.creneau(vise, q))
    equipe = [*(g for g in fiches.de(c.arbre, vise.id) if g.id != voulu.id), voulu]
    manquent = [trou.dire() for trou in regles.trous(vise, equipe)]
    quand = temps.dire_creneau(regles.creneau(vise, q), c.horloge.aujourdhui())
    return Fait(
        id=voulu.id,
        action="prog.equipe.inscrire",
        histoire=f"Équipe de « {vise.titre} », {temps.dire_creneau(vise.creneau)} : {q.role}",
        phrase=f"{qui} : {q.role}, « {vise.titre} », {quand}.",
        lignes=[f"Attention, au même moment : {' ; '.join(aussi)}."] if aussi else [],
        suite=f"{manquent[0]} : tl prog equipe trous" if manquent else "l'équipe est au complet",
    )


@app.ecrit("retirer")
def retirer(c: Contexte, e: Ecriture, evenement: Lequel, role: Role, personne: Volontaire) -> Fait:
    """Noter que quelqu'un ne pourra pas tenir son rôle ; le trou se voit aussitôt.

    Exemple :
        tl prog equipe retirer atelier-velo --role accueil @lea
    """
    qui = c.registre.designer(personne, effacee=True)
    vise = programme.exiger(c.arbre, evenement)
    mot, noms = regles.mot_du_role(role), c.registre.anciens(qui)
    tient = [g for g in fiches.de(c.arbre, vise.id) if g.personne in noms and not g.retire]
    ancien = next((g for g in tient if regles.mot_du_role(g.role) == mot), None)
    if ancien is None:
        roles = ", ".join(g.role for g in tient)
        raise ErreurUsage(
            f"{qui} ne tient pas « {role} » à « {vise.titre} ».",
            f"Ses rôles : {roles}." if roles else f"Voir : tl prog equipe creneaux {vise.id}",
        )
    EQUIPES.corriger(e, ancien, regles.retirer(ancien))
    return Fait(
        id=ancien.id,
        action="prog.equipe.retirer",
        histoire=f"Équipe de « {vise.titre} », {temps.dire_creneau(vise.creneau)} : {ancien.role} à pourvoir",
        phrase=f"{qui} ne tient plus « {ancien.role} » à « {vise.titre} ».",
        suite=f"tl prog equipe inscrire {vise.id} --role {mot}",
    )


@app.lit("trous")
def trous(
    c: Contexte,
    au: Annotated[
        str, typer.Option("--au", metavar="JOUR", help="Jusqu'à quand ; sinon, deux semaines.")
    ] = "",
    json: Json = False,
) -> None:
    """Ce qui manque aux équipes dans les deux semaines.

    Exemples :
        tl prog equipe trous
        tl prog equipe trous --au "31 décembre"
    """
    maintenant = c.horloge.murale()
    dernier = saisie.lire_jour_a_venir(au, maintenant) if au else maintenant.date() + regles.HORIZON
    manquent = fiches.trous_a_venir(c.arbre, maintenant, dernier)
    if json:
        c.ecran.json([_vue(trou) for trou in manquent])
        return
    if not manquent:
        c.ecran.dire(f"Rien ne manque d'ici au {temps.dire_jour(dernier, maintenant.date())}.")
        return
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(cede=True), Colonne(style=Style.PALE)],
        [
            (
                temps.dire_creneau(regles.creneau(t.evenement, t.quart), maintenant.date()),
                t.evenement.titre,
                t.dire(),
                t.evenement.id.rpartition("-")[2],
            )
            for t in manquent
        ],
    )
    c.ecran.dire("  Trouver quelqu'un : tl prog equipe inscrire")


def _vue(trou: Trou) -> dict[str, object]:
    return {
        "evenement": trou.evenement.id,
        "titre": trou.evenement.titre,
        "debut": trou.evenement.debut,
        "role": trou.quart.role,
        "heures": trou.quart.heures,
        "manque": trou.manque,
    }
