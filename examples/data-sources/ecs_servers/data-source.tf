data "ecs_servers" "running" {
  name_regex = "^web-"
  status     = "ACTIVE"
}

output "addresses" {
  value = { for server in data.ecs_servers.running.servers : server.name => server.id }
}
