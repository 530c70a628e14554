variable "vpc_id" {
  type        = string
  description = "The VPC of the servers. The default is the one of the emulator."
  default     = "10000000-0000-4000-8000-000000000001"
}

variable "network_id" {
  type        = string
  description = "The network of the servers, in that VPC. The default is the one of the emulator."
  default     = "20000000-0000-4000-8000-000000000001"
}

variable "flavor" {
  type        = string
  description = "Another flavor resizes the server."
  default     = "s3.medium.2"
}

variable "auto_recovery" {
  type        = bool
  description = "Whether the cloud starts the server on another host when its host fails."
  default     = true
}

variable "power_state" {
  type        = string
  description = "ACTIVE or SHUTOFF."
  default     = "ACTIVE"
}
