"""Les données des tiers : rendre, effacer, retenir ce que la loi retient."""
