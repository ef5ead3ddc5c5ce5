namespace ReserveConnect.Finance.Payouts;

/// <summary>The running sagas of payouts, as the business sees them; the functions implement it with the durable client.</summary>
public interface IPayoutSagas
{
    /// <summary>Starts the saga of a payout unless it runs; makes one that runs look at its row again.</summary>
    Task AttendAsync(Guid payoutId, CancellationToken cancellation);
}
