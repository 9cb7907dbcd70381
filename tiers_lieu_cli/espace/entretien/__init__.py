"""L'entretien : tâches qui reviennent, pannes, contrôles légaux."""
