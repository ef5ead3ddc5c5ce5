using Microsoft.Extensions.Options;
using Npgsql;
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
