"""Qui vient : inscriptions, liste d'attente, feuille de présence (P5, P6)."""
