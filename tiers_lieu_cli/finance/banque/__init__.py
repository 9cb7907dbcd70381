"""La banque : relevés CODA et camt.053, chacun lu une fois ; et ce que chaque mouvement paie."""
