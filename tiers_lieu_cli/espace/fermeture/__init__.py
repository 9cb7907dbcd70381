"""Fermer et rouvrir, sans rien effacer."""
