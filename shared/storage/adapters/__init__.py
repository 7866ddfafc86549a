"""Technologies that hold bytes; built by the composition roots alone."""
