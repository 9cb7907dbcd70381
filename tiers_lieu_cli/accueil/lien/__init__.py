"""Relier un besoin et une offre, et demander plus tard ce que cela a donné."""
