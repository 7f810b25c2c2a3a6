import {
  to = pulumiservice_api_tokens_personaltoken.laptop
  identity = {
    token_id = "8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a12"
  }
}
