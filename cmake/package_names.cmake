# The name of each package's file, which cpack asks for when it knows the kind of package.
#
# SPDX-License-Identifier: GPL-2.0-or-later

if(CPACK_GENERATOR STREQUAL "DEB")
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
elseif(CPACK_GENERATOR STREQUAL "RPM")
    set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
    set(CPACK_RPM_PACKAGE_RELEASE "1.wireshark${CPACK_TCPSTATE_ABI}")
else()
    set(CPACK_PACKAGE_FILE_NAME
        "${CPACK_PACKAGE_NAME}-${CPACK_PACKAGE_VERSION}-wireshark${CPACK_TCPSTATE_ABI}-${CPACK_SYSTEM_NAME}")
endif()
