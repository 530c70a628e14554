# The block of the server stays, with the attributes of ecs_server.
moved {
  from = opentelekomcloud_ecs_instance_v1.web
  to   = ecs_server.web
}
