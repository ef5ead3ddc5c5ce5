namespace ReserveConnect.Embedded.Durable;

/// <summary>
/// The engine does not run now, or lost its database while it was asked. What was asked may or may not have become durable.
/// </summary>
public sealed class DurableEngineUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    internal static DurableEngineUnavailableException Stopped() => new("the durable engine has stopped or lost its database");
}
