# A fleet that is restarted as one: raise `generation` to restart all of its servers.
provider "ecs" {}

data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

resource "ecs_server" "node" {
  for_each = toset([for number in range(var.servers) : format("node-%02d", number + 1)])

  name     = each.key
  flavor   = "s3.medium.2"
  image_id = data.ecs_images.ubuntu.images[0].id
  vpc_id   = var.vpc_id

  network_interface = {
    network_id = var.network_id
  }

  system_disk = {
    type    = "SSD"
    size_gb = 40
  }

  tags = {
    fleet = "demo"
  }
}

resource "ecs_server_restart" "fleet" {
  server_ids = [for node in ecs_server.node : node.id]
  type       = "SOFT"

  triggers = {
    generation = var.generation
  }
}

output "server_ids" {
  value = { for name, node in ecs_server.node : name => node.id }
}
