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
    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Whether so much can be sent, as far as is known; true where nothing is.</summary>
    public async Task<bool> SufficeAsync(string method, decimal amount, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var now = clock.GetUtcNow();
            var known = _balances.TryGetValue(method, out var balance) && now - balance.ReadAt < options.Value.BalanceAge;
            if (!known || balance.Left < amount)
            {
                if (await providers.BalanceAsync(method, cancellation) is not ProviderAnswer<decimal>.Done { Value: var available })
                {
                    return true;
                }

                balance = (available, now);
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
            _turn.Release();
        }
    }
}
