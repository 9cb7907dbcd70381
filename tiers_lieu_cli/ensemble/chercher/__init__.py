"""Chercher dans tout le lieu."""
