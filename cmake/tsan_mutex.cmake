# In ThreadSanitizer builds all binaries go through tests/support/tsan_mutex.cc.in, which says why.

find_path(absl_options absl/base/options.h REQUIRED)
file(STRINGS ${absl_options}/absl/base/options.h line
  REGEX "define ABSL_OPTION_INLINE_NAMESPACE_NAME")
string(REGEX REPLACE ".*NAME +([a-z0-9_]+).*" "\\1" inline_name "${line}")
string(LENGTH "${inline_name}" length)
set(mutex "_ZN4absl${length}${inline_name}5Mutex")
set(LOCK "${mutex}4LockEv")
set(UNLOCK "${mutex}6UnlockEv")
set(AWAIT "${mutex}5AwaitERKNS0_9ConditionE")
set(AWAIT_TIMEOUT "${mutex}16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE")
configure_file(${PROJECT_SOURCE_DIR}/tests/support/tsan_mutex.cc.in
  ${CMAKE_BINARY_DIR}/generated/tsan_mutex.cc @ONLY)

add_library(ecs_tsan_mutex OBJECT ${CMAKE_BINARY_DIR}/generated/tsan_mutex.cc)
target_link_libraries(ecs_tsan_mutex PRIVATE absl::synchronization absl::time)
foreach(symbol LOCK UNLOCK AWAIT AWAIT_TIMEOUT)
  target_link_options(ecs_flags INTERFACE -Wl,--wrap=${${symbol}})
endforeach()
set(is_executable $<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>)
target_sources(ecs_flags INTERFACE $<${is_executable}:$<TARGET_OBJECTS:ecs_tsan_mutex>>)
