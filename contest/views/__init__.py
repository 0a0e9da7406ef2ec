"""The contest's pages, a room for each."""
