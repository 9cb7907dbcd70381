"""Combien les salles servent."""
