data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
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
}

ephemeral "ecs_server_console" "web" {
  server_id = ecs_server.web.id
}

# Hands the address over to whoever watches the first start; a real command opens a browser.
resource "terraform_data" "watch" {
  provisioner "local-exec" {
    command = "test -n \"$CONSOLE_URL\""

    environment = {
      CONSOLE_URL = ephemeral.ecs_server_console.web.url
    }
  }
}
