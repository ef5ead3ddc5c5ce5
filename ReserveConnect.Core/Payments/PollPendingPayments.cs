using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Asks the providers about what their webhooks should have told by now: pending payments, fees, open disputes. What it finds
/// goes the way of a webhook, to the saga; that the webhook is missing goes to a person.
/// </summary>
public sealed class PollPendingPayments(
    ReserveDatabase database,
    PaymentProviders providers,
    ReportedCharges charges,
    TakeFee fees,
    TakeDispute disputes,
    TimeProvider clock,
    IOptions<PaymentOptions> options,
    ILogger<PollPendingPayments> log)
{
    /// <summary>One round; what cannot be asked about does not stop the rest.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await EachAsync(DuePaymentsAsync, "payment", AskAsync, cancellation);
        await EachAsync(
            (connection, now) => TakeFee.DueAsync(connection, options.Value.WebhookLateAfter, options.Value.FeeWatchTime, options.Value.PollBatch, now),
            "fee of",
            async (id, ct) => await fees.RunAsync(await ChargeAsync(id, ct), ct),
            cancellation);
        await EachAsync(
            (connection, now) => Disputes.OpenSinceAsync(connection, now - options.Value.DisputeAskInterval, options.Value.PollBatch),
            "dispute",
            disputes.RunAsync,
            cancellation);
        await EachAsync(
            (connection, now) => MissingWebhooks.FindAsync(connection, now - options.Value.WebhookWatchTime, now - options.Value.WebhookLateAfter, options.Value.PollBatch),
            "webhook of",
            (id, ct) => RaiseMissingAsync(id, null, ct),
            cancellation);
        await EachAsync(
            (connection, _) => MissingWebhooks.CameAsync(connection, options.Value.PollBatch),
            "exception",
            (key, ct) => database.TransactAsync(unit => Exceptions.ResolveAsync(unit, key, MissingWebhooks.Came, clock.GetUtcNow()), ct),
            cancellation);
    }

    private async Task EachAsync<T>(
        Func<NpgsqlConnection, DateTimeOffset, Task<IReadOnlyList<T>>> due, string what, Func<T, CancellationToken, Task> handle, CancellationToken cancellation)
    {
        IReadOnlyList<T> found;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            found = await due(connection, clock.GetUtcNow());
        }

        await Parallel.ForEachAsync(
            found,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.PollParallelism, CancellationToken = cancellation },
            async (item, ct) =>
            {
                try
                {
                    await handle(item, ct);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    log.LogError(e, "The {What} {Item} could not be looked after", what, item);
                }
            });
    }

    // Claimed as they are read: of two that poll at once, one asks.
    private async Task<IReadOnlyList<Guid>> DuePaymentsAsync(NpgsqlConnection connection, DateTimeOffset now) =>
        (await connection.QueryAsync<Guid>(
            """
            UPDATE reserve.payment_attempts
            SET polled_at = @now
            WHERE id IN (
                SELECT a.id
                FROM reserve.payment_attempts a
                JOIN reserve.booking_intents i ON i.id = a.booking_intent_id
                WHERE a.status IN ('initiating', 'pending')
                  AND i.status IN ('created', 'payment_pending')
                  AND coalesce(a.polled_at, a.created_at) <= @now - @WebhookLateAfter
                ORDER BY coalesce(a.polled_at, a.created_at)
                LIMIT @PollBatch
                FOR UPDATE OF a SKIP LOCKED)
            RETURNING id
            """,
            new { now, options.Value.WebhookLateAfter, options.Value.PollBatch })).AsList();

    private async Task AskAsync(Guid attemptId, CancellationToken cancellation)
    {
        var charge = await ChargeAsync(attemptId, cancellation);
        if (!charge.IsAwaited)
        {
            return;
        }

        switch (await providers.AskAsync(charge.Attempt, charge.Intent, cancellation))
        {
            case ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Paid or MoneyState.Authorized } fact }:
                // Money of this minute has its webhook on the way.
                if ((fact.PaidAt ?? DateTimeOffset.MinValue) <= clock.GetUtcNow() - options.Value.WebhookLateAfter)
                {
                    log.LogWarning("{Provider} has the money of attempt {AttemptId}, and no webhook has told", charge.Attempt.Provider, attemptId);
                    await RaiseMissingAsync(attemptId, fact.ProviderPaymentId, cancellation);
                }

                await charges.AwakenAsync(charge, cancellation);
                break;
            case ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Declined or MoneyState.Closed }:
            case ProviderAnswer<MoneyFact>.Done when charge.Attempt.Status == PaymentAttemptStatus.Initiating:
                await charges.AwakenAsync(charge, cancellation);
                break;
        }
    }

    private Task RaiseMissingAsync(Guid attemptId, string? providerPaymentId, CancellationToken cancellation) =>
        database.TransactAsync(
            unit => MissingWebhooks.RaiseAsync(unit, attemptId, providerPaymentId, options.Value.OddMoneyTime, clock.GetUtcNow()), cancellation);

    private async Task<ReportedCharge> ChargeAsync(Guid attemptId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var attempt = await PaymentAttempts.FindAsync(connection, attemptId) ?? throw new InvalidOperationException($"no payment attempt {attemptId}");
        return await charges.WithIntentAsync(attempt, cancellation);
    }
}
