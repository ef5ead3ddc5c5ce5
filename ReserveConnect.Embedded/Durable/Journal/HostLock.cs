using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>Another host runs orchestrations on the same database and schema.</summary>
public sealed class DurableHostConflictException(string message) : InvalidOperationException(message);

/// <summary>
/// One host per database and schema: a session lock on the very connection that writes the journal, so whoever has lost
/// the lock cannot write either, and a killed host's last transaction is over before the next host gets the lock.
/// </summary>
internal static class HostLock
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <exception cref="DurableHostConflictException">Another host still has it after <see cref="DurableOptions.HostLockTimeout"/>.</exception>
    public static async Task TakeAsync(
        NpgsqlConnection connection, DurableOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var key = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"durable host {options.Schema}")));
        // A host that vanished from the network must not keep the lock for the hours that TCP waits by default.
        await using (var alive = new NpgsqlCommand(
            "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3", connection))
            await alive.ExecuteNonQueryAsync(cancellation);

        var begun = time.GetTimestamp();
        while (true)
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(@key)", connection);
            command.Parameters.AddWithValue("key", key);
            if (await command.ExecuteScalarAsync(cancellation) is true)
                return;

            if (time.GetElapsedTime(begun) >= options.HostLockTimeout)
            {
                throw new DurableHostConflictException(
                    $"another host already runs the orchestrations of database '{connection.Database}', schema '{options.Schema}'; only one may");
            }

            await Task.Delay(BetweenTries, time, cancellation);
        }
    }
}
