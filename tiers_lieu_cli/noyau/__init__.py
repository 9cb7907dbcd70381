"""Le noyau : ce que tous les métiers partagent, et qui n'en connaît aucun."""
