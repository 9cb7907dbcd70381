"""Les heures des bénévoles, par activité."""
