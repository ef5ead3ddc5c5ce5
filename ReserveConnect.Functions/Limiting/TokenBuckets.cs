namespace ReserveConnect.Functions.Limiting;

/// <summary>Of what kind the owner of a bucket is.</summary>
internal enum BucketOwner
{
    Client,
    Site,
    Account,
}

/// <summary>Whose bucket it is.</summary>
/// <param name="Limit">Each class is counted by itself.</param>
/// <param name="Owner">What <paramref name="Id"/> is the id of.</param>
/// <param name="Id">The network, the site, or the account.</param>
internal readonly record struct BucketKey(LimitClass Limit, BucketOwner Owner, UInt128 Id);

/// <summary>
/// Token buckets, a bounded number of them. Of a bucket nothing is kept but the instant at which it is full again
/// (GCRA); one that is full is the same as none, so that who has been quiet is forgotten. Two generations do that without
/// looking through them: whatever is touched is in the younger one; the elder is dropped once no bucket can take that long
/// to fill, or earlier when there are too many. <c>System.Threading.RateLimiting</c> reads the machine's own clock and
/// bounds no number of partitions.
/// </summary>
internal sealed class TokenBuckets(TimeProvider clock, int most, TimeSpan longestRefill)
{
    private readonly Lock _gate = new();
    private readonly long _start = clock.GetTimestamp();
    private Dictionary<BucketKey, long> _younger = [];
    private Dictionary<BucketKey, long> _elder = [];
    private long _turnedAt;

    /// <summary>Buckets that are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _younger.Count + _elder.Count;
            }
        }
    }

    /// <summary>Takes a token.</summary>
    /// <returns>Null when there was one; else how long it takes until there is.</returns>
    public TimeSpan? TryTake(BucketKey key, Allowance allowance)
    {
        lock (_gate)
        {
            var now = clock.GetElapsedTime(_start).Ticks;
            Turn(now);
            if (!_younger.TryGetValue(key, out var fullAt))
            {
                _elder.TryGetValue(key, out fullAt);
            }

            var then = Math.Max(fullAt, now) + allowance.Interval.Ticks;
            var wait = then - now - allowance.RefillTime.Ticks;
            // Who is refused is kept too: of all clients these must not be forgotten.
            _younger[key] = wait > 0 ? fullAt : then;
            return wait > 0 ? TimeSpan.FromTicks(wait) : null;
        }
    }

    private void Turn(long now)
    {
        if (_younger.Count < most / 2 && now - _turnedAt <= longestRefill.Ticks)
        {
            return;
        }

        (_younger, _elder) = (_elder, _younger);
        _younger.Clear();
        _turnedAt = now;
    }
}
