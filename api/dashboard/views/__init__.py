"""Pure views: from the records that the API serves to what a template prints. No I/O, no clock."""
