"""The command line: run the whole service on one machine, and show it at work."""
