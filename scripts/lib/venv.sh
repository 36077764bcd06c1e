# The virtual environment .venv: which Python makes it, how pip gets in, what is installed in it.

VENV=.venv
PURPOSES="run test dev bench"

is_suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_ensurepip() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
has_pip() { "$1" -m pip --version >/dev/null 2>&1; }

# Prints the newest Python from 3.11 on; one that can make virtual environments by itself wins.
find_python() {
    fallback=
    for python in python3.14 python3.13 python3.12 python3.11 python3; do
        is_suitable "$python" || continue
        if has_ensurepip "$python"; then
            printf '%s' "$python"
            return 0
        fi
        fallback=${fallback:-$python}
    done
    [ -n "$fallback" ] || return 1
    printf '%s' "$fallback"
}

ensure_venv() {
    if is_suitable "$VENV/bin/python" && has_pip "$VENV/bin/python"; then
        return 0
    fi
    python=$(find_python) || die "proconf-tui needs Python 3.11 or newer, and found none." \
        "On Debian 12, Ubuntu 24.04 or newer: sudo apt-get install --yes python3 python3-venv"
    say "Making the virtual environment $VENV with $("$python" --version) ..."
    make_venv "$python" || die "Could not make the virtual environment." \
        "Please run: sudo apt-get install --yes $(venv_package "$python")"
}

venv_package() { "$1" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))'; }

# Debian keeps ensurepip in a package of its own, so there are several ways in.
make_venv() {
    if ! has_ensurepip "$1"; then
        install_packages "$(venv_package "$1")" || say "Trying without."
    fi
    if has_ensurepip "$1"; then
        "$1" -m venv --clear "$VENV"
    elif has_pip "$1"; then
        # Installing from outside needs no pip inside; pip 22.3 brought --python.
        "$1" -m venv --clear --without-pip "$VENV" \
            && "$1" -m pip --python "$VENV/bin/python" install --quiet pip
    elif have virtualenv; then
        virtualenv --quiet --clear --python "$1" "$VENV"
    elif have uv; then
        uv venv --quiet --clear --seed --python "$1" "$VENV"
    else
        return 1
    fi
}

ensure_installed() {
    wanted=$(cksum <pyproject.toml)
    stamp=$VENV/.installed-$1
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return 0
    fi
    target=.
    [ "$1" = run ] || target=".[$1]"
    say "Installing proconf-tui into $VENV (once; this can take a few minutes) ..."
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$target" \
        || die "Installing failed (see above). Check the network and run the command again."
    for purpose in $PURPOSES; do
        printf '%s\n' "$wanted" >"$VENV/.installed-$purpose"
        [ "$purpose" != "$1" ] || break
    done
}
