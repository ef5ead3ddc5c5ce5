using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Finance;

/// <summary>
/// Adds what was posted to the chain of hashes and to the kept balances. Until then it counts all the same: what reads a balance adds
/// it. Posting does not do it itself, or all postings would queue for the end of one chain (docs/decisions/ledger.md).
/// </summary>
public sealed class SealLedger(ReserveDatabase database, TimeProvider clock, IOptions<FinanceOptions> options, ILogger<SealLedger> log)
{
    /// <summary>Goes on until nothing is left, or another one is at it.</summary>
    /// <returns>How many transactions were sealed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        for (var all = 0; ;)
        {
            var most = options.Value.SealBatch;
            var sealedNow = await database.WriteAsync(
                connection => connection.ExecuteScalarAsync<int>("SELECT reserve.seal_ledger(@most, @now)", new { most, now = clock.GetUtcNow() }),
                Events.EventLanes.None,
                cancellation);
            all += sealedNow;
            if (sealedNow < most)
            {
                await TellAsync(all, cancellation);
                return all;
            }
        }
    }

    // Whoever makes the chain anew does not make the log anew.
    private async Task TellAsync(int sealedNow, CancellationToken cancellation)
    {
        if (sealedNow == 0)
        {
            return;
        }

        await using var connection = await database.OpenAsync(cancellation);
        if (await ChainHead.ReadAsync(connection) is { } head)
        {
            log.LogInformation("The chain over the ledger ends at {Position} with {Hash}", head.Position, head.Hash);
        }
    }
}
