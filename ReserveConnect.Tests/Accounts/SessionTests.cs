using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class SessionTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_refresh_token_gives_the_next_pair_and_the_session_goes_on()
    {
        var guest = await market.NewGuestAsync();
        for (var refreshes = 0; refreshes < 3; refreshes++)
        {
            guest = await RefreshAsync(guest);
            await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", guest.Access));
        }

        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.account_sessions WHERE account_id = @AccountId", new { guest.AccountId }));
    }

    [Fact]
    public async Task Of_the_old_refresh_tokens_of_a_session_so_many_are_kept_and_no_more()
    {
        var guest = await market.NewGuestAsync();
        await using (var connection = await market.OpenAsync())
        {
            await Dapper.SqlMapper.ExecuteAsync(
                connection,
                """
                INSERT INTO reserve.account_refresh_tokens (token_hash, session_id, issued_at, replaced_at)
                SELECT sha256(uuid_send(gen_random_uuid())), s.id, s.created_at - interval '1 day', s.created_at - interval '1 day'
                FROM reserve.account_sessions s, generate_series(1, 230)
                WHERE s.account_id = @AccountId
                """,
                new { guest.AccountId });
        }

        await RefreshAsync(guest);

        Assert.Equal(201, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.account_refresh_tokens t JOIN reserve.account_sessions s ON s.id = t.session_id WHERE s.account_id = @AccountId", new { guest.AccountId }));
        // The newest of the old ones is among them.
        await ExpectEndedAsync(guest.Refresh);
    }

    [Fact]
    public async Task Sessions_that_ran_out_are_removed_with_their_tokens_when_anybody_comes()
    {
        var gone = await market.NewGuestAsync();
        market.Clock.Advance(TimeSpan.FromDays(31));

        // Each that comes removes some.
        await Marketplace.EventuallyAsync(
            async () =>
            {
                await market.NewGuestAsync();
                return await market.ReadAsync<long>("SELECT count(*) FROM reserve.account_sessions WHERE account_id = @AccountId", new { gone.AccountId }) == 0;
            },
            () => "the session is still there");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_old_refresh_token_however_old_ends_the_session(int age)
    {
        var first = await market.NewGuestAsync();
        var last = first;
        for (var refreshes = 0; refreshes < age; refreshes++)
            last = await RefreshAsync(last);

        await ExpectEndedAsync(first.Refresh);

        await ExpectEndedAsync(last.Refresh);
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", last.Access));
        Assert.Equal("refresh_token_reused", await ReasonAsync(first));
    }

    [Fact]
    public async Task Of_two_refreshes_at_once_with_one_token_one_gets_a_pair_and_the_session_ends_for_both()
    {
        for (var rounds = 0; rounds < 5; rounds++)
        {
            var guest = await market.NewGuestAsync();

            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => market.PostAsync("accounts/refresh", new { refresh_token = guest.Refresh })));

            var winner = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.Single(answers, answer => answer.Status == HttpStatusCode.Unauthorized);
            await ExpectEndedAsync(Person.Of(guest.Email, winner.Body).Refresh);
            Assert.Equal(1, await market.ReadAsync<long>(
                "SELECT count(*) FROM reserve.account_refresh_tokens t JOIN reserve.account_sessions s ON s.id = t.session_id WHERE s.account_id = @AccountId AND t.replaced_at IS NULL",
                new { guest.AccountId }));
        }
    }

    [Fact]
    public async Task A_session_ends_after_thirty_days_however_often_it_is_refreshed()
    {
        var guest = await market.NewGuestAsync();
        for (var weeks = 0; weeks < 4; weeks++)
        {
            market.Clock.Advance(TimeSpan.FromDays(7));
            guest = await RefreshAsync(guest);
        }

        market.Clock.Advance(TimeSpan.FromDays(2));

        await ExpectEndedAsync(guest.Refresh);
    }

    [Fact]
    public async Task An_access_token_lives_a_quarter_of_an_hour()
    {
        var guest = await market.NewGuestAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(14));
        await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", guest.Access));
        market.Clock.Advance(TimeSpan.FromMinutes(2));

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", guest.Access));
    }

    [Fact]
    public async Task Whoever_logs_out_is_out_at_once()
    {
        var guest = await market.NewGuestAsync();

        await People.ExpectAsync(HttpStatusCode.NoContent, market.PostAsync("accounts/logout", new { refresh_token = guest.Refresh }));

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", guest.Access));
        await ExpectEndedAsync(guest.Refresh);
        await People.ExpectAsync(HttpStatusCode.NoContent, market.PostAsync("accounts/logout", new { refresh_token = guest.Refresh }));
        await People.ExpectAsync(HttpStatusCode.NoContent, market.PostAsync("accounts/logout", new { refresh_token = "none" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("&&&&")]
    public Task What_is_no_refresh_token_refreshes_nothing(string text) => ExpectEndedAsync(text);

    [Fact]
    public async Task The_oldest_session_gives_way_when_there_are_too_many()
    {
        var guest = await market.NewGuestAsync();
        for (var logins = 0; logins < 20; logins++)
        {
            market.Clock.Advance(TimeSpan.FromSeconds(1));
            await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email));
        }

        Assert.Equal("too_many", await ReasonAsync(guest));
        Assert.Equal(20, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.account_sessions WHERE account_id = @AccountId AND revoked_at IS NULL", new { guest.AccountId }));
    }

    [Fact]
    public async Task A_token_of_one_account_with_the_session_of_another_is_nobodys()
    {
        var (one, other) = (await market.NewGuestAsync(), await market.NewGuestAsync());
        var session = await market.ReadAsync<Guid>("SELECT id FROM reserve.account_sessions WHERE account_id = @AccountId", new { other.AccountId });
        var mixed = market.Services.GetRequiredService<AccessTokens>().ForAccount(one.AccountId, session);

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", mixed.Token));
    }

    [Fact]
    public async Task Changing_the_password_ends_every_other_session_and_tells_the_owner()
    {
        var guest = await market.NewGuestAsync();
        var other = Person.Of(guest.Email, (await market.LoginAsync(guest.Email)).Body);
        await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "invalid_credentials", ChangeAsync(guest, People.OtherPassword, People.OtherPassword));
        await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "invalid_password", ChangeAsync(guest, People.Password, "password123"));

        await People.ExpectAsync(HttpStatusCode.NoContent, ChangeAsync(guest, People.Password, People.OtherPassword));

        await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", guest.Access));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", other.Access));
        await ExpectEndedAsync(other.Refresh);
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(guest.Email));
        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email, People.OtherPassword));
        Assert.Single(await market.MailsAsync(guest.Email, "password_changed"));
    }

    [Fact]
    public async Task A_stolen_access_token_does_not_guess_the_password()
    {
        var guest = await market.NewGuestAsync();
        for (var guesses = 0; guesses < 5; guesses++)
            await ChangeAsync(guest, People.OtherPassword, People.OtherPassword);

        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", ChangeAsync(guest, People.Password, People.OtherPassword));
    }

    private Task<Answer> ChangeAsync(Person person, string current, string next) =>
        market.PostAsync("accounts/change-password", new { current_password = current, new_password = next }, person.Access);

    private async Task<Person> RefreshAsync(Person person) =>
        Person.Of(person.Email, await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/refresh", new { refresh_token = person.Refresh })));

    private Task ExpectEndedAsync(string refreshToken) =>
        People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token", market.PostAsync("accounts/refresh", new { refresh_token = refreshToken }));

    private Task<string> ReasonAsync(Person person) => market.ReadAsync<string>(
        "SELECT revoked_reason FROM reserve.account_sessions WHERE account_id = @AccountId ORDER BY created_at LIMIT 1", new { person.AccountId });
}
