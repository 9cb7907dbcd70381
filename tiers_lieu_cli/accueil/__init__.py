"""L'accueil : les personnes, leurs besoins, ce qu'elles offrent (missions 2, 4, 8)."""
