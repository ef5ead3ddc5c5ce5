using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ReserveConnect.Providers;

namespace ReserveConnect.Finance.Payouts;

/// <summary>
/// What our balances at the providers suffice for, so that a payout is not tried that must be refused. The balance is believed for
/// a while, less what was promised since: three thousand payouts do not ask three thousand times. It is no lock: the provider decides.
/// </summary>
public sealed class SendableBalances(PayoutProviders providers, TimeProvider clock, IOptions<PayoutOptions> options) : IDisposable
{
    private readonly ConcurrentDictionary<string, (decimal Left, DateTimeOffset ReadAt)> _balances = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();

    public void Dispose()
    {
        foreach (var turn in _turns.Values)
        {
            turn.Dispose();
        }
    }

    /// <summary>Whether so much can be sent, as far as is known; true where nothing is.</summary>
    public async Task<bool> SufficeAsync(string method, decimal amount, CancellationToken cancellation)
    {
        // A turn for each provider: one that is silent does not keep the other waiting.
        var turn = _turns.GetOrAdd(method, _ => new(1));
        await turn.WaitAsync(cancellation);
        try
        {
            var now = clock.GetUtcNow();
            var known = _balances.TryGetValue(method, out var balance) && now - balance.ReadAt < options.Value.BalanceAge;
            if (!known || balance.Left < amount)
            {
                // What is not told is not asked for again at once either.
                balance = (await providers.BalanceAsync(method, cancellation) is ProviderAnswer<decimal>.Done { Value: var available } ? available : decimal.MaxValue, now);
            }

            if (balance.Left < amount)
            {
                _balances[method] = balance;
                return false;
            }

            _balances[method] = balance with { Left = balance.Left - amount };
            return true;
        }
        finally
        {
            turn.Release();
        }
    }
}
