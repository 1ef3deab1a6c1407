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

# apt_get ARGUMENT...: asks nothing; what it prints is in apt_output.
apt_get() {
    apt_output=$(as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get --quiet=2 --yes \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" 2>&1)
}

# why_apt_failed OUTPUT: prints what can be done about it.
why_apt_failed() {
    # Where a machine does not know its own name, sudo says so, and does what it is asked for.
    case $(grep -v '^sudo: unable to resolve host ' <<<"$1") in
        *"Release file for "*" is expired"*)
            printf '%s\n' "the mirror is out of date, or this machine's clock is wrong. If the clock is right:
  apt-get -o Acquire::Check-Valid-Until=false update"
            ;;
        *"Release file for "*" is not valid yet"*)
            printf '%s\n' "this machine's clock is wrong"
            ;;
        *"failure resolving"* | *"Could not resolve"* | *"Could not connect"* | *"Unable to connect"*)
            printf '%s\n' "the mirror cannot be reached: is there a network?"
            ;;
        sudo:* | *$'\n'sudo:*) printf '%s\n' "not allowed to become root" ;;
        *) printf '%s\n' "apt-get says why, see above" ;;
    esac
}

# install_packages PACKAGE...: where the lists of packages cannot be renewed, by those that are there.
install_packages() {
    local apt_output update=
    apt_get -o APT::Update::Error-Mode=any update || update=$apt_output
    apt_get install --no-install-recommends "$@" && return
    [[ $update == "$apt_output" ]] || printf '%s\n' "$update" >&2
    printf '%s\n' "$apt_output" >&2
    die "these packages could not be installed: $*
  $(why_apt_failed "${update:-$apt_output}")"
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
    install_packages "${missing[@]}"
}
