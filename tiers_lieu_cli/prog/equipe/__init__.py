"""Qui tient quoi : les rôles de chaque événement, les volontaires, les trous."""
