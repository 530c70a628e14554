ephemeral "ecs_token" "deploy" {}

# Any tool that calls the cloud by itself; a real one replaces the command.
resource "terraform_data" "deploy" {
  provisioner "local-exec" {
    command = "test -n \"$OS_TOKEN\" && test -n \"$OS_PROJECT_ID\""

    environment = {
      OS_TOKEN      = ephemeral.ecs_token.deploy.token
      OS_PROJECT_ID = ephemeral.ecs_token.deploy.project_id
    }
  }
}
