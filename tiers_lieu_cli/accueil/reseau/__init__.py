"""Qui est relié à qui."""
