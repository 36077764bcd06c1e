#!/bin/sh
# Makes .venv fit for a purpose: bootstrap.sh run|test|dev|bench
#
# Each purpose holds the one before it. Done work is not repeated: system packages are probed for,
# and a stamp in .venv remembers what was installed for which pyproject.toml.
# Refuses to guess: what needs rights it does not have, it says in one command and goes on.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/system.sh
. scripts/lib/venv.sh

purpose=${1:?usage: bootstrap.sh run|test|dev|bench}
case $purpose in
    run)
        ensure_system "Until then there is no sound; all else works." libportaudio2
        ;;
    test | bench)
        ensure_system "Until then the tests and benches that need them fail." \
            libportaudio2 pulseaudio pulseaudio-utils libasound2-plugins curl espeak-ng sox tmux \
            nodejs chromium
        [ "$purpose" = test ] || ensure_system "Until then nothing is compared with it." chafa
        ;;
    dev) ;;
    *) die "bootstrap.sh: unknown purpose '$purpose'; use run, test, dev or bench." ;;
esac
ensure_venv
ensure_installed "$purpose"
