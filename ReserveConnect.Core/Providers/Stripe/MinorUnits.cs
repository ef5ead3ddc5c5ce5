namespace ReserveConnect.Providers.Stripe;

/// <summary>
/// Stripe counts money in the currency's smallest unit (BRL 12.34 is 1234). This is the only place where the two meet.
/// </summary>
public static class MinorUnits
{
    // Stripe's documented zero-decimal currencies. Its special cases (ISK, UGX, HUF, TWD payouts) and three-decimal
    // currencies follow rules of their own, and a sum off by a factor is worse than a refusal.
    private static readonly HashSet<string> ZeroDecimal = new(StringComparer.OrdinalIgnoreCase)
    {
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
    };

    private static readonly HashSet<string> Unsupported = new(StringComparer.OrdinalIgnoreCase)
    {
        "BHD", "HUF", "ISK", "JOD", "KWD", "OMR", "TND", "TWD", "UGX",
    };

    /// <summary>The amount in minor units.</summary>
    /// <param name="amount">In major units.</param>
    /// <param name="currency">ISO 4217, any case.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative, too large, or has more places than the currency.</exception>
    /// <exception cref="ArgumentException">The currency is none, or counted in a way that is not supported.</exception>
    public static long From(decimal amount, string currency)
    {
        var places = Places(currency);
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, 999_999_999_999m);
        var minor = places == 0 ? amount : amount * 100m;
        return decimal.Truncate(minor) == minor
            ? decimal.ToInt64(minor)
            : throw new ArgumentOutOfRangeException(nameof(amount), amount, $"more than {places} places for {currency}");
    }

    /// <summary>The amount in major units, with as many places as the currency has.</summary>
    /// <param name="minor">In minor units; negative in some of Stripe's objects.</param>
    /// <param name="currency">ISO 4217, any case.</param>
    /// <exception cref="ArgumentException">The currency is none, or counted in a way that is not supported.</exception>
    public static decimal To(long minor, string currency) =>
        Places(currency) == 0 ? minor : minor * 0.01m;

    /// <summary>Whether amounts in the currency can be converted.</summary>
    public static bool Counts(string currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        return currency.Length == 3 && currency.All(char.IsAsciiLetter) && !Unsupported.Contains(currency);
    }

    private static int Places(string currency) =>
        !Counts(currency) ? throw new ArgumentException($"'{currency}' is not a currency that amounts are converted in", nameof(currency))
        : ZeroDecimal.Contains(currency) ? 0
        : 2;
}
