using Dapper;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Finance;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Inventory;
using ReserveConnect.Payments;

namespace ReserveConnect.Database;

/// <summary>One rule that holds over the whole database at any moment.</summary>
/// <param name="Name">Stable, snake_case.</param>
/// <param name="Promise">What a broken row would mean to somebody.</param>
/// <param name="BrokenRows">A query that gives the rows that break it: <c>subject</c> and <c>detail</c>, no personal data.</param>
public sealed record Invariant(string Name, string Promise, string BrokenRows);

/// <summary>What one invariant came to.</summary>
/// <param name="Broken">How many rows break it.</param>
/// <param name="Sample">The first of them.</param>
public sealed record InvariantResult(Invariant Invariant, long Broken, IReadOnlyList<string> Sample)
{
    public bool Holds => Broken == 0;
}

/// <summary>
/// The three promises as queries: no night is sold twice, no guest is charged without a booking or a refund, the books
/// balance to the cent. <c>./reserve check</c>, the demo, the tests and every chaos run end with them.
/// </summary>
public static class Invariants
{
    private const int SampleSize = 5;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        .. BookingInvariants.All,
        .. StayInvariants.All,
        .. CancellationInvariants.All,
        .. ModificationInvariants.All,
        .. PaymentInvariants.All,
        .. DisputeInvariants.All,
        .. ApprovalInvariants.All,
        .. LedgerInvariants.All,
        .. PayoutInvariants.All,
        .. RatePlanInvariants.All,
    ];

    /// <summary>Runs every invariant on one snapshot.</summary>
    public static async Task<IReadOnlyList<InvariantResult>> CheckAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var results = new List<InvariantResult>();
        foreach (var invariant in All)
        {
            var rows = (await connection.QueryAsync<(string Subject, string Detail)>(
                $"SELECT subject, detail FROM ({invariant.BrokenRows}) broken")).AsList();
            results.Add(new(invariant, rows.Count, [.. rows.Take(SampleSize).Select(r => $"{r.Subject}: {r.Detail}")]));
        }

        return results;
    }
}
