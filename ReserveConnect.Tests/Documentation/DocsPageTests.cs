using System.Net;
using System.Text.RegularExpressions;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Documentation;

public sealed partial class DocsPageTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task The_document_is_served_as_it_is_generated()
    {
        using var answer = await market.Api.GetAsync("/api/openapi.json");

        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Published.Text, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/api/openapi.json")]
    [InlineData("/api/docs")]
    [InlineData("/api/docs/swagger-ui-bundle.js")]
    public async Task Who_has_it_already_is_not_sent_it_again_and_who_takes_gzip_gets_the_same_bytes(string path)
    {
        using var first = await market.Api.GetAsync(path);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await market.Api.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);

        using var unzipping = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = market.Api.BaseAddress };
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await unzipping.GetByteArrayAsync(path));
        Assert.Empty(first.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Everything_on_the_page_comes_from_here_and_nothing_in_it_is_inline()
    {
        using var page = await market.Api.GetAsync("/api/docs");
        var html = await page.Content.ReadAsStringAsync();

        var links = Link().Matches(html).Select(link => link.Groups["to"].Value).ToList();
        Assert.Contains("/api/docs/swagger-ui-bundle.js", links);
        foreach (var link in links)
        {
            Assert.StartsWith("/api/", link, StringComparison.Ordinal);
            using var file = await market.Api.GetAsync(link);
            Assert.True(file.StatusCode == HttpStatusCode.OK, $"{link}: {file.StatusCode}");
            Assert.Equal(["nosniff"], file.Headers.GetValues("X-Content-Type-Options"));
        }

        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(Inline(), html);
    }

    [Fact]
    public async Task A_file_that_the_page_does_not_have_is_not_found()
    {
        using var answer = await market.Api.GetAsync("/api/docs/index.html");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [GeneratedRegex("""(?:src|href)="(?<to>[^"]*)["]""")]
    private static partial Regex Link();

    [GeneratedRegex("""<style|<script>|\son\w+=|\sstyle=|<script[^>]*>[^<]""")]
    private static partial Regex Inline();
}
