"""What is read of each modality."""
