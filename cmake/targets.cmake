# How every target of this project is compiled, and the shorthand to declare one.

add_library(ecs_flags INTERFACE)
target_include_directories(ecs_flags INTERFACE ${PROJECT_SOURCE_DIR})
# gRPC's targets ask for -pthread; a precompiled header fits only files with the same flags.
target_compile_options(ecs_flags INTERFACE -Wall -Wextra -Wpedantic -Werror -pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 and 14 see uninitialised bytes and overruns in every std::variant, std::optional and
  # std::string they inline; what the optimiser believes to see differs by version. ccache can only
  # remember files with a precompiled header if the preprocessor names it.
  target_compile_options(ecs_flags INTERFACE
    -Wno-maybe-uninitialized -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-error=dangling-pointer -Wno-error=free-nonheap-object
    -Wno-error=use-after-free -fpch-preprocess)
endif()
if(ECS_SANITIZE)
  target_compile_options(ecs_flags INTERFACE
    -fsanitize=${ECS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ecs_flags INTERFACE -fsanitize=${ECS_SANITIZE})
endif()

# Two thirds of the time to compile a file of ours went into the same few headers.
function(ecs_precompile name header)
  add_library(${name} STATIC ${PROJECT_SOURCE_DIR}/cmake/precompiled.cc)
  target_link_libraries(${name} PUBLIC ecs_flags ${ARGN})
  target_precompile_headers(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/${header})
endfunction()
ecs_precompile(ecs_precompiled precompiled.h
  nlohmann_json::nlohmann_json absl::strings absl::synchronization absl::time)
if(ECS_TESTS)
  ecs_precompile(ecs_precompiled_test precompiled_test.h
    nlohmann_json::nlohmann_json absl::strings absl::synchronization absl::time GTest::gmock)
endif()

# ecs_library(NAME SOURCES a.cc b.cc LINKS x y): one folder's library. LINKS are the arrows of
# design section 3: a folder can include only what it links.
function(ecs_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ecs_flags ${ARG_LINKS})
  target_precompile_headers(${name} REUSE_FROM ecs_precompiled)
endfunction()

# ecs_test(NAME SOURCES a_test.cc LINKS x y): a GoogleTest binary, known to CTest by its name.
function(ecs_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ecs_flags ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM ecs_precompiled_test)
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# ecs_knows_source_dir(a_test.cc …): sources that read files of the tree. Only they have its path in
# their command line; the compilations of all others are shared between folders.
function(ecs_knows_source_dir)
  set_source_files_properties(${ARGN} PROPERTIES
    COMPILE_DEFINITIONS ECS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endfunction()
