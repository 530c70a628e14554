# One server. The provider takes its settings from the environment (OS_AUTH_URL, OS_USERNAME, …).
provider "ecs" {}

data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

resource "ecs_server" "web" {
  name              = "web-01"
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

  auto_recovery = var.auto_recovery
  power_state   = var.power_state

  tags = {
    env = "demo"
  }
}

output "address" {
  value = ecs_server.web.access_ip_v4
}
