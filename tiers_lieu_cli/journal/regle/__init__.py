"""Les règles de la maison : ce qu'on s'est dit, et d'où cela vient."""
