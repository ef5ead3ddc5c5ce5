namespace ReserveConnect.Inventory;

/// <summary>
/// Whole cents and basis points (hundredths of a per cent): what a search reckons with, thousands of times a request. The
/// tables hold two places, so that nothing is lost on the way.
/// </summary>
internal static class Cents
{
    private const int BasisPointsOfAll = 10_000;

    /// <summary>An amount, or a percentage, in hundredths.</summary>
    /// <exception cref="ArgumentException">It has more than two places.</exception>
    /// <exception cref="OverflowException">It is beyond what can be reckoned with.</exception>
    public static long Of(decimal amount)
    {
        var hundredths = amount * 100m;
        return decimal.Truncate(hundredths) == hundredths
            ? decimal.ToInt64(hundredths)
            : throw new ArgumentException($"{amount} has more than two places", nameof(amount));
    }

    /// <summary>The amount, with two places.</summary>
    public static decimal Amount(long cents)
    {
        var size = (ulong)Math.Abs(cents);
        return new decimal((int)(size & uint.MaxValue), (int)(size >> 32), 0, cents < 0, 2);
    }

    /// <summary>
    /// A share of an amount, exact, then rounded half to even once. No step on the way is greater than the amount where the share
    /// is not.
    /// </summary>
    /// <param name="cents">Not negative.</param>
    /// <param name="basisPoints">Not negative.</param>
    public static long Share(long cents, int basisPoints)
    {
        var (whole, rest) = Math.DivRem(cents, BasisPointsOfAll);
        var (share, remainder) = Math.DivRem(rest * basisPoints, BasisPointsOfAll);
        share += checked(whole * basisPoints);
        var isUp = remainder > BasisPointsOfAll / 2 || (remainder == BasisPointsOfAll / 2 && (share & 1) == 1);
        return isUp ? share + 1 : share;
    }
}
