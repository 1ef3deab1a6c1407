# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# List the project's own files: those that git tracks, so no build products.
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit 1

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Print their names, each followed by a NUL byte. Without git: everything outside build directories.
project_files() {
    local file
    if [[ -e .git ]] && git ls-files --error-unmatch README.md >/dev/null 2>&1; then
        git ls-files -z
    else
        find . -mindepth 1 \
            -type d \( -name .git -o -exec test -e '{}/CMakeCache.txt' ';' \) -prune -o \
            -type f -print0
    fi | while IFS= read -r -d '' file; do
        [[ ! -f $file ]] || printf '%s\0' "$file" # git also lists deleted files
    done
}
