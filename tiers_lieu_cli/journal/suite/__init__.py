"""Ce qu'une note demande qu'on fasse ensuite."""
