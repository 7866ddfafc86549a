"""Tests of the archives room."""
