"""Ce que le programme répond aux besoins : ceux qu'il oublie, et ce qui ne vient d'aucun."""
