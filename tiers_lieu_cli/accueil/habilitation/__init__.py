"""Les habilitations : qui sait se servir de quoi, jusqu'à quand."""
