terraform {
  required_providers {
    ecs = {
      source = "ecs-cloud/ecs"
    }
  }
}
