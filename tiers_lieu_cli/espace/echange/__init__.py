"""Faire entrer des réservations d'un autre outil, en faire sortir."""
