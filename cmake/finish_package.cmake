# What Debian's policy asks of a package's files, done where cpack has put them together: chapters 12.1
# (manual pages are compressed), 12.5 (copyright) and 12.7 (changelog).
#
# SPDX-License-Identifier: GPL-2.0-or-later

if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()

set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
set(doc "${root}${CPACK_TCPSTATE_DOC_FOLDER}")
configure_file("${CPACK_TCPSTATE_SOURCE}/debian/copyright" "${doc}/copyright" COPYONLY)
configure_file("${CPACK_TCPSTATE_SOURCE}/debian/changelog" "${doc}/changelog" COPYONLY)
file(GLOB_RECURSE pages "${root}${CPACK_TCPSTATE_MAN_FOLDER}/*.1")
execute_process(COMMAND gzip -9nf -- "${doc}/changelog" ${pages} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB compressed "${doc}/*" "${root}${CPACK_TCPSTATE_MAN_FOLDER}/man1/*")
file(CHMOD ${compressed} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
