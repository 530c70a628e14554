provider "ecs" {}

resource "ecs_server" "web" {
  for_each = local.servers

  name     = each.key
  flavor   = each.value
  image_id = var.image_id
  vpc_id   = var.vpc_id

  network_interface = {
    network_id = var.network_id
  }

  system_disk = {
    type    = "SSD"
    size_gb = 40
  }

  power_state = "ACTIVE"

  tags = {
    env   = "demo"
    owner = "web"
  }
}

# Another release restarts the servers.
resource "ecs_server_restart" "web" {
  server_ids = [for server in ecs_server.web : server.id]

  triggers = {
    release = local.release
  }
}
