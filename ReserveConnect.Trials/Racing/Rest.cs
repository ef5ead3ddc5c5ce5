using Dapper;
using Npgsql;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>Whether everything that a round began has come to its end.</summary>
internal sealed class Rest(TrialWorld world, NpgsqlConnection connection, IReadOnlyList<Lane> lanes)
{
    // The first steps go from timer to timer; later ones are longer, so that a long wait is few steps.
    private const int ExactSteps = 4;
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestStep = TimeSpan.FromMinutes(15);

    private readonly Quiet _quiet = new(world);
    private readonly Guid[] _intents = [.. lanes.SelectMany(lane => lane.Held).Select(held => held.IntentId)];
    private int _steps;

    /// <summary>Whether no intent, charge, refund, saga or webhook has anything to come.</summary>
    public async Task<bool> IsReachedAsync() => world.WebhooksDelayed == 0 && (await RestlessAsync()).Count == 0;

    /// <summary>The intents that have not come to their end.</summary>
    public async Task<IReadOnlySet<Guid>> RestlessAsync() =>
        (await connection.QueryAsync<Guid>(
            """
            SELECT id
            FROM reserve.booking_intents
            WHERE id = ANY(@_intents)
              AND status NOT IN ('confirmed', 'cancelled', 'expired')
            UNION
            SELECT booking_intent_id
            FROM reserve.payment_attempts
            WHERE booking_intent_id = ANY(@_intents)
              AND status IN ('initiating', 'pending', 'authorized')
            UNION
            SELECT booking_intent_id
            FROM reserve.refunds
            WHERE booking_intent_id = ANY(@_intents)
              AND status <> 'succeeded'
            UNION
            SELECT booking_intent_id
            FROM reserve.cancellations
            WHERE booking_intent_id = ANY(@_intents)
              AND status = 'pending'
            UNION
            SELECT i.id
            FROM reserve.booking_intents i
            JOIN durable.instances d ON d.instance_id = i.id::text
            WHERE i.id = ANY(@_intents)
              AND d.status IN (0, 6, 7)
            UNION
            SELECT a.booking_intent_id
            FROM reserve.payment_attempts a
            JOIN durable.instances d ON d.instance_id = 'late-' || a.id
            WHERE a.booking_intent_id = ANY(@_intents)
              AND d.status IN (0, 6, 7)
            """,
            new { _intents })).ToHashSet();

    /// <summary>How far the clock has to move on for something to happen.</summary>
    public async Task<TimeSpan> StepAsync()
    {
        var now = world.Clock.GetUtcNow();
        var due = await _quiet.NextAsync(connection) is { } next && next > now ? next - now : TimeSpan.Zero;
        var least = _slack * Math.Pow(2, Math.Max(0, _steps++ - ExactSteps));
        least = least < _longestStep ? least : _longestStep;
        return due + least < _longestStep ? due + least : _longestStep;
    }
}
