# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Configure and build in $build; does almost nothing when everything is up to date.

# common.sh comes first.
: "${project:?}" "${build:?}"

# configured [NAME=VALUE...]: true when the build directory was configured for this source tree and
# its cache has these values.
configured() {
    local cache=$build/CMakeCache.txt setting
    [[ -f $cache ]] && { [[ -f $build/build.ninja ]] || [[ -f $build/Makefile ]]; } || return 1
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$project" "$cache" || return 1
    for setting; do
        grep -qxE "${setting%%=*}:[A-Z]+=${setting#*=}" "$cache" || return 1
    done
}

# configure [CMAKE-OPTION...]
configure() {
    say "configuring ${build#"$project"/}"
    mkdir -p -- "$build" || die "cannot make the directory $build"
    [[ -w $build ]] || die "$build belongs to another user: remove it, or run this as its owner"
    # A build for another source tree is discarded; otherwise its generator is kept.
    configured || set -- --fresh -G Ninja "$@"
    cmake -S "$project" -B "$build" "$@" >/dev/null ||
        die "configuring failed, see above"
}

# build_target NAME
build_target() {
    say "bringing ${build#"$project"/} up to date ($1)"
    cmake --build "$build" --target "$1" -- --quiet 2>&1 | sed '/no work to do/d' >&2
    [[ ${PIPESTATUS[0]} -eq 0 ]] ||
        die "the build failed, see above (if a file there belongs to another user, remove $build)"
}
