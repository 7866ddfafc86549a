"""Tests of the api's shapes."""
