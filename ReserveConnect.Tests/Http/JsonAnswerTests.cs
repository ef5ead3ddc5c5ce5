using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ReserveConnect.Functions.Http;
using Xunit;

namespace ReserveConnect.Tests.Http;

/// <summary>What a host sees of an answer besides the bytes that are sent.</summary>
public sealed class JsonAnswerTests
{
    [Fact]
    public void A_host_that_serialises_what_a_function_returned_sees_nothing_of_it() =>
        Assert.Equal("{}", JsonSerializer.Serialize<object>(new JsonAnswer(new { client_secret = "pi_secret" }) { Location = "/api/somewhere" }));

    [Fact]
    public void The_trace_id_is_the_callers_even_when_its_trace_is_not_sampled()
    {
        using var span = new Activity("request").SetParentId(ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"), ActivitySpanId.CreateFromString("b7ad6b7169203331"));
        span.Start();
        Activity.Current = null;
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpActivityFeature>(new Span { Activity = span });

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Problem.TraceId(context));
    }

    private sealed class Span : IHttpActivityFeature
    {
        public required Activity Activity { get; set; }
    }
}
