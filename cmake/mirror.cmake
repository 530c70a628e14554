# Target provider-mirror: build/mirror, a directory that `terraform init` and `tofu init` install
# the provider from (CLI configuration: provider_installation, filesystem_mirror). Without debug
# information, because both tools read the whole file for its checksum at every command.

execute_process(COMMAND uname -m OUTPUT_VARIABLE machine OUTPUT_STRIP_TRAILING_WHITESPACE)
if(machine STREQUAL "aarch64")
  set(mirror_platform linux_arm64)
else()
  set(mirror_platform linux_amd64)
endif()

set(mirror_files "")
foreach(host registry.terraform.io registry.opentofu.org)
  set(file ${CMAKE_BINARY_DIR}/mirror/${host}/ecs-cloud/ecs/${PROJECT_VERSION}/${mirror_platform})
  string(APPEND file /terraform-provider-ecs_v${PROJECT_VERSION})
  add_custom_command(
    OUTPUT ${file}
    COMMAND ${CMAKE_STRIP} -o ${file} $<TARGET_FILE:terraform-provider-ecs>
    DEPENDS terraform-provider-ecs
    COMMENT "Filling ${host} in the mirror"
    VERBATIM)
  get_filename_component(directory ${file} DIRECTORY)
  file(MAKE_DIRECTORY ${directory})
  list(APPEND mirror_files ${file})
endforeach()
add_custom_target(provider-mirror ALL DEPENDS ${mirror_files})
