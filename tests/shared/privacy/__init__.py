"""Tests of what may leave the service."""
