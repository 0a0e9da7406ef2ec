"""What runs in a process of its own and under limits: the reading of files from outside. Nothing here knows Django."""
