"""Les notes du lieu, lues et reliées."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.journal import regles
from tiers_lieu_cli.journal.modele import NOTES, Note, Sorte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, Recolte, nommer, partout
from tiers_lieu_cli.noyau.lieu import REGLAGES
from tiers_lieu_cli.noyau.temps import temps

#: Qui est au comptoir de ce poste : « @karim ».
VARIABLE_QUI = "TIERS_LIEU_QUI"
#: Comment une note dit son genre ; un fait ne le dit pas.
GENRES = {Sorte.INCIDENT: "incident", Sorte.IDEE: "idée", Sorte.MERCI: "merci", Sorte.ALERTE: "alerte"}


def du_jour(arbre: Arbre, jour: date) -> Recolte[Note]:
    """Les notes d'un jour, dans l'ordre où on les a prises."""
    recolte = NOTES.du_jour(arbre, jour)
    return Recolte(tuple(regles.du_jour(recolte.fiches, jour)), recolte.defauts)


def qui_note(c: Contexte, dit: str) -> str:
    """Qui note : celui qu'on dit, celui du poste, celui du lieu ; vide si personne ne s'est nommé.

    L'archive n'en garde que l'identifiant.
    """
    qui = dit or c.environ.get(VARIABLE_QUI, "") or c.lieu.reglages.qui
    try:
        return c.registre.designer(qui) if qui else ""
    except FicheIntrouvable as inconnu:
        if dit:
            raise
        ou = VARIABLE_QUI if c.environ.get(VARIABLE_QUI) else f"« qui » de {REGLAGES}"
        raise ErreurUsage(f"{ou} nomme « {qui} », que le registre ne connaît pas.", inconnu.remede) from None


def lier(arbre: Arbre, ident: str) -> str:
    """Cet identifiant, s'il nomme une fiche du lieu, de quelque genre qu'elle soit."""
    if not partout(arbre, ident):
        raise FicheIntrouvable("toutes", ident, (), "Donner le nom entier, tel que la commande l'a montré.")
    return ident


def dire(c: Contexte, note: Note) -> str:
    """Ce qu'une note dit : son genre, qui l'a notée, si on l'a corrigée, et ce dont elle parle."""
    genre = f"{GENRES[note.sorte]} · " if note.sorte in GENRES else ""
    apres = [f"noté par @{note.auteur}"] if note.auteur else []
    apres += [f"corrigé le {temps.dire_jour(note.corrigee_le)}"] if note.corrigee_le else []
    suite = f" ({', '.join(apres)})" if apres else ""
    return "\n".join([f"{genre}{note.texte}{suite}", *(f"→ {nommer(c.arbre, lien)}" for lien in note.liens)])
