param name string
param location string
param tags object
param publicAccess bool
param workspaceId string

@secure()
param hostConnectApiKey string

@secure()
param hostConnectWebhookSecret string

@secure()
param stripeApiKey string

@secure()
param stripeWebhookSecret string

@secure()
param mercadoPagoAccessToken string

@secure()
param mercadoPagoWebhookSecret string

@secure()
param mercadoPagoPayoutSigningKey string

@secure()
param operationsKey string

@secure()
param tokenSigningKeys string

@secure()
param accountSecretKeys string

@secure()
param emailApiKey string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny', bypass: 'AzureServices' }
  }
}

// Named after the setting that refers to it, with -- for __, which a secret's name cannot hold.
resource hostKey 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--HostConnect--ApiKey'
  properties: { value: hostConnectApiKey }
}

resource hostSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--HostConnect--WebhookSecret'
  properties: { value: hostConnectWebhookSecret }
}

resource stripeKey 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--Stripe--ApiKey'
  properties: { value: stripeApiKey }
}

resource stripeSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--Stripe--WebhookSecret'
  properties: { value: stripeWebhookSecret }
}

resource pixToken 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--MercadoPago--AccessToken'
  properties: { value: mercadoPagoAccessToken }
}

resource pixSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--MercadoPago--WebhookSecret'
  properties: { value: mercadoPagoWebhookSecret }
}

resource payoutKey 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--MercadoPago--PayoutSigningKey'
  properties: { value: mercadoPagoPayoutSigningKey }
}

resource operatorKey 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--Operations--Key'
  properties: { value: operationsKey }
}

resource tokenKeys 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--Tokens--SigningKeys'
  properties: { value: tokenSigningKeys }
}

resource accountKeys 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--Accounts--SecretKeys'
  properties: { value: accountSecretKeys }
}

resource mailKey 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'Reserve--Email--ApiKey'
  properties: { value: emailApiKey }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: vault
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'audit', enabled: true }] }
}

output id string = vault.id
output uri string = vault.properties.vaultUri
