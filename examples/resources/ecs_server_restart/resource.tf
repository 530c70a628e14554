data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

resource "ecs_server" "worker" {
  count = 2

  name     = "worker-${count.index + 1}"
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

  metadata = {
    settings = var.settings
  }
}

# Restarts all workers whenever their settings change.
resource "ecs_server_restart" "workers" {
  server_ids = ecs_server.worker[*].id
  type       = "HARD"

  triggers = {
    settings = var.settings
  }
}
