using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using Operation = ReserveConnect.Finance.Taxes.AccrueTaxes;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>accrue_taxes</c>: on the 1st, the taxes that are owed on a month's income, for the months before.</summary>
public sealed class AccrueTaxes(Operation accrue)
{
    [Function("accrue_taxes")]
    [Access(Callers.Host)]
    // In the time zone of the books the month is over at 03:00 UTC.
    public Task Run([TimerTrigger("0 0 6 1 * *")] TimerInfo timer, CancellationToken cancellation) => accrue.RunAsync(cancellation);
}
