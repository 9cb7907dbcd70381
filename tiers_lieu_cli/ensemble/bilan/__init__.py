"""Le rapport d'activité : une période de la maison, mission par mission."""
