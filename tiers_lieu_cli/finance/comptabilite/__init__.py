"""Les écritures en partie double, déduites de ce que la caisse sait ; et ce qu'elles donnent."""
