# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What every script needs: where the project is, and how messages are printed.
# Messages go to standard error, so that standard output holds only results.

program=${0##*/}
project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)

# The tests of these scripts use another build directory than build/.
build=${TCPSTATE_BUILD_DIR:-$project/build}
# Overridden where the scripts are installed.
# shellcheck disable=SC2034 # the scripts use them
plugins=$build/plugins reader=$build/bin/tcpstate-report
export project build

say() {
    printf '%s: %s\n' "$program" "$*" >&2
}

die() {
    say "$*"
    exit 1
}

usage_error() {
    say "$* (see $program --help)"
    exit 2
}
