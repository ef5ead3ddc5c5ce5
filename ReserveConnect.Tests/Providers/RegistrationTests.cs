using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Notifications;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers;

public class RegistrationTests : ProviderTests
{
    private static readonly EmailMessage Mail = new(Guid.CreateVersion7(), "bia@example.com", "Your stay", "Dear Bia", null, "confirmation");

    [Theory]
    [InlineData("Reserve:Stripe:ApiKey")]
    [InlineData("Reserve:Stripe:WebhookSecret")]
    [InlineData("Reserve:Stripe:BaseUrl")]
    [InlineData("Reserve:MercadoPago:AccessToken")]
    [InlineData("Reserve:MercadoPago:WebhookSecret")]
    [InlineData("Reserve:HostConnect:BaseUrl")]
    [InlineData("Reserve:HostConnect:ApiKey")]
    [InlineData("Reserve:HostConnect:WebhookSecret")]
    public async Task A_start_without_a_key_names_it(string key)
    {
        await using var clients = Connect("http://127.0.0.1:1", (key, ""));
        var failure = Assert.ThrowsAny<Exception>(() => clients.Get<IStartupValidator>().Validate());
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_configuration_names_every_missing_key()
    {
        using var services = new ServiceCollection().AddLogging().AddProviders(new ConfigurationBuilder().Build()).BuildServiceProvider();
        var failure = Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IStartupValidator>().Validate()).ToString();
        Assert.Contains("Reserve:Stripe:ApiKey is not set", failure, StringComparison.Ordinal);
        Assert.Contains("Reserve:MercadoPago:AccessToken is not set", failure, StringComparison.Ordinal);
        Assert.Contains("Reserve:HostConnect:BaseUrl is not set", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("Reserve:Stripe:BaseUrl", failure, StringComparison.Ordinal);
    }

    /// <summary>Selling must not stand still because mail is not set up.</summary>
    [Fact]
    public async Task Without_a_key_for_mail_the_start_succeeds_and_nothing_is_sent()
    {
        await using var clients = Connect(FaultServer.RefusingUrl(), ("Reserve:Email:ApiKey", ""), ("Reserve:Email:FromAddress", ""));
        clients.Get<IStartupValidator>().Validate();

        Assert.Equal(new ProviderAnswer<AcceptedEmail>.NotSent("no API key is set"), await clients.Email.Send(Mail, CancellationToken.None));
        Assert.Contains("Reserve:Email:ApiKey is not set", Assert.Single(clients.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FromAddress", "")]
    [InlineData("FromAddress", "Reserve <bookings@reserve.example>")]
    [InlineData("ApiKey", "SG.key\n")]
    [InlineData("BaseUrl", "sendgrid")]
    public async Task A_key_for_mail_without_a_usable_sender_stops_the_start(string key, string value)
    {
        await using var clients = Connect("http://127.0.0.1:1", ($"Reserve:Email:{key}", value));
        var failure = Assert.ThrowsAny<Exception>(() => clients.Get<IStartupValidator>().Validate());
        Assert.Contains($"Reserve:Email:{key}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Reserve:Stripe:Retries", "11")]
    [InlineData("Reserve:Stripe:CallTimeout", "00:10:00")]
    [InlineData("Reserve:HostConnect:PageSize", "0")]
    public async Task A_bound_out_of_bounds_is_refused_at_start(string key, string value)
    {
        await using var clients = Connect("http://127.0.0.1:1", (key, value));
        Assert.ThrowsAny<Exception>(() => clients.Get<IStartupValidator>().Validate());
    }

    [Fact]
    public async Task Secrets_may_be_two_while_they_are_changed()
    {
        await using var clients = Connect("http://127.0.0.1:1", ("Reserve:Stripe:WebhookSecret", "whsec_old, whsec_new"));
        Assert.Equal(["whsec_old", "whsec_new"], clients.Get<IOptions<StripeOptions>>().Value.WebhookSecrets);
    }

    [Fact]
    public async Task Nothing_secret_or_personal_is_logged()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(200, """{"id":"pi_1","status":"canceled","amount":1,"currency":"brl","client_secret":"pi_1_secret_x"}"""),
            FaultServer.Answer(402, """{"error":{"type":"card_error","code":"card_declined","message":"ana@example.com was declined"}}"""),
            FaultServer.Cut());
        await using var clients = Connect(server.Url);
        var payment = new CreateCardPayment(Guid.CreateVersion7(), Guid.CreateVersion7(), 1m, "BRL", false, "A stay", "ana@example.com");

        for (var call = 0; call < 3; call++)
            await clients.Stripe.CreatePaymentIntent(payment, "op", CancellationToken.None);
        await clients.MercadoPago.FindByExternalReference("find-me", CancellationToken.None);
        await clients.Email.Send(Mail, CancellationToken.None);

        Assert.Equal(5, clients.Log.Lines.Count);
        var log = string.Join('\n', clients.Log.Lines);
        foreach (var secret in (string[])["sk_test", "TEST-secret", "ana@", "_secret_x", "find-me", "SG.secret", "bia@", "Your stay", "Dear Bia"])
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        Assert.Contains("stripe payment_intent.create: refused card_declined", log, StringComparison.Ordinal);
    }
}
