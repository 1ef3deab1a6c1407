# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which files are the project's own: those that git knows, so nothing that was built.
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit 1

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Prints all of them, each ended by a zero byte. Without git: all but those in folders of builds.
project_files() {
    local file
    if [[ -e .git ]] && git ls-files --error-unmatch README.md >/dev/null 2>&1; then
        git ls-files -z
    else
        find . -mindepth 1 \
            -type d \( -name .git -o -exec test -e '{}/CMakeCache.txt' ';' \) -prune -o \
            -type f -print0
    fi | while IFS= read -r -d '' file; do
        [[ ! -f $file ]] || printf '%s\0' "$file" # git names deleted ones
    done
}
