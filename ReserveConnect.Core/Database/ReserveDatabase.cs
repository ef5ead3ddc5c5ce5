using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Events;

namespace ReserveConnect.Database;

/// <summary>The way to PostgreSQL: connections for reading, and transactions that commit or leave nothing.</summary>
public sealed class ReserveDatabase(NpgsqlDataSource dataSource, EventBell bell, IOptions<DatabaseOptions> options)
{
    /// <summary>Called before (false) and after (true) every commit: where kill tests strike.</summary>
    internal Action<bool>? AtCommit { get; set; }

    /// <summary>An open connection from the pool.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation) =>
        dataSource.OpenConnectionAsync(cancellation);

    /// <summary>
    /// Reads as somebody: what is not theirs is not there. One transaction, in which nothing is written. Everything else of
    /// this class works as the service, which sees all: whoever calls it for somebody has asked here first.
    /// </summary>
    public async Task<T> ReadAsync<T>(Actor actor, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(
            "SELECT set_config('reserve.account_id', @Account, true), set_config('reserve.booking_intent_id', @Booking, true)",
            new { Account = actor.AccountId?.ToString() ?? "", Booking = actor.BookingIntentId?.ToString() ?? "" });
        var result = await read(connection);
        await transaction.CommitAsync(cancellation);
        return result;
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
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
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
