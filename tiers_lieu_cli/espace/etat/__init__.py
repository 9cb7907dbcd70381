"""Les états des lieux : comment était la salle, à l'entrée puis à la sortie."""
