"""Tests of the DICOM room."""
