"""Les faits venus des opérations : reçus par lots, jamais retouchés."""
