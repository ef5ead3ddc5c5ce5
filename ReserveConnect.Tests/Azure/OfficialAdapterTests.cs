using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Functions.Azure;
using ReserveConnect.Providers.Stripe;
using ReserveConnect.Tests.Providers;
using ReserveConnect.Tests.Providers.SendGrid;
using ReserveConnect.Tests.Providers.Stripe;
using Stripe;
using Xunit;

namespace ReserveConnect.Tests.Azure;

/// <summary>The adapters of the official libraries, as the azure host registers them.</summary>
internal static class OfficialAdapters
{
    public static void Register(IServiceCollection services) => services.AddStripeNetGateway().AddSendGridEmailSender();
}

/// <inheritdoc/>
public sealed class OfficialClassificationTests : ClassificationTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;
}

/// <inheritdoc/>
public sealed class OfficialRetryTests : RetryTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;
}

/// <inheritdoc/>
public sealed class OfficialRegistrationTests : RegistrationTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;
}

/// <inheritdoc/>
public sealed class OfficialStripeGatewayTests : StripeGatewayTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;

    /// <summary>The inherited tests say nothing about the library if it is not the one that sends.</summary>
    [Fact]
    public async Task The_official_library_is_what_sends_without_telemetry_and_in_our_version()
    {
        await using var server = new FaultServer(FaultServer.Answer(200, """{"id":"pi_1","status":"canceled","amount":1,"currency":"brl"}""", "Request-Id: req_1\r\n"));
        await using var clients = Connect(server.Url);
        for (var call = 0; call < 2; call++)
            Assert.True((await clients.Stripe.GetPaymentIntent("pi_1", CancellationToken.None)).IsDone);

        Assert.NotEqual(StripeCalls.ApiVersion, StripeConfiguration.ApiVersion);
        Assert.All(server.Requests, request =>
        {
            Assert.Contains($".NetBindings/{StripeConfiguration.StripeNetVersion}", request.Headers["User-Agent"], StringComparison.Ordinal);
            Assert.Equal(StripeCalls.ApiVersion, request.Headers["Stripe-Version"]);
            Assert.DoesNotContain("X-Stripe-Client-Telemetry", request.Headers.Keys);
        });
    }
}

/// <inheritdoc/>
public sealed class OfficialStripeTransferTests : StripeTransferTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;
}

/// <inheritdoc/>
public sealed class OfficialStripeTransactionTests : StripeTransactionTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;
}

/// <inheritdoc/>
public sealed class OfficialEmailSenderTests : EmailSenderTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;

    [Fact]
    public async Task The_official_library_is_what_sends()
    {
        await using var server = new FaultServer(FaultServer.Answer(202, ""));
        await using var clients = Connect(server.Url);
        await clients.Email.Send(Message, CancellationToken.None);
        Assert.StartsWith("sendgrid/", server.Requests.Single().Headers["User-Agent"], StringComparison.Ordinal);
    }
}

/// <inheritdoc/>
public sealed class OfficialStripeSandboxTests : StripeSandboxTests
{
    private protected override Action<IServiceCollection> Adapters => OfficialAdapters.Register;
}
