"""Un événement, à la main : le créer, le modifier, dire ce qu'il devient."""
