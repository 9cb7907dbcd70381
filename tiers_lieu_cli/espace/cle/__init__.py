"""Les clés, badges et codes : ce qu'ils ouvrent, qui les a."""
