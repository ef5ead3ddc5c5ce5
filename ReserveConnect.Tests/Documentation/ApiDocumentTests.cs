using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Functions;
using Xunit;

namespace ReserveConnect.Tests.Documentation;

public sealed partial class ApiDocumentTests
{
    [Fact]
    public void It_is_OpenAPI_3_1_without_an_error_or_a_warning()
    {
        var read = OpenApiDocument.Parse(Published.Text, OpenApiConstants.Json);

        Assert.Empty(read.Diagnostic!.Errors.Select(error => error.ToString()));
        Assert.Empty(read.Diagnostic.Warnings.Select(warning => warning.ToString()));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public void Every_HTTP_function_is_in_it_with_every_method_and_nothing_else()
    {
        var functions = from line in FunctionList.Lines
                        let parts = line.Split(" | ")
                        where parts[1] == "HttpTrigger"
                        from method in parts[2].Split(',')
                        from path in Paths(parts[3])
                        select $"{method} {path}";

        Assert.Equal(functions.Order(StringComparer.Ordinal), Published.Operations.Select(operation => $"{operation.Method} /api{operation.Path}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_operation_is_called_like_another_and_no_two_paths_take_the_same_requests()
    {
        Assert.Equal(Published.Operations.Count, Published.Operations.Select(operation => operation.Id).Distinct().Count());
        var shapes = Published.Document["paths"]!.AsObject().Select(path => Parameter().Replace(path.Key, "{}")).ToList();
        Assert.Equal(shapes.Count, shapes.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_schema_is_used()
    {
        var references = Published.References().ToHashSet();

        Assert.All(references, reference => Assert.True(Published.At(reference) is not null, $"{reference} is not there"));
        Assert.All(
            Published.Document["components"]!["schemas"]!.AsObject(),
            schema => Assert.Contains($"#/components/schemas/{schema.Key}", references));
    }

    [Fact]
    public void Every_operation_says_what_it_does_what_it_answers_and_who_may_call_it() =>
        Assert.All(Published.Operations, operation =>
        {
            Assert.NotEqual(operation.Id, operation.Content["summary"]?.GetValue<string>());
            var answers = operation.Content["responses"]!.AsObject();
            Assert.Contains(answers, answer => answer.Key[0] == '2');
            Assert.Equal(
                operation.Content["security"]!.AsArray().Any(requirement => requirement!.AsObject().Count > 0),
                answers.ContainsKey("401"));
        });

    [Fact]
    public void Path_parameters_are_those_of_the_path() =>
        Assert.All(Published.Operations, operation => Assert.Equal(
            Parameter().Matches(operation.Path).Select(found => found.Value.Trim('{', '}')),
            operation.Parameters.Where(parameter => $"{parameter["in"]}" == "path").Select(parameter => $"{parameter["name"]}")));

    [Fact]
    public void Money_is_a_number_with_two_places_and_what_may_be_missing_is_not_required()
    {
        var view = Published.Document["components"]!["schemas"]!["BookingIntentView"]!;

        Assert.Equal("""{"multipleOf":0.01,"type":"number","format":"decimal"}""", view["properties"]!["total"]!.ToJsonString());
        Assert.Contains("total", view["required"]!.AsArray().Select(name => $"{name}"));
        Assert.DoesNotContain("confirmation_code", view["required"]!.AsArray().Select(name => $"{name}"));
    }

    [Fact]
    public async Task It_is_the_same_to_the_byte_however_often_it_is_made() => Assert.Equal(
        Published.Text,
        await ApiDocument.Of(typeof(ReserveConnectApp).Assembly).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));

    [Fact]
    public void It_is_the_approved_one()
    {
        var approved = Path.Combine(TestFolders.Root, "ReserveConnect.Tests", "Documentation", "openapi.approved.txt");
        var received = Path.Combine(AppContext.BaseDirectory, "openapi.received.txt");
        File.WriteAllText(received, DocumentOutline.Text);
        var changes = File.ReadAllLines(approved).Except(File.ReadAllLines(received)).Select(line => $"- {line}")
            .Concat(File.ReadAllLines(received).Except(File.ReadAllLines(approved)).Select(line => $"+ {line}"));

        Assert.True(
            File.ReadAllText(approved) == DocumentOutline.Text,
            $"If this change is wanted: cp {received} {approved}\n{string.Join('\n', changes)}");
    }

    private static string[] Paths(string route)
    {
        var plain = Constraint().Replace(route, "");
        return Optional().Match(plain) is { Success: true } optional
            ? [plain[..optional.Index], plain.Replace("?}", "}", StringComparison.Ordinal)]
            : [plain];
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?<=\{\w+):\w+(?=\??\})")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"/\{\w+\?\}$")]
    private static partial Regex Optional();
}
