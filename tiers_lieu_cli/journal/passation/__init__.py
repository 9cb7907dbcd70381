"""La passation : ce que le suivant doit savoir."""
