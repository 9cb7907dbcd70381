"""Ce qui voit tout le lieu : l'ouvrir, le montrer, en faire le tour."""
