using Npgsql;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Says in the engine's own words that the database has gone away while it was asked.</summary>
internal static class Outage
{
    public static async Task<T> TellAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or NpgsqlException { IsTransient: true })
        {
            throw new DurableEngineUnavailableException("the durable engine lost its database", exception);
        }
    }
}
