param name string
param topicName string
param subscriptionName string
param location string
param tags object
param publicAccess bool
param workspaceId string

// Private endpoints exist only for Premium.
// https://learn.microsoft.com/azure/service-bus-messaging/private-link-service
var sku = publicAccess ? 'Standard' : 'Premium'

resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, tier: sku }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }

  resource topic 'topics' = {
    name: topicName
    properties: {
      // The relay sends again when it does not know whether it sent; a message's id is its event's and the time it was taken.
      // Shorter than EventOptions.RelayLease, after which an event is published anew.
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'PT10M'
      defaultMessageTimeToLive: 'P14D'
    }

    resource subscription 'subscriptions' = {
      name: subscriptionName
      properties: {
        // As long as the lease of an event that is dispatched in process (EventOptions). A handler's failure is counted and
        // backed off in the outbox; what is delivered again from here could not be taken at all.
        lockDuration: 'PT1M'
        maxDeliveryCount: 12
        deadLetteringOnMessageExpiration: true
        deadLetteringOnFilterEvaluationExceptions: true
      }
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: serviceBus
  properties: { workspaceId: workspaceId, metrics: [{ category: 'AllMetrics', enabled: true }] }
}

output namespaceId string = serviceBus.id
