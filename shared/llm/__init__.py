"""Asking Claude: within limits that all workers share, within a budget, and never paying for one answer twice."""
