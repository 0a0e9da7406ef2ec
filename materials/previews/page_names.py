"""What the pictures of a PPT's pages are called: known to the child that draws them and to whoever shows them."""


def name_of(number: int) -> str:
    """The file of a page, counted from 1."""
    return f"page-{number:03}.jpg"
