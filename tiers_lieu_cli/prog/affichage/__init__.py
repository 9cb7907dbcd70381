"""Le programme à lire : un jour, une semaine, un mois, sous toutes ses formes."""
