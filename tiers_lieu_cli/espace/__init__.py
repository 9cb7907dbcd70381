"""Les espaces : les salles et ce qui s'y passe (missions 1, 9)."""
