using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Converters;
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

    [Fact]
    public async Task What_the_request_has_under_the_parameters_name_does_not_matter()
    {
        using var invocation = new CancellationTokenSource();
        var context = new Conversion(typeof(CancellationToken), "x", new Invocation(invocation.Token));

        var result = await new InvocationToken().ConvertAsync(context);

        Assert.Equal(ConversionStatus.Succeeded, result.Status);
        Assert.Equal(invocation.Token, result.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_token_of_a_request_ends_with_the_invocation_and_with_the_request(bool byRequest)
    {
        using var invocation = new CancellationTokenSource();
        using var request = new CancellationTokenSource();
        var context = new Invocation(invocation.Token) { Items = { ["HttpRequestContext"] = new DefaultHttpContext { RequestAborted = request.Token } } };
        var token = (CancellationToken)(await new InvocationToken().ConvertAsync(new Conversion(typeof(CancellationToken), "x", context))).Value!;

        await (byRequest ? request : invocation).CancelAsync();

        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public async Task Other_parameters_are_left_to_the_worker()
    {
        var result = await new InvocationToken().ConvertAsync(new Conversion(typeof(string), "x", new Invocation(default)));

        Assert.Equal(ConversionStatus.Unhandled, result.Status);
    }

    private sealed class Conversion(Type target, object source, FunctionContext invocation) : ConverterContext
    {
        public override Type TargetType => target;

        public override object? Source => source;

        public override FunctionContext FunctionContext => invocation;

        public override IReadOnlyDictionary<string, object> Properties => new Dictionary<string, object>();
    }

    private sealed class Invocation(CancellationToken token) : FunctionContext
    {
        public override CancellationToken CancellationToken => token;

        public override string InvocationId => throw new NotSupportedException();

        public override string FunctionId => throw new NotSupportedException();

        public override TraceContext TraceContext => throw new NotSupportedException();

        public override BindingContext BindingContext => throw new NotSupportedException();

        public override RetryContext RetryContext => throw new NotSupportedException();

        public override IServiceProvider InstanceServices { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override FunctionDefinition FunctionDefinition => throw new NotSupportedException();

        public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

        public override IInvocationFeatures Features => throw new NotSupportedException();
    }
}
