using ReserveConnect.Accounts;
using ReserveConnect.Support;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Support;

/// <summary><c>docs/exceptions.md</c> has the table of the code.</summary>
public sealed class ExceptionsDocumentTests
{
    [Fact]
    public void Every_kind_is_in_the_document_with_what_can_be_done_about_it()
    {
        var document = File.ReadAllLines(Path.Combine(TestFolders.Root, "docs", "exceptions.md"));

        Assert.Equal(TroubleTypes.All.Select(Row), document.Where(line => line.StartsWith("| `", StringComparison.Ordinal)));
    }

    private static string Row(TroubleType type) =>
        $"| `{type.Name}` | {type.Title} | {type.Severity} | {Within(type.Deadline)} | {type.Owner.ToString().ToLowerInvariant()} | {string.Join(", ", type.Actions.Select(Named))} |";

    private static string Within(TimeSpan deadline) => deadline < TimeSpan.FromHours(1) ? $"{deadline.TotalMinutes:0} min" : $"{deadline.TotalHours:0} h";

    private static string Named(TroubleAction action) => action.Least == ActorKind.Agent ? $"`{action.Name}`" : $"`{action.Name}` ({action.Least.ToString().ToLowerInvariant()})";
}
