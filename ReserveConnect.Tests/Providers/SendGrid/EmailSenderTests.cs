using System.Net.Http.Json;
using System.Text.Json;
using ReserveConnect.Notifications;
using ReserveConnect.Providers;
using Xunit;

namespace ReserveConnect.Tests.Providers.SendGrid;

/// <summary>What every sender of e-mail does: its request, its answers, and mail in the sandbox's SendGrid.</summary>
[Trait("Needs", "shared")]
public class EmailSenderTests : ProviderTests
{
    private protected static readonly EmailMessage Message = new(
        Guid.CreateVersion7(), "ana@example.com", "Sua reserva em Urubici é certa", "Olá Ana, até logo.", "<p>Olá Ana &amp; cia</p>", "confirmation");

    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly JsonElement Contract = Contracts.Json("sendgrid/sendgrid-mail-send-openapi.json");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_request_is_one_of_the_published_contract(bool html)
    {
        await using var server = new FaultServer(FaultServer.Answer(202, "", "X-Message-Id: m1\r\n"));
        await using var clients = Connect(server.Url, ("Reserve:Email:FromName", "Reservas"));
        var message = html ? Message : new EmailMessage(Message.Id, Message.To, Message.Subject, Message.Text, null, Message.Category);

        Assert.Equal(new ProviderAnswer<AcceptedEmail>.Done(new AcceptedEmail("m1")), await clients.Email.Send(message, Ct));

        var request = server.Requests.Single();
        Assert.Equal(("POST", "/v3/mail/send"), (request.Method, request.Target));
        Assert.Equal("Bearer SG.secret-key", request.Headers["Authorization"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Empty(Errors(request.Text));
        var sent = JsonSerializer.Deserialize<JsonElement>(request.Text);
        var expected = JsonSerializer.SerializeToElement(new
        {
            personalizations = new[]
            {
                new { to = new[] { new { email = "ana@example.com" } }, custom_args = new { reserve_message_id = message.Id } },
            },
            from = new { email = "bookings@reserve.example", name = "Reservas" },
            subject = message.Subject,
            content = new[] { new { type = "text/plain", value = message.Text }, new { type = "text/html", value = message.Html ?? "" } }.Where(body => body.value.Length > 0),
            categories = new[] { "confirmation" },
        });
        Assert.True(JsonElement.DeepEquals(expected, sent), request.Text);
    }

    /// <summary>The check above can fail.</summary>
    [Fact]
    public void A_member_that_sendgrid_does_not_have_is_noticed() =>
        Assert.Equal(
            ["$.idempotency_key is not in the contract"],
            Errors("""{"personalizations":[{"to":[{"email":"a@example.com"}]}],"from":{"email":"b@example.com"},"idempotency_key":"x"}"""));

    [Fact]
    public async Task Mail_arrives_once_with_our_id()
    {
        await using var sandbox = await StartSandboxAsync();
        var accepted = (await sandbox.Clients.Email.Send(Message, Ct)).ValueOrNull!;

        var mail = Assert.Single(await MailsAsync(sandbox));
        Assert.Equal(accepted.ProviderMessageId, mail.GetProperty("id").GetString());
        Assert.Equal(22, accepted.ProviderMessageId!.Length);
        Assert.Equal(Message.Subject, mail.GetProperty("subject").GetString());
        Assert.Equal(Message.Html, mail.GetProperty("content")[1].GetProperty("value").GetString());
        Assert.Equal(Message.Id.ToString(), mail.GetProperty("envelope").GetProperty("custom_args").GetProperty("reserve_message_id").GetString());
    }

    [Fact]
    public async Task A_field_that_sendgrid_does_not_like_is_the_refusals_code()
    {
        await using var sandbox = await StartSandboxAsync(("Reserve:Email:FromAddress", "bookings@localhost"));
        var refused = Assert.IsType<ProviderAnswer<AcceptedEmail>.Refused>(await sandbox.Clients.Email.Send(Message, Ct));
        Assert.Equal((400, "from.email", "The from email does not contain a valid address."), (refused.Status, refused.Code, refused.Message));
        Assert.Empty(await MailsAsync(sandbox));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_as_unauthorized()
    {
        await using var sandbox = await StartSandboxAsync(("Reserve:Email:ApiKey", "SG.other"));
        var refused = Assert.IsType<ProviderAnswer<AcceptedEmail>.Refused>(await sandbox.Clients.Email.Send(Message, Ct));
        Assert.Equal((401, "unauthorized"), (refused.Status, refused.Code));
    }

    /// <summary>The contract's own samples name no field, or one called null.</summary>
    [Theory]
    [InlineData("""{"errors":[{"message":"access forbidden","field":"null"}]}""", "refused")]
    [InlineData("""{"errors":[{"message":"no","field":null,"help":null}]}""", "refused")]
    [InlineData("""{"errors":[{"message":"no","field":"ana@example.com"}]}""", "refused")]
    [InlineData("""{"errors":[{"message":"no","field":"subject","help":{"url":"x"}}],"id":"e1"}""", "subject")]
    [InlineData("""{"errors":[]}""", "http_400")]
    [InlineData("<html>", "http_400")]
    public async Task A_refusal_has_a_code_whatever_it_says(string body, string code)
    {
        await using var server = new FaultServer(FaultServer.Answer(400, body));
        await using var clients = Connect(server.Url);
        Assert.Equal(code, Assert.IsType<ProviderAnswer<AcceptedEmail>.Refused>(await clients.Email.Send(Message, Ct)).Code);
    }

    /// <summary>SendGrid knows no idempotency key: a second try could be a second mail.</summary>
    [Theory]
    [InlineData("cut_after_work", "Unknown", 1)]
    [InlineData("time_out_after_work", "Unknown", 1)]
    [InlineData("cut_before_work", "Unknown", 0)]
    [InlineData("status", "Unknown", 0)]
    [InlineData("rate_limit", "NotSent", 0)]
    public async Task A_message_is_handed_over_once_whatever_happens(string fault, string answer, int mails)
    {
        await using var sandbox = await StartSandboxAsync(("Reserve:Email:CallTimeout", "00:00:01"), ("Reserve:Email:ConnectTimeout", "00:00:00.500"));
        await sandbox.Control(sandbox.Servers.SendGrid, "faults", new { kind = fault, path = "/v3/mail/send", count = 2 });

        Assert.Equal(answer, (await sandbox.Clients.Email.Send(Message, Ct)).Match(_ => "Done", _ => "Refused", _ => "NotSent", _ => "Unknown"));
        Assert.Equal(mails, (await MailsAsync(sandbox)).Length);
    }

    [Fact]
    public async Task A_provider_that_fails_is_spared()
    {
        await using var server = new FaultServer(FaultServer.Answer(500, ""));
        await using var clients = Connect(server.Url, ("CircuitMinimumCalls", "2"));
        for (var call = 0; call < 2; call++)
            await clients.Email.Send(Message, Ct);

        Assert.Equal(new ProviderAnswer<AcceptedEmail>.NotSent("circuit open"), await clients.Email.Send(Message, Ct));
        Assert.Equal(ProviderCircuitState.Open, clients.Circuit("sendgrid").State);
        Assert.Equal(2, server.Requests.Count);
    }

    private static async Task<JsonElement[]> MailsAsync(SandboxStack sandbox)
    {
        using var http = new HttpClient { BaseAddress = sandbox.Servers.SendGrid };
        return (await http.GetFromJsonAsync<JsonElement[]>("control/mails?to=ANA@example.com"))!;
    }

    private static IEnumerable<string> Errors(string json) => [.. new JsonContract(Contract).Errors(
        Contract.GetProperty("components").GetProperty("requestBodies").GetProperty("PostMailSend").GetProperty("content").GetProperty("application/json").GetProperty("schema"),
        JsonSerializer.Deserialize<JsonElement>(json),
        closed: true)];
}
