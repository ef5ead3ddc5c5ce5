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
    /// <param name="isolation">Where several reads have to fit each other: <see cref="IsolationLevel.RepeatableRead"/>. Not for the anonymous actor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The actor is the service.</exception>
    public async Task<T> ReadAsync<T>(
        Actor actor, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(read);
        var role = DatabaseRoles.Of(actor.Kind);
        await using var connection = await pools.Callers.OpenConnectionAsync(cancellation);
        if (role == DatabaseRoles.Anonymous)
        {
            return await RunAsync(connection, transaction: null, () => read(connection));
        }

        // BEGIN goes with the command below; what is set ends with the transaction, however it ends.
        await using var transaction = await connection.BeginTransactionAsync(isolation, cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SELECT set_config('role', @role, true),
                   set_config('reserve.account_id', @Account, true),
                   set_config('reserve.booking_intent_id', @Booking, true)
            """,
            new { role, Account = actor.AccountId?.ToString() ?? "", Booking = actor.BookingIntentId?.ToString() ?? "" },
            cancellationToken: cancellation));
        var result = await RunAsync(connection, transaction, () => read(connection));
        await transaction.CommitAsync(cancellation);
        return result;
    }

    /// <summary>
    /// Asks one thing as somebody; like <see cref="ReadAsync{T}(Actor, Func{NpgsqlConnection, Task{T}}, CancellationToken, IsolationLevel)"/>, in one
    /// round trip. For the question that comes before every request of a caller.
    /// </summary>
    /// <param name="actor">Anybody but the service.</param>
    /// <param name="sql">One <c>SELECT</c>, with named parameters.</param>
    /// <param name="parameters">An object that has a property for each.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Whether it gave a row.</returns>
    public async Task<bool> FindsAsync(Actor actor, string sql, object parameters, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await pools.Callers.OpenConnectionAsync(cancellation);
        // What is sent together without a BEGIN is one transaction, with which ends what is set for it.
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Become(actor).ToCommand());
        batch.BatchCommands.Add(new Statement(sql, parameters).ToCommand());
        return await RunAsync(
            connection,
            transaction: null,
            async () =>
            {
                await batch.ExecuteNonQueryAsync(cancellation);
                return ((NpgsqlBatchCommand)batch.BatchCommands[1]).Rows > 0;
            });
    }

    private static Statement Become(Actor actor) => new(
        """
        SELECT set_config('role', @role, true),
               set_config('reserve.account_id', @Account, true),
               set_config('reserve.booking_intent_id', @Booking, true)
        """,
        new { role = DatabaseRoles.Of(actor.Kind), Account = actor.AccountId?.ToString() ?? "", Booking = actor.BookingIntentId?.ToString() ?? "" });

    // A statement that is refused while it is prepared is taken for one without rows when it is next run
    // (https://github.com/npgsql/npgsql/issues/6391); what is refused to one caller must not fail for the next.
    private static async Task<T> RunAsync<T>(NpgsqlConnection connection, NpgsqlTransaction? transaction, Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (PostgresException refused) when (!IsOfARun(refused) && connection.State == ConnectionState.Open)
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

    /// <summary>
    /// Runs one statement as a transaction of its own, without the round trips that open and close one. Nothing of it may be
    /// written down in the audit, which would not learn who asked.
    /// </summary>
    /// <param name="write">Runs the statement.</param>
    /// <param name="appends">The ways of the events that it may append.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, EventLanes appends, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(write);
        await using var connection = await pools.Service.OpenConnectionAsync(cancellation);
        AtCommit?.Invoke(false);
        var result = await RunAsync(connection, transaction: null, () => write(connection));
        AtCommit?.Invoke(true);
        bell.Ring(appends);
        return result;
    }

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
        var result = await RunAsync(connection, transaction, () => work(unit));
        if (unit.IsRolledBack)
        {
            await transaction.RollbackAsync(cancellation);
            return result;
        }

        AtCommit?.Invoke(false);
        // Whoever stops waiting now must not leave it unknown whether it happened.
        await transaction.CommitAsync(CancellationToken.None);
        AtCommit?.Invoke(true);
        bell.Ring(unit.Appended);
        return result;
    }

    // Constraints, deadlocks and our own rules (RC) speak when a statement runs, which it was prepared for by then.
    private static bool IsOfARun(PostgresException e) => e.SqlState[..2] is "23" or "40" or "RC";

    private static bool IsTransient(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
}
