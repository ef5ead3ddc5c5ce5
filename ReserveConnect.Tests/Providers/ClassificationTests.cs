using System.Net.Sockets;
using ReserveConnect.Notifications;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers;

/// <summary>What a failure on a real socket is called: refused, not sent, or unknown.</summary>
public class ClassificationTests : ProviderTests
{
    private static readonly (string, string)[] OneTry = [("Retries", "0")];
    private static readonly (string, string)[] OneShortTry = [("Retries", "0"), ("CallTimeout", "00:00:01")];

    private static Func<SeenRequest, NetworkStream, CancellationToken, Task> Fault(string name) => name switch
    {
        "hang" => FaultServer.Hang(),
        "hang in body" => FaultServer.HangInBody(),
        "cut" => FaultServer.Cut(),
        "cut in body" => FaultServer.CutInBody("""{"id":"x","""),
        "garbage" => FaultServer.Garbage(),
        "malformed" => FaultServer.Answer(200, "{\"id\":"),
        "html" => FaultServer.Answer(200, "<html>maintenance</html>"),
        "empty" => FaultServer.Answer(200, ""),
        "null" => FaultServer.Answer(200, "null"),
        "other json" => FaultServer.Answer(200, """{"hello":"world"}"""),
        "broken gzip" => FaultServer.Answer(200, "not gzip at all", "Content-Encoding: gzip\r\n"),
        "redirect" => FaultServer.Answer(302, "", "Location: http://127.0.0.1:1/\r\n"),
        _ => FaultServer.Answer(int.Parse(name, null), """{"error":{"type":"card_error","code":"declined","message":"no"},"message":"no","code":"declined","cause":[]}"""),
    };

    public static TheoryData<string, string, string> Table()
    {
        var table = new TheoryData<string, string, string>();
        foreach (var provider in (string[])["stripe", "mercado_pago", "host_connect"])
        {
            foreach (var unknown in (string[])[
                "hang", "hang in body", "cut", "cut in body", "garbage", "malformed", "html", "empty", "null", "other json", "broken gzip",
                "redirect", "408", "425", "500", "502", "503", "504"])
            {
                table.Add(provider, unknown, "Unknown");
            }

            foreach (var refused in (string[])["400", "401", "402", "403", "404", "422"])
                table.Add(provider, refused, "Refused");
            table.Add(provider, "429", "NotSent");
        }

        // An accepted mail has an empty body: what is in it does not matter.
        foreach (var unknown in (string[])["hang", "hang in body", "cut", "cut in body", "broken gzip", "garbage", "redirect", "408", "425", "500", "502", "503", "504"])
            table.Add("sendgrid", unknown, "Unknown");
        foreach (var refused in (string[])["400", "401", "403", "404", "409", "413"])
            table.Add("sendgrid", refused, "Refused");
        table.Add("sendgrid", "429", "NotSent");
        table.Add("stripe", "409", "Unknown");
        table.Add("mercado_pago", "409", "Unknown");
        table.Add("host_connect", "409", "Refused");
        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_failure_is_called_what_it_is(string provider, string fault, string expected)
    {
        await using var server = new FaultServer(Fault(fault));
        await using var clients = Connect(server.Url, fault.StartsWith("hang", StringComparison.Ordinal) ? OneShortTry : OneTry);

        Assert.Equal(expected, await Write(clients, provider));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("stripe")]
    [InlineData("mercado_pago")]
    [InlineData("host_connect")]
    [InlineData("sendgrid")]
    public async Task Where_nobody_listens_nothing_was_sent(string provider)
    {
        await using var clients = Connect(FaultServer.RefusingUrl(), OneTry);
        Assert.Equal("NotSent", await Write(clients, provider));
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_was_not_sent()
    {
        await using var clients = Connect("http://no-such-host.invalid", ("Retries", "0"));
        Assert.Equal("NotSent", await Write(clients, "stripe"));
    }

    [Fact]
    public async Task A_connection_that_is_never_ready_was_not_sent()
    {
        // Accepts the connection and never answers the TLS handshake.
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await using var clients = Connect($"https://{listener.LocalEndpoint}", ("Retries", "0"), ("CallTimeout", "00:00:05"), ("TotalTimeout", "00:00:10"), ("ConnectTimeout", "00:00:00.200"));

        Assert.Equal("NotSent", await Write(clients, "stripe"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_wrong_key_is_refused_as_unauthorized(int status)
    {
        await using var server = new FaultServer(FaultServer.Answer(status, """{"error":{"type":"invalid_request_error","message":"bad key"}}"""));
        await using var clients = Connect(server.Url, OneTry);

        var answer = await clients.Stripe.GetPaymentIntent("pi_1", CancellationToken.None);
        Assert.Equal(new ProviderAnswer<CardPayment>.Refused(status, "unauthorized", "bad key"), answer);
    }

    [Fact]
    public async Task A_refusal_that_is_not_the_providers_has_a_code_all_the_same()
    {
        await using var server = new FaultServer(FaultServer.Answer(404, "<html>proxy</html>"));
        await using var clients = Connect(server.Url, OneTry);

        var stripe = await clients.Stripe.GetRefund("re_1", CancellationToken.None);
        Assert.Equal("http_404", Assert.IsType<ProviderAnswer<CardRefund>.Refused>(stripe).Code);
        // Somebody's 404 is not the Host's word that there is no booking.
        var host = await clients.Host.FindBookingByKey("key", CancellationToken.None);
        Assert.Equal("http_404", Assert.IsType<ProviderAnswer<HostBooking?>.Refused>(host).Code);
    }

    [Fact]
    public async Task An_answer_longer_than_the_bound_is_unreadable()
    {
        await using var server = new FaultServer(FaultServer.Answer(200, "{\"id\":\"" + new string('x', 5000) + "\"}"));
        await using var clients = Connect(server.Url, [.. OneTry, ("MaxResponseBytes", "1024")]);

        Assert.Equal("Unknown", await Write(clients, "stripe"));
    }

    [Fact]
    public async Task A_caller_who_leaves_gets_no_answer()
    {
        await using var server = new FaultServer(FaultServer.Hang());
        await using var clients = Connect(server.Url);
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clients.Stripe.GetPaymentIntent("pi_1", leave.Token));
    }

    private static async Task<string> Write(ProviderHost clients, string provider) => provider switch
    {
        "stripe" => Name(await clients.Stripe.CreatePaymentIntent(
            new CreateCardPayment(Guid.CreateVersion7(), Guid.CreateVersion7(), 100m, "BRL", false, "A stay", null), "operation", CancellationToken.None)),
        "sendgrid" => Name(await clients.Email.Send(
            new EmailMessage(Guid.CreateVersion7(), "ana@example.com", "Your stay", "Text", null, "confirmation"), CancellationToken.None)),
        "mercado_pago" => Name(await clients.MercadoPago.CancelPayment("1", "operation", CancellationToken.None)),
        _ => Name(await clients.Host.CreateBooking(
            new HostBookingRequest(
                Guid.CreateVersion7(), new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 2), 2, 0, new HostGuest("A", "B", "a@example.com", null), 100m, "BRL", "ref"),
            "key",
            CancellationToken.None)),
    };

    private static string Name<T>(ProviderAnswer<T> answer) => answer.Match(_ => "Done", _ => "Refused", _ => "NotSent", _ => "Unknown");
}
