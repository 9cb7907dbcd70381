"""Le programme : ce qui a lieu, quand, pour qui, et comment on le publie (missions 3, 6, 7)."""
