"""Ce que chaque côté a promis, et ce qui en est tenu."""
