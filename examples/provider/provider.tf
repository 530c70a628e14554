terraform {
  required_providers {
    ecs = {
      source = "ecs-cloud/ecs"
    }
  }
}

# What is left out comes from the environment: OS_AUTH_URL, OS_REGION_NAME, OS_PROJECT_NAME,
# OS_DOMAIN_NAME, and OS_USERNAME with OS_PASSWORD, or OS_ACCESS_KEY with OS_SECRET_KEY.
provider "ecs" {
  max_retries         = 5
  requests_per_second = 20
}

data "ecs_availability_zones" "all" {}

output "availability_zones" {
  value = data.ecs_availability_zones.all.names
}
