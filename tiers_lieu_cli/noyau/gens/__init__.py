"""Les gens : le registre, et le mur qui garde l'archive de leurs noms."""
