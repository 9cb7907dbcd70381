"""Les pages pratiques de la maison : ouvrir, fermer, la machine à café."""
