"""Ce qui se prête, et revient."""
