# A binary that needs nothing of the machine it runs on (ECS_STATIC, see scripts/package.sh): every
# library comes from an archive, libcurl from ECS_CURL_ROOT, where the package's script builds it.

set(OPENSSL_USE_STATIC_LIBS ON)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(CMAKE_SKIP_RPATH ON)
# Those that read objects with link-time optimisation.
set(CMAKE_AR ${CMAKE_CXX_COMPILER_AR})
set(CMAKE_RANLIB ${CMAKE_CXX_COMPILER_RANLIB})
# Descriptors and reflection of our messages are needed by tests alone.
set(ECS_PROTO_FLAVOR lite:)

# Debian's libcurl.a needs libraries that have no archive.
function(ecs_find_curl)
  find_library(NGHTTP2_LIBRARY nghttp2 REQUIRED)
  find_library(CARES_LIBRARY cares REQUIRED)
  add_library(CURL::libcurl STATIC IMPORTED GLOBAL)
  set_target_properties(CURL::libcurl PROPERTIES
    IMPORTED_LOCATION ${ECS_CURL_ROOT}/lib/libcurl.a
    INTERFACE_INCLUDE_DIRECTORIES ${ECS_CURL_ROOT}/include
    INTERFACE_LINK_LIBRARIES "${NGHTTP2_LIBRARY};${CARES_LIBRARY};OpenSSL::SSL;OpenSSL::Crypto")
endfunction()

# The CMake packages of Debian name shared libraries; their archives stand beside them.
function(ecs_use_archives)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  foreach(target ${targets})
    foreach(property IMPORTED_LOCATION IMPORTED_LOCATION_NONE IMPORTED_LOCATION_RELEASE)
      get_target_property(location ${target} ${property})
      string(REGEX REPLACE "\\.so[0-9.]*$" ".a" archive "${location}")
      if(NOT archive STREQUAL location AND EXISTS ${archive})
        set_target_properties(${target} PROPERTIES ${property} ${archive})
      endif()
    endforeach()
  endforeach()
endfunction()

# What no call reaches is left out. Not position-independent: relocating itself would cost start-up,
# and a copy of those pages in each process. The map tells which archives are in it.
function(ecs_link_static target)
  target_link_libraries(${target} PRIVATE $<TARGET_OBJECTS:grpc_server_only>)
  target_link_options(${target} PRIVATE
    -static -no-pie -s -Wl,--gc-sections -Wl,--build-id=none -Wl,-Map=$<TARGET_FILE:${target}>.map)
endfunction()
