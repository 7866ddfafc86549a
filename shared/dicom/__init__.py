"""What a DICOM object says, as typed facts with unit and provenance.

A pure room: bytes or a path to a stored file come in, frozen facts and findings go out.
It knows no job, no settings, no network and no clock.
"""
