namespace ReserveConnect.Embedded.Durable;

/// <summary>Every setting and bound of the durable engine (configuration section <c>Reserve:Durable</c>).</summary>
public sealed class DurableOptions
{
    /// <summary>The PostgreSQL database (15 to 18) that holds the journal.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The schema of the journal; the engine makes and upgrades it itself.</summary>
    public string Schema { get; set; } = "durable";

    /// <summary>Activities that run at once in this process; the others wait their turn.</summary>
    public int MaxParallelActivities { get; set; } = 256;

    /// <summary>Instances in memory above which idle ones leave at once and new starts wait.</summary>
    public int MaxLoadedInstances { get; set; } = 5_000;

    /// <summary>How long an instance may wait for something before it leaves memory.</summary>
    public TimeSpan IdleBeforeUnload { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Events that one instance may have received and not yet waited for; more are refused.</summary>
    public int MaxBufferedEvents { get; set; } = 1_000;

    /// <summary>Characters of JSON that one input, result or event may have.</summary>
    public int MaxPayloadLength { get; set; } = 1_048_576;

    /// <summary>Journal records that one instance may have before it fails; continue-as-new starts from nought.</summary>
    public int MaxJournalRecords { get; set; } = 100_000;

    /// <summary>How long a stop waits for running activities after telling them.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a start waits for the lock of a host that is just going away before it is refused.</summary>
    public TimeSpan HostLockTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a host that lost its database tries for its lock before it takes it that another host has it.</summary>
    public TimeSpan LostLockTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the connection that holds the host lock is tried when there is nothing to write.</summary>
    public TimeSpan HostLockCheckInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a database command of the engine may take.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections for reading (loading instances, queries), besides the one that writes.</summary>
    public int MaxReadConnections { get; set; } = 8;

    /// <summary>Requests for writing that go into one transaction at most.</summary>
    public int MaxWritesPerCommit { get; set; } = 2_000;

    /// <summary>How far ahead of its timer an instance is taken back into memory.</summary>
    public TimeSpan WakeAhead { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the engine waits before it tries to get its lost database back.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Instances that are taken back into memory at once after a start or when timers are due.</summary>
    public int WakePageSize { get; set; } = 500;

    /// <summary>Called by the writer around each commit with its number: where kill tests strike.</summary>
    internal Action<Journal.CommitMoment, int>? AtCommit { get; set; }

    /// <exception cref="InvalidOperationException">A setting is missing or cannot be meant; the message names it.</exception>
    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
            throw new InvalidOperationException("Durable: ConnectionString is not set");

        if (Schema.Length is 0 or > 63 || Schema.Any(character => !char.IsAsciiLetterLower(character) && character != '_'))
            throw new InvalidOperationException($"Durable: Schema '{Schema}' is not made of lower-case letters and underscores");

        int[] counts =
            [MaxParallelActivities, MaxLoadedInstances, MaxBufferedEvents, MaxPayloadLength, MaxJournalRecords, MaxReadConnections, MaxWritesPerCommit, WakePageSize];
        TimeSpan[] spans = [IdleBeforeUnload, HostLockCheckInterval, CommandTimeout, ReconnectDelay];
        if (Array.Exists(counts, count => count < 1) || Array.Exists(spans, span => span <= TimeSpan.Zero))
            throw new InvalidOperationException("Durable: every bound must be positive");
    }
}
