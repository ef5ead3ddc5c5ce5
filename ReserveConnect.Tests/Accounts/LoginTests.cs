using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class LoginTests(Marketplace market) : IClassFixture<Marketplace>
{
    private AccountOptions Options => market.Services.GetRequiredService<IOptions<AccountOptions>>().Value;

    [Fact]
    public async Task Every_failed_login_has_the_same_answer_and_costs_the_same_hashes()
    {
        var admin = await market.NewAdminAsync();
        var (active, unverified, disabled) = (await market.NewGuestAsync(), People.NewEmail(), await market.NewGuestAsync());
        await market.RegisterAsync(unverified);
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync($"admin/users/{disabled.AccountId}/disable", new { }, admin.Access));

        foreach (var (email, password) in new[]
        {
            (active.Email, People.OtherPassword), (People.NewEmail(), People.Password), (unverified, People.Password), (disabled.Email, People.Password),
            (active.Email, new string('x', 100_000)),
        })
        {
            Answer? answer = null;
            Assert.Equal(1, await market.HashesAsync(async () => answer = await market.LoginAsync(email, password)));
            Assert.Equal(HttpStatusCode.Unauthorized, answer!.Status);
            Assert.Equal(("invalid_credentials", "The e-mail address or the password is wrong."), (answer.Body["code"]!.GetValue<string>(), answer.Body["detail"]!.GetValue<string>()));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_waits_longer_after_each_failure_whether_it_has_an_account(bool hasAccount)
    {
        var email = hasAccount ? (await market.NewGuestAsync()).Email : People.NewEmail();
        for (var failures = 0; failures < Options.FreeFailures; failures++)
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(email, People.OtherPassword));

        foreach (var wait in new[] { 30, 60, 120 })
        {
            var hashes = await market.HashesAsync(() => People.ExpectAnswerAsync(HttpStatusCode.TooManyRequests, market.LoginAsync(email)));
            Assert.Equal(0, hashes);
            market.Clock.Advance(TimeSpan.FromSeconds(wait - 2));
            await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", market.LoginAsync(email, People.OtherPassword));
            market.Clock.Advance(TimeSpan.FromSeconds(2));
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(email, People.OtherPassword));
        }
    }

    [Fact]
    public async Task Who_has_to_wait_is_told_how_long()
    {
        var email = People.NewEmail();
        for (var failures = 0; failures < Options.FreeFailures; failures++)
            await market.LoginAsync(email);

        using var answer = await market.Api.PostAsync("/api/accounts/login", System.Net.Http.Json.JsonContent.Create(new { email, password = People.Password }));

        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 25, 30);
    }

    [Fact]
    public async Task Of_many_guesses_at_once_no_more_are_let_through_than_one_after_the_other()
    {
        var guest = await market.NewGuestAsync();

        var hashes = await market.HashesAsync(async () =>
            (await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => market.LoginAsync(guest.Email, People.OtherPassword))))[0]);

        Assert.Equal(Options.FreeFailures, hashes);
    }

    [Fact]
    public async Task A_login_that_succeeds_forgets_the_failures_before_it()
    {
        var guest = await market.NewGuestAsync();
        for (var rounds = 0; rounds < 3; rounds++)
        {
            for (var failures = 1; failures < Options.FreeFailures; failures++)
                await market.LoginAsync(guest.Email, People.OtherPassword);
            await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email.ToUpperInvariant()));
        }
    }

    [Fact]
    public async Task Failures_are_kept_by_a_keyed_hash_and_no_address_is_stored()
    {
        var email = People.NewEmail();
        await market.LoginAsync(email);

        Assert.Equal(0, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.login_failures f WHERE f::text LIKE '%' || @email || '%' OR key_hash = sha256(convert_to(@email, 'UTF8'))", new { email }));
    }

    [Fact]
    public async Task A_password_that_was_hashed_with_fewer_rounds_is_hashed_anew()
    {
        var guest = await market.NewGuestAsync();
        var few = new PasswordHasher<object>(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 500 }));
        await using (var connection = await market.OpenAsync())
        {
            await Dapper.SqlMapper.ExecuteAsync(
                connection,
                "UPDATE reserve.account_secrets SET password_hash = @hash WHERE account_id = @AccountId",
                new { hash = few.HashPassword(guest, People.Password), guest.AccountId });
        }

        Assert.Equal(2, await market.HashesAsync(() => People.ExpectAnswerAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email))));
        Assert.Equal(1, await market.HashesAsync(() => People.ExpectAnswerAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email))));
    }

    [Theory]
    [InlineData("{\"email\":\"a@example.com\"}", 400)]
    [InlineData("{\"email\":7,\"password\":\"x\"}", 400)]
    [InlineData("{\"email\":\"no address\",\"password\":\"x\"}", 401)]
    [InlineData("{\"email\":\"a@example.com\",\"password\":\"\"}", 401)]
    [InlineData("{\"email\":\"a\\u0000@example.com\",\"password\":\"\\u0000\"}", 400)]
    public async Task A_body_that_is_none_is_refused(string body, int status)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await market.Api.PostAsync("/api/accounts/login", content);

        Assert.Equal(status, (int)answer.StatusCode);
    }
}
