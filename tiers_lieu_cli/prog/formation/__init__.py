"""Les formations : du besoin au parcours, à la présence, à l'habilitation."""
