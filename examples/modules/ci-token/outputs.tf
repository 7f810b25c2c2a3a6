output "token_value" {
  description = "The secret. Hand it to a secret store, not to people."
  value       = pulumiservice_api_tokens_orgtoken.this.token_value
  sensitive   = true
}

output "name" {
  description = "The token's name, as Pulumi Cloud lists it."
  value       = pulumiservice_api_tokens_orgtoken.this.name
}

output "token_id" {
  description = "The token's id, as Pulumi Cloud lists it."
  value       = pulumiservice_api_tokens_orgtoken.this.token_id
}

output "expires" {
  description = "When the token expires, in Unix seconds. Another number for every token, so it serves as the version of a write-only argument."
  value       = pulumiservice_api_tokens_orgtoken.this.expires
}

output "expires_at" {
  description = "When the token expires, in RFC 3339."
  value       = pulumiservice_api_tokens_orgtoken.this.expires_at
}

output "ready_for_rotation" {
  description = "Whether the token was due for rotation at the last refresh; for monitoring."
  value       = pulumiservice_api_tokens_orgtoken.this.ready_for_rotation
}
