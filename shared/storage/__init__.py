"""Where uploaded bytes live: a port, the layout of locations, and one adapter per technology."""
