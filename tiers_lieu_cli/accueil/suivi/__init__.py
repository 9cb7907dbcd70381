"""L'accompagnement : ce qui a été fait, le prochain pas et sa date."""
