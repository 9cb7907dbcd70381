"""Ce qui lie la maison : partenaires, conventions, engagements, documents (missions 5, 10)."""
