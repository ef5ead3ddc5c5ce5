param name string
param location string
param tags object
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyHttp int
param alwaysReadyDurable int

@description('Where the app goes out from; empty for Azure\'s own addresses.')
param subnetId string
param identityId string
param identityName string
param identityClientId string
param storageName string
param packageContainer string
param insightsConnectionString string
param schedulerEndpoint string
param taskHubName string
param serviceBusNamespace string
param databaseHost string
param databaseName string

@minValue(6)
@description('Connections of one process for its own work. Fewer than 6 and its sagas, events and requests wait for each other: take a larger database or fewer instances (connections.bicep).')
param databasePoolSize int

@description('Connections of one process that read for callers.')
param databaseCallerConnections int
param vaultUri string
param hostConnectBaseUrl string
param publicUrl string
param emailFromAddress string
param emailFromName string

@description('Origins whose pages may call the API.')
param corsOrigins array

var vaultSecret = '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets'

// Names are those of local.settings.sample.json, which also tells what each means; a test compares them.
var settings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  // The outbox goes to the bus here; a timer that looks each second and does nothing would keep an instance awake.
  'AzureWebJobs.dispatch_events.Disabled': 'true'
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__credential: 'managedidentity'
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
  TASKHUB_NAME: taskHubName
  ServiceBus__clientId: identityClientId
  ServiceBus__credential: 'managedidentity'
  ServiceBus__fullyQualifiedNamespace: serviceBusNamespace
  Reserve__Accounts__PublicUrl: publicUrl
  Reserve__Accounts__SecretKeys: '${vaultSecret}/Reserve--Accounts--SecretKeys)'
  Reserve__Azure__ManagedIdentityClientId: identityClientId
  Reserve__Database__ConnectionString: 'Host=${databaseHost};Port=5432;Database=${databaseName};Username=${identityName};SSL Mode=VerifyFull;Maximum Pool Size=${databasePoolSize}'
  Reserve__Database__MaxCallerConnections: string(databaseCallerConnections)
  Reserve__Database__Passwordless: 'true'
  Reserve__Email__ApiKey: '${vaultSecret}/Reserve--Email--ApiKey)'
  Reserve__Email__FromAddress: emailFromAddress
  Reserve__Email__FromName: emailFromName
  Reserve__Events__DispatchInProcess: 'false'
  // The host, which passes requests on to the worker and names their clients.
  Reserve__Http__TrustedProxies: '127.0.0.0/8,::1/128'
  Reserve__HostConnect__ApiKey: '${vaultSecret}/Reserve--HostConnect--ApiKey)'
  Reserve__HostConnect__BaseUrl: hostConnectBaseUrl
  Reserve__HostConnect__WebhookSecret: '${vaultSecret}/Reserve--HostConnect--WebhookSecret)'
  Reserve__MercadoPago__AccessToken: '${vaultSecret}/Reserve--MercadoPago--AccessToken)'
  Reserve__MercadoPago__NotificationUrl: 'https://${app.properties.defaultHostName}/api/webhooks/mercadopago'
  Reserve__MercadoPago__PayoutSigningKey: '${vaultSecret}/Reserve--MercadoPago--PayoutSigningKey)'
  Reserve__MercadoPago__WebhookSecret: '${vaultSecret}/Reserve--MercadoPago--WebhookSecret)'
  Reserve__Operations__Key: '${vaultSecret}/Reserve--Operations--Key)'
  Reserve__Stripe__ApiKey: '${vaultSecret}/Reserve--Stripe--ApiKey)'
  Reserve__Stripe__WebhookSecret: '${vaultSecret}/Reserve--Stripe--WebhookSecret)'
  Reserve__Tokens__SigningKeys: '${vaultSecret}/Reserve--Tokens--SigningKeys)'
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // The platform answers browsers' questions in place of the app, which is given no origins of its own.
    siteConfig: { minTlsVersion: '1.2', http20Enabled: true, ftpsState: 'Disabled', cors: { allowedOrigins: corsOrigins, supportCredentials: false } }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: filter(
          [
            { name: 'http', instanceCount: alwaysReadyHttp }
            { name: 'durable', instanceCount: alwaysReadyDurable }
          ],
          ready => ready.instanceCount > 0
        )
      }
    }
  }

  resource appSettings 'config' = { name: 'appsettings', properties: settings }

  // Packages come with an Entra token; a password for it would be one more secret.
  resource ftp 'basicPublishingCredentialsPolicies' = { name: 'ftp', properties: { allow: false } }
  resource scm 'basicPublishingCredentialsPolicies' = { name: 'scm', properties: { allow: false } }
}

output apiUrl string = 'https://${app.properties.defaultHostName}/api'
