# A server whose resizes are confirmed when they succeed and reverted when they do not in time.
# Another flavor in `flavor` resizes it: in place, with a restart if it runs.
provider "ecs" {}

data "ecs_flavors" "small" {
  availability_zone = "eu-demo-01"
  min_vcpus         = 1
  max_vcpus         = 2
}

data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

resource "ecs_server" "database" {
  name              = "database"
  flavor            = var.flavor
  image_id          = data.ecs_images.ubuntu.images[0].id
  availability_zone = "eu-demo-01"
  vpc_id            = var.vpc_id

  network_interface = {
    network_id = var.network_id
  }

  system_disk = {
    type    = "SSD"
    size_gb = 40
  }

  resize = {
    confirm    = "automatic"
    on_failure = "revert"
  }

  timeouts = {
    create = "10m"
    update = "30m"
  }
}

output "flavors" {
  description = "What the server can be resized to, for example."
  value       = [for flavor in data.ecs_flavors.small.flavors : flavor.id]
}
