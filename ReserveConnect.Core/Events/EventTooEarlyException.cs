namespace ReserveConnect.Events;

/// <summary>
/// What an event tells of is still being done here. It comes again after its back-off, and that is no failure: reports overtake
/// what they are about every day.
/// </summary>
public sealed class EventTooEarlyException(string message) : Exception(message);
