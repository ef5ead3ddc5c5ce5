using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Functions;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Hosting;

public sealed class MissingSettingTests
{
    [Theory]
    [InlineData("Reserve:Database:ConnectionString")]
    [InlineData("Reserve:Stripe:ApiKey")]
    [InlineData("Reserve:Stripe:WebhookSecret")]
    [InlineData("Reserve:MercadoPago:AccessToken")]
    [InlineData("Reserve:HostConnect:BaseUrl")]
    [InlineData("Reserve:HostConnect:ApiKey")]
    public async Task A_start_without_a_setting_fails_with_its_name(string key)
    {
        await using var database = await TestDatabase.CreateAsync();
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Reserve:Http:Url"] = "http://127.0.0.1:0",
            ["Reserve:Timers:Enabled"] = "false",
            ["Reserve:Database:ConnectionString"] = database.AppConnectionString,
            ["Reserve:HostConnect:BaseUrl"] = "http://127.0.0.1:1",
            ["Reserve:HostConnect:ApiKey"] = "key",
            ["Reserve:HostConnect:WebhookSecret"] = "secret",
            ["Reserve:Stripe:ApiKey"] = "sk_test",
            ["Reserve:Stripe:WebhookSecret"] = "secret",
            ["Reserve:MercadoPago:AccessToken"] = "token",
            ["Reserve:MercadoPago:WebhookSecret"] = "secret",
        });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [key] = "" });
        builder.Logging.ClearProviders();

        var refused = await Record.ExceptionAsync(async () =>
        {
            ReserveConnectApp.Configure(builder);
            builder.Services.AddFunctionAssembly(typeof(ReserveConnectApp).Assembly);
            var host = builder.Build();
            await using var running = (IAsyncDisposable)host;
            await host.StartAsync();
        });

        Assert.NotNull(refused);
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }
}
