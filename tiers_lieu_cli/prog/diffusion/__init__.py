"""Le plan de communication : où une activité s'annonce, quand, par qui ; ce qui est fait et dû."""
