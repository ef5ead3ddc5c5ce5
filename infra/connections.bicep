// How many connections each process may open, so that all that may run at once fit the database.

// Connections that users may open, by compute size (max_connections less the 15 that Azure keeps for itself).
// https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits#maximum-connections
@export()
var userConnections = {
  Standard_B2s: 414
  Standard_B2ms: 844
  Standard_B4ms: 1703
  Standard_D2ds_v5: 844
  Standard_D4ds_v5: 1703
  Standard_D8ds_v5: 3422
  Standard_D16ds_v5: 4985
  Standard_D32ds_v5: 4985
  Standard_E2ds_v5: 1703
  Standard_E4ds_v5: 3422
  Standard_E8ds_v5: 4985
  Standard_E16ds_v5: 4985
}

// Kept free for migrations, operators and what watches the server.
@export()
var connectionsKeptFree = 20

// On Flex Consumption all HTTP functions scale together, all durable functions scale together, and each other function
// scales by itself; the cap is the number of on-demand instances of each such group, not of the app.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#per-function-scaling
// https://github.com/Azure/azure-rest-api-specs/pull/45083
// The groups that grow: http, durable, and the Service Bus function.
@export()
var growingGroups = 3

// A timer function runs on one instance, but on one of its own. Room for the timers to come.
@export()
var timerFunctions = 16

// Processes that may run at once. On a deployment the old ones end before the new ones start: that is Flex Consumption's
// default (site update strategy Recreate), and the other one, rolling, would need twice the connections.
@export()
func instances(cap int, readyHttp int, readyDurable int) int =>
  growingGroups * cap + readyHttp + readyDurable + timerFunctions

// More than this per process is no use, whatever the server could take: see DatabaseOptions.MaxConnections and
// MaxCallerConnections, of which it is the sum.
@export()
var largestShare = 30

// The connections of one process: its own work's and those that read for callers.
@export()
func share(sku string, cap int, readyHttp int, readyDurable int) int =>
  min(largestShare, (userConnections[sku] - connectionsKeptFree) / instances(cap, readyHttp, readyDurable))

// A third of them reads for callers, as without these settings.
@export()
func callersOf(connections int) int => connections / 3
