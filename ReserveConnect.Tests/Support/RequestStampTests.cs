using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Functions.Access;
using ReserveConnect.Support;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Support;

public sealed class RequestStampTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task What_the_host_runs_is_nobodys_deed_whosever_request_set_it_going()
    {
        var authorize = ActivatorUtilities.CreateInstance<Authorize>(market.Services);
        RequestStamp.Set(new("guest:of-the-request", "its-id"));
        var (ran, during) = (false, RequestStamp.Current);

        await authorize.Invoke(new Activity(), _ =>
        {
            (ran, during) = (true, RequestStamp.Current);
            return Task.CompletedTask;
        });

        Assert.True(ran);
        Assert.Null(during);
        // Whoever called goes on as before.
        Assert.NotNull(RequestStamp.Current);
    }

    // An invocation that no request started.
    private sealed class Activity : FunctionContext
    {
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
