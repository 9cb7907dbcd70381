"""Les besoins entendus au comptoir ou recueillis en atelier."""
