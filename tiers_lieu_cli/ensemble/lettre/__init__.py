"""La lettre de la semaine : un brouillon par langue, que l'outil n'envoie jamais."""
