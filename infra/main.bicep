targetScope = 'subscription'

import { callersOf, share, userConnections } from 'connections.bicep'

@minLength(1)
@maxLength(40)
@description('Name of the environment; part of every name that must be unique.')
param environmentName string

@description('Where everything stands that the next parameter does not name.')
@metadata({ azd: { type: 'location' } })
param location string = 'brazilsouth'

@description('Where the Durable Task Scheduler stands; it is not offered in every region.')
param durableTaskLocation string = location

@description('Keeps data services off the internet: virtual network, private endpoints, one outgoing address.')
param privateNetworking bool = false

@allowed([512, 2048, 4096])
@description('Memory of a function instance in MB; cores and bandwidth come with it.')
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
@description('On-demand instances of each scaling group at most. Some regions take nothing below 40.')
param maximumInstanceCount int = 40

@minValue(0)
@description('Instances that always run for HTTP.')
param alwaysReadyHttp int = 1

@minValue(0)
@description('Instances that always run for orchestrations and activities.')
param alwaysReadyDurable int = 1

@allowed(['Consumption', 'Dedicated'])
@description('How the Durable Task Scheduler is paid: by action, or by capacity.')
param durableTaskSku string = 'Consumption'

@allowed(['16', '17', '18'])
@description('PostgreSQL major version.')
param databaseVersion string = '17'

@allowed([
  'Standard_B2s'
  'Standard_B2ms'
  'Standard_B4ms'
  'Standard_D2ds_v5'
  'Standard_D4ds_v5'
  'Standard_D8ds_v5'
  'Standard_D16ds_v5'
  'Standard_D32ds_v5'
  'Standard_E2ds_v5'
  'Standard_E4ds_v5'
  'Standard_E8ds_v5'
  'Standard_E16ds_v5'
])
@description('Compute of the database. It bounds the connections; see connections.bicep.')
param databaseSku string = 'Standard_D4ds_v5'

@minValue(32)
@description('Storage of the database in GiB; it grows by itself.')
param databaseStorageGB int = 64

@allowed(['Disabled', 'SameZone', 'ZoneRedundant'])
@description('Standby of the database; needs a size that is not burstable.')
param databaseHighAvailability string = 'Disabled'

@minValue(7)
@maxValue(35)
@description('Days for which the database can be restored to any second.')
param databaseBackupDays int = 14

@description('Object id of the database administrator in Entra; by default whoever deploys.')
param databaseAdminObjectId string = deployer().objectId

@description('Its name: a user principal name, a group or an application. Empty: that of the user who deploys.')
param databaseAdminName string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
@description('What it is.')
param databaseAdminType string = 'User'

@description('Address from which migrations are applied while the database has a public one; empty for none.')
param deployerIpAddress string = ''

@description('Where Host Connect is.')
param hostConnectBaseUrl string

@description('Where guests and staff find the site: the links in e-mails lead there.')
param publicUrl string

@description('Origins whose pages may call the API from a browser, separated by commas: https://www.example.com. Empty: none.')
param corsOrigins string = ''

@description('Sender of e-mail to guests.')
param emailFromAddress string

@description('Name of that sender.')
param emailFromName string = 'Reserve Connect'

@description('Who gets every alert by e-mail.')
param alertEmail string

@description('A Slack channel\'s e-mail address, for warnings; empty for none.')
param slackEmail string = ''

@secure()
@description('PagerDuty\'s integration address for Azure Monitor, for what is critical; empty for none.')
param pagerDutyUrl string = ''

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

var tags = { 'azd-env-name': environmentName, product: 'reserve-connect' }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var names = {
  identity: 'id-${token}'
  storage: 'st${token}'
  serviceBus: 'sb-${token}'
  // These two are the app's own (ServiceBusOptions).
  topic: 'reserve-events'
  subscription: 'functions'
  scheduler: 'dts-${token}'
  taskHub: 'reserve'
  database: 'psql-${token}'
  vault: 'kv-${token}'
  insights: 'appi-${token}'
  functions: 'func-${token}'
}
var adminName = empty(databaseAdminName) ? deployer().userPrincipalName : databaseAdminName

var databaseConnections = share(databaseSku, maximumInstanceCount, alwaysReadyHttp, alwaysReadyDurable)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { name: names.identity, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: { name: names.insights, workspaceName: 'log-${token}', location: location, tags: tags }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  scope: group
  params: { token: token, location: location, tags: tags }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: { name: names.storage, location: location, tags: tags, publicAccess: !privateNetworking }
}

module events 'modules/events.bicep' = {
  name: 'events'
  scope: group
  params: {
    name: names.serviceBus
    topicName: names.topic
    subscriptionName: names.subscription
    location: location
    tags: tags
    publicAccess: !privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

module durableTask 'modules/durable-task.bicep' = {
  name: 'durable-task'
  scope: group
  params: {
    name: names.scheduler
    taskHubName: names.taskHub
    location: durableTaskLocation
    tags: tags
    sku: durableTaskSku
    publicAccess: !privateNetworking
  }
}

module database 'modules/database.bicep' = {
  name: 'database'
  scope: group
  params: {
    name: names.database
    location: location
    tags: tags
    version: databaseVersion
    sku: databaseSku
    storageGB: databaseStorageGB
    highAvailability: databaseHighAvailability
    backupDays: databaseBackupDays
    adminObjectId: databaseAdminObjectId
    adminName: adminName
    adminType: databaseAdminType
    publicAccess: !privateNetworking
    deployerIpAddress: deployerIpAddress
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    publicAccess: !privateNetworking
    workspaceId: monitoring.outputs.workspaceId
    hostConnectApiKey: hostConnectApiKey
    hostConnectWebhookSecret: hostConnectWebhookSecret
    stripeApiKey: stripeApiKey
    stripeWebhookSecret: stripeWebhookSecret
    mercadoPagoAccessToken: mercadoPagoAccessToken
    mercadoPagoWebhookSecret: mercadoPagoWebhookSecret
    mercadoPagoPayoutSigningKey: mercadoPagoPayoutSigningKey
    operationsKey: operationsKey
    tokenSigningKeys: tokenSigningKeys
    accountSecretKeys: accountSecretKeys
    emailApiKey: emailApiKey
  }
}

module endpoints 'modules/private-endpoints.bicep' = if (privateNetworking) {
  name: 'private-endpoints'
  scope: group
  params: {
    location: location
    tags: tags
    networkId: network!.outputs.networkId
    subnetId: network!.outputs.endpointsSubnetId
    storageId: storage.outputs.id
    serviceBusId: events.outputs.namespaceId
    vaultId: vault.outputs.id
    databaseId: database.outputs.id
    schedulerId: durableTask.outputs.schedulerId
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    // The assignments are named after it: a what-if before the identity is there cannot tell their names.
    #disable-next-line what-if-short-circuiting
    principalId: identity.outputs.principalId
    storageName: names.storage
    serviceBusName: names.serviceBus
    topicName: names.topic
    schedulerName: names.scheduler
    taskHubName: names.taskHub
    vaultName: names.vault
    insightsName: names.insights
  }
  dependsOn: [storage, events, durableTask, vault, monitoring]
}

module functions 'modules/functions.bicep' = {
  name: 'functions'
  scope: group
  params: {
    name: names.functions
    location: location
    tags: tags
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyDurable: alwaysReadyDurable
    subnetId: privateNetworking ? network!.outputs.functionsSubnetId : ''
    identityId: identity.outputs.id
    identityName: names.identity
    identityClientId: identity.outputs.clientId
    storageName: names.storage
    packageContainer: storage.outputs.packageContainer
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    schedulerEndpoint: durableTask.outputs.endpoint
    taskHubName: names.taskHub
    serviceBusNamespace: '${names.serviceBus}.servicebus.windows.net'
    databaseHost: database.outputs.host
    databaseName: database.outputs.databaseName
    databasePoolSize: databaseConnections - callersOf(databaseConnections)
    databaseCallerConnections: callersOf(databaseConnections)
    vaultUri: vault.outputs.uri
    hostConnectBaseUrl: hostConnectBaseUrl
    publicUrl: publicUrl
    emailFromAddress: emailFromAddress
    emailFromName: emailFromName
    corsOrigins: empty(corsOrigins) ? [] : split(corsOrigins, ',')
  }
  // Key Vault references and the package are read with the identity's roles, privately if so asked.
  dependsOn: [roles, endpoints]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    databaseId: database.outputs.id
    databaseUserConnections: userConnections[databaseSku]
    serviceBusId: events.outputs.namespaceId
    email: alertEmail
    slackEmail: slackEmail
    pagerDutyUrl: pagerDutyUrl
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: { location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = names.functions
output API_URL string = functions.outputs.apiUrl
output DATABASE_HOST string = database.outputs.host
output DATABASE_NAME string = database.outputs.databaseName
output DATABASE_LOGIN string = adminName
output DATABASE_ROLE string = names.identity
output DATABASE_ROLE_OBJECT_ID string = identity.outputs.principalId
