using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;
using ReserveConnect.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

/// <summary>What people with accounts do, as their browsers would.</summary>
internal static partial class People
{
    public const string Password = "quarenta-e-duas girafas";
    public const string OtherPassword = "sete mares e um farol";

    private static int _count;

    /// <summary>An address that no other test has.</summary>
    public static string NewEmail() => $"p{Interlocked.Increment(ref _count)}-{Guid.CreateVersion7():N}@example.com";

    public static Task<Answer> PostAsync(this Marketplace market, string path, object body, string? token = null, string? key = null) =>
        market.SendAsync(HttpMethod.Post, path, body, token, key);

    public static Task<Answer> GetAsync(this Marketplace market, string path, string? token = null) =>
        market.SendAsync(HttpMethod.Get, path, null, token);

    public static async Task<Answer> SendAsync(this Marketplace market, HttpMethod method, string path, object? body, string? token, string? key = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return await market.SendAsIsAsync(request);
    }

    public static Task<Answer> RegisterAsync(this Marketplace market, string email, string password = Password) =>
        market.PostAsync("accounts/register", new { email, password, first_name = "Ana", last_name = "Souza" });

    public static Task<Answer> LoginAsync(this Marketplace market, string email, string password = Password, string? code = null) =>
        market.PostAsync("accounts/login", code is null ? new { email, password } : new { email, password, code });

    /// <summary>Mails of a category to an address, once there are so many.</summary>
    public static async Task<IReadOnlyList<string>> MailsAsync(this Marketplace market, string email, string category, int count = 1)
    {
        List<string> found = [];
        await Marketplace.EventuallyAsync(
            async () =>
            {
                var mails = JsonNode.Parse(await market.Mail.GetStringAsync("/control/mails"))!.AsArray();
                found =
                [
                    .. mails.Where(mail => mail!["categories"]![0]!.GetValue<string>() == category && mail["envelope"]!["to"]![0]!["email"]!.GetValue<string>() == email)
                        .Select(mail => mail!["content"]![0]!["value"]!.GetValue<string>()),
                ];
                return found.Count >= count;
            },
            () => $"{found.Count} mails {category} to {email}\n{market.Complaints}");
        return found;
    }

    /// <summary>The token in the newest of them.</summary>
    public static async Task<string> MailedTokenAsync(this Marketplace market, string email, string category, int count = 1) =>
        Token().Match((await market.MailsAsync(email, category, count))[^1]).Groups["token"].Value;

    /// <summary>Waits until every event is handled: what has not been mailed by then is not.</summary>
    public static Task QuietAsync(this Marketplace market) => Marketplace.EventuallyAsync(
        async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE processed_at IS NULL AND dead_lettered_at IS NULL") == 0,
        () => $"events wait\n{market.Complaints}");

    /// <summary>Registers somebody and proves the address.</summary>
    public static async Task<Person> NewGuestAsync(this Marketplace market, string? email = null)
    {
        email ??= NewEmail();
        await ExpectAsync(HttpStatusCode.Accepted, market.RegisterAsync(email));
        var token = await market.MailedTokenAsync(email, "verify_email");
        return Person.Of(email, await ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/verify-email", new { token, password = Password })));
    }

    /// <summary>An admin with a second factor.</summary>
    public static async Task<Person> NewAdminAsync(this Marketplace market)
    {
        var email = NewEmail();
        var made = await market.Services.GetRequiredService<FirstAdmin>().CreateAsync(email, Password, another: true, CancellationToken.None);
        Assert.Null(made.Refusal);
        return await market.WithSecondFactorAsync(Person.Of(email, await ExpectAsync(HttpStatusCode.OK, market.LoginAsync(email))));
    }

    /// <summary>Invites somebody, who comes and sets up what is needed.</summary>
    public static async Task<Person> NewStaffAsync(this Marketplace market, Person admin, string role)
    {
        var invited = await market.InviteAsync(admin, role);
        return await market.WithSecondFactorAsync(invited);
    }

    /// <summary>Invites somebody, who sets a password.</summary>
    public static async Task<Person> InviteAsync(this Marketplace market, Person admin, string role)
    {
        var email = NewEmail();
        await ExpectAsync(
            HttpStatusCode.Created, market.PostAsync("admin/users", new { email, role, first_name = "Rui", last_name = "Lima", locale = "en" }, admin.Access));
        var token = await market.MailedTokenAsync(email, "invitation");
        return Person.Of(email, await ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/accept-invitation", new { token, password = Password })));
    }

    public static async Task<Person> WithSecondFactorAsync(this Marketplace market, Person person)
    {
        var setup = await ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/me/second-factor", new { }, person.Access));
        var secret = setup["secret"]!.GetValue<string>();
        var confirmed = await ExpectAsync(
            HttpStatusCode.OK, market.PostAsync("accounts/me/second-factor/confirm", new { code = market.Code(secret) }, person.Access));
        return person with { Secret = secret, RecoveryCodes = [.. confirmed["recovery_codes"]!.AsArray().Select(code => code!.GetValue<string>())] };
    }

    /// <summary>What the authenticator shows now, or showed or will show some steps away.</summary>
    public static string Code(this Marketplace market, string secret, int steps = 0) =>
        new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(market.Clock.GetUtcNow().AddSeconds(30 * steps).UtcDateTime);

    /// <summary>How many passwords the host hashed for a request.</summary>
    public static async Task<long> HashesAsync(this Marketplace market, Func<Task<Answer>> send)
    {
        var passwords = market.Services.GetRequiredService<Passwords>();
        var before = passwords.Computations;
        await send();
        return passwords.Computations - before;
    }

    public static async Task<JsonNode> ExpectAsync(HttpStatusCode status, Task<Answer> sent)
    {
        var answer = await sent;
        Assert.True(answer.Status == status, $"{answer.Status}: {answer.Body}");
        return answer.Body;
    }

    public static async Task<Answer> ExpectAnswerAsync(HttpStatusCode status, Task<Answer> sent)
    {
        var answer = await sent;
        Assert.Equal(status, answer.Status);
        return answer;
    }

    public static async Task ExpectAsync(HttpStatusCode status, string code, Task<Answer> sent) =>
        Assert.Equal(code, (await ExpectAsync(status, sent))["code"]!.GetValue<string>());

    [GeneratedRegex("#token=(?<token>[A-Za-z0-9_-]+)")]
    private static partial Regex Token();
}

/// <summary>Somebody with an account and an open session.</summary>
internal sealed record Person(string Email, Guid AccountId, string Access, string Refresh)
{
    public string? Secret { get; init; }

    public IReadOnlyList<string> RecoveryCodes { get; init; } = [];

    public static Person Of(string email, JsonNode tokens) => new(
        email, tokens["account_id"]!.GetValue<Guid>(), tokens["access_token"]!.GetValue<string>(), tokens["refresh_token"]!.GetValue<string>());
}
