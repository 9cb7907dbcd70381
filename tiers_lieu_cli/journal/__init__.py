"""Le journal : le quotidien noté, retrouvé, transmis (mission 11)."""
