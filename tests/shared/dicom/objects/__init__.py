"""Objects that are not images."""
