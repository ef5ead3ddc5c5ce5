param name string
param workspaceName string
param location string
param tags object

// Roadmap, log aggregation: 30 days hot, one year cold.
var hotDays = 30
var allDays = 365
var keptTables = ['AppTraces', 'AppExceptions', 'AppRequests', 'AppDependencies']

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: hotDays
    features: { disableLocalAuth: true }
  }
}

@batchSize(1)
resource tables 'Microsoft.OperationalInsights/workspaces/tables@2025-07-01' = [
  for table in keptTables: {
    parent: workspace
    name: table
    properties: { retentionInDays: hotDays, totalRetentionInDays: allDays }
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

output workspaceId string = workspace.id
output insightsConnectionString string = insights.properties.ConnectionString
