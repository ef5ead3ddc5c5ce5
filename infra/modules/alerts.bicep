// The roadmap's alert rules (section 6) as far as the app and Azure emit what they ask about; README.md lists the rest.
param location string
param tags object
param workspaceId string
param databaseId string
param databaseUserConnections int
param serviceBusId string
param email string
param slackEmail string

@secure()
param pagerDutyUrl string

var critical = 0
var warning = 2

var emailReceivers = [{ name: 'email', emailAddress: email, useCommonAlertSchema: true }]
var slackReceivers = empty(slackEmail) ? [] : [{ name: 'slack', emailAddress: slackEmail, useCommonAlertSchema: true }]

resource criticalGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'critical'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'critical'
    enabled: true
    emailReceivers: emailReceivers
    webhookReceivers: empty(pagerDutyUrl)
      ? []
      : [{ name: 'pagerduty', serviceUri: pagerDutyUrl, useCommonAlertSchema: true }]
  }
}

resource warningGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'warning'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'warning'
    enabled: true
    emailReceivers: concat(emailReceivers, slackReceivers)
  }
}

var errorRate = loadTextContent('../alerts/api-error-rate.kql')

// Each query yields a row only when there is something to tell.
var queries = [
  {
    name: 'host-down'
    title: 'Host API completely down'
    severity: critical
    window: 'PT5M'
    query: loadTextContent('../alerts/host-down.kql')
  }
  {
    name: 'payment-failure-rate'
    title: 'Payment processing failure rate over 20 %'
    severity: critical
    window: 'PT15M'
    query: loadTextContent('../alerts/payment-failure-rate.kql')
  }
  {
    name: 'database-unreachable'
    title: 'Database unreachable from the app'
    severity: critical
    window: 'PT5M'
    query: loadTextContent('../alerts/database-unreachable.kql')
  }
  {
    name: 'connection-pool-exhausted'
    title: 'Database connection pool exhausted'
    severity: critical
    window: 'PT5M'
    query: loadTextContent('../alerts/connection-pool-exhausted.kql')
  }
  {
    name: 'confirmation-slow'
    title: 'A paid booking is not confirmed after 2 minutes'
    severity: warning
    window: 'PT5M'
    query: loadTextContent('../alerts/confirmation-slow.kql')
  }
  {
    name: 'exception-queue'
    title: 'More than 10 exceptions in the queue for 30 minutes'
    severity: warning
    window: 'PT30M'
    query: loadTextContent('../alerts/exception-queue.kql')
  }
  {
    name: 'exceptions-overdue'
    title: 'An exception is past its deadline for 15 minutes'
    severity: warning
    window: 'PT15M'
    query: loadTextContent('../alerts/exceptions-overdue.kql')
  }
  {
    name: 'event-set-aside'
    title: 'An event was set aside'
    severity: critical
    window: 'PT15M'
    query: loadTextContent('../alerts/event-set-aside.kql')
  }
  {
    name: 'reconciliation-finding'
    title: 'A provider and the books do not agree'
    severity: critical
    window: 'PT15M'
    query: loadTextContent('../alerts/reconciliation-finding.kql')
  }
  {
    name: 'api-error-rate-5'
    title: 'API error rate over 5 %'
    severity: warning
    window: 'PT5M'
    query: replace(errorRate, '{percent}', '5')
  }
  {
    name: 'api-error-rate-1'
    title: 'API error rate over 1 % for 5 minutes'
    severity: warning
    window: 'PT5M'
    query: replace(errorRate, '{percent}', '1')
  }
  {
    name: 'api-slow'
    title: 'API response time over 2 s for 10 minutes'
    severity: warning
    window: 'PT10M'
    query: loadTextContent('../alerts/api-slow.kql')
  }
  {
    name: 'sync-record-refused'
    title: 'Individual property sync failure'
    severity: warning
    window: 'PT15M'
    query: loadTextContent('../alerts/sync-record-refused.kql')
  }
  {
    name: 'sync-failing'
    title: 'Host sync failing'
    severity: warning
    window: 'PT15M'
    query: loadTextContent('../alerts/sync-failing.kql')
  }
  {
    name: 'pix-errors'
    title: 'PIX provider errors'
    severity: warning
    window: 'PT15M'
    query: loadTextContent('../alerts/pix-errors.kql')
  }
  {
    name: 'email-failures'
    title: 'E-mail delivery failures'
    severity: warning
    window: 'PT15M'
    query: loadTextContent('../alerts/email-failures.kql')
  }
  {
    name: 'webhooks-refused'
    title: 'Webhooks with a wrong signature'
    severity: warning
    window: 'PT15M'
    query: loadTextContent('../alerts/webhooks-refused.kql')
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for item in queries: {
    name: item.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: item.title
      severity: item.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: item.window
      autoMitigate: true
      // A new workspace does not know the app's tables before the app has spoken.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: item.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [item.severity == critical ? criticalGroup.id : warningGroup.id] }
    }
  }
]

// Metrics that Azure has whether the app runs or not.
// https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-dbforpostgresql-flexibleservers-metrics
// https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-servicebus-namespaces-metrics
var metrics = [
  {
    name: 'database-down'
    title: 'Database unreachable'
    severity: critical
    target: databaseId
    type: 'Microsoft.DBforPostgreSQL/flexibleServers'
    metric: 'is_db_alive'
    aggregation: 'Maximum'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'database-connections'
    title: 'Database connections nearly used up'
    severity: warning
    target: databaseId
    type: 'Microsoft.DBforPostgreSQL/flexibleServers'
    metric: 'active_connections'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: databaseUserConnections * 9 / 10
  }
  {
    name: 'database-storage'
    title: 'Database storage over 85 %'
    severity: warning
    target: databaseId
    type: 'Microsoft.DBforPostgreSQL/flexibleServers'
    metric: 'storage_percent'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 85
  }
  // A handler's failure is not among them: the outbox counts those, and event-set-aside tells of the last.
  {
    name: 'bus-dead-letters'
    title: 'Messages that the app could not take: no database, or no event named'
    severity: warning
    target: serviceBusId
    type: 'Microsoft.ServiceBus/namespaces'
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for item in metrics: {
    name: item.name
    location: 'global'
    tags: tags
    properties: {
      description: item.title
      severity: item.severity
      enabled: true
      scopes: [item.target]
      targetResourceType: item.type
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: item.metric
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: item.type
            metricName: item.metric
            timeAggregation: item.aggregation
            operator: item.operator
            threshold: item.threshold
          }
        ]
      }
      actions: [{ actionGroupId: item.severity == critical ? criticalGroup.id : warningGroup.id }]
    }
  }
]
