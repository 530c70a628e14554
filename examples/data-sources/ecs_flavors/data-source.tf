data "ecs_flavors" "two_cores" {
  availability_zone = "eu-demo-01"
  min_vcpus         = 2
  max_vcpus         = 2
  min_ram_mb        = 4096
}

output "flavors" {
  value = data.ecs_flavors.two_cores.flavors
}
