# Shared first steps of the scripts beside this file; read with `.`, with $top set to the top of the checkout.
# prepare REQUIREMENTS: finds a Python, makes .venv and installs REQUIREMENTS there, and sets $python to it.

# Why a Python cannot be used, as a word; nothing when it can.
fault_of() {
    "$1" - 2>/dev/null <<'PROBE' || echo absent
import sys
if sys.version_info[:2] < (3, 11):
    print("version")
else:
    try:
        import ensurepip, venv
    except ImportError:
        print("no-venv")
PROBE
}

# A Python newer than those the portal was tried on is used, and said.
warn_of_newer() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] > (3, 14))' 2>/dev/null ||
        echo "$("$1" --version 2>&1) is newer than 3.14, the last that this portal was tried on; it is used all the same." >&2
}

find_python() {
    found='' version='' no_venv=''
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        case $(fault_of "$candidate") in
            '') found=$candidate; warn_of_newer "$found"; return 0 ;;
            version) version=$("$candidate" --version 2>&1) ;;
            no-venv) no_venv=$candidate ;;
        esac
    done
    if [ -n "$no_venv" ]; then
        echo "$("$no_venv" --version) lacks its venv module. On Debian and Ubuntu: apt-get install $no_venv-venv" >&2
    elif [ -n "$version" ]; then
        echo "This portal runs on Python 3.11, 3.12, 3.13 or 3.14; only $version was found. Put one of them on PATH." >&2
    else
        echo "No Python was found. Install Python 3.11, 3.12, 3.13 or 3.14 and put it on PATH." >&2
    fi
    return 1
}

prepare() {
    find_python || exit 1
    "$found" "$top/script/environment.py" "$1" || exit
    python=$top/.venv/bin/python
}
