# terraform query -generate-config-out=servers.tf
list "ecs_server" "web" {
  provider         = ecs
  include_resource = true
  limit            = 500

  config {
    name_regex = "^web-"
    status     = "ACTIVE"

    tags = {
      env = "demo"
    }
  }
}
