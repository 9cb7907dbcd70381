"""Les données personnelles : tout montrer, tout rendre, tout effacer."""
