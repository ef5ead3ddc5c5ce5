namespace ReserveConnect.Accounts;

/// <summary>How long the next login for an address has to wait after failures in a row.</summary>
public static class LockOut
{
    /// <summary>Nothing below <see cref="AccountOptions.FreeFailures"/>; then doubled by each, up to a longest.</summary>
    /// <param name="failures">In a row, this one included.</param>
    /// <param name="options">The waits.</param>
    public static TimeSpan After(int failures, AccountOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var doublings = failures - options.FreeFailures;
        if (doublings < 0)
        {
            return TimeSpan.Zero;
        }

        var wait = options.FirstLock.TotalSeconds * Math.Pow(2, doublings);
        return wait < options.LongestLock.TotalSeconds ? TimeSpan.FromSeconds(wait) : options.LongestLock;
    }
}
