param name string
param taskHubName string
param location string
param tags object
param sku string
param publicAccess bool

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: sku == 'Dedicated' ? { name: sku, capacity: 1 } : { name: sku }
    // An empty list lets nobody in. Whoever comes still needs the role.
    ipAllowlist: ['0.0.0.0/0']
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }

  resource hub 'taskHubs' = { name: taskHubName }
}

output schedulerId string = scheduler.id
output endpoint string = scheduler.properties.endpoint
