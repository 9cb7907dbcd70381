"""Ce que chacun offre de faire."""
