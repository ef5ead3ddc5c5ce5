using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Owners;

public sealed class OwnerTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task An_invited_owner_comes_by_mail_and_sees_their_property_and_its_bookings_and_no_others()
    {
        var (supervisor, booked) = (await SupervisorAsync(), await BookedAsync());
        var other = await BookedAsync(notAt: booked.PropertyId);
        var email = People.NewEmail();

        var owners = await People.ExpectAsync(HttpStatusCode.Created, market.PostAsync($"admin/properties/{booked.PropertyId}/owners", Invitation(email), supervisor.Access));
        var invited = Assert.Single(owners["items"]!.AsArray(), invited => Text(invited!, "email") == email)!;
        Assert.Equal(("owner", "invited"), (Text(invited, "role"), Text(invited, "account_status")));
        var owner = await AcceptAsync(email);

        var properties = (await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("owner/properties", owner.Access)))["items"]!.AsArray();
        Assert.Equal(booked.PropertyId, Assert.Single(properties)!["property_id"]!.GetValue<Guid>());
        var bookings = (await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("owner/bookings", owner.Access)))["items"]!.AsArray();
        Assert.All(bookings, booking => Assert.Equal(booked.PropertyId, booking!["property_id"]!.GetValue<Guid>()));
        Assert.Contains(bookings, booking => Text(booking!, "confirmation_code") == booked.Code);
        Assert.DoesNotContain(bookings, booking => Text(booking!, "confirmation_code") == other.Code);
        Assert.DoesNotContain("ana@example.com", bookings.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_that_is_taken_away_is_gone_at_the_next_request()
    {
        var (supervisor, booked) = (await SupervisorAsync(), await BookedAsync());
        var owner = await InvitedAsync(supervisor, booked.PropertyId);

        await People.ExpectAsync(HttpStatusCode.OK, market.SendAsync(HttpMethod.Delete, $"admin/properties/{booked.PropertyId}/owners/{owner.AccountId}", null, supervisor.Access));

        Assert.Empty((await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("owner/properties", owner.Access)))["items"]!.AsArray());
        Assert.Empty((await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("owner/bookings", owner.Access)))["items"]!.AsArray());
        await People.ExpectAsync(
            HttpStatusCode.NotFound, "owner_not_found",
            market.SendAsync(HttpMethod.Delete, $"admin/properties/{booked.PropertyId}/owners/{owner.AccountId}", null, supervisor.Access));
    }

    [Fact]
    public async Task An_owner_is_linked_to_a_second_property_without_another_mail_and_what_was_done_is_audited()
    {
        var (supervisor, booked) = (await SupervisorAsync(), await BookedAsync());
        var owner = await InvitedAsync(supervisor, booked.PropertyId);
        var second = await market.ReadAsync<Guid>("SELECT id FROM reserve.properties_map WHERE id <> @PropertyId ORDER BY id LIMIT 1", booked);

        await People.ExpectAsync(HttpStatusCode.Created, market.PostAsync($"admin/properties/{second}/owners", Invitation(owner.Email, "manager"), supervisor.Access));

        var properties = (await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("owner/properties", owner.Access)))["items"]!.AsArray();
        Assert.Equal(new HashSet<string> { "owner", "manager" }, properties.Select(property => Text(property!, "role")).ToHashSet());
        await market.QuietAsync();
        Assert.Single(await market.MailsAsync(owner.Email, "invitation"));
        Assert.Equal(
            2,
            await market.ReadAsync<long>(
                "SELECT count(*) FROM reserve.audit_logs WHERE action = 'property_granted' AND entity_id = @AccountId AND actor = @actor AND request_id IS NOT NULL",
                new { owner.AccountId, actor = $"supervisor:{supervisor.AccountId}" }));
    }

    [Fact]
    public async Task Who_has_another_account_is_no_owner_by_a_link()
    {
        var (supervisor, guest, booked) = (await SupervisorAsync(), await market.NewGuestAsync(), await BookedAsync());

        await People.ExpectAsync(
            HttpStatusCode.Conflict, "account_exists", market.PostAsync($"admin/properties/{booked.PropertyId}/owners", Invitation(guest.Email), supervisor.Access));

        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.property_owners WHERE account_id = @AccountId", guest));
    }

    [Theory]
    [InlineData("no address", "owner", HttpStatusCode.UnprocessableEntity, "invalid_user")]
    [InlineData("dona@example.com", "emperor", HttpStatusCode.UnprocessableEntity, "invalid_user")]
    public async Task A_bad_invitation_is_refused_and_writes_nothing(string email, string part, HttpStatusCode status, string code)
    {
        var (supervisor, booked) = (await SupervisorAsync(), await BookedAsync());
        var before = await market.ReadAsync<long>("SELECT count(*) FROM reserve.accounts");

        await People.ExpectAsync(status, code, market.PostAsync($"admin/properties/{booked.PropertyId}/owners", Invitation(email, part), supervisor.Access));
        await People.ExpectAsync(
            HttpStatusCode.NotFound, "property_not_found", market.PostAsync($"admin/properties/{Guid.CreateVersion7()}/owners", Invitation(People.NewEmail()), supervisor.Access));

        Assert.Equal(before, await market.ReadAsync<long>("SELECT count(*) FROM reserve.accounts"));
    }

    [Fact]
    public async Task Bookings_come_by_arrival_in_pages_and_by_what_is_asked_for()
    {
        var (supervisor, booked) = (await SupervisorAsync(), await BookedAsync());
        var owner = await InvitedAsync(supervisor, booked.PropertyId);
        while (await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations WHERE property_id = @PropertyId", booked) < 2)
            await BookedAsync();

        List<string> codes = [];
        string? cursor = null;
        do
        {
            var page = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync($"owner/bookings?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}", owner.Access));
            codes.Add(Text(Assert.Single(page["items"]!.AsArray())!, "confirmation_code"));
            cursor = page["next_cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.Equal(await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations WHERE property_id = @PropertyId", booked), codes.Count);
        var none = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("owner/bookings?to=2001-01-01", owner.Access));
        Assert.Empty(none["items"]!.AsArray());
        await People.ExpectAsync(HttpStatusCode.BadRequest, "invalid_cursor", market.GetAsync("owner/bookings?cursor=x", owner.Access));
    }

    private async Task<Person> SupervisorAsync() => await market.NewStaffAsync(await market.NewAdminAsync(), "supervisor");

    private async Task<Person> InvitedAsync(Person supervisor, Guid propertyId)
    {
        var email = People.NewEmail();
        await People.ExpectAsync(HttpStatusCode.Created, market.PostAsync($"admin/properties/{propertyId}/owners", Invitation(email), supervisor.Access));
        return await AcceptAsync(email);
    }

    private async Task<Person> AcceptAsync(string email)
    {
        var token = await market.MailedTokenAsync(email, "invitation");
        return Person.Of(email, await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/accept-invitation", new { token, password = People.Password })));
    }

    private static object Invitation(string email, string part = "owner") => new { email, part, first_name = "Dora", last_name = "Neves" };

    private async Task<Booked> BookedAsync(Guid? notAt = null)
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync(notAt: notAt));
        await market.UntilAsync(held.IntentId, "confirmed");
        return new(
            await market.ReadAsync<Guid>("SELECT property_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", held),
            await market.ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations WHERE booking_intent_id = @IntentId", held));
    }

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private sealed record Booked(Guid PropertyId, string Code);
}
