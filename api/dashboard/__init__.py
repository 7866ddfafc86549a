"""The dashboard: what a workflow desk sees of its jobs. Server-rendered from the records that the API serves."""
