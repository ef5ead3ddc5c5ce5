using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using ReserveConnect.Accounts;
using ReserveConnect.Accounts.Oidc;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

/// <summary>A marketplace whose staff may come by an issuer that is a real HTTP server.</summary>
public class MarketplaceWithIssuer : Marketplace, IAsyncLifetime
{
    internal IssuerServer Issuer { get; } = IssuerServer.Start();

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Oidc:Issuers:0", $"{Issuer.Name} {IssuerServer.ClientId}"),
        new("Reserve:Oidc:Issuers:1", "http://127.0.0.1:1/gone reserve"),
        new("Reserve:Oidc:Issuers:2", ""),
        new("Reserve:Oidc:KeysRefresh", "00:00:01"),
        new("Reserve:Oidc:CallTimeout", "00:00:02"),
    ];

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await Issuer.DisposeAsync();
    }
}

public sealed class OidcLoginTests(MarketplaceWithIssuer market) : IClassFixture<MarketplaceWithIssuer>
{
    private IssuerServer Issuer => market.Issuer;

    [Theory]
    [InlineData(SecurityAlgorithms.RsaSha256)]
    [InlineData(SecurityAlgorithms.EcdsaSha256)]
    public async Task Staff_come_by_an_issuer_without_a_second_factor_of_ours(string algorithm)
    {
        var agent = await market.InviteAsync(await market.NewAdminAsync(), "agent");

        var session = await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Issuer.Token(market.Clock, agent.Email.ToUpperInvariant(), algorithm)));

        Assert.False(session["second_factor_required"]!.GetValue<bool>());
        await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", session["access_token"]!.GetValue<string>()));
        // The session with a password still needs one.
        await People.ExpectAsync(HttpStatusCode.Forbidden, "second_factor_setup_required", market.GetAsync("accounts/me", agent.Access));
    }

    [Fact]
    public async Task Whoever_was_invited_is_active_by_coming_and_gets_no_password_by_mail()
    {
        var admin = await market.NewAdminAsync();
        var email = People.NewEmail();
        await market.PostAsync("admin/users", new { email, role = "supervisor", first_name = "Rui", last_name = "Lima" }, admin.Access);

        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Issuer.Token(market.Clock, email)));

        Assert.Equal("active", await market.ReadAsync<string>("SELECT status FROM reserve.accounts WHERE email = @email", new { email }));
        await market.PostAsync("accounts/password-reset", new { email });
        await market.QuietAsync();
        Assert.Empty(await market.MailsAsync(email, "reset_password", 0));
    }

    [Fact]
    public async Task No_account_is_made_and_guests_do_not_come_this_way()
    {
        var guest = await market.NewGuestAsync();

        await People.ExpectAsync(HttpStatusCode.Forbidden, "no_staff_account", LoginAsync(Issuer.Token(market.Clock, People.NewEmail())));
        await People.ExpectAsync(HttpStatusCode.Forbidden, "no_staff_account", LoginAsync(Issuer.Token(market.Clock, guest.Email)));
    }

    [Fact]
    public async Task Somebody_who_is_disabled_does_not_come_in()
    {
        var admin = await market.NewAdminAsync();
        var agent = await market.InviteAsync(admin, "agent");
        await market.PostAsync($"admin/users/{agent.AccountId}/disable", new { }, admin.Access);

        await People.ExpectAsync(HttpStatusCode.Forbidden, "no_staff_account", LoginAsync(Issuer.Token(market.Clock, agent.Email)));
    }

    [Fact]
    public async Task An_address_that_the_issuer_gave_to_somebody_else_lets_them_in_only_after_an_admins_reset()
    {
        var admin = await market.NewAdminAsync();
        var agent = await market.InviteAsync(admin, "agent");
        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Issuer.Token(market.Clock, agent.Email)));

        await People.ExpectAsync(HttpStatusCode.Forbidden, "no_staff_account", LoginAsync(Successors()));
        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Issuer.Token(market.Clock, agent.Email)));

        await People.ExpectAsync(HttpStatusCode.NoContent, market.PostAsync($"admin/users/{agent.AccountId}/reset-second-factor", new { }, admin.Access));
        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Successors()));
        await People.ExpectAsync(HttpStatusCode.Forbidden, "no_staff_account", LoginAsync(Issuer.Token(market.Clock, agent.Email)));

        string Successors() => Issuer.Token(market.Clock, agent.Email, change: t => t.Claims["sub"] = $"successor of {agent.Email}");
    }

    [Fact]
    public async Task One_subject_of_an_issuer_has_one_account()
    {
        var admin = await market.NewAdminAsync();
        var (one, other) = (await market.InviteAsync(admin, "agent"), await market.InviteAsync(admin, "agent"));
        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Issuer.Token(market.Clock, one.Email)));

        await People.ExpectAsync(
            HttpStatusCode.Forbidden, "no_staff_account", LoginAsync(Issuer.Token(market.Clock, other.Email, change: t => t.Claims["sub"] = $"subject of {one.Email}")));
    }

    [Fact]
    public async Task A_token_is_exchanged_once_also_at_once()
    {
        var agent = await market.InviteAsync(await market.NewAdminAsync(), "agent");
        var token = Issuer.Token(market.Clock, agent.Email, SecurityAlgorithms.EcdsaSha256);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoginAsync(token)));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_id_token", LoginAsync(token));
        // The same token with its signature written another way: s becomes n - s.
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_id_token", LoginAsync(IssuerServer.WithOtherSignature(token)));
    }

    [Fact]
    public async Task A_token_that_breaks_a_rule_lets_nobody_in()
    {
        var agent = await market.InviteAsync(await market.NewAdminAsync(), "agent");
        var good = Issuer.Token(market.Clock, agent.Email);

        foreach (var (what, token) in new (string, string)[]
        {
            ("another audience", Issuer.Token(market.Clock, agent.Email, change: t => t.Audience = "another")),
            ("another issuer", Issuer.Token(market.Clock, agent.Email, change: t => t.Issuer = "http://127.0.0.1/other")),
            ("expired", Issuer.Token(market.Clock, agent.Email, change: t => (t.NotBefore, t.IssuedAt, t.Expires) = (t.NotBefore!.Value.AddHours(-2), t.IssuedAt!.Value.AddHours(-2), t.Expires!.Value.AddHours(-2)))),
            ("old", Issuer.Token(market.Clock, agent.Email, change: t => (t.NotBefore, t.IssuedAt) = (t.NotBefore!.Value.AddMinutes(-12), t.IssuedAt!.Value.AddMinutes(-12)))),
            ("of the future", Issuer.Token(market.Clock, agent.Email, change: t => t.IssuedAt = t.IssuedAt!.Value.AddMinutes(3))),
            ("without an end", Issuer.Token(market.Clock, agent.Email, change: t => t.Expires = null)),
            ("without a second factor", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims["amr"] = new[] { "pwd" })),
            ("without amr", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims.Remove("amr"))),
            ("an address that is not verified", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims["email_verified"] = false)),
            ("verified, as a word", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims["email_verified"] = "false")),
            ("without verified", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims.Remove("email_verified"))),
            ("without an address", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims.Remove("email"))),
            ("without a subject", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims.Remove("sub"))),
            ("for another party", Issuer.Token(market.Clock, agent.Email, change: t => t.Claims["azp"] = "another")),
            ("for several", Issuer.Token(market.Clock, agent.Email, change: t => { t.Audience = null; t.Claims["aud"] = new[] { IssuerServer.ClientId, "another" }; })),
            ("another key", Issuer.Token(market.Clock, agent.Email, change: t => t.SigningCredentials = IssuerServer.Stranger)),
            ("a symmetric key made of the public one", Issuer.Token(market.Clock, agent.Email, change: t => t.SigningCredentials = Issuer.PublicKeyAsSecret)),
            ("unsigned", Issuer.Token(market.Clock, agent.Email, change: t => t.SigningCredentials = null)),
            ("altered", string.Concat(good.AsSpan(0, good.Length - 10), good[^10] == 'A' ? "B" : "A", good.AsSpan(good.Length - 9))),
            ("cut", good[..^20]),
            ("nothing", ""),
            ("no token", "a.b.c"),
            ("too long", new string('a', 100_000)),
            ("our own", market.Services.GetRequiredService<AccessTokens>().ForAccount(agent.AccountId, agent.AccountId).Token),
        })
        {
            var answer = await LoginAsync(token);
            Assert.True(answer.Status == HttpStatusCode.Unauthorized && answer.Body["code"]!.GetValue<string>() == "invalid_id_token", $"{what}: {answer.Status} {answer.Body}");
        }

        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(good));
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_known_a_moment_later()
    {
        var agent = await market.InviteAsync(await market.NewAdminAsync(), "agent");
        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Issuer.Token(market.Clock, agent.Email)));
        Issuer.Rotate();

        await Marketplace.EventuallyAsync(
            async () => (await LoginAsync(Issuer.Token(market.Clock, agent.Email))).Status == HttpStatusCode.OK, () => "the new key is not known");
    }

    [Fact]
    public async Task Unknown_keys_do_not_make_us_ask_the_issuer_without_bound()
    {
        var agent = await market.InviteAsync(await market.NewAdminAsync(), "agent");
        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync(Issuer.Token(market.Clock, agent.Email)));
        var before = Issuer.Questions;
        var time = System.Diagnostics.Stopwatch.StartNew();
        for (var tries = 0; tries < 50; tries++)
            await LoginAsync(Issuer.Token(market.Clock, agent.Email, change: t => t.SigningCredentials = IssuerServer.Stranger));

        // Two questions each time: where the keys are, and the keys.
        Assert.InRange(Issuer.Questions - before, 0, 2 * (2 + (int)time.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_said_to_be_unavailable()
    {
        var token = Issuer.Token(market.Clock, People.NewEmail(), change: t => (t.Issuer, t.Audience) = ("http://127.0.0.1:1/gone", "reserve"));

        await People.ExpectAsync(HttpStatusCode.ServiceUnavailable, "issuer_unavailable", LoginAsync(token));
    }

    [Theory]
    [InlineData("http://login.example.com reserve")]
    [InlineData("login.example.com reserve")]
    [InlineData("https://login.example.com")]
    public void An_issuer_without_https_or_client_id_is_refused_at_the_start(string issuer)
    {
        var options = new OidcOptions { Issuers = [issuer] };

        Assert.NotEmpty(options.Validate(new(options)));
    }

    private Task<Answer> LoginAsync(string idToken) => market.PostAsync("accounts/login/oidc", new { id_token = idToken });
}
