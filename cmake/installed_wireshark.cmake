# The plugin for a Wireshark that is installed: flags of the compiler, and where that Wireshark is.
#
# SPDX-License-Identifier: GPL-2.0-or-later

option(TCPSTATE_WERROR "Treat compiler warnings as errors" ON)
option(TCPSTATE_INSTALL_USER "Install for this user alone, below ~/.local" OFF)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
add_compile_options(-Wall -Wextra)
if(TCPSTATE_WERROR)
    add_compile_options(-Werror)
endif()

# No package tells where it was built.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

# The analysis is many small functions in many files and runs once for every packet: optimized across
# files it takes a sixth fewer instructions.
include(CheckIPOSupported)
check_ipo_supported(RESULT ipo_supported OUTPUT ipo_message LANGUAGES C)
if(ipo_supported AND NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
    if(CMAKE_C_COMPILER_ID STREQUAL GNU)
        # In one piece: GCC's jobs for several need make, and it warns where there is none.
        add_link_options(-flto-partition=one)
    endif()
endif()

# Wireshark. A Wireshark_DIR that holds nothing makes find_package() go on searching in silence, and
# what it finds then is another version: a plugin that Wireshark refuses to load.
set(wireshark_wanted "${Wireshark_DIR}")
find_package(Wireshark CONFIG QUIET)
find_package(PkgConfig QUIET)
if(NOT Wireshark_FOUND OR NOT PKG_CONFIG_FOUND)
    message(FATAL_ERROR "Wireshark's development files are missing. On Debian and Ubuntu:\n"
        "  apt install wireshark-dev libglib2.0-dev pkg-config cmake ninja-build gcc\n"
        "Elsewhere give -DWireshark_DIR=<directory of WiresharkConfig.cmake>.")
endif()
if(wireshark_wanted AND NOT wireshark_wanted STREQUAL Wireshark_DIR)
    message(FATAL_ERROR "No Wireshark in ${wireshark_wanted}; the one in ${Wireshark_DIR} is not it.")
endif()
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0)

set(wireshark_abi "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")
message(STATUS "Wireshark ${Wireshark_VERSION} in ${Wireshark_DIR}")
if(wireshark_abi VERSION_LESS 4.0)
    # Its taps are others, and its display filters: no plugin that could be tested would come of it.
    message(FATAL_ERROR "tcpstate needs Wireshark 4.0 or later; this is ${Wireshark_VERSION}.")
endif()
if(NOT wireshark_abi IN_LIST wireshark_tried)
    message(WARNING "tcpstate was never tried with Wireshark ${wireshark_abi}, only with "
        "${wireshark_tried}.")
endif()

# The development package of 4.2 (Ubuntu 24.04) lacks a header that another one of its headers includes.
if(wireshark_abi VERSION_EQUAL 4.2 AND NOT EXISTS "${Wireshark_INCLUDE_DIR}/epan/dfilter/dfilter-loc.h")
    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/include/dfilter-loc.h" CONTENT
        "typedef struct {\n    long col_start;\n    size_t col_len;\n} df_loc_t;\n")
    include_directories(SYSTEM "${CMAKE_BINARY_DIR}/include")
endif()
