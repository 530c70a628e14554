data "ecs_images" "ubuntu" {
  platform    = "Ubuntu"
  visibility  = "public"
  most_recent = true
}

output "image_id" {
  value = data.ecs_images.ubuntu.images[0].id
}
