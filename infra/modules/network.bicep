param token string
param location string
param tags object

// Private subnets have no way out of their own. It also gives the Host and the payment providers one address to allow.
resource outgoing 'Microsoft.Network/publicIPAddresses@2025-05-01' = {
  name: 'pip-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2025-05-01' = {
  name: 'ng-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: outgoing.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.60.0.0/20'] }
    subnets: [
      {
        name: 'functions'
        properties: {
          // An address for each instance: at most 16 groups of up to 1,000 fit.
          addressPrefix: '10.60.0.0/22'
          defaultOutboundAccess: false
          natGateway: { id: gateway.id }
          // https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#considerations
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.60.8.0/24', defaultOutboundAccess: false }
      }
    ]
  }

  resource functions 'subnets' existing = { name: 'functions' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

output networkId string = network.id
output functionsSubnetId string = network::functions.id
output endpointsSubnetId string = network::endpoints.id
