"""Les heures d'ouverture et les périodes nommées."""
