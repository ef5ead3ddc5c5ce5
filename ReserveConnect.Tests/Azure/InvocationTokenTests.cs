using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Azure;
using Xunit;

namespace ReserveConnect.Tests.Azure;

public sealed class InvocationTokenTests
{
    [Fact]
    public void The_invocations_token_is_asked_for_before_what_the_request_has_under_that_name()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Reserve:Events:DispatchInProcess"] = "true" });
        ReserveConnectApp.Configure(builder);
        using var host = builder.Build();

        var converters = host.Services.GetRequiredService<IOptions<WorkerOptions>>().Value.InputConverters;

        Assert.Equal(typeof(InvocationToken), converters.First());
    }
}
