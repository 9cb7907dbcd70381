"""Les règles de mise à disposition des salles."""
