# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run the installed tshark with the plugin in $plugins and without anybody's preferences.
#
# As user or group 0, Wireshark silently ignores WIRESHARK_PLUGIN_DIR, so root runs tshark as the user
# nobody, who may be unable to read the project: tshark gets a copy of the plugin, and the captures on
# standard input, opened by the user who started the script.

# common.sh comes first.
: "${plugins:?}"

tshark_dir=
tshark_command=()

# Call this once, before the first run_tshark.
prepare_tshark() {
    tshark_dir=$(mktemp -d) || die "cannot make a temporary directory"
    trap 'rm -rf -- "$tshark_dir"' EXIT
    mkdir -- "$tshark_dir/home" "$tshark_dir/plugins"
    # Those of Wireshark itself may stand beside it.
    (cd -- "$plugins" && find . -name tcpstate.so -exec cp --parents -t "$tshark_dir/plugins" {} +) ||
        die "cannot copy the plugin from $plugins"

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
    die "tshark does not load the plugin in $plugins (what it loads is listed above).
  Is the plugin built for this version of tshark? Is this run with group 0? Is
  $(dirname -- "$tshark_dir") mounted noexec, or not accessible to other users?"
}

# run_tshark ARGUMENT...: from a directory that nobody may enter; standard input is the caller's.
run_tshark() {
    (cd -- "$tshark_dir/home" && exec "${tshark_command[@]}" "$@")
}
