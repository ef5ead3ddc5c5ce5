using System.Security.Cryptography;
using System.Text;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Feeds;
using ReserveConnect.Support;

namespace ReserveConnect.Owners;

/// <summary>The secret address of a property's calendar, for its owner to give to other systems.</summary>
/// <param name="Address">Behind the address of this API. Whoever knows it sees which nights are taken, and no more.</param>
/// <param name="MadeAt">UTC instant; every address before it leads nowhere.</param>
public sealed record CalendarLink(Guid PropertyId, string Address, DateTimeOffset MadeAt);

/// <summary>
/// Makes the addresses of calendars and shows them to owners. What a request is compared with is a hash, of which nobody gets
/// back to the token; what owners are shown is sealed beside it.
/// </summary>
public sealed class CalendarLinks(ReserveDatabase database, AccountKeys keys, TimeProvider clock)
{
    /// <summary>What the token is sealed for.</summary>
    internal const string Use = "reserve-connect/calendar-link";

    /// <summary>
    /// The address; where there is none it is made, and the making is in the audit log. Refusals: <c>property_not_found</c> for what
    /// is not the owner's, <c>calendar_link_lost</c> when the key that sealed it is no more: it works, but nobody can be shown it.
    /// </summary>
    public async Task<Outcome<CalendarLink>> GetAsync(Actor owner, Guid propertyId, CancellationToken ct) =>
        await FindAsync(owner, propertyId, ct) switch
        {
            null => NotFound,
            { TokenSealed: { } token } known => Link(propertyId, known.Slug, token, known.MadeAt!.Value),
            { } known => await MakeAsync(owner, propertyId, known.Slug, replaces: false, ct),
        };

    /// <summary>Another address; the old one leads nowhere from now on. Refusal: <c>property_not_found</c>.</summary>
    public async Task<Outcome<CalendarLink>> RotateAsync(Actor owner, Guid propertyId, CancellationToken ct) =>
        await FindAsync(owner, propertyId, ct) is { } known ? await MakeAsync(owner, propertyId, known.Slug, replaces: true, ct) : NotFound;

    /// <summary>Takes the address away, whoever has it; writes the audit row if there was one.</summary>
    internal static async Task VoidAsync(UnitOfWork unit, Guid propertyId, Actor by, DateTimeOffset now)
    {
        if (await unit.Connection.ExecuteAsync("DELETE FROM reserve.property_calendar_links WHERE property_id = @propertyId", new { propertyId }) > 0)
        {
            await AuditLog.WriteAsync(unit, "property", propertyId, "calendar_link_voided", null, null, null, by.Name, now);
        }
    }

    private static Refusal NotFound => Refusal.NotFound("property_not_found", "There is no such property.");

    private Task<Known?> FindAsync(Actor owner, Guid propertyId, CancellationToken ct) => database.ReadAsync(
        owner,
        connection => connection.QuerySingleOrDefaultAsync<Known>(
            """
            SELECT p.slug, l.token_sealed, l.made_at
            FROM reserve.property_owners o
            JOIN reserve.properties_map p ON p.id = o.property_id
            LEFT JOIN reserve.property_calendar_links l ON l.property_id = p.id
            WHERE o.property_id = @propertyId
            """,
            new { propertyId }),
        ct);

    private Task<Outcome<CalendarLink>> MakeAsync(Actor owner, Guid propertyId, string slug, bool replaces, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var (token, now) = (CalendarToken.New(), clock.GetUtcNow());
        var sealedToken = keys.Seal(Use, Encoding.ASCII.GetBytes(token), propertyId);
        return database.TransactAsync<Outcome<CalendarLink>>(
            async unit =>
            {
                // Of two who ask at once for the first one both get the same; and nobody makes one for what was taken from them
                // since, or is being taken just now: that waits for the lock, and then ends this one too.
                var row = await unit.Connection.QuerySingleOrDefaultAsync<Made>(
                    """
                    INSERT INTO reserve.property_calendar_links AS l (property_id, token_hash, token_sealed, made_at, made_by)
                    SELECT o.property_id, @Hash, @Sealed, @now, @by
                    FROM reserve.property_owners o
                    WHERE o.property_id = @propertyId
                      AND o.account_id = @AccountId
                      AND o.revoked_at IS NULL
                    FOR SHARE
                    ON CONFLICT (property_id) DO UPDATE
                    SET token_hash = CASE WHEN @replaces THEN excluded.token_hash ELSE l.token_hash END,
                        token_sealed = CASE WHEN @replaces THEN excluded.token_sealed ELSE l.token_sealed END,
                        made_at = CASE WHEN @replaces THEN excluded.made_at ELSE l.made_at END,
                        made_by = CASE WHEN @replaces THEN excluded.made_by ELSE l.made_by END
                    RETURNING token_sealed, made_at
                    """,
                    new
                    {
                        propertyId,
                        owner.AccountId,
                        Hash = CalendarToken.HashOf(token),
                        Sealed = sealedToken,
                        now,
                        by = owner.Name,
                        replaces,
                    });
                if (row is null)
                {
                    return NotFound;
                }

                if (row.TokenSealed == sealedToken)
                {
                    await AuditLog.WriteAsync(unit, "property", propertyId, "calendar_link_made", null, null, null, owner.Name, now);
                }

                return Link(propertyId, slug, row.TokenSealed, row.MadeAt);
            },
            ct);
    }

    private Outcome<CalendarLink> Link(Guid propertyId, string slug, string sealedToken, DateTimeOffset madeAt)
    {
        try
        {
            var token = Encoding.ASCII.GetString(keys.Open(Use, sealedToken, propertyId));
            return new CalendarLink(propertyId, $"/api/properties/{slug}/calendar.ics?token={token}", madeAt);
        }
        catch (CryptographicException)
        {
            return Refusal.Conflict("calendar_link_lost", "This address can no longer be shown; have another made in its place.");
        }
    }

    private sealed record Known(string Slug, string? TokenSealed, DateTimeOffset? MadeAt);

    private sealed record Made(string TokenSealed, DateTimeOffset MadeAt);
}
