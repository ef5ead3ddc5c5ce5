using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Documentation;
using Xunit;

namespace ReserveConnect.Tests.Injection;

/// <summary>
/// Every place of every operation that takes a text gets texts that would be SQL, with everything else in the request right:
/// the schema stays as it is, and there is no row more or less than the answers account for.
/// </summary>
public sealed class InjectionTests(InjectionWorld world) : IClassFixture<InjectionWorld>
{
    private static readonly string[] Leaks = ["npgsql", "postgres", "sqlstate", "syntax error", "select ", "insert into", " at ReserveConnect."];

    public static TheoryData<string> Operations => [.. Published.Operations.Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task No_text_becomes_a_statement(string id)
    {
        var operation = Published.Operations.Single(known => known.Id == id);
        await CarriesAsync(operation);
        foreach (var point in InjectionPoint.Of(operation, world.Valid.Body(operation)))
        {
            await InjectAsync(operation, point);
        }

        Assert.Equal(world.Schema, await DatabaseState.SchemaAsync(world.Market));
        Assert.False(File.Exists(InjectedText.Trace), "a program was run on the database's machine");
    }

    // With nothing wrong in it the request is done: what is injected beside it comes as far as it can. An operation that takes
    // nothing but what its path names is left alone where it would do something.
    private async Task CarriesAsync(PublishedOperation operation)
    {
        if (operation.Method != "GET" && operation.Content["requestBody"] is null)
        {
            return;
        }

        var before = await BeginAsync();
        var (status, text) = await SendAsync(operation, null, null);
        Assert.True(status is >= 200 and < 300, $"{operation.Id} with nothing wrong in it answered {status}: tell ValidRequests what is right instead of {world.Valid.Body(operation)?.ToJsonString()}. {text}\n{world.Market.Complaints}");
        await ExpectAsync(operation, null, before, 1, 1);
    }

    private async Task InjectAsync(PublishedOperation operation, InjectionPoint point)
    {
        var (before, reached, done) = (await BeginAsync(), 0, 0);
        foreach (var injected in InjectedText.All.Where(text => text.Fits(point.Place)))
        {
            var watch = Stopwatch.StartNew();
            var (status, text) = await SendAsync(operation, point, injected);
            var what = $"{operation.Id}, {point}, {injected.Name}: {status} {text}";
            Assert.True(status < 500, $"{what}\n{world.Market.Complaints}");
            Assert.True(status != 429, $"{what}: a limit stopped it, not the function");
            Assert.True(watch.Elapsed < InjectedText.Sleep / 2, $"{what} after {watch.Elapsed}");
            if (status >= 400)
            {
                Assert.DoesNotContain(Leaks, leak => text.Contains(leak, StringComparison.OrdinalIgnoreCase) && !injected.Plain.Contains(leak, StringComparison.OrdinalIgnoreCase));
            }

            // Where anybody may call, these are what a function says of a token that it was sent.
            if (point.Place is not Place.Credential && !Proofs.NeedsNone(operation))
            {
                Assert.DoesNotContain(["authentication_required", "forbidden", "invalid_token"], code => text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal));
            }

            reached += point.Place is not Place.Credential && IsOfFunction(status, text) ? 1 : 0;
            done += status < 300 ? 1 : 0;
        }

        await ExpectAsync(operation, point, before, reached, done);
    }

    // What the machine does by itself meanwhile is counted too.
    private const string LatestTrouble = "SELECT coalesce((SELECT concat_ws(' ', exception_type, error_code, created_at) FROM reserve.exceptions ORDER BY created_at DESC LIMIT 1), 'none')";

    private async Task<IReadOnlyDictionary<string, long>> BeginAsync()
    {
        await world.ForgetFailedLoginsAsync();
        return await DatabaseState.RowsAsync(world.Market);
    }

    // What is no address of a function, or no request, the server answers in few words or none.
    private static bool IsOfFunction(int status, string text) =>
        status < 300 || (text.Length > 0 && JsonNode.Parse(text)!["type"]!.GetValue<string>() != "about:blank");

    private async Task ExpectAsync(
        PublishedOperation operation, InjectionPoint? point, IReadOnlyDictionary<string, long> before, int reached, int done)
    {
        var changed = DatabaseState.Difference(before, await DatabaseState.RowsAsync(world.Market));
        var expected = Effects.Of(operation, point, reached, done);
        Assert.True(
            changed.Count == expected.Count && !changed.Except(expected).Any(),
            $"{operation.Id}, {point}: {reached} calls came to it and {done} were done, and that is {Written(expected)}, but there are {Written(changed)}; the latest exception is {await world.Market.ReadAsync<string>(LatestTrouble)}");
    }

    private async Task<(int Status, string Text)> SendAsync(PublishedOperation operation, InjectionPoint? point, InjectedText? injected)
    {
        var body = Body(operation, point, injected);
        using var request = new HttpRequestMessage(new(operation.Method), Address(operation, point, injected));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        }

        // A key of its own for each call would be an effect of its own.
        foreach (var name in Named(operation, "header").Where(name => name != "Idempotency-Key" || point?.Name == name))
        {
            request.Headers.TryAddWithoutValidation(name, point == new InjectionPoint(Place.Header, name) ? injected!.Plain : Valid(operation, "header", name));
        }

        world.Proofs.Add(operation, request, body ?? []);
        if (point is { Place: Place.Credential })
        {
            Proofs.Forge(request, point.Name, injected!.Plain);
        }

        using var answer = await world.Client.SendAsync(request);
        if (answer.IsSuccessStatusCode)
        {
            world.Valid.Done(operation, body is null ? null : JsonNode.Parse(body));
        }

        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    // What the document cannot say is required: a search wants either two dates or a window.
    private static bool IsNeeded(PublishedOperation operation, string name) =>
        name == "data.id" || (operation.Id == "search_availability" && name is "check_in" or "check_out");

    private string Address(PublishedOperation operation, InjectionPoint? point, InjectedText? injected)
    {
        var path = Named(operation, "path").Aggregate(operation.Path, (path, name) => path.Replace($"{{{name}}}", Value("path", name), StringComparison.Ordinal));
        var query = from parameter in operation.Parameters
                    where $"{parameter["in"]}" == "query"
                    let name = $"{parameter["name"]}"
                    where parameter["required"]?.GetValue<bool>() == true || IsNeeded(operation, name) || point == new InjectionPoint(Place.Query, name)
                    select $"{name}={Value("query", name)}";
        return $"/api{path}?{string.Join('&', query)}".TrimEnd('?');

        string Value(string place, string name) => point == new InjectionPoint(Enum.Parse<Place>(place, ignoreCase: true), name)
            ? injected!.InUrl
            : Uri.EscapeDataString(Valid(operation, place, name));
    }

    private byte[]? Body(PublishedOperation operation, InjectionPoint? point, InjectedText? injected)
    {
        if (world.Valid.Body(operation) is not { } body)
        {
            return null;
        }

        // The payment that Mercado Pago names is named twice, and must be the same.
        if (operation.Id == "handle_pix_webhook" && point is { Place: Place.Query })
        {
            body["data"]!["id"] = injected!.Plain;
        }

        if (point is not { Place: Place.Body })
        {
            return Encoding.UTF8.GetBytes(body.ToJsonString());
        }

        const string here = "injected here";
        var way = point.Name.Split('.');
        var parent = way[..^1].Aggregate(body, (node, part) => node is JsonArray items ? items[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : node[part]!);
        if (parent is JsonArray list)
        {
            list[int.Parse(way[^1], System.Globalization.CultureInfo.InvariantCulture)] = here;
        }
        else
        {
            parent[way[^1]] = here;
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString().Replace($"\"{here}\"", injected!.InJson, StringComparison.Ordinal));
    }

    private string Valid(PublishedOperation operation, string place, string name) =>
        world.Valid.Value(operation, name, operation.Parameters.Single(parameter => $"{parameter["in"]}" == place && $"{parameter["name"]}" == name)["schema"]!);

    private static IEnumerable<string> Named(PublishedOperation operation, string place) =>
        operation.Parameters.Where(parameter => $"{parameter["in"]}" == place).Select(parameter => $"{parameter["name"]}");

    private static string Written(IReadOnlyDictionary<string, long> rows) =>
        rows.Count == 0 ? "no row" : string.Join(", ", rows.OrderBy(row => row.Key).Select(row => $"{row.Value:+0;-0} {row.Key}"));
}
