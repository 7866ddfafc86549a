"""Why an archive or one of its members is turned away: codes and what is said, in one table."""

from shared.errors import DataError

REFUSALS = {
    "upload.archive_damaged": "The archive is cut short or its directory is damaged; make it again and send it whole.",
    "upload.archive_empty": "The archive holds no file; send the DICOM objects in it.",
    "upload.archive_split": "The archive is one part of several; send it as one piece.",
    "upload.archive_overlapping": "Members of the archive share bytes, as in archives made to do harm; "
    "make a plain archive of the files.",
    "upload.archive_expands_too_far": "The archive would expand beyond the limit (MAX_EXPANDED_BYTES, "
    "MAX_EXPANSION_RATIO); send the files in smaller archives.",
    "upload.too_many_files": "There are more files than MAX_FILES allows in one job; split them into several jobs.",
    "upload.empty": "The file has no bytes; send the DICOM object itself.",
    "archive.member_encrypted": "The member is encrypted; send an archive without a password.",
    "archive.member_method": "The member is compressed by another method than DEFLATE; make the archive with the "
    "ordinary ZIP method.",
    "archive.member_special": "The member is a link or a device and no file; send the file itself.",
    "archive.member_damaged": "The member's bytes do not agree with the archive's directory; make the archive again.",
    "archive.member_expands_too_far": "The member expands beyond the limit; it is not read.",
    "archive.nested_too_deep": "An archive inside an archive inside an archive is not read; unpack one level.",
    "archive.system_file": "What an operating system or a file manager keeps beside files; not meant to be read.",
}
"""What is said for each code. Codes of ``upload`` concern the archive as a whole."""


def refuse(code: str) -> DataError:
    """Make the error of a refusal."""
    return DataError(code, REFUSALS[code])
