using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Access;

/// <summary>What is in the answers: one's own, and not a word of anybody else's.</summary>
public sealed class TheirThingsTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    private const string UnknownCode = "RC-22222222";

    [Fact]
    public async Task An_owner_sees_the_bookings_of_their_own_properties_and_no_address_of_a_guest()
    {
        foreach (var (owner, own) in new[] { (Who.OwnerA, world.All.OfA), (Who.OwnerB, world.All.OfB) })
        {
            var reply = await OkAsync(owner, "owner/bookings");

            Assert.Equal([own.Code], Items(reply, "confirmation_code"));
            Assert.DoesNotContain("@", reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_owner_sees_their_own_properties()
    {
        Assert.Equal([$"{world.All.OfA.PropertyId}"], Items(await OkAsync(Who.OwnerA, "owner/properties"), "property_id"));
        Assert.Equal([$"{world.All.OfB.PropertyId}"], Items(await OkAsync(Who.OwnerB, "owner/properties"), "property_id"));
    }

    [Fact]
    public async Task The_bookings_of_anothers_property_are_answered_as_those_of_none() =>
        Assert.Equal(
            await OkAsync(Who.OwnerA, $"owner/bookings?property_id={Guid.CreateVersion7()}"),
            await OkAsync(Who.OwnerA, $"owner/bookings?property_id={world.All.OfB.PropertyId}"));

    [Fact]
    public async Task A_guest_sees_their_own_bookings_and_profile()
    {
        foreach (var (guest, own) in new[] { (Who.GuestA, world.All.OfA), (Who.GuestB, world.All.OfB) })
        {
            Assert.Equal([own.Code], Items(await OkAsync(guest, "accounts/me/bookings"), "confirmation_code"));
            Assert.Equal(world.All[guest].Email, (await OkAsync(guest, "accounts/me")).Body["email"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_hold_that_was_made_with_an_account_is_the_accounts_and_not_that_of_the_booking_beside_it()
    {
        var hold = $"booking-intents/{world.All.OfA.OpenIntentId}";

        await OkAsync(Who.GuestA, hold);
        Assert.Equal(HttpStatusCode.NotFound, (await world.AskAsync(Who.GuestB, "GET", hold)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.AskAsync(Who.BookingA, "GET", hold)).Status);
    }

    [Theory]
    [InlineData("GET", "booking-intents/{intent}")]
    [InlineData("DELETE", "booking-intents/{intent}")]
    [InlineData("GET", "booking-intents/{intent}/payment")]
    [InlineData("POST", "booking-intents/{intent}/payments/card")]
    [InlineData("POST", "booking-intents/{intent}/payments/pix")]
    [InlineData("POST", "booking-intents/{intent}/payments/retry")]
    [InlineData("GET", "reservations/{code}")]
    public async Task What_is_anothers_is_answered_to_the_byte_as_what_does_not_exist(string method, string address)
    {
        var theirs = Filled(address, world.All.OfA.Held.IntentId, world.All.OfA.Code);
        var open = Filled(address, world.All.OfA.OpenIntentId, world.All.OfA.Code);
        var nothing = Filled(address, Guid.CreateVersion7(), UnknownCode);
        foreach (var who in new[] { Who.GuestB, Who.BookingB })
        {
            var expected = await world.AskAsync(who, method, nothing);

            Assert.Equal(HttpStatusCode.NotFound, expected.Status);
            Assert.Contains("trace_id", expected.Text, StringComparison.Ordinal);
            Assert.Equal(expected.WithoutTrace, (await world.AskAsync(who, method, theirs)).WithoutTrace);
            Assert.Equal(expected.WithoutTrace, (await world.AskAsync(who, method, open)).WithoutTrace);
        }
    }

    [Fact]
    public async Task Staff_read_the_trail_of_a_booking_and_find_themselves_in_it()
    {
        // However the code is typed.
        await OkAsync(Who.Agent, $"reservations/{world.All.OfA.Code[3..].ToLowerInvariant()}");

        var reply = await OkAsync(Who.Agent, $"admin/audit/bookings/{world.All.OfA.Code}");

        Assert.Contains("confirmed", Items(reply, "to_status"));
        Assert.Contains($"agent:{world.All[Who.Agent].AccountId}", Items(reply, "actor"));
        Assert.Contains("get_booking", Items(reply, "action"));
        Assert.Equal(
            await WholeAsync($"admin/audit/bookings/{world.All.OfA.Held.IntentId}"),
            await WholeAsync($"admin/audit/bookings/{world.All.OfA.Code}"));
        Assert.DoesNotContain("@", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{world.All.OfB.Held.IntentId}", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payouts", false, true, true)]
    [InlineData("users", false, false, true)]
    public async Task Trails_of_money_and_of_people_are_for_whoever_answers_for_them(string kind, bool agent, bool supervisor, bool admin)
    {
        var key = kind == "users" ? world.All[Who.GuestA].AccountId : Guid.CreateVersion7();
        foreach (var (who, passes) in new[] { (Who.Agent, agent), (Who.Supervisor, supervisor), (Who.Admin, admin) })
        {
            var reply = await world.AskAsync(who, "GET", $"admin/audit/{kind}/{key}");

            // There is no payout here: that is told to whoever may know.
            Assert.True(
                passes ? reply.Code is null or "audit_target_not_found" : reply is { Status: HttpStatusCode.Forbidden, Code: "forbidden" },
                $"{who}: {reply}");
        }
    }

    // The whole trail, two entries at a time, but for what tells of such readings.
    private async Task<IReadOnlyList<string>> WholeAsync(string address)
    {
        List<string> entries = [];
        string? cursor = null;
        do
        {
            var page = await OkAsync(Who.Agent, $"{address}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            entries.AddRange(page.Body["items"]!.AsArray().Select(item => item!.ToJsonString()));
            cursor = page.Body["next_cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        return [.. entries.Where(entry => !entry.Contains("get_audit_trail", StringComparison.Ordinal))];
    }

    private async Task<Reply> OkAsync(Who who, string address)
    {
        var reply = await world.AskAsync(who, "GET", address);
        Assert.True(reply.Status == HttpStatusCode.OK, $"{who} {address}: {reply}");
        return reply;
    }

    private static IEnumerable<string?> Items(Reply reply, string member) =>
        reply.Body["items"]!.AsArray().Select(item => item![member]?.ToString());

    private static string Filled(string address, Guid intentId, string code) =>
        address.Replace("{intent}", $"{intentId}", StringComparison.Ordinal).Replace("{code}", code, StringComparison.Ordinal);
}
