"""Les écritures de la caisse, du texte libre partout où elles en prennent ; la première l'ouvre.

À part des autres : elles vont dans un autre dépôt, dont le mur garde autre chose (`tests/finance`).
"""

from __future__ import annotations

VENDEUR = (
    *("--forme", "ASBL", "--assujettissement", "assujetti", "--rue", "Rue de la Station 12"),
    *("--code-postal", "4000", "--ville", "Liège", "--numero", "0202.239.951", "--tva", "BE0202239951"),
    *("--tribunal", "Liège", "--iban", "BE71 0961 2345 6769"),
)
ADRESSE = ("--rue", "Quai 5", "--code-postal", "4020", "--ville", "Liège")


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    f = ("finance",)
    facture = (*f, "facture")
    return [
        (*f, "init"),
        (*f, "vendeur", "modifier", *VENDEUR),
        (*f, "vendeur", "modifier", "--pied", texte),
        (
            *f,
            "tarif",
            "creer",
            "salle-rez",
            *("--prix", "12,50", "--unite", "heure", "--regime", "BE-21"),
            *("--du", "1/1/2026"),
        ),
        (
            *f,
            "tarif",
            "creer",
            "cours",
            *("--prix", "8", "--unite", "heure", "--regime", "BE-44"),
            *("--du", "1/1/2026", "--libelle", titre),
        ),
        (*f, "tarif", "finir", "cours-heure-2026-01-01", "--au", "1/1/2027"),
        (
            *f,
            "tiers",
            "creer",
            "Menuiserie Lambert",
            *ADRESSE,
            *("--tva", "BE0403170701", "--numero", "0403170701"),
        ),
        (*f, "tiers", "creer", "Amina Benali", *ADRESSE, "--lien", "p-3b4c5d"),
        (*f, "tiers", "modifier", "Amina Benali", "--complement", texte),
        (*f, "tiers", "lier", "o-4x1", "Menuiserie Lambert"),
        (*f, "tiers", "delier", "o-4x1"),
        (*f, "tiers", "voir", "Amina Benali"),
        (*f, "faits", "importer", "faits.json"),
        (*f, "devis", "creer", "--tiers", "Amina Benali", "--ligne", "salle-rez:4"),
        (*f, "devis", "accepter", "d-"),
        (
            *facture,
            "brouillon",
            "--tiers",
            "Menuiserie Lambert",
            *("--ligne", "salle-rez:2", "--reference", texte),
        ),
        (*facture, "brouillon", "--tiers", "Menuiserie Lambert", *("--ligne", "salle-rez:2")),
        (*facture, "ligne", "b-", "salle-rez", "1", "--designation", titre),
        (*facture, "retirer", "b-zzzzzz"),
        (*facture, "emettre", "--tout"),
        (*facture, "transmise", "1", "--preuve", "accuse.xml"),
        (*facture, "rejetee", "1", "--motif", texte),
        (*f, "note-credit", "creer", "1", "--ligne", "1:0,5", "--motif", texte),
        (*facture, "annuler", "2026-0001", "--motif", texte),
        (*facture, "annuler", "2026-0001"),
        (*f, "banque", "compte", "BE62 5100 0754 7061", "--nom", titre),
        (*f, "banque", "importer", "releve.coda"),
        (*f, "banque", "payer", "0", "1"),
        (*f, "banque", "affecter", "0", "--compte", texte),
        (*f, "banque", "defaire", "0"),
        (*f, "caisse", "noter", "5", "--compte", "don", "--motif", texte),
        (*f, "caisse", "compter", "5"),
        (*f, "achat", "creer", titre, "--tiers", "Menuiserie Lambert", "--ht", "900", "--compte", "loyer"),
        (*f, "achat", "recevoir", "facture.xml", "--compte", "loyer"),
        (*f, "achat", "approuver", "a-", "--par", texte),
        (*f, "achat", "payer", "a-", "0"),
        (
            *(*f, "engagement", "creer", "c-012", "--montant", "620"),
            *("--compte", "loyer", "--du", "1/1/2027", "--au", "31/12/2028"),
        ),
        (*f, "engagement", "finir", "c-012", "--au", "31/12/2027"),
        (*f, "caution", "attendre", "c-012", "--tiers", "Menuiserie Lambert", "--montant", "200"),
        (*f, "caution", "recevoir", "c-012"),
        (*f, "caution", "retenir", "c-012", "--montant", "50", "--motif", texte),
        (*f, "caution", "rendre", "c-012"),
        (*f, "credit", "vendre", "salle-rez", "10", "--tiers", "Menuiserie Lambert", "--prix", "110"),
        (*f, "voter", "loyer", "--montant", "7200", "--pv", texte),
        (*f, "relancer", "1", "--confirmer"),
        (*f, "litige", "1", "--motif", texte),
        (*f, "cloturer", "2025", "--oui"),
        (*f, "purger", "--oui"),
        (*f, "rgpd", "effacer", "Amina Benali", "--oui"),
    ]
