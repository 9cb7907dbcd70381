"""Avec qui la maison s'engage : le public, le privé, les citoyens."""
