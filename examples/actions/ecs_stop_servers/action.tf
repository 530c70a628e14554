data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

action "ecs_stop_servers" "standby" {
  config {
    server_ids = [ecs_server.standby.id]
    type       = "SOFT"
  }
}

# A spare server: it is stopped as soon as it was made. Unlike with power_state = "SHUTOFF", the
# next apply leaves it running after somebody has started it.
resource "ecs_server" "standby" {
  name     = "standby"
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

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.ecs_stop_servers.standby]
    }
  }
}
