# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run the tshark that is installed with the plugin of this build, and with nobody's preferences.
#
# As user or group 0 Wireshark ignores WIRESHARK_PLUGIN_DIR without a word, so root runs tshark as
# nobody. Nobody may be unable to read the project: it gets a copy of the plugin, and the captures
# on standard input, opened by whoever started the script.

# common.sh comes first.
: "${build:?}"

tshark_dir=
tshark_command=()

# Once before the first run_tshark.
prepare_tshark() {
    tshark_dir=$(mktemp -d) || die "cannot make a temporary directory"
    trap 'rm -rf -- "$tshark_dir"' EXIT
    mkdir -- "$tshark_dir/home"
    cp -r -- "$build/plugins" "$tshark_dir/plugins" || die "the build made no plugin"

    tshark_command=(env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME="$tshark_dir/home"
        WIRESHARK_PLUGIN_DIR="$tshark_dir/plugins" tshark)
    if [[ $EUID -eq 0 ]]; then
        chmod -R a+rX -- "$tshark_dir"
        chown 65534:65534 -- "$tshark_dir/home"
        tshark_command=(setpriv --reuid=65534 --regid=65534 --clear-groups
            "${tshark_command[@]}")
    fi
}

# Fails unless tshark really loads the plugin.
check_tshark() {
    local plugins
    plugins=$(run_tshark -G plugins 2>&1)
    [[ $plugins == *tcpstate.so* ]] && return
    printf '%s\n' "$plugins" >&2
    die "tshark does not load the plugin in $build/plugins (all it loads is above).
  Is the plugin built for this version of tshark? Does the group 0 run this? Is
  $(dirname -- "$tshark_dir") mounted noexec or closed to other users?"
}

# run_tshark ARGUMENT...: from a directory that nobody may enter; standard input is the caller's.
run_tshark() {
    (cd -- "$tshark_dir/home" && exec "${tshark_command[@]}" "$@")
}
