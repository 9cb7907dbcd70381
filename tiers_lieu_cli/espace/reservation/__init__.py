"""Une salle promise, une fois."""
