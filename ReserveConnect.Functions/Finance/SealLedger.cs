using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using Operation = ReserveConnect.Finance.SealLedger;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>seal_ledger</c>: every minute, brings the chain of the journal and the kept balances up to date.</summary>
public sealed class SealLedger(Operation seal)
{
    [Function("seal_ledger")]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancellation) => seal.RunAsync(cancellation);
}
