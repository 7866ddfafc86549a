"""ZIP archives read in place: their directory, and single members as seekable bytes. Pure; knows no DICOM.

Nothing is unpacked, no member's name leaves the directory's reader, and everything an archive says of itself is taken
for a claim: positions are checked before they are used and bytes are counted while they are inflated.

Implements the PKWARE application note APPNOTE.TXT 6.3.10.
"""
