# Against the emulator, or a project that is there for tests: the servers are made, and destroyed
# at the end.
run "a_server_of_the_test_environment" {
  assert {
    condition     = ecs_server.web.status == "ACTIVE"
    error_message = "The server does not run."
  }

  assert {
    condition     = ecs_server.web.flavor == "s3.medium.2" && !ecs_server.web.auto_recovery
    error_message = "Tests need no more than the smallest server."
  }

  assert {
    condition     = output.address == ecs_server.web.network_interface.fixed_ip
    error_message = "The address is not that of the primary interface."
  }
}

run "becomes_larger_in_place" {
  variables {
    environment = "prod"
  }

  assert {
    condition     = ecs_server.web.flavor == "s3.large.2" && ecs_server.web.auto_recovery
    error_message = "Production needs a larger server that recovers by itself."
  }
}
