# System packages of Debian and Ubuntu: is one there, may we install it, else which command would.

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Files and commands are probed, not the package manager: they are there on other systems too.
has_package() {
    case $1 in
        libportaudio2) has_library libportaudio ;;
        libasound2-plugins) has_file /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so ;;
        chromium) have chromium || have chromium-browser || have google-chrome ;;
        nodejs) have node ;;
        pulseaudio-utils) have pactl && have parec ;;
        *) have "$1" ;;
    esac
}

has_file() { [ -e "$1" ]; }

has_library() {
    # sounddevice carries its own PortAudio on macOS.
    [ "$(uname -s)" = Darwin ] && return 0
    # An ordinary user's PATH has no sbin.
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -q "$1"
}

# Prints the prefix that runs a command as root; fails when that would need a password.
root_prefix() {
    if [ "$(id -u)" = 0 ]; then
        printf ''
    elif have sudo && sudo -n true 2>/dev/null; then
        printf 'sudo -n'
    else
        return 1
    fi
}

# install_packages NAME...: fails, with a sentence that names the command, when it cannot.
install_packages() {
    if ! have apt-get; then
        say "Missing: $*. Please install with your system's package manager."
        return 1
    fi
    command="apt-get install --yes $*"
    if ! prefix=$(root_prefix); then
        say "Missing: $*. Please run: sudo $command"
        return 1
    fi
    say "Installing $* ..."
    # One dead repository fails the update, and the rest may still have all that is needed.
    # shellcheck disable=SC2086 # an empty prefix must vanish
    $prefix apt-get update --quiet=2 </dev/null >&2 || true
    # shellcheck disable=SC2086
    $prefix env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet=2 --no-install-recommends "$@" </dev/null >&2 && return 0
    say "apt-get failed (see above). Please run: sudo apt-get update && sudo $command"
    return 1
}

# ensure_system CONSEQUENCE NAME...: installs what is missing when it may; else says what follows.
ensure_system() {
    consequence=$1
    shift
    missing=
    for package; do
        has_package "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # a list of words
    install_packages $missing || say "$consequence"
}
