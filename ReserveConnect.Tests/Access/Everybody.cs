using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Access;

/// <summary>What is one guest's: a stay that is booked and paid, and a hold that is not.</summary>
internal sealed record Booked(Held Held, Guid OpenIntentId, string Code, Guid PropertyId, string Slug);

/// <summary>
/// Somebody of every kind, and two of those who have something of their own: A's booking is at a property of owner A, B's at
/// one of owner B. Each was made without an account, under the guest's address; each open hold with the account.
/// </summary>
internal sealed class Everybody
{
    private readonly Marketplace _market;
    private readonly Dictionary<Who, Somebody> _accounts;

    private Everybody(Marketplace market, Dictionary<Who, Somebody> accounts, Booked ofA, Booked ofB) =>
        (_market, _accounts, OfA, OfB) = (market, accounts, ofA, ofB);

    public Booked OfA { get; }

    public Booked OfB { get; }

    /// <summary>The account of one of those who have one.</summary>
    public Somebody this[Who who] => _accounts[who];

    public static async Task<Everybody> ArriveAsync(Marketplace market)
    {
        (Who Who, string Role)[] roles =
        [
            (Who.GuestA, "guest"), (Who.GuestB, "guest"), (Who.OwnerA, "owner"), (Who.OwnerB, "owner"),
            (Who.Newcomer, "agent"), (Who.Agent, "agent"), (Who.Supervisor, "supervisor"), (Who.Admin, "admin"),
        ];
        var seeded = await market.SeedAsync(roles.Select(known => new AccountSeed(known.Role, HasSecondFactor: known.Who != Who.Newcomer)));
        var accounts = roles.Zip(seeded).ToDictionary(pair => pair.First.Who, pair => pair.Second);
        var ofA = await BookAsync(market, accounts[Who.GuestA], accounts[Who.OwnerA], null);
        var ofB = await BookAsync(market, accounts[Who.GuestB], accounts[Who.OwnerB], ofA.PropertyId);
        return new(market, accounts, ofA, ofB);
    }

    /// <summary>Proves who calls.</summary>
    public void Prove(HttpRequestMessage request, Who who)
    {
        if (who == Who.Operator)
        {
            request.Headers.Add("X-Operator-Key", _market.OperatorsKey);
        }
        else if (who != Who.Anonymous)
        {
            request.Headers.Authorization = new("Bearer", TokenOf(who));
        }
    }

    /// <summary>The token of everybody who has one.</summary>
    public string TokenOf(Who who) => who switch
    {
        Who.BookingA => _market.TokenOf(OfA.Held.IntentId),
        Who.BookingB => _market.TokenOf(OfB.Held.IntentId),
        _ => _market.TokenOf(_accounts[who]),
    };

    private static async Task<Booked> BookAsync(Marketplace market, Somebody guest, Somebody owner, Guid? notAt)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync(notAt: notAt), guest.Email);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));
        var open = await market.HoldAsync(await market.FreeStayAsync(), guest.Email, market.TokenOf(guest));
        await market.UntilAsync(held.IntentId, "confirmed");
        await using var connection = await market.OpenAsync();
        var (code, property, slug) = await connection.QuerySingleAsync<(string, Guid, string)>(
            """
            UPDATE reserve.accounts
            SET traveler_id = r.traveler_id
            FROM reserve.reservations r
            WHERE r.booking_intent_id = @IntentId
              AND accounts.id = @guest;

            INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at)
            SELECT gen_random_uuid(), r.property_id, @owner, 'owner', @now
            FROM reserve.reservations r
            WHERE r.booking_intent_id = @IntentId;

            SELECT r.confirmation_code, p.id, p.slug
            FROM reserve.reservations r
            JOIN reserve.properties_map p ON p.id = r.property_id
            WHERE r.booking_intent_id = @IntentId
            """,
            new { held.IntentId, guest = guest.AccountId, owner = owner.AccountId, now = market.Clock.GetUtcNow() });
        return new(held, open.IntentId, code, property, slug);
    }
}
