"""Devis, factures et notes de crédit : du brouillon à la pièce que plus rien ne change."""
