using Npgsql;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>How the engine connects.</summary>
internal static class Connections
{
    private const int PreparedStatements = 50;

    /// <summary>The connection that holds the host lock and writes: its own, so that closing it gives the lock back.</summary>
    public static string ForWriting(DurableOptions options) => Base(options, new()
    {
        Pooling = false,
        ApplicationName = "reserve-connect durable writer",
    });

    /// <summary>The pool that loads and queries.</summary>
    public static string ForReading(DurableOptions options) => Base(options, new()
    {
        MaxPoolSize = options.MaxReadConnections,
        MinPoolSize = 0,
        ApplicationName = "reserve-connect durable reader",
    });

    private static string Base(DurableOptions options, NpgsqlConnectionStringBuilder own)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Enlist = false,
            CommandTimeout = (int)options.CommandTimeout.TotalSeconds,
            MaxAutoPrepare = PreparedStatements,
            AutoPrepareMinUsages = 2,
            // The engine changes nothing on a connection but the host lock, which is the writer's and never pooled.
            NoResetOnClose = true,
            Pooling = own.Pooling,
            MinPoolSize = 0,
            MaxPoolSize = own.MaxPoolSize,
            ApplicationName = own.ApplicationName,
        };
        return builder.ConnectionString;
    }
}
