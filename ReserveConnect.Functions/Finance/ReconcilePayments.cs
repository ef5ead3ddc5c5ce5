using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Inventory;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>reconcile_payments</c>: every day at 05:00 in America/Sao_Paulo, the day before with every provider, and what was left open of earlier days.</summary>
public sealed class ReconcilePayments(OrderReconciliation order)
{
    /// <summary>Also its job's name, for whoever runs it by hand.</summary>
    public const string Name = "reconcile_payments";

    [Function(Name)]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("0 0 8 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        EnsureAsync(order, client, cancellation);

    /// <summary>Starts all that is due.</summary>
    internal static async Task<IReadOnlyList<string>> EnsureAsync(OrderReconciliation order, DurableTaskClient client, CancellationToken cancellation)
    {
        List<string> instances = [];
        foreach (var plan in await order.DailyAsync(cancellation))
        {
            instances.Add(await EnsureAsync(client, plan, cancellation));
        }

        return instances;
    }

    /// <summary>Starts one unless it is under way.</summary>
    internal static Task<string> EnsureAsync(DurableTaskClient client, ReconciliationPlan plan, CancellationToken cancellation) =>
        HostSyncStarter.EnsureAsync(client, ReconciliationOrchestration.Name, new ReconciliationInput(plan), $"reconciliation-{plan.Id}", cancellation);
}
