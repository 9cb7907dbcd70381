"""`python -m tiers_lieu_cli`."""

from tiers_lieu_cli.application import principal

principal()
