namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Whether an instance takes a record.</summary>
internal enum Posting
{
    Taken,

    /// <summary>It has ended, or is about to.</summary>
    Ended,

    /// <summary>It is about to leave memory or to become its next execution: wait until it is gone, then look it up again.</summary>
    Later,
}
