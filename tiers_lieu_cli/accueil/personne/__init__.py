"""Les personnes : les enregistrer, les retrouver, réunir celles qui sont deux fois là."""
