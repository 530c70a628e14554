terraform {
  required_providers {
    ecs = {
      source = "ecs-cloud/ecs"
    }
  }

  # A pipeline needs a backend that all of its runs share and that locks: add yours here.
}
