using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Access;
using Xunit;

namespace ReserveConnect.Tests.Access;

public sealed class FunctionAccessTests
{
    [Fact]
    public void Every_function_of_the_app_says_who_may_call_it() => FunctionAccess.Of(typeof(ReserveConnectApp).Assembly);

    [Fact]
    public void A_function_that_does_not_is_refused_by_its_name()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => FunctionAccess.Of(typeof(Silent)));

        Assert.Contains("function silent does not say who may call it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_no_declaration() => Assert.Throws<InvalidOperationException>(() => FunctionAccess.Of(typeof(ForNobody)));

    [Fact]
    public void What_answers_http_is_not_the_hosts_alone() => Assert.Throws<InvalidOperationException>(() => FunctionAccess.Of(typeof(HostsButHttp)));

    [Fact]
    public void What_the_host_calls_is_nobody_elses() => Assert.Throws<InvalidOperationException>(() => FunctionAccess.Of(typeof(PublicActivity)));

    [Fact]
    public void A_method_speaks_before_its_class()
    {
        var access = FunctionAccess.Of(typeof(Spoken));

        Assert.Equal(Callers.Agent, access["by_class"].Callers);
        Assert.Equal(Callers.Admin, access["by_method"].Callers);
        Assert.Throws<InvalidOperationException>(() => access["unheard_of"]);
    }

    private sealed class Silent
    {
        [Function("silent")]
        public static void Run([HttpTrigger("get")] HttpRequest request) => _ = request;
    }

    [Access(Callers.None)]
    private sealed class ForNobody
    {
        [Function("for_nobody")]
        public static void Run([HttpTrigger("get")] HttpRequest request) => _ = request;
    }

    private sealed class HostsButHttp
    {
        [Function("hosts_but_http")]
        [Access(Callers.Host)]
        public static void Run([HttpTrigger("get")] HttpRequest request) => _ = request;
    }

    private sealed class PublicActivity
    {
        [Function("public_activity")]
        [Access(Callers.Public)]
        public static void Run([ActivityTrigger] string input) => _ = input;
    }

    [Access(Callers.Agent)]
    private sealed class Spoken
    {
        [Function("by_class")]
        public static void ByClass([HttpTrigger("get")] HttpRequest request) => _ = request;

        [Function("by_method")]
        [Access(Callers.Admin)]
        public static void ByMethod([HttpTrigger("get")] HttpRequest request) => _ = request;
    }
}
