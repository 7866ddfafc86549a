"""The model client on the vendor's SDK, and limits, answers and usage on Redis; built by composition roots alone."""
