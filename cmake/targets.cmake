# How every target of this project is compiled, and the shorthand to declare one.

add_library(ecs_flags INTERFACE)
target_include_directories(ecs_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ecs_flags INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 and 14 see uninitialised bytes in every std::variant and std::optional they inline.
  target_compile_options(ecs_flags INTERFACE -Wno-maybe-uninitialized)
endif()
if(ECS_SANITIZE)
  target_compile_options(ecs_flags INTERFACE
    -fsanitize=${ECS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ecs_flags INTERFACE -fsanitize=${ECS_SANITIZE})
endif()

# ecs_library(NAME SOURCES a.cc b.cc LINKS x y): one folder's library. LINKS are the arrows of design
# section 3: a folder can include only what it links.
function(ecs_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ecs_flags ${ARG_LINKS})
endfunction()

# ecs_test(NAME SOURCES a_test.cc LINKS x y): a GoogleTest binary, registered with CTest under its name.
function(ecs_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ecs_flags ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE ECS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
endfunction()
