import {
  to = ecs_server.web

  identity = {
    region = "eu-demo"
    id     = "4f1c5c6e-8b0a-4d2f-9f57-0d3f9a1f2b11"
  }
}
