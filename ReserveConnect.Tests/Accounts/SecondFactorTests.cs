using System.Net;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class SecondFactorTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task Staff_without_a_second_factor_can_only_set_one_up()
    {
        var agent = await market.InviteAsync(await market.NewAdminAsync(), "agent");
        await People.ExpectAsync(HttpStatusCode.Forbidden, "second_factor_setup_required", market.GetAsync("accounts/me", agent.Access));
        await People.ExpectAsync(HttpStatusCode.Forbidden, "second_factor_setup_required", market.SendAsync(HttpMethod.Patch, "accounts/me", new { locale = "en" }, agent.Access));
        Assert.True((await market.LoginAsync(agent.Email)).Body["second_factor_required"]!.GetValue<bool>());

        var ready = await market.WithSecondFactorAsync(agent);

        await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", ready.Access));
    }

    [Fact]
    public async Task A_login_asks_for_the_code_once_there_is_a_second_factor()
    {
        var admin = await market.NewAdminAsync();
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_required", market.LoginAsync(admin.Email));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_invalid", market.LoginAsync(admin.Email, code: "000000"));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(admin.Email, People.OtherPassword, market.Code(admin.Secret!)));
        market.Clock.Advance(TimeSpan.FromSeconds(30));

        var session = await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(admin.Email, code: market.Code(admin.Secret!)));

        Assert.False(session["second_factor_required"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_code_is_accepted_once()
    {
        var admin = await market.NewAdminAsync();
        market.Clock.Advance(TimeSpan.FromSeconds(90));
        var code = market.Code(admin.Secret!);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.LoginAsync(admin.Email, code: code)));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_invalid", market.LoginAsync(admin.Email, code: code));
        // Nor one that was shown before it.
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_invalid", market.LoginAsync(admin.Email, code: market.Code(admin.Secret!, -1)));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_code_may_be_one_step_early_or_late(int steps, bool isAccepted)
    {
        var admin = await market.NewAdminAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(5));

        var answer = await market.LoginAsync(admin.Email, code: market.Code(admin.Secret!, steps));

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task Codes_cannot_be_guessed_by_logging_in_without_one_in_between()
    {
        var admin = await market.NewAdminAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(5));
        for (var guesses = 0; guesses < 5; guesses++)
        {
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_required", market.LoginAsync(admin.Email));
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_invalid", market.LoginAsync(admin.Email, code: "000000"));
        }

        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", market.LoginAsync(admin.Email, code: market.Code(admin.Secret!)));
    }

    [Fact]
    public async Task A_new_password_buys_no_further_guesses_of_the_code()
    {
        var admin = await market.NewAdminAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(5));
        for (var guesses = 0; guesses < 5; guesses++)
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_invalid", market.LoginAsync(admin.Email, code: guesses % 2 == 0 ? "000000" : "AAAA-AAAA-AAAA-AAAA"));

        await market.PostAsync("accounts/password-reset", new { email = admin.Email });
        var token = await market.MailedTokenAsync(admin.Email, "reset_password");
        await People.ExpectAsync(HttpStatusCode.NoContent, market.PostAsync("accounts/password-reset/confirm", new { token, password = People.OtherPassword }));

        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", market.LoginAsync(admin.Email, People.OtherPassword, market.Code(admin.Secret!)));
        market.Clock.Advance(TimeSpan.FromSeconds(31));
        // A further wrong one waits twice as long.
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_invalid", market.LoginAsync(admin.Email, People.OtherPassword, "000000"));
        market.Clock.Advance(TimeSpan.FromSeconds(31));
        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", market.LoginAsync(admin.Email, People.OtherPassword, market.Code(admin.Secret!)));
        market.Clock.Advance(TimeSpan.FromSeconds(31));
        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(admin.Email, People.OtherPassword, market.Code(admin.Secret!)));
    }

    [Fact]
    public async Task A_recovery_code_works_once_in_place_of_the_authenticator()
    {
        var admin = await market.NewAdminAsync();
        Assert.Equal(10, admin.RecoveryCodes.Distinct().Count());

        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(admin.Email, code: admin.RecoveryCodes[0]));
        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(admin.Email, code: admin.RecoveryCodes[1].ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_invalid", market.LoginAsync(admin.Email, code: admin.RecoveryCodes[0]));
    }

    [Fact]
    public async Task Setting_one_up_ends_every_other_session()
    {
        var agent = await market.InviteAsync(await market.NewAdminAsync(), "agent");
        var other = Person.Of(agent.Email, (await market.LoginAsync(agent.Email)).Body);

        await market.WithSecondFactorAsync(agent);

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.PostAsync("accounts/me/second-factor", new { }, other.Access));
    }

    [Fact]
    public async Task Another_authenticator_takes_the_place_of_one_that_was_removed_with_a_code()
    {
        var agent = await market.NewStaffAsync(await market.NewAdminAsync(), "agent");
        await People.ExpectAsync(HttpStatusCode.Conflict, "second_factor_set_up", market.PostAsync("accounts/me/second-factor", new { }, agent.Access));
        await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "second_factor_invalid", market.PostAsync("accounts/me/second-factor/remove", new { code = "123456" }, agent.Access));

        await People.ExpectAsync(HttpStatusCode.NoContent, market.PostAsync("accounts/me/second-factor/remove", new { code = agent.RecoveryCodes[0] }, agent.Access));

        await People.ExpectAsync(HttpStatusCode.Forbidden, "second_factor_setup_required", market.GetAsync("accounts/me", agent.Access));
        var again = await market.WithSecondFactorAsync(agent);
        Assert.NotEqual(agent.Secret, again.Secret);
        Assert.Empty(agent.RecoveryCodes.Intersect(again.RecoveryCodes));
    }

    [Fact]
    public async Task The_secret_is_stored_encrypted_and_the_recovery_codes_as_hashes()
    {
        var admin = await market.NewAdminAsync();

        foreach (var table in new[] { "account_secrets", "account_recovery_codes", "events", "audit_logs" })
        {
            foreach (var secret in admin.RecoveryCodes.Append(admin.Secret!))
                Assert.Equal(0, await market.ReadAsync<long>($"SELECT count(*) FROM reserve.{table} t WHERE t::text LIKE '%' || @secret || '%'", new { secret }));
        }
    }

    [Fact]
    public async Task A_guest_sets_up_none() =>
        await People.ExpectAsync(HttpStatusCode.Forbidden, "forbidden", market.PostAsync("accounts/me/second-factor", new { }, (await market.NewGuestAsync()).Access));
}
