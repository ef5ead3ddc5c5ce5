using System.Net;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class PasswordResetTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task Whoever_has_the_mail_sets_a_new_password_and_every_session_ends()
    {
        var guest = await market.NewGuestAsync();
        var token = await ResetTokenAsync(guest.Email);

        await People.ExpectAsync(HttpStatusCode.NoContent, ConfirmAsync(token));

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", guest.Access));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(guest.Email));
        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email, People.OtherPassword));
        Assert.Single(await market.MailsAsync(guest.Email, "password_changed"));
    }

    [Fact]
    public async Task A_link_works_once_and_for_half_an_hour()
    {
        var guest = await market.NewGuestAsync();
        var token = await ResetTokenAsync(guest.Email);
        await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "invalid_password", ConfirmAsync(token, "password123"));
        await People.ExpectAsync(HttpStatusCode.NoContent, ConfirmAsync(token));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", ConfirmAsync(token));

        var late = await ResetTokenAsync(guest.Email, 2);
        market.Clock.Advance(TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(1));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", ConfirmAsync(late));
    }

    [Fact]
    public async Task A_link_that_is_used_twice_at_once_works_once()
    {
        var token = await ResetTokenAsync((await market.NewGuestAsync()).Email);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ConfirmAsync(token)));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.NoContent));
    }

    [Fact]
    public async Task A_reset_ends_the_links_that_were_sent_before()
    {
        var guest = await market.NewGuestAsync();
        var first = await ResetTokenAsync(guest.Email);
        var second = await ResetTokenAsync(guest.Email, 2);

        await People.ExpectAsync(HttpStatusCode.NoContent, ConfirmAsync(second));

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", ConfirmAsync(first));
    }

    [Fact]
    public async Task For_any_address_the_answer_and_the_rows_written_are_the_same_and_only_the_owner_gets_a_mail()
    {
        var (guest, nobody) = (await market.NewGuestAsync(), People.NewEmail());
        await market.QuietAsync();

        var (known, unknown) = (await CountedAsync(guest.Email), await CountedAsync(nobody));

        Assert.Equal(known, unknown);
        await market.QuietAsync();
        Assert.Single(await market.MailsAsync(guest.Email, "reset_password"));
        Assert.Empty(await market.MailsAsync(nobody, "reset_password", 0));
    }

    [Fact]
    public async Task The_account_of_somebody_who_only_registered_is_theirs_after_a_reset()
    {
        var email = People.NewEmail();
        await market.RegisterAsync(email);
        var old = await market.MailedTokenAsync(email, "verify_email");

        await People.ExpectAsync(HttpStatusCode.NoContent, ConfirmAsync(await ResetTokenAsync(email)));

        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(email, People.OtherPassword));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.PostAsync("accounts/verify-email", new { token = old, password = People.Password }));
    }

    [Fact]
    public async Task Whoever_waits_after_failed_logins_does_not_wait_after_a_reset()
    {
        var guest = await market.NewGuestAsync();
        for (var failures = 0; failures < 6; failures++)
            await market.LoginAsync(guest.Email, "wrong");
        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", market.LoginAsync(guest.Email));

        await ConfirmAsync(await ResetTokenAsync(guest.Email));

        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email, People.OtherPassword));
    }

    [Fact]
    public async Task A_token_of_one_purpose_is_none_of_another()
    {
        var email = People.NewEmail();
        await market.RegisterAsync(email);
        var token = await market.MailedTokenAsync(email, "verify_email");

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", ConfirmAsync(token));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.PostAsync("accounts/accept-invitation", new { token, password = People.Password }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public Task What_is_no_token_sets_nothing(string token) => People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", ConfirmAsync(token));

    private async Task<string> ResetTokenAsync(string email, int count = 1)
    {
        await People.ExpectAsync(HttpStatusCode.Accepted, market.PostAsync("accounts/password-reset", new { email }));
        return await market.MailedTokenAsync(email, "reset_password", count);
    }

    private Task<Answer> ConfirmAsync(string token, string password = People.OtherPassword) =>
        market.PostAsync("accounts/password-reset/confirm", new { token, password });

    private async Task<(HttpStatusCode Status, string Body, long Tokens, long Events, long Hashes)> CountedAsync(string email)
    {
        var (tokens, events) = await RowsAsync();
        Answer? answer = null;
        var hashes = await market.HashesAsync(async () => answer = await market.PostAsync("accounts/password-reset", new { email }));
        var (tokensAfter, eventsAfter) = await RowsAsync();
        return (answer!.Status, answer.Body.ToJsonString(), tokensAfter - tokens, eventsAfter - events, hashes);
    }

    private async Task<(long Tokens, long Events)> RowsAsync() => (
        await market.ReadAsync<long>("SELECT count(*) FROM reserve.one_time_tokens"), await market.ReadAsync<long>("SELECT count(*) FROM reserve.events"));
}
