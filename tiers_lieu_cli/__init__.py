"""tiers-lieu : la boîte à outils de la concierge d'un tiers-lieu."""

__version__ = "0.1.0"
