"""La bienvenue : un parcours d'étapes par public."""
