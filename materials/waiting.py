"""What materials put on the desk, and how far each stage's collecting has come."""
