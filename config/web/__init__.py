"""Between the web server and the pages: what is refused before any page sees it, and what every answer carries."""
