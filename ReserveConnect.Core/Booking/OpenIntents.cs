using System.Buffers.Binary;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Privacy;

namespace ReserveConnect.Booking;

/// <summary>
/// How many stays one client, one site of many clients, and one e-mail address, hold without having paid. Whoever counts keeps
/// others of the same site and address waiting until its own hold is committed or given up, so that no two take the last place.
/// </summary>
/// <param name="ClientKey">Pseudonym of the client's address; null where that is not counted.</param>
/// <param name="SiteKey">Pseudonym of the network that one subscriber may have all of; null where that is not counted.</param>
/// <param name="EmailKey">Pseudonym of the guest's e-mail address; null where that is not counted.</param>
internal sealed record OpenIntents(byte[]? ClientKey, byte[]? SiteKey, byte[]? EmailKey)
{
    /// <summary>Ours among the advisory locks of two numbers.</summary>
    private const int LockSpace = 0x5253_0017;

    /// <summary>Whose stays are to be counted, for somebody who wants one more.</summary>
    public static OpenIntents Of(BookingOptions options, Pseudonyms pseudonyms, UInt128 network, UInt128 site, string email)
    {
        var areClients = options.MaxOpenIntentsPerClient > 0 || options.MaxOpenIntentsPerEmailAndClient > 0;
        var areEmails = options.MaxOpenIntentsPerEmail > 0 || options.MaxOpenIntentsPerEmailAndClient > 0;
        return new(
            areClients ? pseudonyms.OfNetwork(network) : null,
            areClients ? pseudonyms.OfSite(site) : null,
            areEmails ? pseudonyms.OfEmail(email) : null);
    }

    /// <summary>
    /// Whether one more fits. To be asked before nights are locked, and after the Idempotency-Key is: locks are taken in one
    /// order everywhere.
    /// </summary>
    /// <returns>Null when it does; else how long until the first of those that are open runs out.</returns>
    public async Task<TimeSpan?> WaitAsync(UnitOfWork unit, BookingOptions options, DateTimeOffset now)
    {
        // Who has the site's has that of each of its clients.
        var locks = new[] { SiteKey, EmailKey }.OfType<byte[]>().Select(key => BinaryPrimitives.ReadInt32BigEndian(key)).Order().ToList();
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
            WHERE site_key = @SiteKey
              AND status IN ('created', 'payment_pending');

            SELECT count(*), min(expires_at)
            FROM reserve.booking_intents
            WHERE email_key = @EmailKey
              AND site_key = @SiteKey
              AND status IN ('created', 'payment_pending');

            SELECT count(*), min(expires_at)
            FROM reserve.booking_intents
            WHERE email_key = @EmailKey
              AND status IN ('created', 'payment_pending')
            """,
            new { LockSpace, First = locks[0], Last = locks[^1], ClientKey, SiteKey, EmailKey });
        await using (open)
        {
            await open.ReadAsync<int>();
            await open.ReadAsync<int>();
            return new[]
            {
                Wait(await open.ReadSingleAsync<Open>(), options.MaxOpenIntentsPerClient, now),
                Wait(await open.ReadSingleAsync<Open>(), options.MaxOpenIntentsPerClient * options.OpenIntentsSiteFactor, now),
                Wait(await open.ReadSingleAsync<Open>(), options.MaxOpenIntentsPerEmailAndClient, now),
                Wait(await open.ReadSingleAsync<Open>(), options.MaxOpenIntentsPerEmail, now),
            }.Max();
        }
    }

    private static TimeSpan? Wait(Open open, int most, DateTimeOffset now) => most == 0 || open.Count < most
        ? null
        : open.Min is { } first && first > now ? first - now : TimeSpan.Zero;

    private sealed record Open(long Count, DateTimeOffset? Min);
}
