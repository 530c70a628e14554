data "ecs_availability_zones" "all" {}

output "names" {
  value = data.ecs_availability_zones.all.names
}
