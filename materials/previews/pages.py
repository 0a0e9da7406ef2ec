"""The child that draws a PDF's pages: `python -P -m materials.previews.pages PDF FOLDER MOST WIDTH QUALITY`.

A PDF of a stranger is opened here and nowhere else. Draws the first MOST pages as FOLDER/page-001.jpg … and prints
{"pages": how many the PDF has, "drawn": how many were drawn}. Exit status 1 when it cannot be opened or drawn.
"""

import json
import sys
from pathlib import Path

import pypdfium2 as pdfium

from materials.previews.page_names import name_of

# A page as long as a roll of paper is drawn smaller, not as a picture of a gigabyte.
TALLEST = 2


def main(words: list[str]) -> int:
    source, folder = Path(words[0]), Path(words[1])
    most, width, quality = (int(word) for word in words[2:])
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    drawn = min(len(document), most)
    for number in range(drawn):
        page = document[number]
        scale = min(width / max(page.get_width(), 1), TALLEST * width / max(page.get_height(), 1))
        picture = page.render(scale=scale).to_pil().convert("RGB")
        picture.save(folder / name_of(number + 1), "JPEG", quality=quality, optimize=True)
        page.close()
    sys.stdout.write(json.dumps({"pages": len(document), "drawn": drawn}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
