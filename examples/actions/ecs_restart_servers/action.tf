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
}

action "ecs_restart_servers" "workers" {
  config {
    server_ids = ecs_server.worker[*].id
    type       = "SOFT"
    batch_size = 100
  }
}

# Restarts all workers whenever their settings change. By hand:
# terraform apply -invoke=action.ecs_restart_servers.workers
resource "terraform_data" "settings" {
  input = var.settings

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.ecs_restart_servers.workers]
    }
  }
}
