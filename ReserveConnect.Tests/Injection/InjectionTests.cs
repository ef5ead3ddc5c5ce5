using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
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
    // nothing but what its path names is left alone where it would do something, and so is one that can be done once only.
    private async Task CarriesAsync(PublishedOperation operation)
    {
        if ((operation.Method != "GET" && operation.Content["requestBody"] is null) || Effects.Once.Contains(operation.Id))
        {
            return;
        }

        var before = await DatabaseState.RowsAsync(world.Market);
        var (status, text) = await SendAsync(operation, null, null);
        Assert.True(status is >= 200 and < 300, $"{operation.Id} with nothing wrong in it answered {status}: tell ValidRequests what is right. {text}\n{world.Market.Complaints}");
        await ExpectAsync(operation, null, before, 1, 1);
    }

    private async Task InjectAsync(PublishedOperation operation, InjectionPoint point)
    {
        var (before, calls, done) = (await DatabaseState.RowsAsync(world.Market), 0, 0);
        foreach (var injected in InjectedText.All.Where(text => text.Fits(point.Place)))
        {
            var watch = Stopwatch.StartNew();
            var (status, text) = await SendAsync(operation, point, injected);
            var what = $"{operation.Id}, {point}, {injected.Name}: {status} {text}";
            Assert.True(status < 500, $"{what}\n{world.Market.Complaints}");
            // Guessing is stopped by the function itself; anything else would mean that the function was not asked.
            Assert.True(status != 429 || text.Contains("too_many_attempts", StringComparison.Ordinal), $"{what}: a limit stopped it");
            Assert.True(watch.Elapsed < InjectedText.Sleep / 2, $"{what} after {watch.Elapsed}");
            if (status >= 400)
            {
                Assert.DoesNotContain(Leaks, leak => text.Contains(leak, StringComparison.OrdinalIgnoreCase) && !injected.Plain.Contains(leak, StringComparison.OrdinalIgnoreCase));
            }

            if (point.Place is not Place.Credential && operation.Content["responses"]!["403"] is not null)
            {
                Assert.DoesNotContain(["authentication_required", "forbidden", "invalid_token"], code => text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal));
            }

            calls++;
            done += status < 300 ? 1 : 0;
        }

        await ExpectAsync(operation, point, before, calls, done);
    }

    private async Task ExpectAsync(PublishedOperation operation, InjectionPoint? point, IReadOnlyDictionary<string, long> before, int calls, int done)
    {
        // What is told to somebody by mail is written when the event is handled.
        await world.Market.QuietAsync();
        var changed = DatabaseState.Difference(before, await DatabaseState.RowsAsync(world.Market));
        var expected = Effects.Of(operation.Id, point, done);
        var (kept, exact) = (changed.Where(change => Effects.Kept.ContainsKey(change.Key)), changed.Where(change => !Effects.Kept.ContainsKey(change.Key)).ToList());
        Assert.All(kept, change => Assert.InRange(change.Value, 1, calls * Effects.Kept[change.Key]));
        Assert.True(
            exact.Count == expected.Count && !exact.Except(expected).Any(),
            $"{operation.Id}, {point}: {done} calls were done, and that is {Written(expected)}, but there are {Written(changed)}");
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
        if (operation.Id == "create_booking_intent" && answer.IsSuccessStatusCode)
        {
            world.Valid.StayIsTaken();
        }

        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private string Address(PublishedOperation operation, InjectionPoint? point, InjectedText? injected)
    {
        var path = Named(operation, "path").Aggregate(operation.Path, (path, name) => path.Replace($"{{{name}}}", Value("path", name), StringComparison.Ordinal));
        var query = from parameter in operation.Parameters
                    where $"{parameter["in"]}" == "query"
                    let name = $"{parameter["name"]}"
                    where parameter["required"]?.GetValue<bool>() == true || name == "data.id" || point == new InjectionPoint(Place.Query, name)
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
