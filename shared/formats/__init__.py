"""Ways to write a result for readers with a convention of their own."""
