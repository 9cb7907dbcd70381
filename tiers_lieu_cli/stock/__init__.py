"""Le stock : consommables, objets, prêts (mission 9). Pas encore bâti."""
