locals {
  flavor = provider::ecs::parse_flavor("s3.xlarge.4")
}

output "memory_gib" {
  value = local.flavor.memory_gib # 16
}

output "next_larger" {
  value = "${local.flavor.family}${local.flavor.generation}.${local.flavor.vcpus / 2}xlarge.4"
}
