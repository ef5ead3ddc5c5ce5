namespace ReserveConnect.Sandbox.Webhooks;

/// <summary>One attempt to deliver.</summary>
/// <param name="Id">Of the event.</param>
/// <param name="Type">Of the event.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Status">The answer's HTTP status; null: no answer.</param>
/// <param name="At">When the attempt ended.</param>
internal sealed record WebhookAttempt(string Id, string Type, int Attempt, int? Status, DateTimeOffset At);

/// <summary>Counts and the last attempts.</summary>
internal sealed class WebhookLog(int kept)
{
    private readonly Lock _gate = new();
    private readonly Queue<WebhookAttempt> _attempts = new();

    /// <summary>Webhooks answered with 2xx.</summary>
    public long Delivered { get; private set; }

    /// <summary>Webhooks given up after their last attempt.</summary>
    public long GivenUp { get; private set; }

    /// <summary>Webhooks dropped by a rule or because too many were waiting.</summary>
    public long Dropped { get; private set; }

    /// <summary>The last attempts, oldest first.</summary>
    public IReadOnlyList<WebhookAttempt> Attempts
    {
        get
        {
            lock (_gate)
                return [.. _attempts];
        }
    }

    /// <summary>Notes an attempt.</summary>
    public void Add(WebhookAttempt attempt)
    {
        lock (_gate)
        {
            _attempts.Enqueue(attempt);
            if (_attempts.Count > kept)
                _attempts.Dequeue();
        }
    }

    /// <summary>Counts what became of a webhook.</summary>
    public void Count(bool delivered = false, bool givenUp = false, bool dropped = false)
    {
        lock (_gate)
        {
            Delivered += delivered ? 1 : 0;
            GivenUp += givenUp ? 1 : 0;
            Dropped += dropped ? 1 : 0;
        }
    }
}
