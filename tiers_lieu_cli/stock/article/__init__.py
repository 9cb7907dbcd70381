"""Ce qui se consomme : des mouvements, jamais un compteur."""
