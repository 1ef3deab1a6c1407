# Targets of libFuzzer, with address and undefined behaviour sanitizers. Only clang has it, whichever
# compiler builds the rest: without it there are none.
#
# SPDX-License-Identifier: GPL-2.0-or-later

option(TCPSTATE_FUZZ "Build the fuzz targets, if clang with libFuzzer is there" ON)
set(fuzz_flags -std=c11 -O1 -g -UNDEBUG -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
find_program(CLANG clang)

set(fuzz_works 1)
if(TCPSTATE_FUZZ AND CLANG)
    set(try "${CMAKE_CURRENT_BINARY_DIR}/try_fuzzing")
    file(WRITE "${try}.c" "#include <stddef.h>\n#include <stdint.h>\n"
        "int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);\n"
        "int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)\n"
        "{\n    return bytes == NULL && size > 0;\n}\n")
    execute_process(COMMAND "${CLANG}" ${fuzz_flags} -o "${try}" "${try}.c"
        RESULT_VARIABLE fuzz_works OUTPUT_QUIET ERROR_QUIET)
endif()
set(fuzz_missing "TCPSTATE_FUZZ is off")
if(TCPSTATE_FUZZ AND NOT fuzz_works EQUAL 0)
    set(fuzz_missing "clang with libFuzzer is missing (Debian: apt install clang libclang-rt-dev)")
    message(STATUS "No fuzz targets: ${fuzz_missing}")
endif()

# add_fuzz_target(NAME INCLUDES ARGUMENT...): compiled in one go, in the directory that calls this;
# ARGUMENT: sources, and whatever else the compiler is to be told.
function(add_fuzz_target name includes)
    if(NOT fuzz_works EQUAL 0)
        return()
    endif()
    set(headers "")
    foreach(folder IN LISTS includes)
        file(GLOB here CONFIGURE_DEPENDS "${folder}/*.h")
        list(APPEND headers ${here})
    endforeach()
    set(sources ${ARGN})
    list(FILTER sources INCLUDE REGEX "\\.c$")
    list(TRANSFORM includes PREPEND -I)
    set(program "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    add_custom_command(OUTPUT "${program}"
        COMMAND "${CLANG}" ${fuzz_flags} ${includes} -o "${program}" ${ARGN}
        DEPENDS ${sources} ${headers}
        COMMENT "Building ${name}"
        VERBATIM)
    add_custom_target(${name}-program ALL DEPENDS "${program}")
endfunction()

# add_fuzz_test(NAME TARGET COMMAND...): a test that needs a fuzz target; it is skipped where there is none.
function(add_fuzz_test name target)
    if(TARGET ${target}-program)
        add_test(NAME ${name} COMMAND ${ARGN})
    else()
        add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: ${fuzz_missing}")
        set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^SKIPPED: ")
    endif()
endfunction()
