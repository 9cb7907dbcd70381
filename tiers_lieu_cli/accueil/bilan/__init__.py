"""Le bilan de l'accueil, d'un jour à un autre."""
