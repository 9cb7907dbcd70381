"""Les fiches : leur forme, leurs chemins, leurs collections, leur réunion, leur vérification."""
