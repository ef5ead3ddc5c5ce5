using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary>Requests that no function takes: the embedded host answers them itself.</summary>
public sealed class NoFunctionTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Theory]
    [InlineData("GET", "/api/booking-intents/1", 404)]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("PUT", "/api/booking-intents", 405)]
    public async Task The_answer_is_a_problem_document(string method, string path, int status)
    {
        var answer = await market.SendAsync(new(new HttpMethod(method), path));

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
    }
}
