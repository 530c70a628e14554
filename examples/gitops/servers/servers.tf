# What a pull request changes: the servers and their flavors, and the release they run.
locals {
  servers = {
    web-1 = "s3.medium.2"
    web-2 = "s3.medium.2"
  }
  release = "1"
}
