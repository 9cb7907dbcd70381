"""Ce que les opérations disent à la caisse, et ce qu'elle leur répond : deux contrats, aucun montant."""
