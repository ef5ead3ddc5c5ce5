using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class RegistrationTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task Somebody_who_registers_and_proves_the_address_has_an_account()
    {
        var guest = await market.NewGuestAsync();

        var profile = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", guest.Access));

        Assert.Equal((guest.Email, "guest", "Ana"), (profile["email"]!.GetValue<string>(), profile["role"]!.GetValue<string>(), profile["first_name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Nobody_logs_in_before_the_address_is_proven()
    {
        var email = People.NewEmail();
        await market.RegisterAsync(email);

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(email));
    }

    [Fact]
    public async Task The_answer_is_the_same_for_an_address_that_has_an_account_and_its_owner_is_told()
    {
        var guest = await market.NewGuestAsync();

        var taken = await market.RegisterAsync(guest.Email.ToUpperInvariant(), People.OtherPassword);
        var free = await market.RegisterAsync(People.NewEmail());

        Assert.Equal((free.Status, free.Body.ToJsonString()), (taken.Status, taken.Body.ToJsonString()));
        Assert.DoesNotContain("token=", Assert.Single(await market.MailsAsync(guest.Email, "already_registered")), StringComparison.Ordinal);
        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email));
    }

    [Fact]
    public async Task A_registration_costs_the_same_hashes_whether_the_address_has_an_account()
    {
        var guest = await market.NewGuestAsync();

        Assert.Equal(await market.HashesAsync(() => market.RegisterAsync(People.NewEmail())), await market.HashesAsync(() => market.RegisterAsync(guest.Email)));
    }

    // Somebody else registers the victim's address with a password of their own; the victim follows a link of the mail.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stranger_who_registers_an_address_does_not_choose_its_owners_password(bool strangerFirst)
    {
        var email = People.NewEmail();
        await market.RegisterAsync(email, strangerFirst ? People.OtherPassword : People.Password);
        await market.MailsAsync(email, "verify_email");
        await market.RegisterAsync(email, strangerFirst ? People.Password : People.OtherPassword);
        var strangers = await market.MailedTokenAsync(email, "verify_email", 2);
        var mails = await market.MailsAsync(email, "verify_email", 2);
        var links = mails.Select(mail => mail.Split("#token=")[1].Split('\n')[0]).ToList();
        Assert.Contains(strangers, links);

        var answers = new List<HttpStatusCode>();
        foreach (var token in links)
            answers.Add((await market.PostAsync("accounts/verify-email", new { token, password = People.Password })).Status);

        // One of the two links is the owner's, and only that one takes the owner's password.
        Assert.Equal(1, answers.Count(status => status == HttpStatusCode.OK));
        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(email));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(email, People.OtherPassword));
    }

    [Fact]
    public async Task A_link_works_once_and_for_a_day()
    {
        var email = People.NewEmail();
        await market.RegisterAsync(email);
        var token = await market.MailedTokenAsync(email, "verify_email");
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.PostAsync("accounts/verify-email", new { token, password = People.OtherPassword }));
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/verify-email", new { token, password = People.Password }));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.PostAsync("accounts/verify-email", new { token, password = People.Password }));

        var late = People.NewEmail();
        await market.RegisterAsync(late);
        var lateToken = await market.MailedTokenAsync(late, "verify_email");
        market.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.PostAsync("accounts/verify-email", new { token = lateToken, password = People.Password }));
    }

    [Fact]
    public async Task A_link_that_is_followed_twice_at_once_opens_one_session()
    {
        var email = People.NewEmail();
        await market.RegisterAsync(email);
        var token = await market.MailedTokenAsync(email, "verify_email");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => market.PostAsync("accounts/verify-email", new { token, password = People.Password })));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Of_many_links_for_one_address_a_few_are_open_and_the_newest_is_among_them()
    {
        var email = People.NewEmail();
        for (var tries = 0; tries < 7; tries++)
            await People.ExpectAsync(HttpStatusCode.Accepted, market.RegisterAsync(email, People.OtherPassword));
        await market.QuietAsync();
        var before = (await market.MailsAsync(email, "verify_email")).ToHashSet();
        await People.ExpectAsync(HttpStatusCode.Accepted, market.RegisterAsync(email));
        await market.QuietAsync();
        var owners = Assert.Single(await market.MailsAsync(email, "verify_email", before.Count + 1), mail => !before.Contains(mail));

        Assert.Equal(5, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.one_time_tokens t JOIN reserve.accounts a ON a.id = t.account_id WHERE a.email = @email AND t.revoked_at IS NULL", new { email }));
        var token = owners.Split("#token=")[1].Split('\n')[0];
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/verify-email", new { token, password = People.Password }));
    }

    [Fact]
    public async Task News_that_lead_nowhere_are_mailed_a_few_times_only()
    {
        var guest = await market.NewGuestAsync();
        for (var tries = 0; tries < 8; tries++)
            await People.ExpectAsync(HttpStatusCode.Accepted, market.RegisterAsync(guest.Email));
        await market.QuietAsync();

        Assert.Equal(5, (await market.MailsAsync(guest.Email, "already_registered", 5)).Count);
    }

    [Fact]
    public async Task A_stranger_who_registers_an_address_first_does_not_name_its_owner()
    {
        var email = People.NewEmail();
        await market.PostAsync("accounts/register", new { email, password = People.OtherPassword, first_name = "Mallory", last_name = "X", phone = "+55 11 5555-0000" });
        var strangers = (await market.MailsAsync(email, "verify_email")).ToHashSet();
        await market.RegisterAsync(email);
        var owners = Assert.Single(await market.MailsAsync(email, "verify_email", 2), mail => !strangers.Contains(mail));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.accounts a WHERE email = @email AND a::text LIKE '%Mallory%'", new { email }));

        var token = owners.Split("#token=")[1].Split('\n')[0];
        var session = await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/verify-email", new { token, password = People.Password }));

        var profile = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", session["access_token"]!.GetValue<string>()));
        Assert.Equal(("Ana", "Souza", null), (profile["first_name"]!.GetValue<string>(), profile["last_name"]!.GetValue<string>(), profile["phone"]?.GetValue<string>()));
    }

    [Fact]
    public async Task Bad_fields_are_all_told_and_nothing_is_written()
    {
        var answer = await market.PostAsync("accounts/register", new { email = "ana@exämple.com", password = "short", first_name = "", last_name = "x", phone = "1", locale = "fr" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(["email", "first_name", "locale", "phone"], answer.Body["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()).Order());
    }

    [Theory]
    [InlineData("short")]
    [InlineData("password123")]
    [InlineData("1234567890")]
    [InlineData("qwertyuiop")]
    [InlineData("aaaaaaaaaaaa")]
    public async Task A_password_that_others_would_guess_is_refused(string password)
    {
        var answer = await market.RegisterAsync(People.NewEmail(), password);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal("password", answer.Body["errors"]![0]!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_role_in_the_body_has_no_effect()
    {
        var email = People.NewEmail();
        var body = new { email, password = People.Password, first_name = "Ana", last_name = "Souza", role = "admin", roles = new[] { "admin" }, is_admin = true, permissions = "*" };

        await People.ExpectAsync(HttpStatusCode.Accepted, market.PostAsync("accounts/register", body));

        Assert.Equal("guest", await market.ReadAsync<string>("SELECT role FROM reserve.accounts WHERE email = @email", new { email }));
    }

    [Fact]
    public async Task A_role_in_the_body_of_a_profile_or_a_login_has_no_effect()
    {
        var guest = await market.NewGuestAsync();

        await People.ExpectAsync(HttpStatusCode.OK, market.SendAsync(HttpMethod.Patch, "accounts/me", new { first_name = "Bia", role = "admin" }, guest.Access));
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/login", new { email = guest.Email, password = People.Password, role = "admin" }));
        await People.ExpectAsync(HttpStatusCode.BadRequest, "unknown_field", market.PostAsync("accounts/login", new { email = guest.Email, password = People.Password, rank = "admin" }));

        Assert.Equal(("guest", "Bia"), await RoleAndNameAsync(guest));
    }

    [Fact]
    public async Task No_event_and_no_row_has_a_token_or_a_password_that_could_be_used()
    {
        var email = People.NewEmail();
        await market.RegisterAsync(email);
        var token = await market.MailedTokenAsync(email, "verify_email");

        foreach (var table in new[] { "events", "one_time_tokens", "accounts", "account_secrets", "audit_logs" })
        {
            Assert.Equal(0, await market.ReadAsync<long>($"SELECT count(*) FROM reserve.{table} t WHERE t::text LIKE '%' || @token || '%' OR t::text LIKE '%' || @Password || '%'", new { token, People.Password }));
        }

        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE payload::text LIKE '%' || @email || '%'", new { email }));
    }

    [Fact]
    public async Task A_mail_that_fails_is_sent_when_its_event_comes_again()
    {
        var email = People.NewEmail();
        await Marketplace.FaultAsync(market.Mail, new { kind = "status", status = 503, method = "POST", path = "/v3/mail/send", count = 2 });

        await market.RegisterAsync(email);

        Assert.NotEmpty(await market.MailsAsync(email, "verify_email"));
    }

    private async Task<(string Role, string Name)> RoleAndNameAsync(Person person)
    {
        var profile = (await market.GetAsync("accounts/me", person.Access)).Body;
        return (profile["role"]!.GetValue<string>(), profile["first_name"]!.GetValue<string>());
    }
}
