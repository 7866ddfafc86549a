"""What may leave the installation: an allow-list from typed facts to the only value a prompt is made of.

A pure room. Free text, names, dates, UIDs, identifiers, institutions and file names have no way through.
"""
