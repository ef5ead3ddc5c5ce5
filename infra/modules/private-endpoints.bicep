param location string
param tags object
param networkId string
param subnetId string
param storageId string
param serviceBusId string
param vaultId string
param databaseId string
param schedulerId string

// https://learn.microsoft.com/azure/private-link/private-endpoint-dns
// https://learn.microsoft.com/azure/durable-task/scheduler/durable-task-scheduler-private-endpoints
var endpoints = [
  { name: 'blob', target: storageId, zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { name: 'table', target: storageId, zone: 'privatelink.table.${environment().suffixes.storage}' }
  { name: 'namespace', target: serviceBusId, zone: 'privatelink.servicebus.windows.net' }
  { name: 'vault', target: vaultId, zone: 'privatelink.vaultcore.azure.net' }
  { name: 'postgresqlServer', target: databaseId, zone: 'privatelink.postgres.database.azure.com' }
  { name: 'scheduler', target: schedulerId, zone: 'privatelink.durabletask.io' }
]

module endpoint 'private-endpoint.bicep' = [
  for item in endpoints: {
    name: 'endpoint-${item.name}'
    params: {
      groupId: item.name
      targetId: item.target
      zoneName: item.zone
      networkId: networkId
      subnetId: subnetId
      location: location
      tags: tags
    }
  }
]
