"""Kinds of malformed requests: what no browser sends, and what must never be answered with 500 or above.

The suite sends them to the WSGI application (tests/config/web), bench/malformed_drill.py to a running server.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

FORM = "application/x-www-form-urlencoded"


def _as_it_is(path: str) -> str:
    return path


@dataclass(frozen=True)
class Kind:
    """One way of being malformed. Headers are latin-1 text, as they come; `at` makes the address from a good one."""

    name: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    query: str = ""
    at: "object" = _as_it_is
    # Whether a web server lets it through to the application at all.
    passes_server: bool = True


def _form(name: str, body: bytes, content_type: str = FORM, **more: str) -> Kind:
    return Kind(name, "POST", {"Content-Type": content_type, **more}, body)


def _part(name: str, head: bytes, body: bytes = b"x") -> Kind:
    """A multipart form with one part."""
    told = b"--b\r\n" + head + b"\r\n\r\n" + body + b"\r\n--b--\r\n"
    return _form(f"a part with {name}", told, "multipart/form-data; boundary=b")


def charsets() -> Iterator[Kind]:
    for name in ("utf-7", "utf-16", "hex", "rot13", "idna", "punycode", "unicode_escape", "undefined", "nonsense"):
        for method in ("GET", "POST"):
            told = {"Content-Type": f"{FORM}; charset={name}"}
            yield Kind(f"{method} in {name}", method, told, b"name=+AGE-", query="q=%FF+AGE-")
    yield _form("multipart in utf-7", b"--b--", "multipart/form-data; boundary=b; charset=utf-7")
    yield _form("a quoted charset", b"a=1", f'{FORM}; charset="utf-7"')
    yield _form("a charset with a NUL", b"a=1", f"{FORM}; charset=utf\x00")
    yield _form("a charset in another notation", b"a=1", f"{FORM}; charset*=nonsense''%41")
    yield _form("an escaped charset in another notation", b"a=1", f"{FORM}; charset*=utf-8''utf%2D7")


def nuls() -> Iterator[Kind]:
    yield Kind("a NUL in the query", query="q=%00&next=a%00b&page=%00")
    yield Kind("a NUL for a name in the query", query="%00=1")
    yield Kind("a NUL behind the address", at=lambda path: path + "%00/")
    yield Kind("a NUL in the address", at=lambda path: path[: len(path) // 2] + "%00" + path[len(path) // 2 :])
    yield _form(
        "a NUL in a field", b"username=%00&password=%00&next=%00&once_key=%00&reason=a%00b&kind=%00&language=%00"
    )
    yield _form("a NUL for a field's name", b"%00=1&a%00b=1")
    yield _part("a NUL in a field", b'Content-Disposition: form-data; name="username"', b"a\x00b")
    yield _part("a NUL in a file's name", b'Content-Disposition: form-data; name="file"; filename="a\x00.pdf"')
    for name in ("sessionid", "csrftoken", "django_language", "messages"):
        yield Kind(f"a NUL in {name}", headers={"Cookie": f'{name}="a\\000b"'})
        yield Kind(f"a bare NUL in {name}", headers={"Cookie": f"{name}=\x00"}, passes_server=False)
    for name in ("User-Agent", "Referer", "Accept-Language", "Origin", "HX-Current-URL", "Accept", "If-None-Match"):
        yield Kind(f"a NUL in {name}", headers={name: "a\x00b"}, passes_server=False)


def parts() -> Iterator[Kind]:
    yield _form("no boundary", b"--b", "multipart/form-data")
    yield _form("an odd boundary", b"--b", "multipart/form-data; boundary=\xe9")
    yield _form("an endless boundary", b"--b", "multipart/form-data; boundary=" + "b" * 300)
    yield _form("a broken part", b"--b\r\nbroken", "multipart/form-data; boundary=b")
    yield _form(
        "a part that never ends", b'--b\r\nContent-Disposition: form-data; name="a', "multipart/form-data; boundary=b"
    )
    yield _part("a name in a charset that is none", b"Content-Disposition: form-data; name*=nonsense''%41")
    yield _part("a file's name in one", b"Content-Disposition: form-data; name=\"f\"; filename*=hex''%41")
    yield _part(
        "a charset that is none", b'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=hex'
    )
    yield _part(
        "broken base64", b'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', b"\xff"
    )
    yield _part("no name", b"Content-Disposition: form-data")
    yield _part("bytes that are no header", b"\xff\xfe: \x80\r\nContent-Disposition: form-data; name=\xff")
    yield _form("many fields", b"&".join(b"a%d=1" % number for number in range(2000)))
    yield _form("bytes that are no UTF-8", b"username=%FF%FE%80&password=%ED%A0%80&reason=\xff\xfe")
    yield _form("JSON", b"[" * 100_000, "application/json")
    yield _form("no kind of content", b"a=1", "")
    yield _form("an odd kind of content", b"a=1", "\xff\xfe/;;;=")


def addresses() -> Iterator[Kind]:
    for odd in (
        "%FF%FE",
        "%ED%A0%80",
        "%F0%9F%92%A9",
        "%0D%0AX-Injected:%201",
        "..%2f..%2fetc",
        "%",
        "%zz",
        "%25%30%30",
        "9" * 400,
    ):
        yield Kind(f"an address that ends with {odd[:20]}", at=lambda path, odd=odd: path + odd)
        yield Kind(f"a query of {odd[:20]}", query=f"page={odd}&q={odd}&{odd}={odd}&next={odd}")
    yield Kind("many slashes", at=lambda path: "//" + path)
    yield Kind("many questions", query="&".join(f"a{number}=1" for number in range(2000)))
    yield Kind("a page that is none", query="page=-1&state=%C2%B2&district=" + quote("９") * 30)


def headers() -> Iterator[Kind]:
    for name, value in {
        "Host": "evil.example\xff",
        "Referer": "http://[::1",
        "Origin": "http://[",
        "Cookie": "sessionid=" + "x" * 5000 + "; csrftoken=\xff; a=b=c;;;=; django_language=../..",
        "Accept-Language": "zh" + "-x" * 2000 + ",;q=,\xff",
        "Range": "bytes=" + "9" * 400 + "-",
        "If-Modified-Since": "Mon, 99 Foo 99999 99:99:99",
        "If-None-Match": '"\xff',
        "HX-Current-URL": "http://[",
        "HX-Request": "true",
        "X-Forwarded-For": "\xff, ::1%eth0, 1.2.3.4:9999999, ,",
        "X-Forwarded-Proto": "javascript",
        "User-Agent": "\xff" * 2000,
        "Upload-Length": "9" * 4000,
        "Upload-Offset": "\xb2",
        "Upload-Metadata": "entry AAA=,fingerprint AA==,kind /w==,filename",
        "Upload-Checksum": "sha1 \xff",
        "Authorization": "Basic \xff",
    }.items():
        yield Kind(f"an odd {name}", headers={name: value, "Tus-Resumable": "1.0.0"})
        yield Kind(
            f"an odd {name} with a form", "POST", {name: value, "Tus-Resumable": "1.0.0", "Content-Type": FORM}, b"a=1"
        )
    yield Kind(
        "an odd piece", "PATCH", {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}, b"x"
    )
    yield Kind(
        "a length in Arabic digits", "POST", {"Content-Length": "\xd9\xa3", "Content-Type": FORM}, passes_server=False
    )
    yield Kind(
        "a length longer than any", "POST", {"Content-Length": "9" * 5000, "Content-Type": FORM}, passes_server=False
    )
    for method in ("HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND", "X" * 20):
        yield Kind(f"{method} with a body", method, {"Content-Type": FORM}, b"a=1")


def kinds() -> list[Kind]:
    """All of them; their names are unique."""
    return [*charsets(), *nuls(), *parts(), *addresses(), *headers()]
