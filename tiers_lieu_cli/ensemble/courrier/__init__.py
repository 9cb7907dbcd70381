"""Le courrier reçu : ce qu'on répond au lieu devient, relu d'un geste, ce que le lieu sait."""
