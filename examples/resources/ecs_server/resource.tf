data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

resource "ecs_server" "web" {
  name              = "web-01"
  description       = "Front end of the shop"
  flavor            = "s3.medium.2"
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

  user_data = <<-EOT
    #!/bin/sh
    apt-get install -y nginx
  EOT

  auto_recovery = true
  power_state   = "ACTIVE"

  tags = {
    env = "demo"
  }

  metadata = {
    role = "web"
  }

  resize = {
    confirm    = "automatic"
    on_failure = "revert"
  }

  timeouts = {
    create = "10m"
    update = "30m"
    delete = "10m"
  }
}
