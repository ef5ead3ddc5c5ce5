namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>What a journal record says. Numbers are stored; they never change their meaning.</summary>
internal enum RecordKind : short
{
    /// <summary>A delayed start has come.</summary>
    Started = 1,

    /// <summary>An external event came in.</summary>
    EventReceived = 2,

    /// <summary>An activity or child gave its result.</summary>
    TaskCompleted = 3,

    /// <summary>An activity or child failed.</summary>
    TaskFailed = 4,

    /// <summary>A timer was due.</summary>
    TimerFired = 5,

    /// <summary>The instance was halted.</summary>
    Suspended = 6,

    /// <summary>The instance was let go on.</summary>
    Resumed = 7,

    /// <summary>The code called an activity. From here on: what the code did, for comparison when it runs again.</summary>
    ActivityCalled = 20,

    /// <summary>The code started a timer.</summary>
    TimerCreated = 21,

    /// <summary>The code started a child.</summary>
    ChildStarted = 22,

    /// <summary>The code sent an event to another instance.</summary>
    EventSent = 23,
}

/// <summary>One record of an instance's journal.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Task">The number of the call within the orchestration, from 1; 0 if it belongs to none.</param>
/// <param name="Name">Activity, orchestrator or event.</param>
/// <param name="Payload">Result, failure or event as JSON.</param>
/// <param name="At">When, UTC, whole microseconds as the database keeps them.</param>
internal readonly record struct JournalRecord(RecordKind Kind, int Task, string? Name, string? Payload, DateTime At)
{
    /// <summary>Whether the code did this, rather than being told it.</summary>
    public bool IsAction => Kind >= RecordKind.ActivityCalled;
}
