"""Faire sortir et entrer les fiches de tout genre : une table par genre, tirée de sa structure."""
