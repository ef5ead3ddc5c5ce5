using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// Where an execution in memory stands, and what is still under way for it. Only touched by who holds its instance's gate.
/// </summary>
internal sealed class InstanceLife(bool parkedInStore)
{
    private enum Stage
    {
        Live,

        /// <summary>Its row is about to say that it is out of memory; whoever posts something stops that.</summary>
        Parking,

        /// <summary>Its code has ended; what is under way is waited for.</summary>
        Closing,

        /// <summary>Its end is on its way to the journal.</summary>
        Closed,
        Gone,
    }

    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stage _stage;
    private bool _parkedInStore = parkedInStore;
    private bool _continues;
    private bool _idle;
    private long _idleSince;

    public Task Gone => _gone.Task;

    /// <summary>Records posted and not yet taken out of the mailbox.</summary>
    public int InFlight { get; set; }

    /// <summary>Activities running or waiting for their turn.</summary>
    public int Activities { get; set; }

    /// <summary>Events and children on their way to other instances.</summary>
    public int Sending { get; set; }

    public bool IsParking => _stage == Stage.Parking;

    public bool IsLive => _stage is Stage.Live or Stage.Parking;

    /// <summary>Why a record is not taken; null: it is.</summary>
    public Posting? Refusal => _stage switch
    {
        Stage.Live or Stage.Parking => null,
        // What comes before the last open end is tied goes along into the next execution.
        Stage.Closing => _continues ? null : Posting.Ended,
        Stage.Closed => _continues ? Posting.Later : Posting.Ended,
        _ => Posting.Later,
    };

    /// <summary>What is being written shows that it is not parked, or not any more.</summary>
    public void Wake(long execution, JournalWrite write)
    {
        _idle = false;
        if (_stage == Stage.Parking)
            _stage = Stage.Live;

        if (!_parkedInStore)
            return;

        write.Parkings.Add((execution, false, null));
        _parkedInStore = false;
    }

    public void FoundIdle(TimeProvider time)
    {
        _idle = true;
        _idleSince = time.GetTimestamp();
    }

    public bool IsIdleSince(TimeProvider time, TimeSpan atLeast) =>
        _stage == Stage.Live
        && _idle
        && InFlight == 0
        && Activities == 0
        && Sending == 0
        && time.GetElapsedTime(_idleSince) >= atLeast;

    public void Park(long execution, JournalWrite write, DateTime? wakeAt)
    {
        _stage = Stage.Parking;
        _parkedInStore = true;
        write.Parkings.Add((execution, true, wakeAt));
    }

    public bool TryTerminate()
    {
        if (!IsLive)
            return false;

        _stage = Stage.Closed;
        return true;
    }

    /// <summary>Whether the end may be written now; true once.</summary>
    public bool TryClose(Outcome outcome)
    {
        if (IsLive)
        {
            _stage = Stage.Closing;
            _continues = outcome.Next is not null;
        }

        if (_stage != Stage.Closing || Sending > 0 || (_continues && InFlight > 0))
            return false;

        _stage = Stage.Closed;
        return true;
    }

    public void End() => _stage = Stage.Gone;

    public void SetGone() => _gone.TrySetResult();
}
