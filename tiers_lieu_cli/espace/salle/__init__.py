"""Les salles : leur graphe, ce qu'elles offrent."""
