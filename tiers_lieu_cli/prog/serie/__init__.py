"""Les séries : ce qui revient, une fiche par série, et les dates qu'elle donne."""
