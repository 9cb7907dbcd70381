"""Ce qu'on fait d'une réservation ou d'une série : répondre, déplacer, annuler, revoir."""
