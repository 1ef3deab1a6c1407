# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# List the packets of captures, one capture after the other.

# common.sh and tshark.sh come first.
: "${project:?}" "${tshark_dir=}"

FIELDS=(frame.number frame.time_relative frame.protocols ip.src ip.dst ipv6.src ipv6.dst
    tcp.srcport tcp.dstport tcp.stream tcpstate.direction tcpstate.flags tcpstate.phase.text
    tcpstate.states tcpstate.event)

# Why a capture cannot be read, as far as that shows without tshark; nothing if it can.
unreadable() {
    if [[ ! -e $1 ]]; then
        printf 'no such file'
    elif [[ -d $1 ]]; then
        printf 'this is a directory'
    elif [[ ! -r $1 ]]; then
        printf 'no permission to read it'
    elif [[ -f $1 && ! -s $1 ]]; then
        printf 'the file is empty'
    fi
}

# tshark's error message in the words of this report. $1: its standard error, $2: packets read.
complaint() {
    case $1 in
        *"cut short"*) printf 'cut short; what could be read (packets: %s) is above' "$2" ;;
        *"isn't a capture file"*) printf 'not a capture file that tshark can read' ;;
        *) printf '%s (packets read: %s)' "${1:-tshark failed without a message}" "$2" ;;
    esac
}

# Prints one capture; 0 if it could be read to the end.
list_capture() {
    local trouble status
    trouble=$(unreadable "$1")
    if [[ -z $trouble ]]; then
        printf '%s\n' "$1"
        run_tshark -n -r - -T fields -E occurrence=a -E aggregator=$'\037' \
            "${FIELDS[@]/#/-e}" <"$1" 2>"$tshark_dir/errors" |
            awk -v summary="$tshark_dir/frames" -f "$project/scripts/lib/packets.awk"
        status=("${PIPESTATUS[@]}")
        printf '\n'
        # The reader (a pager, head) is gone: there is nobody to report to.
        [[ ${status[1]} -lt 128 ]] || exit "${status[1]}"
        [[ ${status[0]} -eq 0 && ${status[1]} -eq 0 ]] && return
        trouble=$(complaint "$(sed 's/^tshark: //' "$tshark_dir/errors")" \
            "$(cat "$tshark_dir/frames")")
    fi
    say "$1: $trouble"
    return 1
}

# list_packets CAPTURE...: prints them all; 0 if all of them could be read to the end.
list_packets() {
    local capture failed=()
    prepare_tshark
    check_tshark
    for capture; do
        list_capture "$capture" || failed+=("$capture")
    done
    [[ ${#failed[@]} -gt 0 ]] || return 0
    say "${#failed[@]} of $# captures could not be read to the end:"
    printf '  %s\n' "${failed[@]}" >&2
    return 1
}
