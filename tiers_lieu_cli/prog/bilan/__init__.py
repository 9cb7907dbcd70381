"""Le bilan du programme, d'un jour à un autre."""
