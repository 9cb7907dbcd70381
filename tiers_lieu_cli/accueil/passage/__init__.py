"""Qui passe la porte : arrivées, départs, comptes par public et par heure."""
