"""Ce que beaucoup de maisons publient d'elles, réuni dans un seul dossier (docs/federation.md)."""
