"""L'écran : parler, aligner, aider, demander."""
