using Microsoft.AspNetCore.Http;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;
using ReserveConnect.Functions.Operations;
using Xunit;

namespace ReserveConnect.Tests.Documentation;

/// <summary>
/// What a function declares that it takes is what its code reads, no more and no less. What it answers is checked wherever
/// a test is answered: <see cref="AsDocumented"/>.
/// </summary>
public sealed class DeclarationTests
{
    private static readonly IReadOnlyList<HttpFunction> All = HttpFunction.AllOf(typeof(ReserveConnectApp).Assembly, FunctionAccess.Of(typeof(ReserveConnectApp).Assembly));

    public static TheoryData<Type> Classes => [.. All.Select(function => function.Method.DeclaringType!).Distinct()];

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_function_declares_the_body_that_it_reads(Type type)
    {
        var declared = Declared(type).Select(function => function.Body).OfType<TakesAttribute>().ToList();

        Assert.Equal(Names(declared.Select(body => body.Body).OfType<Type>()), Names(ReadBy(type, typeof(RequestBody), nameof(RequestBody.ReadAsync), nameof(RequestBody.ReadOptionalAsync))));
        Assert.Equal(declared.Any(body => body.Body is null), Calls(type).Any(call => call == (typeof(RequestBody), nameof(RequestBody.ReadBytesAsync))));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_function_declares_the_query_string_that_it_reads(Type type) => Assert.Equal(
        Names(Declared(type).Select(function => function.Query?.Query).OfType<Type>()),
        Names(ReadBy(type, typeof(QueryReader), nameof(QueryReader.Read), nameof(QueryReader.ReadLoosely))));

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_function_declares_the_headers_that_it_reads(Type type)
    {
        var code = FunctionCode.Of(type);
        var read = code.Index()
            .Where(step => step.Item.Called is { Name: "get_Headers" } called && called.DeclaringType == typeof(HttpRequest))
            // By a text: a header that is read by a property of its own would be the next call.
            .Select(step => code.Skip(step.Index + 1).First() switch { { Text: { } name } => name, var other => $"{other.Called?.Name}, not by its name" });

        Assert.Equal(
            Declared(type).SelectMany(function => function.Headers).Select(header => header.Name).Distinct().Order(StringComparer.Ordinal),
            read.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>There is one place that reads each part of a request; a function that went past it would take what nobody declares.</summary>
    [Fact]
    public void Nothing_reads_a_request_past_its_readers()
    {
        string[] parts = ["get_Query", "get_QueryString", "get_Body", "get_BodyReader", "get_Form", "ReadFormAsync", "get_Headers"];
        var functions = All.Select(function => function.Method.DeclaringType!).ToHashSet();
        var past = from type in typeof(ReserveConnectApp).Assembly.GetTypes()
                   where !type.IsNested && !IsReader(type)
                   from call in Calls(type)
                   where call.Type == typeof(HttpRequest) && parts.Contains(call.Name) && !(call.Name == "get_Headers" && functions.Contains(type))
                   select $"{type.Name}: {call.Name}";

        Assert.Empty(past);
    }

    // The readers themselves, and whoever finds out who calls, or whether they called before, before a function is asked.
    private static bool IsReader(Type type) =>
        type.Namespace == typeof(QueryReader).Namespace || type.Namespace == typeof(Authorize).Namespace
        || type == typeof(AnswerOnce) || type == typeof(OperationsOptions);

    private static IEnumerable<HttpFunction> Declared(Type type) => All.Where(function => function.Method.DeclaringType == type);

    private static IEnumerable<Type> ReadBy(Type type, Type reader, params string[] methods) =>
        from step in FunctionCode.Of(type)
        let called = step.Called
        where called is not null && called.DeclaringType == reader && methods.Contains(called.Name)
        select called.GetGenericArguments()[0];

    private static IEnumerable<(Type? Type, string Name)> Calls(Type type) =>
        from step in FunctionCode.Of(type)
        let called = step.Called
        where called is not null
        select (called.DeclaringType, called.Name);

    private static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(type => type.FullName!).Distinct().Order(StringComparer.Ordinal);
}
