"""API keys: what they are, how they are kept and how a presented one is checked. Knows nothing of HTTP."""
