"""La caisse, pour le trésorier seul : une île que personne n'importe. Pas encore bâtie."""
