"""Trouver une salle libre qui convient."""
