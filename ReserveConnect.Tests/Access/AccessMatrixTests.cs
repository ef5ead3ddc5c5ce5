using System.Net;
using System.Text.RegularExpressions;
using ReserveConnect.Tests.Functions;
using Xunit;

namespace ReserveConnect.Tests.Access;

/// <summary>Every HTTP function, called by everybody with A's things in the request.</summary>
public sealed partial class AccessMatrixTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    // No function takes it, whatever its body is: nobody changes anything with it.
    private const string UselessBody = """{"nonsense":true}""";

    private static readonly (string Name, string Method, string Route)[] Http =
    [
        .. from line in FunctionList.Lines
           let parts = line.Split(" | ")
           where parts[1] == "HttpTrigger"
           from method in parts[2].Split(',')
           select (parts[0], method, parts[3]),
    ];

    private static Who[] Callers => [.. Enum.GetValues<Who>().Where(who => int.PopCount((int)who) == 1)];

    public static TheoryData<string> Functions => [.. Http.Select(function => $"{function.Method} {function.Name}")];

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Whom_a_function_is_for_gets_through_and_nobody_else(string function)
    {
        var (name, method, route) = Http.Single(known => $"{known.Method} {known.Name}" == function);
        var rows = AccessRows.All.Where(row => row.Function == name && row.Method == method).ToList();
        Assert.True(rows.Count > 0, $"{function} has no row in AccessRows: who may call it?");
        foreach (var row in rows)
        {
            Assert.True(Regex.IsMatch($"/api/{row.Address}", Pattern(route)), $"{row.Request} is no request to {name}, whose route is {route}");
            List<string> wrong = [];
            foreach (var who in Callers)
            {
                var reply = await world.AskAsync(who, row.Method, Filled(row.Address), row.Method is "GET" or "DELETE" ? null : UselessBody);
                var (expected, fits) = Expected(row, who);
                if (!fits(reply))
                {
                    wrong.Add($"{who} is to get {expected}, and got {reply}");
                }
            }

            Assert.True(wrong.Count == 0, $"{row.Request} ({name}):\n{string.Join('\n', wrong)}\n{world.Complaints}");
        }
    }

    [Fact]
    public void No_row_is_about_a_function_that_is_gone() =>
        Assert.All(AccessRows.All, row => Assert.Contains(Http, known => known.Name == row.Function && known.Method == row.Method));

    private static (string Expected, Func<Reply, bool> Fits) Expected(AccessRow row, Who who)
    {
        // The function itself refuses whoever has no signature, and asks for nothing else.
        if (row is { Passes: Who.Nobody, Answer: { } refused })
        {
            return ($"401 {refused}", reply => reply is { Status: HttpStatusCode.Unauthorized } && reply.Code == refused);
        }

        if (row.Passes.HasFlag(who))
        {
            return row.Answer is { } own
                ? (own, reply => reply.Code == own)
                : ("through", reply => (int)reply.Status < 500 && reply.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound));
        }

        var status = who == Who.Anonymous ? HttpStatusCode.Unauthorized : row.Hidden.HasFlag(who) ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden;
        return ($"{(int)status}", reply => reply.Status == status && reply.Code != row.Answer);
    }

    private string Filled(string address) => address
        .Replace("{intent}", $"{world.All.OfA.Held.IntentId}", StringComparison.Ordinal)
        .Replace("{code}", world.All.OfA.Code, StringComparison.Ordinal)
        .Replace("{slug}", world.All.OfA.Slug, StringComparison.Ordinal)
        .Replace("{property}", $"{world.All.OfA.PropertyId}", StringComparison.Ordinal)
        .Replace("{unit}", $"{world.All.OfA.Held.Stay.UnitId}", StringComparison.Ordinal)
        .Replace("{guest}", $"{world.All[Who.GuestA].AccountId}", StringComparison.Ordinal)
        .Replace("{unknown}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal);

    private static string Pattern(string route) => $"^{Parameter().Replace(OptionalParameter().Replace(route, "(/[^/]+)?"), "[^/]+")}$";

    [GeneratedRegex(@"/\{\w+\?\}")]
    private static partial Regex OptionalParameter();

    [GeneratedRegex(@"\{\w+(:\w+)?\}")]
    private static partial Regex Parameter();
}
