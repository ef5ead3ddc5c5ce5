using System.Diagnostics.Metrics;
using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Privacy;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>A provider's event whose signature was verified.</summary>
/// <param name="EventId">The provider's id of the event; each is stored once.</param>
/// <param name="ObjectId">The payment it is about, at the provider.</param>
/// <param name="AttemptId">Our attempt, when the provider names it.</param>
/// <param name="Payload">The body as it came; what of it names nobody is stored (<see cref="ProviderPayload"/>).</param>
/// <param name="TellsNothing">It repeats what another event of the provider or our own call tells: stored, not processed.</param>
public sealed record ProviderEvent(
    string Provider, string EventId, string EventType, string? ObjectId, Guid? AttemptId, string Payload, bool TellsNothing = false);

/// <summary>What a stored report is about: the payload of <see cref="Webhooks.Reported"/>.</summary>
public sealed record PaymentReport(string Provider, string? ObjectId, Guid? AttemptId);

/// <summary>Stores what providers report; processing comes after the answer, from what was stored (design section 7).</summary>
public sealed class Webhooks(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>The event type of the outbox under which a report is processed.</summary>
    public const string Reported = "payment.reported";

    /// <summary>The name of the meter that counts refused ones, for the exporter.</summary>
    public const string MeterName = "ReserveConnect.Payments";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> RefusedCount =
        Meter.CreateCounter<long>("reserve.webhooks.refused", description: "Webhooks refused for their signature");

    /// <summary>
    /// Stores the event once and hands it on in the same transaction, if it tells anything; false when it was stored before.
    /// Refusal: <c>malformed_event</c>, for JSON that spells what no column can hold: a NUL, half a surrogate pair.
    /// </summary>
    public Task<Outcome<bool>> StoreAsync(ProviderEvent report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(report);
        return StoreAsync(report, Reported, new PaymentReport(report.Provider, report.ObjectId, report.AttemptId), cancellation);
    }

    /// <inheritdoc cref="StoreAsync(ProviderEvent, CancellationToken)"/>
    /// <param name="report">What was reported.</param>
    /// <param name="eventType">The event type of the outbox under which it is processed.</param>
    /// <param name="payload">What its handler needs.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Outcome<bool>> StoreAsync(ProviderEvent report, string eventType, object payload, CancellationToken cancellation)
    {
        try
        {
            return await KeepAsync(report, eventType, payload, cancellation);
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            return Refusal.Malformed("malformed_event", "This event holds what is no text, or no number.");
        }
    }

    /// <summary>Counts a refused webhook; nothing of it is kept.</summary>
    public static void CountRefused(string provider, WebhookVerdict verdict) =>
        RefusedCount.Add(1, new("provider", provider), new("verdict", verdict.ToString()));

    // Class 22 are PostgreSQL's errors about values.
    private static bool IsUnreadable(Exception error) => error is JsonException or PostgresException { SqlState: ['2', '2', ..] };

    // One statement, which is its own transaction: a provider sends several reports a booking, and waits for each.
    private async Task<bool> KeepAsync(ProviderEvent report, string eventType, object payload, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await database.WriteAsync(
            connection => connection.ExecuteScalarAsync<bool>(
                """
                WITH stored AS (
                    INSERT INTO reserve.webhook_events (id, provider, provider_event_id, event_type, object_id, payload, received_at)
                    SELECT @id, @Provider, @EventId, @EventType, @ObjectId, @kept::jsonb, @now
                    WHERE jsonb_typeof(@Payload::jsonb) IS NOT NULL
                    ON CONFLICT (provider, provider_event_id) DO NOTHING
                    RETURNING id),
                handed_on AS (
                    INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, payload, created_at, available_at)
                    SELECT @next, @handledAs, 'webhook_event', stored.id, @handedOn::jsonb, @now, @now
                    FROM stored
                    WHERE @TellsSomething)
                SELECT EXISTS (SELECT FROM stored)
                """,
                new
                {
                    id = Guid.CreateVersion7(now),
                    report.Provider,
                    report.EventId,
                    report.EventType,
                    report.ObjectId,
                    report.Payload,
                    kept = ProviderPayload.Pared(report.Payload),
                    now,
                    next = Guid.CreateVersion7(now),
                    handledAs = eventType,
                    handedOn = JsonSerializer.Serialize(payload, EventJson.Options),
                    TellsSomething = !report.TellsNothing,
                }),
            report.TellsNothing ? EventLanes.None : EventLane.Of(eventType),
            cancellation);
    }
}
