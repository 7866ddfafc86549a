"""What we read, compared with what DCMTK reads: an implementation by other people, in another language."""
