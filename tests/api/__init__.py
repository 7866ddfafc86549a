"""Tests of the api process."""
