"""Ce qui se passe dans les salles : la feuille du jour, la semaine en grille."""
