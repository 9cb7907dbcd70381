"""Le site du lieu : des pages simples, sans rien qui suive personne."""
