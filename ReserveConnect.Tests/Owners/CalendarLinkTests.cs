using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Ical.Net;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Owners;

/// <summary>The secret address of a property's calendar, over HTTP.</summary>
public sealed class CalendarLinkTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task An_owner_is_shown_one_address_and_whoever_has_it_sees_what_is_booked_and_not_by_whom()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        var property = await market.ReadAsync<Guid>("SELECT property_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", held);
        // The one room of a kind that the guest has taken.
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "UPDATE reserve.availability_calendar SET allotment = bookings_count WHERE unit_id = @UnitId AND date >= @CheckIn AND date < @CheckOut", held.Stay);
        }

        var owner = await OwnerOfAsync(property);
        var address = await AddressAsync(owner, property);
        Assert.Equal(address, await AddressAsync(owner, property));

        using var feed = await market.Api.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, feed.StatusCode);
        Assert.Equal("text/calendar; charset=utf-8", feed.Content.Headers.ContentType!.ToString());
        Assert.Equal("max-age=60, private", feed.Headers.CacheControl!.ToString());
        var text = await feed.Content.ReadAsStringAsync();
        // What others have taken of the same room on the days beside it is one event with it.
        Assert.Contains(
            Calendar.Load(text)!.Events,
            taken => DateOnly.FromDateTime(taken.DtStart!.Value) <= held.Stay.CheckIn && DateOnly.FromDateTime(taken.DtEnd!.Value) >= held.Stay.CheckOut);
        Assert.DoesNotContain("Ana", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Souza", text, StringComparison.Ordinal);
        Assert.DoesNotContain("RC-", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_calendar_already_is_not_sent_it_again()
    {
        var property = await PropertyAsync();
        var address = await AddressAsync(await OwnerOfAsync(property), property);
        using var first = await market.Api.GetAsync(address);

        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await market.Api.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal((first.Headers.ETag, first.Headers.CacheControl), (second.Headers.ETag, second.Headers.CacheControl));
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task After_a_new_address_the_old_one_leads_nowhere()
    {
        var property = await PropertyAsync();
        var owner = await OwnerOfAsync(property);
        var old = await AddressAsync(owner, property);
        var before = await MadeAsync(property);

        var made = await People.ExpectAsync(HttpStatusCode.OK, market.SendAsync(HttpMethod.Post, $"owner/properties/{property}/calendar-link", null, owner));

        var address = made["address"]!.GetValue<string>();
        Assert.NotEqual(old, address);
        Assert.Equal(address, await AddressAsync(owner, property));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(old));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(address));
        Assert.Equal(before + 1, await MadeAsync(property));
    }

    [Fact]
    public async Task A_wrong_token_is_answered_as_a_property_that_there_is_not()
    {
        var property = await PropertyAsync();
        var address = await AddressAsync(await OwnerOfAsync(property), property);

        var wrong = await BodyAsync($"{address}x");
        var unknown = await BodyAsync("/api/properties/no-such-house/calendar.ics?token=x");
        var none = await BodyAsync(address[..address.IndexOf('?', StringComparison.Ordinal)]);

        Assert.Equal("calendar_not_found", wrong["code"]!.GetValue<string>());
        Assert.Equal(unknown.ToJsonString(), wrong.ToJsonString());
        Assert.Equal(unknown.ToJsonString(), none.ToJsonString());
    }

    [Fact]
    public async Task Nobody_but_an_owner_of_the_property_is_shown_or_given_an_address()
    {
        var property = await PropertyAsync();
        var other = await OwnerOfAsync(await PropertyAsync(offset: 1));

        await People.ExpectAsync(HttpStatusCode.NotFound, "property_not_found", market.GetAsync($"owner/properties/{property}/calendar-link", other));
        await People.ExpectAsync(
            HttpStatusCode.NotFound, "property_not_found", market.SendAsync(HttpMethod.Post, $"owner/properties/{property}/calendar-link", null, other));
    }

    [Fact]
    public async Task The_database_has_no_token_that_opens_a_calendar()
    {
        var property = await PropertyAsync();
        var address = await AddressAsync(await OwnerOfAsync(property), property);
        var token = address[(address.IndexOf('=', StringComparison.Ordinal) + 1)..];

        var row = await market.ReadAsync<string>("SELECT l::text FROM reserve.property_calendar_links l WHERE property_id = @property", new { property });

        Assert.Equal(43, token.Length);
        Assert.DoesNotContain(token, row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_who_ask_at_once_for_the_first_address_are_shown_the_same()
    {
        var property = await PropertyAsync(offset: 2);
        var owner = await OwnerOfAsync(property);

        var addresses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddressAsync(owner, property)));

        Assert.Single(addresses.Distinct());
        Assert.Equal(1, await MadeAsync(property));
    }

    [Fact]
    public async Task From_whom_a_property_is_taken_the_address_is_taken_too_and_whoever_is_left_asks_for_another()
    {
        var property = await PropertyAsync(offset: 3);
        var (leaving, staying) = (await OwnerOfAsync(property), await OwnerOfAsync(property));
        var old = await AddressAsync(leaving, property);
        var account = await market.ReadAsync<Guid>(
            "SELECT account_id FROM reserve.property_owners WHERE property_id = @property AND revoked_at IS NULL ORDER BY granted_at LIMIT 1", new { property });
        var admin = market.TokenOf((await market.SeedAsync([new AccountSeed("admin")])).Single());

        await People.ExpectAsync(HttpStatusCode.OK, market.SendAsync(HttpMethod.Delete, $"admin/properties/{property}/owners/{account}", null, admin));

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(old));
        Assert.Equal(1, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.audit_logs WHERE entity_id = @property AND action = 'calendar_link_voided'", new { property }));
        var address = await AddressAsync(staying, property);
        Assert.NotEqual(old, address);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(address));
    }

    [Fact]
    public async Task An_address_whose_key_is_gone_still_works_and_is_replaced_by_another()
    {
        var property = await PropertyAsync(offset: 4);
        var owner = await OwnerOfAsync(property);
        var old = await AddressAsync(owner, property);
        await market.ReadAsync<int>(
            "UPDATE reserve.property_calendar_links SET token_sealed = 'gone:' || split_part(token_sealed, ':', 2) WHERE property_id = @property RETURNING 1",
            new { property });

        await People.ExpectAsync(HttpStatusCode.Conflict, "calendar_link_lost", market.GetAsync($"owner/properties/{property}/calendar-link", owner));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(old));
        await People.ExpectAsync(HttpStatusCode.OK, market.SendAsync(HttpMethod.Post, $"owner/properties/{property}/calendar-link", null, owner));

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(old));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(await AddressAsync(owner, property)));
    }

    [Theory]
    [InlineData("&token=x")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task A_token_that_is_given_twice_or_is_too_long_is_a_wrong_one(string more)
    {
        var property = await PropertyAsync();

        var answer = await BodyAsync(await AddressAsync(await OwnerOfAsync(property), property) + more);

        Assert.Equal("calendar_not_found", answer["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_calendar_comes_compressed_to_who_takes_it(string coding)
    {
        var property = await PropertyAsync();
        var address = await AddressAsync(await OwnerOfAsync(property), property);
        await market.ReadAsync<int>(
            """
            WITH closed AS (
                UPDATE reserve.availability_calendar n
                SET is_available = false
                FROM reserve.unit_map u
                WHERE u.id = n.unit_id
                  AND u.property_id = @property
                  AND n.bookings_count = 0
                  AND extract(day FROM n.date) < 20
                RETURNING 1)
            SELECT count(*) FROM closed
            """,
            new { property });
        using var wire = new HttpClient { BaseAddress = market.Api.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.Add(new(coding));

        using var answer = await wire.SendAsync(request);

        Assert.Equal([coding], answer.Content.Headers.ContentEncoding);
        await using var coded = await answer.Content.ReadAsStreamAsync();
        await using Stream plain = coding == "br" ? new BrotliStream(coded, CompressionMode.Decompress) : new GZipStream(coded, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        Assert.Equal(await (await wire.GetAsync(address)).Content.ReadAsStringAsync(), await reader.ReadToEndAsync());
    }

    private async Task<string> AddressAsync(string owner, Guid property) =>
        (await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync($"owner/properties/{property}/calendar-link", owner)))["address"]!.GetValue<string>();

    private Task<long> MadeAsync(Guid property) => market.ReadAsync<long>(
        "SELECT count(*) FROM reserve.audit_logs WHERE entity_id = @property AND action = 'calendar_link_made'", new { property });

    private async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var answer = await market.Api.GetAsync(address);
        return answer.StatusCode;
    }

    private async Task<JsonObject> BodyAsync(string address)
    {
        using var answer = await market.Api.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        body.Remove("trace_id");
        return body;
    }

    private Task<Guid> PropertyAsync(int offset = 0) =>
        market.ReadAsync<Guid>("SELECT id FROM reserve.properties_map ORDER BY id OFFSET @offset LIMIT 1", new { offset });

    private async Task<string> OwnerOfAsync(Guid property)
    {
        var owner = (await market.SeedAsync([new AccountSeed("owner")])).Single();
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at)
            VALUES (gen_random_uuid(), @property, @AccountId, 'owner', now())
            """,
            new { property, owner.AccountId });
        return market.TokenOf(owner);
    }
}
