using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Inventory;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>Starts and wakes the sagas of payouts through the durable client; whoever needs them says <see cref="Through"/> first.</summary>
public sealed class PayoutSagas : IPayoutSagas
{
    private DurableTaskClient? _bound;

    private DurableTaskClient Client => _bound ?? throw new InvalidOperationException("no durable client: the function has to bind one");

    /// <summary>Uses the client that was bound to the running function, for the rest of its invocation.</summary>
    public PayoutSagas Through(DurableTaskClient client)
    {
        _bound = client;
        return this;
    }

    public async Task AttendAsync(Guid payoutId, CancellationToken cancellation)
    {
        var instanceId = PayoutSaga.InstanceId(payoutId);
        if (await WakeAsync(payoutId, cancellation))
        {
            return;
        }

        await HostSyncStarter.EnsureAsync(Client, nameof(PayoutSaga), payoutId, instanceId, cancellation);
    }

    /// <summary>Makes the saga of a payout look at its row again; false where none runs.</summary>
    public async Task<bool> WakeAsync(Guid payoutId, CancellationToken cancellation)
    {
        if (!await IsAttendedAsync(payoutId, cancellation))
        {
            return false;
        }

        await Client.RaiseEventAsync(PayoutSaga.InstanceId(payoutId), BookingSaga.Wake, true, cancellation);
        return true;
    }

    /// <summary>Whether a payout has its saga.</summary>
    public async Task<bool> IsAttendedAsync(Guid payoutId, CancellationToken cancellation) =>
        await Client.GetInstanceAsync(PayoutSaga.InstanceId(payoutId), cancellation) is { IsCompleted: false };
}
