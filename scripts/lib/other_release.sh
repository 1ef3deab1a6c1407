# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run the tests with another version of Wireshark, in a root of the Debian or Ubuntu release that has it.

# common.sh and packages.sh come first.
: "${project:?}"

# The release that has this version of Wireshark; nothing where none has.
release_with() {
    case $1 in
        4.0) printf bookworm ;;
        4.2) printf noble ;;
        4.4) printf trixie ;;
        4.6) printf sid ;;
    esac
}

# The mirror that this machine's own packages come from.
debian_mirror() {
    local mirror
    # shellcheck disable=SC2016 # apt expands it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 2>/dev/null | grep -m 1 '/debian/$')
    printf '%s' "${mirror:-http://deb.debian.org/debian/}"
}

# enter_root ROOT COMMAND...: runs it there. What is mounted for it is gone with it.
enter_root() {
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount --propagation private -- bash -c '
        root=$1; shift
        mount --rbind /dev "$root/dev" && mount -t proc proc "$root/proc" &&
            mount --rbind /sys "$root/sys" && mount -t tmpfs -o mode=1777 tmpfs "$root/tmp" || exit
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
            chroot "$root" "$@"' bash "$@"
}

# debootstrap_ubuntu RELEASE DIRECTORY: in the root of trixie, which knows Ubuntu's releases, mirror and keys.
# No mirror of Debian has them, and bookworm has none of the keys.
debootstrap_ubuntu() {
    local release=$1 root=$2 trixie=${2%/*}/trixie
    [[ -d $trixie ]] || make_root trixie "$trixie"
    cp -- /etc/resolv.conf "$trixie/etc/resolv.conf"
    rm -rf -- "$trixie/srv/$release"
    # shellcheck disable=SC2016 # the inner shell expands it
    enter_root "$trixie" bash -c '
        apt-get update &&
            apt-get install --yes --no-install-recommends debootstrap ubuntu-keyring &&
            debootstrap --variant=minbase --components=main,universe "$1" "/srv/$1"' bash "$release" &&
        mv -- "$trixie/srv/$release" "$root"
}

# make_root RELEASE DIRECTORY: a minimal root, which is there as a whole or not at all.
make_root() {
    local release=$1 root=$2 part=$2.part
    say "making a root of $release in $root; this may take a few minutes"
    rm -rf -- "$part"
    mkdir -p -- "${part%/*}" || die "${part%/*} could not be made"
    if [[ $release == noble ]]; then
        debootstrap_ubuntu "$release" "$part" >"$part.log" 2>&1
    else
        debootstrap --variant=minbase "$release" "$part" "$(debian_mirror)" >"$part.log" 2>&1
    fi || die "debootstrap failed; $part.log says why"
    # A mirror may lag behind: that is no reason not to test.
    printf 'Acquire::Check-Valid-Until "false";\n' >"$part/etc/apt/apt.conf.d/90tcpstate"
    # What is lost when the machine stops is made again.
    printf 'force-unsafe-io\n' >"$part/etc/dpkg/dpkg.cfg.d/tcpstate"
    mv -- "$part" "$root" || die "$root could not be made"
    rm -f -- "$part.log"
}

# take_sources ROOT: copies the project into it, but for builds; what stands there stays as it is where
# it is the same, so that little has to be built again.
take_sources() {
    local root=$1
    mkdir -p -- "$root/src/tcpstate"
    rsync --archive --delete --exclude=/build --exclude=/.git --exclude=__pycache__ -- \
        "$project/" "$root/src/tcpstate/" || die "the sources could not be copied to $root/src"
    chown -R 0:0 -- "$root/src/tcpstate"
}

# test_in_release VERSION ARGUMENT...: scripts/test with these arguments, with that version of Wireshark.
# The exit status is its own.
test_in_release() {
    local version=$1 release root
    shift
    release=$(release_with "$version")
    [[ $release ]] || usage_error "--wireshark takes 4.0, 4.2, 4.4 or 4.6, not $version"
    [[ $EUID -eq 0 ]] || die "--wireshark needs root, for the root of another release"
    need_packages debootstrap rsync
    root=${XDG_CACHE_HOME:-$HOME/.cache}/tcpstate/roots/$release
    [[ -d $root ]] || make_root "$release" "$root"
    take_sources "$root"
    cp -- /etc/resolv.conf "$root/etc/resolv.conf" # the network is this machine's
    # Style is not tested: other versions of the formatters have other tastes.
    enter_root "$root" /src/tcpstate/scripts/test --exclude-regex '^style\.' "$@"
    exit
}
