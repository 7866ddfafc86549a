"""The dashboard: its pure views and its session."""
