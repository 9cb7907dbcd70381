"""Qui vient : inscriptions, liste d'attente, feuille de présence."""
