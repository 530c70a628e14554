# Finds what is tagged as working by day, whoever made it.
data "ecs_servers" "daytime" {
  tags = {
    schedule = "daytime"
  }
}

# In the morning: terraform apply -invoke=action.ecs_start_servers.daytime
action "ecs_start_servers" "daytime" {
  config {
    server_ids = data.ecs_servers.daytime.ids

    timeouts = {
      invoke = "15m"
    }
  }
}
