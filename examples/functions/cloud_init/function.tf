data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

locals {
  users = {
    users = ["default", { name = "ops", groups = "sudo" }]
  }
}

resource "ecs_server" "web" {
  name     = "web-01"
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

  user_data = provider::ecs::cloud_init(
    "#cloud-config\n${yamlencode(local.users)}",
    file("setup.sh"),
  )
}
