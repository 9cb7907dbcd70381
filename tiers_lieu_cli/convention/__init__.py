"""Les conventions : partenaires, engagements, échéances (missions 5, 10). Pas encore bâti."""
