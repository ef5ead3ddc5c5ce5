using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Documentation;
using Xunit;

namespace ReserveConnect.Tests.Workshop;

/// <summary>Sends the requests of the file one after the other, as a reader of it would.</summary>
internal sealed partial class RequestRun(RequestFile file, Marketplace market)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new(new AsDocumented());
    private readonly Dictionary<string, JsonNode> _answers = [];
    private readonly Dictionary<string, string> _variables = new(file.Variables)
    {
        ["api"] = new Uri(market.Api.BaseAddress!, "/api").ToString(),
        ["stripe"] = market.Stripe.BaseAddress!.ToString().TrimEnd('/'),
        ["mercadopago"] = market.MercadoPago.BaseAddress!.ToString().TrimEnd('/'),
        ["stripe_publishable_key"] = "pk_test_sandbox",
        ["operator_key"] = market.OperatorsKey,
    };

    private int _laterBy;

    /// <summary>Sends all of them and insists on the status that each is to have.</summary>
    public async Task SendAllAsync()
    {
        await ChooseDatesAsync();
        foreach (var request in file.Requests)
        {
            var (status, body) = await SendAsync(request);
            Assert.True(
                request.Expected is { } expected ? status == expected : status is >= 200 and < 300,
                $"{request.Title}: {request.Method} {request.Address} answered {status} {body}\n{market.Complaints}");
            if (request.Name is not null)
                _answers[request.Name] = JsonNode.Parse(body)!;
        }
    }

    // On the dates of the file, or, where a holiday asks for longer stays, up to a month later. The search answers from an
    // index that follows the load of the city within a moment.
    private async Task ChooseDatesAsync()
    {
        var search = file.Requests.Single(request => request.Name == "search");
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            for (_laterBy = 0; _laterBy < 30; _laterBy++)
            {
                if (JsonNode.Parse((await SendAsync(search)).Body)!["items"]!.AsArray().Count > 2)
                    return;
            }

            await Task.Delay(BetweenLooks, limit.Token);
        }
    }

    private async Task<(int Status, string Body)> SendAsync(WrittenRequest written)
    {
        using var request = new HttpRequestMessage(new(written.Method), await FilledAsync(written.Address));
        if (written.Body is { } body)
            request.Content = new StringContent(await FilledAsync(body));
        foreach (var (name, value) in written.Headers)
        {
            if (name == "Content-Type")
                request.Content!.Headers.ContentType = new(value);
            else
                request.Headers.TryAddWithoutValidation(name, await FilledAsync(value));
        }

        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> FilledAsync(string text)
    {
        while (Placeholder().Match(text) is { Success: true } found)
            text = text[..found.Index] + await ValueAsync(found.Groups["what"].Value) + text[(found.Index + found.Length)..];
        return text;
    }

    private async Task<string> ValueAsync(string what)
    {
        if (what == "$guid")
            return Guid.CreateVersion7().ToString();
        if (Date().Match(what) is { Success: true } date)
            return market.Clock.GetUtcNow().AddDays(_laterBy + int.Parse(date.Groups["days"].Value, CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Answer().Match(what) is { Success: true } answer
            ? await OfAnswerAsync(answer.Groups["name"].Value, answer.Groups["path"].Value)
            : _variables.TryGetValue(what, out var value) ? value : throw new InvalidOperationException($"requests.http uses {{{{{what}}}}}, which nothing sets");
    }

    // A reader who finds nothing there sends the earlier request once more: what is confirmed is so a moment later.
    private async Task<string> OfAnswerAsync(string name, string path)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            if (Find(_answers[name], path) is { } value)
                return value;
            Assert.True(waiting.Elapsed < Patience, $"the answer of {name} still has no {path}: {_answers[name].ToJsonString()}\n{market.Complaints}");
            await Task.Delay(BetweenLooks);
            _answers[name] = JsonNode.Parse((await SendAsync(file.Requests.Single(request => request.Name == name))).Body)!;
        }
    }

    private static string? Find(JsonNode answer, string path)
    {
        JsonNode? node = answer;
        foreach (Match step in Step().Matches(path))
            node = step.Groups["index"].Success
                ? node?[int.Parse(step.Groups["index"].Value, CultureInfo.InvariantCulture)]
                : node?[step.Groups["property"].Value];
        return node?.ToString();
    }

    [GeneratedRegex(@"\{\{(?<what>[^}]+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\$datetime 'YYYY-MM-DD' (?<days>\d+) d$")]
    private static partial Regex Date();

    [GeneratedRegex(@"^(?<name>\w+)\.response\.body\.\$(?<path>.+)$")]
    private static partial Regex Answer();

    [GeneratedRegex(@"\.(?<property>\w+)|\[(?<index>\d+)\]")]
    private static partial Regex Step();
}
