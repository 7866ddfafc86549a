"""What each stage does, as plain functions: values and ports in, a result out."""
