using System.Data;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Database;

/// <summary>The way to PostgreSQL: connections for reading, and transactions that commit or leave nothing.</summary>
public sealed class ReserveDatabase(DatabasePools pools, EventBell bell, IOptions<DatabaseOptions> options)
{
    /// <summary>Called before (false) and after (true) every commit: where kill tests strike.</summary>
    internal Action<bool>? AtCommit { get; set; }

    /// <summary>An open connection of the service, which sees all.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation) =>
        pools.Service.OpenConnectionAsync(cancellation);

    /// <summary>
    /// Reads as somebody: what is not theirs is not there, and nothing can be written. Everything else of this class works as
    /// the service: whoever calls it for somebody has asked here first. For the anonymous actor this is a plain connection;
    /// for others one transaction, which costs a round trip before the read and one after it.
    /// </summary>
    /// <param name="actor">Anybody but the service.</param>
    /// <param name="read">Gets the connection, which it does not keep.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The actor is the service.</exception>
    public async Task<T> ReadAsync<T>(Actor actor, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(read);
        var role = DatabaseRoles.Of(actor.Kind);
        await using var connection = await pools.Callers.OpenConnectionAsync(cancellation);
        if (role == DatabaseRoles.Anonymous)
        {
            return await ReadAsync(connection, null, read);
        }

        // BEGIN goes with the command below; what is set ends with the transaction, however it ends.
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SELECT set_config('role', @role, true),
                   set_config('reserve.account_id', @Account, true),
                   set_config('reserve.booking_intent_id', @Booking, true)
            """,
            new { role, Account = actor.AccountId?.ToString() ?? "", Booking = actor.BookingIntentId?.ToString() ?? "" },
            cancellationToken: cancellation));
        var result = await ReadAsync(connection, transaction, read);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    // A statement that is refused while it is prepared is taken for one without rows when it is next run
    // (https://github.com/npgsql/npgsql/issues/6391); what is refused to one caller must not fail for the next.
    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, NpgsqlTransaction? transaction, Func<NpgsqlConnection, Task<T>> read)
    {
        try
        {
            return await read(connection);
        }
        catch (PostgresException) when (connection.State == ConnectionState.Open)
        {
            await (transaction?.RollbackAsync(CancellationToken.None) ?? Task.CompletedTask);
            connection.UnprepareAll();
            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in one READ COMMITTED transaction and commits it, unless the work called
    /// <see cref="UnitOfWork.RollBack"/>. A deadlock or serialisation failure runs the work again, so it must
    /// have no effect outside the database.
    /// </summary>
    public async Task<T> TransactAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellation)
    {
        for (var retry = 0; ; retry++)
        {
            try
            {
                return await RunOnceAsync(work, cancellation);
            }
            catch (PostgresException e) when (IsTransient(e) && retry < options.Value.TransactionRetries)
            {
                // The loser of a race starts over with what the winner left.
            }
        }
    }

    /// <inheritdoc cref="TransactAsync{T}"/>
    public Task TransactAsync(Func<UnitOfWork, Task> work, CancellationToken cancellation) =>
        TransactAsync(
            async unit =>
            {
                await work(unit);
                return true;
            },
            cancellation);

    private async Task<T> RunOnceAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellation)
    {
        await using var connection = await pools.Service.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (RequestStamp.Current is { } stamp)
        {
            await connection.ExecuteAsync(
                "SELECT set_config('reserve.actor', @Actor, true), set_config('reserve.request_id', @RequestId, true)", stamp);
        }

        var unit = new UnitOfWork(connection);
        var result = await work(unit);
        if (unit.IsRolledBack)
        {
            await transaction.RollbackAsync(cancellation);
            return result;
        }

        AtCommit?.Invoke(false);
        await transaction.CommitAsync(cancellation);
        AtCommit?.Invoke(true);
        if (unit.HasEvents)
        {
            bell.Ring();
        }

        return result;
    }

    private static bool IsTransient(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
}
