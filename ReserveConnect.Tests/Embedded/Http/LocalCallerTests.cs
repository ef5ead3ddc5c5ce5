using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary>A function that is not anonymous answers callers on this machine; a proxy on it is not what it speaks for.</summary>
public sealed class LocalCallerTests
{
    public static class Inside
    {
        [Function("inside")]
        public static IActionResult Run([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) => new OkResult();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("X-Forwarded-For", HttpStatusCode.Unauthorized)]
    [InlineData("Forwarded", HttpStatusCode.Unauthorized)]
    public async Task What_comes_for_somebody_else_is_not_local(string? header, HttpStatusCode status)
    {
        await using var host = await TestHost.StartAsync([typeof(Inside)]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/inside");
        if (header is not null)
        {
            request.Headers.Add(header, "for=203.0.113.1");
        }

        using var answer = await host.Client.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
    }
}
