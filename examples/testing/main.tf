# A configuration with a test of its own: terraform test, or tofu test.
data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

resource "ecs_server" "web" {
  name          = "web-${var.environment}"
  flavor        = var.environment == "prod" ? "s3.large.2" : "s3.medium.2"
  image_id      = data.ecs_images.ubuntu.images[0].id
  vpc_id        = var.vpc_id
  auto_recovery = var.environment == "prod"

  network_interface = {
    network_id = var.network_id
  }

  system_disk = {
    type    = "SSD"
    size_gb = 40
  }

  tags = {
    env = var.environment
  }
}

output "address" {
  value = ecs_server.web.access_ip_v4
}
