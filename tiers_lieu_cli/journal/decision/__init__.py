"""Ce qui fut décidé, pourquoi, et quand on y revient."""
