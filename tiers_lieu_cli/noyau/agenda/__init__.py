"""Les agendas : écrire et lire un .ics."""
