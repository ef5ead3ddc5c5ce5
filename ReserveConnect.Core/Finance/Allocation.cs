namespace ReserveConnect.Finance;

/// <summary>
/// Splits an amount of two places so that the parts add up to it (money.md): every part is rounded towards zero to
/// the cent, and the cents left over go to the parts with the largest remainder, the earlier part first on a tie.
/// </summary>
public static class Allocation
{
    /// <summary>Splits into equal parts.</summary>
    /// <param name="total">At most two places; may be negative.</param>
    /// <param name="parts">At least one.</param>
    /// <exception cref="ArgumentException">More than two places, or no parts.</exception>
    public static decimal[] Split(decimal total, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        return Split(total, Enumerable.Repeat(1m, parts).ToArray());
    }

    /// <summary>Splits in proportion to weights; a weight of zero gets nothing.</summary>
    /// <param name="total">At most two places; may be negative.</param>
    /// <param name="weights">None negative, at least one positive.</param>
    /// <exception cref="ArgumentException">More than two places, or no such weights.</exception>
    public static decimal[] Split(decimal total, IReadOnlyList<decimal> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var cents = total * 100m;
        if (decimal.Truncate(cents) != cents)
        {
            throw new ArgumentException($"{total} has more than two places", nameof(total));
        }

        if (weights.Any(w => w < 0) || weights.Sum() is var sum && sum == 0)
        {
            throw new ArgumentException("weights must not be negative, nor all be zero", nameof(weights));
        }

        var exact = weights.Select(w => cents * w / sum).ToArray();
        var whole = exact.Select(decimal.Truncate).ToArray();
        var leftOver = (int)(cents - whole.Sum());
        var byRemainder = Enumerable.Range(0, whole.Length)
            .Where(i => weights[i] > 0)
            .OrderByDescending(i => Math.Abs(exact[i] - whole[i]));
        foreach (var part in byRemainder.Take(Math.Abs(leftOver)))
        {
            whole[part] += Math.Sign(leftOver);
        }

        return [.. whole.Select(c => c / 100m)];
    }
}
