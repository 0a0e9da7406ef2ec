"""A .pptx of WPS, PowerPoint or LibreOffice: its slides, and whatever else somebody put into it."""

from math import gcd

from materials.inspection import poster
from materials.inspection.links import check_link, is_of_a_chart, workbooks_of_charts
from materials.inspection.markup import Seen, scan
from materials.inspection.opc import Office, is_office, read_office
from materials.inspection.parts import by_name, guarded, read_through
from materials.inspection.report import Case, Stop
from materials.inspection.workbook import check_workbook
from materials.inspection.zipped import Package, open_package

SLIDES = "presentationml.presentation.main+xml"
# What else an Office package or a zip file may be about.
OTHERS = (
    ("presentationml.slideshow", "ppsx"),
    ("presentationml.template", "potx"),
    ("wordprocessingml", "docx"),
    ("ms-word", "docx"),
    ("spreadsheetml", "xlsx"),
    ("ms-excel", "xlsx"),
)
# Pages do not own these, they only use them.
SHARED = {"slide", "slideLayout", "slideMaster", "notesMaster", "theme"}
ACTIONS = {
    "ppaction://program": "run_program",
    "ppaction://macro": "macro",
    "ppaction://hlinkfile": "file_link",
    "ppaction://hlinkpres": "file_link",
}
MEDIA = (".mp4", ".m4v", ".mov", ".avi", ".wmv", ".mpg", ".mpeg", ".mkv", ".flv", ".mp3", ".m4a", ".wav", ".wma")


def look(case: Case) -> None:
    """Notes format and facts; raises Stop when there is no point in reading on."""
    with case.path.open("rb") as file:
        package = open_package(file, case.path.stat().st_size, case.findings)
        office = _office(case, package)
        main = office.main()
        case.format = "pptx"
        slides = _slides(case, office, main)
        pages = _pages(office, slides)
        _check_links(case, office, pages)
        _check_parts(case, office, pages, slides)
        _save_poster(case, office)


def _office(case: Case, package: Package) -> Office:
    """The package, when it is a presentation; everything else is named and sent back."""
    if not is_office(package):
        case.not_wanted(_opendocument(package))
        raise Stop
    found: list[Office] = []
    if not guarded(case.findings, lambda: found.append(read_office(package))):
        raise Stop
    office = found[0]
    kind = office.type_of(office.main())
    if "presentation.macroenabled.main" not in kind and SLIDES not in kind:
        case.not_wanted(next((word for part, word in OTHERS if part in kind), "zip"))
        raise Stop
    return office


def _opendocument(package: Package) -> str:
    if "mimetype" not in package.entries or package.size("mimetype") > 256:
        return "zip"
    kind = package.read("mimetype")
    if b"opendocument.presentation" in kind:
        return "odp"
    return "odt" if b"opendocument" in kind else "zip"


def _slides(case: Case, office: Office, main: str) -> list[str]:
    """The slides in the order in which they are shown."""
    wanted: list[str] = []

    def seen(name: str, attrs: dict[str, str]) -> None:
        if name == "sldId":
            wanted.extend(value for key, value in attrs.items() if key.endswith(":id"))
        elif name == "sldSz":
            _note_shape(case, attrs.get("cx", ""), attrs.get("cy", ""))

    if not guarded(case.findings, lambda: scan(office.package.chunks(main), seen)):
        raise Stop
    places = {link.id: office.target_of(link) for link in office.links.get(main.lower(), []) if link.kind == "slide"}
    slides = [places.get(each, "") for each in wanted]
    case.facts["slides"] = len(slides)
    if not slides:
        case.findings.refuse("no_slides")
    if "" in slides:
        case.findings.refuse("damaged")
    return slides


def _note_shape(case: Case, across: str, down: str) -> None:
    """As people say it: 16:9, 4:3. An unusual shape is left out."""
    if across.isdecimal() and down.isdecimal() and int(across) and int(down):
        common = gcd(int(across), int(down))
        if int(across) // common <= 32:
            case.facts["shape"] = f"{int(across) // common}:{int(down) // common}"


def _pages(office: Office, slides: list[str]) -> dict[str, int]:
    """On which page a part is: a slide itself, its notes and charts, and what those have of their own."""
    pages = {slide.lower(): number for number, slide in enumerate(slides, 1) if slide}
    for _step in range(2):
        for source, page in list(pages.items()):
            for link in office.links.get(source, []):
                if link.kind not in SHARED:
                    pages.setdefault(office.target_of(link).lower(), page)
    pages.pop("", None)
    return pages


def _check_links(case: Case, office: Office, pages: dict[str, int]) -> None:
    workbooks = workbooks_of_charts(office)
    for link in office.all_links():
        if not (is_of_a_chart(office, link) and office.target_of(link) in workbooks):
            check_link(case.findings, link, pages.get(link.source.lower()))


def _check_parts(case: Case, office: Office, pages: dict[str, int], slides: list[str]) -> None:
    hidden: set[str] = set()
    workbooks = workbooks_of_charts(office)
    for name in office.package.entries:
        page = pages.get(name.lower())
        if name in workbooks:
            check_workbook(office.package, name, case.findings, page)
        elif not by_name(office, name, case.findings, page):
            read_through(office, name, case.findings, page, _watch(case, name, page, hidden))
    case.facts["hidden"] = sum(slide in hidden for slide in slides)
    case.facts["media"] = sum(name.lower().endswith(MEDIA) for name in office.package.entries)


def _watch(case: Case, part: str, page: int | None, hidden: set[str]) -> Seen:
    """What is looked for in the markup of a part: hidden slides, and buttons that do more than turn the page."""

    def seen(name: str, attrs: dict[str, str]) -> None:
        if name == "sld" and attrs.get("show") in ("0", "false"):
            hidden.add(part)
        elif name.startswith("hlink") and "action" in attrs:
            verb = attrs["action"].split("?")[0].lower()
            if verb in ACTIONS:
                case.findings.refuse(ACTIONS[verb], page=page)

    return seen


def _save_poster(case: Case, office: Office) -> None:
    """The picture that the program itself put in, as the package's thumbnail."""
    found = [office.target_of(link) for link in office.links.get("", []) if link.kind == "thumbnail"]
    if case.poster is None or case.findings.refused or not any(found):
        return
    name = next(filter(None, found))
    if office.package.size(name) <= poster.MOST_BYTES:
        case.has_poster = poster.save_bytes(office.package.read(name), case.poster)
