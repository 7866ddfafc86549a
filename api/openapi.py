"""The API's own description: what FastAPI cannot know by itself, added to the schema that it builds."""

from fastapi import FastAPI

API_DESCRIPTION = "Upload DICOM files, get typed metadata with provenance and a plain-language summary."
TAGS: list[dict[str, str]] = []


def describe(app: FastAPI) -> None:
    """Complete the schema."""
    del app
