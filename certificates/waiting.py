"""What the certificates put on the desk."""
