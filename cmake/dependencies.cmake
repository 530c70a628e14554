# Debian packages only: ./dev installs them (see the list there).

if(ECS_STATIC)
  include(cmake/static.cmake)
endif()

find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
if(ECS_TESTS)
  find_package(GTest REQUIRED)
endif()
if(ECS_STATIC)
  ecs_find_curl()
  ecs_use_archives()
else()
  find_package(CURL REQUIRED)
endif()

# What makes code from our protocol files runs on this machine, whatever we build for.
find_program(ECS_PROTOC protoc REQUIRED)
find_program(ECS_GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
