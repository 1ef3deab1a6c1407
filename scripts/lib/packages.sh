# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian packages: install the missing ones, change nothing otherwise.

# What is needed to build the plugin and to run tshark with it.
# shellcheck disable=SC2034 # the scripts use it
build_packages=(tshark wireshark-dev libglib2.0-dev pkg-config cmake ninja-build gcc libc6-dev)

# Prints those of the given packages that are not installed.
missing_packages() {
    local installed package
    installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "$@" 2>&1)
    for package; do
        [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] || printf '%s\n' "$package"
    done
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

# apt_get ARGUMENT...: asks nothing, and prints something only if it fails.
apt_get() {
    local output
    output=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --yes \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" 2>&1) && return
    printf '%s\n' "$output" >&2
    return 1
}

# need_packages PACKAGE...: installs those that are missing, as root or through sudo.
need_packages() {
    local missing
    if ! command -v dpkg-query >/dev/null; then
        say "this is not Debian: assuming that the contents of these packages are installed: $*"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0

    if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
        die "packages are missing: ${missing[*]}
  Installing them needs root. Run this as root, install sudo, or install them by hand:
  apt-get install --no-install-recommends ${missing[*]}"
    fi
    say "installing ${missing[*]}; this may take a few minutes"
    apt_get update || die "apt-get update failed (no network, or not allowed to become root?)"
    apt_get install --no-install-recommends "${missing[@]}" ||
        die "these packages could not be installed: ${missing[*]}"
}
