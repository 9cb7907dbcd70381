"""Les tiers : à qui l’on facture, et les identifiants opaques qui les désignent."""
