"""Why a value stays behind: the reasons that the receipt gives."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a value stays behind."""

    IDENTIFIER = "identifier"
    DATE_OR_TIME = "date_or_time"
    ABOUT_THE_PERSON = "about_the_person"
    """A property of the body, not of the images."""
    FREE_TEXT = "free_text"
    """Only words of the controlled vocabulary are taken from it."""
    NOT_NEEDED = "not_needed"
    NOT_LISTED = "not_listed"
