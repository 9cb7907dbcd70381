"""Ce qu'un besoin et une offre ont en commun : un texte, quelqu'un, des thèmes, des moments."""
