# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Configure and build in $build; does almost nothing when everything is up to date.

# common.sh comes first.
: "${program:?}" "${project:?}" "${build:?}"

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

# need_own_build: fails unless something can be written there.
need_own_build() {
    mkdir -p -- "$build" || die "cannot make the directory $build"
    [[ -w $build ]] ||
        die "$build belongs to another user: remove it, run this as its owner, or set TCPSTATE_BUILD_DIR"
}

# configure [CMAKE-OPTION...]
configure() {
    say "configuring ${build#"$project"/}"
    need_own_build
    # A build for another source tree is discarded; otherwise its generator is kept.
    if ! configured; then
        rm -rf -- "$build/CMakeCache.txt" "$build/CMakeFiles"
        set -- -G Ninja "$@"
    fi
    cmake -S "$project" -B "$build" "$@" >/dev/null ||
        die "configuring failed, see above"
}

# announce_work: passes on what the build says, but for the steps, of which the first is announced.
announce_work() {
    LC_ALL=C MESSAGE="$program: bringing ${build#"$project"/} up to date" awk '
        /no work to do/ || /^\[.*(Re-checking globbed|Built target)/ { next }
        /^(-- |Consolidate |Scanning )/ { next }
        /^\[/ { if (!said++) print ENVIRON["MESSAGE"]; fflush(); next }
        { print; fflush() }'
}

# newer_source: prints a source that is newer than the last build, if there is one.
newer_source() {
    local last=$build/.ninja_log
    [[ -f $last ]] || last=$build/bin/tcpstate-report
    find "$project/CMakeLists.txt" "$project/packet-tcpstate.c" "$project/plugin" -type f -newer "$last" \
        \( -name '*.[ch]' -o -name CMakeLists.txt \) -print -quit
}

# use_foreign_build: another user has built; what stands there is taken if it is up to date.
use_foreign_build() {
    local hint newer
    hint="have its owner bring it up to date, or set TCPSTATE_BUILD_DIR to a directory of your own"
    if ! compgen -G "$build/plugins/*/epan/tcpstate.so" >/dev/null || [[ ! -x $build/bin/tcpstate-report ]]; then
        die "$build belongs to another user and is not complete: $hint"
    fi
    newer=$(newer_source)
    [[ -z $newer ]] || die "$build belongs to another user and is older than $newer: $hint"
}

# build_targets NAME...
build_targets() {
    if [[ ! -w $build ]]; then
        use_foreign_build
        return
    fi
    NINJA_STATUS='[%f/%t] ' cmake --build "$build" --target "$@" 2>&1 | announce_work >&2
    [[ ${PIPESTATUS[0]} -eq 0 ]] ||
        die "the build failed, see above (if a file there belongs to another user, remove $build)"
}
