"""Le stock : ce qui se consomme, et ce qui se prête."""
