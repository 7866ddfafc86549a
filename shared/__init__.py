"""The product: a library of named rooms around which the api and the worker are thin processes."""
