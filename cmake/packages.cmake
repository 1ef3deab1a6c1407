# Packages by cpack: a .deb for Debian's release or Ubuntu's on which this is built, an .rpm, a .tar.gz.
# debian/ makes the same .deb from source.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(package "wireshark-plugin-tcpstate")
set(doc_folder "${share_folder}/doc/${package}")
if(NOT TCPSTATE_INSTALL_USER)
    file(GLOB docs CHANGELOG.md docs/*.md docs/*.svg)
    install(FILES ${docs} DESTINATION "${doc_folder}")
endif()

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME "${package}")
set(CPACK_PACKAGE_CONTACT "tcpstate developers <${TCPSTATE_CONTACT}>")
set(CPACK_PACKAGE_VENDOR "tcpstate developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "TCP connection states in Wireshark ${wireshark_abi}")
set(CPACK_PACKAGE_DESCRIPTION "\
A Wireshark plugin that shows what a TCP connection is doing. For every
segment it says what the flags mean at that point, which phase the connection
is in, which RFC 9293 state the client and the server are in afterwards, what
ECN does, and what is anomalous.

Everything is a field to filter on. It draws every connection as a ladder of
states, and reports on the connections of any number of captures: who opened
them, how they ended, who closed or reset them and why.")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_SOURCE_DIR}/cmake/package_names.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/cmake/finish_package.cmake")
set(CPACK_TCPSTATE_SOURCE "${CMAKE_SOURCE_DIR}")
set(CPACK_TCPSTATE_ABI "${wireshark_abi}")
set(CPACK_TCPSTATE_DOC_FOLDER "${CMAKE_INSTALL_PREFIX}/${doc_folder}")
set(CPACK_TCPSTATE_MAN_FOLDER "${CMAKE_INSTALL_PREFIX}/${share_folder}/man")

# A package for each minor version of Wireshark, which the shared libraries' names tell apart.
set(CPACK_DEBIAN_PACKAGE_VERSION "${PROJECT_VERSION}+wireshark${wireshark_abi}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "parallel, python3, tshark")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS wireshark)

set(CPACK_RPM_PACKAGE_LICENSE "GPL-2.0-or-later")
set(CPACK_RPM_PACKAGE_GROUP "Applications/Internet")
set(CPACK_RPM_PACKAGE_REQUIRES "parallel, python3, wireshark-cli")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    "${CMAKE_INSTALL_PREFIX}/share/man" "${CMAKE_INSTALL_PREFIX}/share/man/man1"
    "${CMAKE_INSTALL_PREFIX}/share/wireshark" "${CMAKE_INSTALL_PREFIX}/share/wireshark/profiles")
include(CPack)
