using System.Buffers.Binary;
using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>
/// How many stays one client, and one e-mail address, hold without having paid. Whoever counts keeps others of the same
/// client and address waiting until its own hold is committed or given up, so that no two take the last place.
/// </summary>
/// <param name="ClientKey">Pseudonym of the client's address; null where that is not counted.</param>
/// <param name="EmailKey">Pseudonym of the guest's e-mail address; null where that is not counted.</param>
internal sealed record OpenIntents(byte[]? ClientKey, byte[]? EmailKey)
{
    /// <summary>Ours among the advisory locks of two numbers.</summary>
    private const int LockSpace = 0x5253_0017;

    /// <summary>
    /// Whether one more fits. To be asked before nights are locked, and after the Idempotency-Key is: locks are taken in one
    /// order everywhere.
    /// </summary>
    /// <returns>Null when it does; else how long until the first of those that are open runs out.</returns>
    public async Task<TimeSpan?> WaitAsync(UnitOfWork unit, BookingOptions options, DateTimeOffset now)
    {
        var locks = new[] { ClientKey, EmailKey }.OfType<byte[]>().Select(key => BinaryPrimitives.ReadInt32BigEndian(key)).Order().ToList();
        if (locks.Count == 0)
        {
            return null;
        }

        // Statements of their own: the count must see what the one before us has committed.
        var open = await unit.Connection.QueryMultipleAsync(
            """
            SELECT 1
            FROM pg_advisory_xact_lock(@LockSpace, @First);

            SELECT 1
            FROM pg_advisory_xact_lock(@LockSpace, @Last);

            SELECT count(*), min(expires_at)
            FROM reserve.booking_intents
            WHERE client_key = @ClientKey
              AND status IN ('created', 'payment_pending');

            SELECT count(*), min(expires_at)
            FROM reserve.booking_intents
            WHERE email_key = @EmailKey
              AND status IN ('created', 'payment_pending')
            """,
            new { LockSpace, First = locks[0], Last = locks[^1], ClientKey, EmailKey });
        await using (open)
        {
            await open.ReadAsync<int>();
            await open.ReadAsync<int>();
            var byClient = await open.ReadSingleAsync<Open>();
            var byEmail = await open.ReadSingleAsync<Open>();
            return new[] { Wait(byClient, options.MaxOpenIntentsPerClient, now), Wait(byEmail, options.MaxOpenIntentsPerEmail, now) }.Max();
        }
    }

    private static TimeSpan? Wait(Open open, int most, DateTimeOffset now) => most == 0 || open.Count < most
        ? null
        : open.Min is { } first && first > now ? first - now : TimeSpan.Zero;

    private sealed record Open(long Count, DateTimeOffset? Min);
}
