param name string
param location string
param tags object
param version string
param sku string
param storageGB int
param highAvailability string
param backupDays int
param adminObjectId string
param adminName string
param adminType string
param publicAccess bool
param deployerIpAddress string
param workspaceId string

var tier = startsWith(sku, 'Standard_B')
  ? 'Burstable'
  : startsWith(sku, 'Standard_E') ? 'MemoryOptimized' : 'GeneralPurpose'

// What differs from Azure's own defaults.
var settings = {
  // A process that died in a transaction does not keep its rows locked.
  idle_in_transaction_session_timeout: '60000'
  log_lock_waits: 'on'
  log_min_duration_statement: '1000'
  ssl_min_protocol_version: 'TLSv1.2'
}

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, tier: tier }
  properties: {
    createMode: 'Default'
    version: version
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: tenant().tenantId }
    storage: { storageSizeGB: storageGB, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: backupDays, geoRedundantBackup: 'Disabled' }
    highAvailability: { mode: highAvailability }
    network: { publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled' }
  }
}

// The server takes one change at a time: each of the following waits for the one before.
resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2025-08-01' = {
  parent: server
  name: 'reserve'
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
}

// It makes the app's own role and applies migrations (hooks/migrate.sh); the app itself is no administrator.
resource administrator 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2025-08-01' = {
  parent: server
  name: adminObjectId
  properties: { principalName: adminName, principalType: adminType, tenantId: tenant().tenantId }
  dependsOn: [database]
}

@batchSize(1)
resource configurations 'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2025-08-01' = [
  for setting in items(settings): {
    parent: server
    name: setting.key
    properties: { value: setting.value, source: 'user-override' }
    dependsOn: [administrator]
  }
]

// Without a network of its own the app comes from Azure's addresses, whichever they are: 0.0.0.0 means those.
resource fromAzure 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2025-08-01' = if (publicAccess) {
  parent: server
  name: 'azure'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  dependsOn: [configurations]
}

resource fromDeployer 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2025-08-01' = if (publicAccess && !empty(deployerIpAddress)) {
  parent: server
  name: 'deployer'
  properties: { startIpAddress: deployerIpAddress, endIpAddress: deployerIpAddress }
  dependsOn: [fromAzure]
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: server
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'PostgreSQLLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
output databaseName string = database.name
