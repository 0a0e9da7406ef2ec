"""How one thing is written in many ways, for whoever compares, searches and keeps it."""
