# A server is imported by its id.
terraform import ecs_server.web 4f1c5c6e-8b0a-4d2f-9f57-0d3f9a1f2b11
