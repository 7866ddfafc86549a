"""Tests of the model client, its limits and its costs."""
