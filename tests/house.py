"""What DESIGN section 4 forbids, as functions that read source and name each offence as `line: what`."""

import ast
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# An app imports only from apps before it; config and demo import all, and nobody imports them.
LEFT_TO_RIGHT = (
    "registry", "accounts", "contest", "materials", "scoring", "quota", "certificates", "publicity", "live",
)  # fmt: skip
NOBODYS_IMPORTS = ("config", "demo", "tests", "bench", "script")
# All that arithmetic needs: nothing here knows the time, rolls dice, opens a file or writes a line.
PLAIN = {
    "__future__", "abc", "bisect", "collections", "dataclasses", "decimal", "enum", "fractions", "functools", "hashlib",
    "heapq", "itertools", "math", "numbers", "operator", "re", "string", "types", "typing",
}  # fmt: skip
# A calendar needs days; what asks the clock is not among these.
DAYS = {"datetime.date", "datetime.timedelta"}
NAMELESS = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py", "services.py", "managers.py"}


def apps() -> list[str]:
    """The apps that are there already."""
    return [app for app in LEFT_TO_RIGHT if (ROOT / app / "__init__.py").exists()]


def sources(*folders: str, pattern: str = "*.py") -> list[Path]:
    """The files below these folders of the house."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob(pattern))


def rules(app: str = "") -> list[Path]:
    return [path for path in sources(*([app] if app else apps())) if "rules" in path.relative_to(ROOT).parts]


def upward_imports(source: str, app: str) -> list[str]:
    """Imports, also inside functions, from apps to the right and from rooms nobody imports from."""
    beyond = {*LEFT_TO_RIGHT[LEFT_TO_RIGHT.index(app) + 1 :], *NOBODYS_IMPORTS}
    return [f"{line}: imports {module}" for line, module in _imports(source) if module.split(".")[0] in beyond]


def impure_imports(source: str) -> list[str]:
    """What a file under rules/ imports besides plain Python and other rules."""
    return [
        f"{line}: imports {module}"
        for line, module in _imports(source)
        if module.split(".")[0] not in PLAIN
        and module not in DAYS
        and not re.fullmatch(r"[a-z]+\.rules(\..+)?", module)
    ]


def unsourced_rules(source: str) -> list[str]:
    """Public functions that do not open with the article of the notice that they implement."""
    return [
        f"{node.lineno}: {node.name}"
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not (ast.get_docstring(node) or "").startswith("Notice")
    ]


def float_routes(source: str) -> list[str]:
    """Addresses with a float in them: points and ids are whole numbers."""
    return [f"{number}: {line.strip()}" for number, line in _lines(source) if re.search(r"<float:|\bfloat\b", line)]


def unescaped(source: str) -> list[str]:
    """Places that print text as it is, in a template or in Python."""
    loud = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off|\bmark_safe\s*\(|SafeString\(\s*[^\s\")]")
    return [f"{number}: {line.strip()}" for number, line in _lines(source) if loud.search(line)]


def tokenless(source: str) -> list[str]:
    return [f"{number}: {line.strip()}" for number, line in _lines(source) if "csrf_exempt" in line]


def inline_code(source: str) -> list[str]:
    """What the Content-Security-Policy would keep a browser from obeying."""
    loud = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\s(on[a-z]+)\s*=\s*[\"']|javascript:", re.IGNORECASE
    )
    return [f"{number}: {line.strip()[:100]}" for number, line in _lines(source) if loud.search(line)]


def reads_a_form(view: Callable[..., Any]) -> bool:
    """Whether a view, or a function of its own module that it calls, looks at what was sent."""
    module = sys.modules[inspect.unwrap(view).__module__]
    functions = {node.name: node for node in _tree(module).body if isinstance(node, ast.FunctionDef)}
    seen: set[str] = set()
    waiting = [inspect.unwrap(view).__name__]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Attribute) and node.attr in ("POST", "FILES", "body"):
                return True
            if isinstance(node, ast.Name) and node.id in ("require_POST", "require_http_methods"):
                return True
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                waiting.append(node.func.id)
    return False


def counts_once(view: Callable[..., Any] | None) -> bool:
    """Whether `accounts.once.once` is among the decorators around a view."""
    while view is not None:
        if getattr(view, "__code__", None) is not None and view.__code__.co_qualname == "once.<locals>.serve":
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def verbs(source: str) -> Iterator[str]:
    """The verbs that this source writes to the log; "*" for one that is not written out where it is logged."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "log.write" and len(node.args) > 1:
            yield from _words(node.args[1])


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)
    else:
        yield "*"


def _imports(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("__import__", "importlib.import_module"):
            yield from ((node.lineno, str(arg.value)) for arg in node.args[:1] if isinstance(arg, ast.Constant))


def _lines(source: str) -> Iterator[tuple[int, str]]:
    return enumerate(source.splitlines(), start=1)


@functools.cache
def _tree(module: Any) -> ast.Module:
    return ast.parse(inspect.getsource(module))
