"""Les pages : gabarits, dessins, PDF, photos reçues, bilans."""
