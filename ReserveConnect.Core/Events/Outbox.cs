using System.Text.Json;
using ReserveConnect.Database;

namespace ReserveConnect.Events;

/// <summary>Appends to <c>reserve.events</c> in the transaction that made the event true (transactional outbox).</summary>
public static class Outbox
{
    /// <param name="unit">The transaction.</param>
    /// <param name="type">For example <c>booking.confirmed</c>.</param>
    /// <param name="aggregateType">For example <c>booking_intent</c>.</param>
    /// <param name="aggregateId">Whose event it is.</param>
    /// <param name="payload">Ids and figures; never personal data.</param>
    /// <param name="now">UTC instant.</param>
    public static Task AppendAsync(
        UnitOfWork unit, string type, string aggregateType, Guid aggregateId, object payload, DateTimeOffset now) =>
        unit.SendAsync(Append(unit, type, aggregateType, aggregateId, payload, now));

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <inheritdoc cref="AppendAsync"/>
    public static Statement Append(
        UnitOfWork unit, string type, string aggregateType, Guid aggregateId, object payload, DateTimeOffset now)
    {
        unit.Appended |= EventLane.Of(type);
        return new(
            """
            INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, payload, created_at, available_at)
            VALUES (@Id, @type, @aggregateType, @aggregateId, @Payload::jsonb, @now, @now)
            """,
            new
            {
                Id = Guid.CreateVersion7(now),
                type,
                aggregateType,
                aggregateId,
                Payload = JsonSerializer.Serialize(payload, EventJson.Options),
                now,
            });
    }
}
