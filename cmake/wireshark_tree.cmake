# The plugin as a folder of Wireshark's source tree, plugins/epan/tcpstate: with that tree's flags, and
# nothing but the plugin. docs/IN-TREE.md says how.
#
# SPDX-License-Identifier: GPL-2.0-or-later

include(WiresharkPlugin)
set_module_info(tcpstate ${PROJECT_VERSION_MAJOR} ${PROJECT_VERSION_MINOR} ${PROJECT_VERSION_PATCH} 0)
if(WERROR_COMMON_FLAGS)
    add_compile_options(${WERROR_COMMON_FLAGS})
endif()

option(TCPSTATE_HAND_OVER "The tree's TCP dissector hands every header over: docs/IN-TREE.md" OFF)
if(TCPSTATE_HAND_OVER)
    set_source_files_properties(plugin/epan/tcp_hook.c PROPERTIES
        COMPILE_DEFINITIONS TCPSTATE_HAND_OVER=1)
endif()

# As pkg_check_modules() would make it; the tree has found GLib already.
add_library(PkgConfig::GLIB INTERFACE IMPORTED)
target_include_directories(PkgConfig::GLIB INTERFACE ${GLIB2_INCLUDE_DIRS})
target_link_libraries(PkgConfig::GLIB INTERFACE ${GLIB2_LIBRARIES})

# add_plugin_to_tree(): of the folders, as the tree adds its own. A function, for the macros set variables.
function(add_plugin_to_tree)
    set(PLUGIN_FILES packet-tcpstate.c)
    add_wireshark_plugin_library(tcpstate epan)
    target_link_libraries(tcpstate PRIVATE ${plugin_folders} epan PkgConfig::GLIB)
    target_compile_definitions(tcpstate PRIVATE TCPSTATE_VERSION="${PROJECT_VERSION}")
    install_plugin(tcpstate epan)
endfunction()
