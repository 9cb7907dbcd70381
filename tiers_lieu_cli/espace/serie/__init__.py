"""Une salle promise à dates répétées : une fiche par série."""
