# Installs scripts/report as the command tcpstate, with its manual page.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(scripts_folder "${share_folder}/tcpstate/scripts")

# Relative, so that the tree may be installed below another prefix, or packed.
function(path_from_scripts variable folder)
    file(RELATIVE_PATH path "/${scripts_folder}/lib" "/${folder}")
    set(${variable} "${path}" PARENT_SCOPE)
endfunction()

cmake_path(GET plugin_folder PARENT_PATH abi_folder)   # plugins/4.0/epan
cmake_path(GET abi_folder PARENT_PATH plugins_folder)
path_from_scripts(installed_plugins "${plugins_folder}")
path_from_scripts(installed_programs "${program_folder}")
configure_file("${CMAKE_SOURCE_DIR}/scripts/lib/installed.sh.in" "${CMAKE_BINARY_DIR}/installed.sh" @ONLY)

install(PROGRAMS scripts/report DESTINATION "${scripts_folder}")
install(DIRECTORY scripts/lib/ DESTINATION "${scripts_folder}/lib"
    FILES_MATCHING PATTERN "*.sh" PATTERN "*.py" PATTERN "*.awk"
    PATTERN "build.sh" EXCLUDE PATTERN "packages.sh" EXCLUDE PATTERN "other_release.sh" EXCLUDE
    PATTERN "__pycache__" EXCLUDE)
install(PROGRAMS scripts/lib/one_capture DESTINATION "${scripts_folder}/lib")
install(FILES "${CMAKE_BINARY_DIR}/installed.sh" DESTINATION "${scripts_folder}/lib")

file(RELATIVE_PATH script_from_programs "/${program_folder}" "/${scripts_folder}/report")
file(CREATE_LINK "${script_from_programs}" "${CMAKE_BINARY_DIR}/tcpstate" SYMBOLIC)
install(FILES "${CMAKE_BINARY_DIR}/tcpstate" DESTINATION "${program_folder}")

install(FILES docs/man/tcpstate.1 docs/man/tcpstate-report.1 DESTINATION "${share_folder}/man/man1")
