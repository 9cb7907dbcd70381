"""Le dépôt : git durci, ses objets, l'écriture sans perte, l'histoire, le moyeu."""
