"""tiers-lieu : la boîte à outils de la concierge d'un tiers-lieu."""

import gc

__version__ = "0.1.0"

# Une commande vit un dixième de seconde : chercher des cycles à chaque import en prenait le vingtième.
gc.set_threshold(50_000)
