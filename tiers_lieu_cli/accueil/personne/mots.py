"""`tl accueil personne mot` : ce mot n'est pas une personne."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.gens.personnes import CITE, MOTS, MotCommun, ident_du_mot
from tiers_lieu_cli.noyau.porte import Application, registre
from tiers_lieu_cli.noyau.texte import ligne

app = Application()


def _retenus(c: Contexte) -> list[MotCommun]:
    return sorted(MOTS.toutes(c.registre.arbre).fiches, key=lambda m: m.id) if c.registre.est_la else []


def _comme_l_archive(c: Contexte, mot: str) -> str:
    """Le mot tel que l'archive le porterait : c'est là qu'il sera comparé, et elle ne garde pas de surnom."""
    try:
        return c.registre.opaque(mot)
    except Echec:
        return mot


def _voir(c: Contexte, *, json: bool, mot: str, **_: object) -> bool:
    """Les mots retenus, quand on n'en dit aucun."""
    if mot:
        return False
    retenus = _retenus(c)
    if json:
        c.ecran.json(retenus)
    elif not retenus:
        c.ecran.dire("Aucun mot retenu.  En retenir un : tl accueil personne mot Maëlle")
    else:
        c.ecran.dire("Ces mots ne sont pas des personnes :")
        for retenu in retenus:
            # Comme on le retaperait : « @karim », et non le nom qu'une phrase montre.
            c.ecran.dire(f"  {CITE.sub(lambda cite: c.registre.a_ecrire(cite[1]) or cite[0], retenu.mot)}")
    return True


@app.ecrit("mot", depot=registre, oui=True, voir=_voir)
def mot(
    c: Contexte,
    e: Ecriture,
    mot: Annotated[
        str,
        typer.Argument(
            metavar="MOT",
            help="Le mot ; sans lui, on voit ceux qui sont retenus.",
            autocompletion=completion(lambda c: [(retenu.mot, "") for retenu in _retenus(c)]),
        ),
    ] = "",
    oublier: Annotated[bool, typer.Option("--oublier", help="C'est bien quelqu'un, après tout.")] = False,
) -> Fait | Rien:
    """Retenir qu'un mot n'est pas une personne : « Maëlle », le bateau.

    Il n'est plus demandé, ni ici ni sur les autres postes qui ont le registre.

    Exemples :
        tl accueil personne mot Maëlle
        tl accueil personne mot Maëlle --oublier
    """
    dit = _comme_l_archive(c, ligne(mot, "Un mot"))
    ident = ident_du_mot(dit)
    connu = MOTS.une(c.registre.arbre, ident)
    if oublier and connu:
        e.retirer(MOTS.genre.chemin(ident))
        histoire, phrase = "Un mot oublié", f"« {connu.mot} » n'est plus un mot retenu : il sera demandé."
    elif oublier:
        return Rien(phrase=f"« {dit} » n'est pas un mot retenu.", suite="tl accueil personne mot")
    elif connu:
        return Rien(phrase=f"« {connu.mot} » est déjà retenu.")
    else:
        for indice in c.registre.detecteur.nommes(dit):
            qui = c.registre.nom(indice.personne)
            c.confirmer(f"« {dit} » désigne {qui} ; le laisser passer partout ?")
        MOTS.poser(e, MotCommun(id=ident, mot=dit, depuis=c.horloge.aujourdhui()))
        histoire, phrase = "Un mot retenu", f"« {dit} » est retenu : un mot, pas une personne."
    return Fait(id=ident, action="accueil.personne.mot", histoire=histoire, phrase=phrase)
