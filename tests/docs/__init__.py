"""What the pages show works."""
