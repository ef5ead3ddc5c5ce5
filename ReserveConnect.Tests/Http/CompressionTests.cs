using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Http;

/// <summary>What is compressed, what is kept, and what is neither, over real HTTP.</summary>
public sealed class CompressionTests(InventoryMarketplace market) : IClassFixture<InventoryMarketplace>, IDisposable
{
    private const string Catalogue = "/api/properties?city=urubici";

    // Nothing between the wire and the test.
    private readonly HttpClient _wire = new() { BaseAddress = market.Api.BaseAddress };

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=1, br;q=0", "gzip")]
    public async Task The_catalogue_comes_in_the_coding_that_the_client_takes(string accepted, string coding)
    {
        using var plain = await AskAsync(Catalogue, null);
        using var coded = await AskAsync(Catalogue, accepted);

        Assert.Equal([coding], coded.Content.Headers.ContentEncoding);
        var text = await plain.Content.ReadAsStringAsync();
        var bytes = await coded.Content.ReadAsByteArrayAsync();
        Assert.Equal(text, Decoded(bytes, coding));
        Assert.True(bytes.Length < text.Length / 2, $"{bytes.Length} of {text.Length} bytes");
        Assert.Equal(["Accept-Encoding"], coded.Headers.Vary);
        Assert.Equal(["Accept-Encoding"], plain.Headers.Vary);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("br;q=0, gzip;q=0")]
    [InlineData("deflate")]
    public async Task Who_takes_neither_gets_it_as_it_is(string? accepted)
    {
        using var answer = await AskAsync(Catalogue, accepted);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Equal(answer.Content.Headers.ContentLength, (await answer.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task One_tag_stands_for_every_coding_and_is_weak_therefore()
    {
        using var plain = await AskAsync(Catalogue, null);
        using var coded = await AskAsync(Catalogue, "br");

        Assert.True(plain.Headers.ETag!.IsWeak);
        Assert.Equal(plain.Headers.ETag, coded.Headers.ETag);
    }

    [Theory]
    [InlineData("{0}", null)]
    [InlineData("{0}", "br")]
    [InlineData("W/\"other\", {0}", "gzip")]
    [InlineData("*", null)]
    public async Task What_the_client_has_is_not_sent_again_and_the_headers_are_the_same(string known, string? accepted)
    {
        var slug = await market.ReadAsync<string>("SELECT slug FROM reserve.properties_map ORDER BY slug LIMIT 1");
        foreach (var path in (string[])[Catalogue, $"/api/properties/{slug}"])
        {
            using var first = await AskAsync(path, accepted);

            using var second = await AskAsync(path, accepted, string.Format(null, known, first.Headers.ETag));

            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
            Assert.Empty(await second.Content.ReadAsByteArrayAsync());
            Assert.Equal("public, max-age=60", second.Headers.CacheControl!.ToString());
            Assert.Equal(
                (first.Headers.ETag, first.Headers.CacheControl, string.Join(",", first.Headers.Vary)),
                (second.Headers.ETag, second.Headers.CacheControl, string.Join(",", second.Headers.Vary)));
        }
    }

    [Fact]
    public async Task A_catalogue_that_changed_is_sent_with_another_tag()
    {
        var slug = await market.ReadAsync<string>("SELECT slug FROM reserve.properties_map ORDER BY slug DESC LIMIT 1");
        using var first = await AskAsync($"/api/properties/{slug}", "br");
        await market.ReadAsync<int>("UPDATE reserve.properties_map SET description = description || '!' WHERE slug = @slug RETURNING 1", new { slug });

        using var second = await AskAsync($"/api/properties/{slug}", "br", first.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task Quotes_and_refusals_of_what_anybody_may_ask_are_compressed_and_never_kept()
    {
        var stay = await market.FreeStayAsync();
        using var month = await AskAsync($"/api/units/{stay.UnitId}/availability?month={stay.CheckIn:yyyy-MM}", "br");
        var wrong = string.Join('&', Enumerable.Range(0, 30).Select(i => $"wrong{i}={i}"));
        using var refused = await AskAsync($"/api/search?{wrong}", "gzip");

        Assert.Equal(["br"], month.Content.Headers.ContentEncoding);
        Assert.Equal((HttpStatusCode.BadRequest, "gzip"), (refused.StatusCode, Assert.Single(refused.Content.Headers.ContentEncoding)));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Contains("wrong29", Decoded(await refused.Content.ReadAsByteArrayAsync(), "gzip"), StringComparison.Ordinal);
        Assert.All([month, refused], answer => Assert.True(answer.Headers.CacheControl!.NoStore));
    }

    [Fact]
    public async Task Short_answers_are_left_alone()
    {
        using var answer = await AskAsync("/api/health/live", "br, gzip");

        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.True(answer.Content.Headers.ContentLength < 1_024);
    }

    [Fact]
    public async Task An_answer_to_somebody_is_never_compressed_however_long()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync(nights: 14));

        using var answer = await AskAsync($"/api/booking-intents/{held.IntentId}", "br, gzip", token: market.TokenOf(held.IntentId));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.True(answer.Content.Headers.ContentLength > 1_024);
    }

    private Task<HttpResponseMessage> AskAsync(string path, string? accepted, string? known = null, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepted is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        }

        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        }

        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return _wire.SendAsync(request);
    }

    private static string Decoded(byte[] bytes, string coding)
    {
        using var coded = new MemoryStream(bytes);
        using Stream plain = coding == "br" ? new BrotliStream(coded, CompressionMode.Decompress) : new GZipStream(coded, CompressionMode.Decompress);
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
