# An id: the newest image of a data source would replace the servers one day.
variable "image_id" {
  type        = string
  description = "The image of the servers. The default is one of the emulator."
  default     = "40000000-0000-4000-8000-000000000001"
}

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
