"""Toutes les commandes qui lisent, avec de quoi répondre dans le lieu de démonstration.

Une commande qui lit et qui exige un mot doit être ici ; les autres se jouent telles quelles.
"""

from __future__ import annotations

from ecritures import courrier
from repertoire import TOUTES

#: Elles bâtissent un lieu, un moyeu ou un fichier ailleurs : leur JSON est éprouvé dans leurs propres essais.
AILLEURS = {
    *(("init",), ("demo",), ("completion",), ("sauvegarder",), ("restaurer",), ("adopter",)),
    *(("moyeu", verbe) for verbe in ("init", "rejoindre", "relier")),
    *(("finance", "exporter", forme) for forme in ("beancount", "csv", "fec", "hledger", "ods")),
    *(("finance", verbe) for verbe in ("init", "relier", "rejoindre", "synchroniser")),
    ("faits", "exporter"),
    ("exporter",),
    ("federation", "lire"),
    ("synchroniser",),
    ("site", "servir"),
    ("finance", "facture", "document"),
    ("convention", "document", "ouvrir"),
    ("finance", "retour", "exporter"),
    ("finance", "rgpd", "exporter"),
}
_MOTS: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {
    ("accueil", "besoin", "fiche"): (("besoin-fixe",),),
    ("accueil", "bienvenue", "fiche"): (("@Fatou",),),
    ("accueil", "lien", "fiche"): (("velo",),),
    ("accueil", "offre", "fiche"): (("offre-fixe",),),
    ("accueil", "passages"): (("--du", "1/9", "--au", "24/11"),),
    ("accueil", "personne", "chercher"): (("Kar",),),
    ("accueil", "personne", "fiche"): (("@Karim",),),
    ("courrier", "pieces"): ((courrier.PIECES, "--vers", "pieces"),),
    ("courrier", "repondre"): ((courrier.BESOIN,),),
    ("courrier", "voir"): ((courrier.BESOIN,),),
    ("aide",): ((), ("panne",)),
    ("chercher",): (("velo",),),
    ("prog", "affiche"): (("fixe",),),
    ("donnees", "exporter"): (("@Karim", "--vers", "dossier"),),
    ("espace", "cle", "fiche"): (("cave",),),
    ("espace", "entretien", "fiche"): (("extincteurs",),),
    ("espace", "etat", "fiche"): (("cour",),),
    ("espace", "fiche"): (("optionnelle",),),
    ("espace", "libre"): (("--quand", "lundi 10h-12h"),),
    ("espace", "salle", "fiche"): (("cour",),),
    ("journal", "decision", "fiche"): (("voie",),),
    ("convention", "document", "chercher"): (("fete",),),
    ("convention", "document", "fiche"): (("plan",),),
    ("convention", "bilan"): (("comite",),),
    ("convention", "fiche"): (("murs",),),
    ("convention", "partenaire", "fiche"): (("comite",),),
    ("convention", "texte"): (("murs",),),
    ("espace", "salle", "mois"): (("cour",),),
    ("journal", "fiche", "lire"): (("fermer",),),
    ("journal", "remonter"): (("bois",),),
    ("regles", "au"): (("hier",),),
    ("prog", "evenement", "fiche"): (("fixe",),),
    ("prog", "formation", "attestation"): (("le-tour",),),
    ("prog", "formation", "fiche"): (("le-tour",),),
    ("prog", "inscrits"): (("passe",),),
    ("prog", "serie", "fiche"): (("revient",),),
    ("prog", "service", "fiche"): (("pret-d-outils",),),
    ("stock", "article", "fiche"): (("farine",),),
    ("stock", "objet", "fiche"): (("marteau",),),
    ("finance", "devis", "fiche"): (("d-",),),
    ("finance", "facture", "apercu"): (("b-",),),
    ("finance", "facture", "fiche"): (("2026-0001",),),
    ("finance", "tiers", "fiche"): (("Menuiserie Lambert",),),
}


def lectures() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Par commande qui lit et comprend `--json`, les mots avec lesquels la jouer."""
    trouvees = {}
    for nom, commande in TOUTES.items():
        options = {option for param in commande.params for option in param.opts}
        if "--json" in options and not {"--essai", "--oui"} & options and nom not in AILLEURS:
            trouvees[nom] = _MOTS.get(nom, ((),))
    return trouvees
