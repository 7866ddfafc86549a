"""Tests of the words a reader sees."""
