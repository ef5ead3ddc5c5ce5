using System.Globalization;
using System.Text.RegularExpressions;
using ReserveConnect.Booking;
using ReserveConnect.Embedded.Http;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary><c>docs/limits.md</c> says what the code does.</summary>
public sealed partial class LimitsDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(TestFolders.Root, "docs", "limits.md"));

    [Fact]
    public void Every_bound_is_in_the_document_with_its_default()
    {
        var code = Of(new LimitOptions(), LimitOptions.Section)
            .Concat(Of(new HttpOptions(), HttpOptions.Section))
            .Concat(Of(new EmbeddedHttpOptions(), EmbeddedHttpOptions.Section))
            .Concat(Of(new BookingOptions(), BookingOptions.Section).Where(s => s.Name.Contains("OpenIntents", StringComparison.Ordinal)))
            // The folder of the program: nowhere the same.
            .Where(s => s.Name != $"{EmbeddedHttpOptions.Section}:{nameof(EmbeddedHttpOptions.HostJsonDirectory)}");

        Assert.Equal(
            code.Select(s => $"{s.Name} = {s.Default}").Order(),
            Rows().Where(row => row.Name.StartsWith("Reserve:", StringComparison.Ordinal)).Select(row => $"{row.Name} = {row.Default}").Order());
    }

    [Fact]
    public void Every_function_of_a_class_of_its_own_is_in_the_document()
    {
        var declared = FunctionLimits.Of(typeof(ReserveConnectApp).Assembly.GetTypes()).Declared.Where(f => f.Value != LimitClass.General);

        Assert.Equal(
            declared.Select(f => $"{f.Value}: {f.Key}").Order(),
            from row in Rows()
            where row.Name.EndsWith(":PerMinute", StringComparison.Ordinal)
            from Match function in Name().Matches(row.Meaning)
            let line = $"{row.Name.Split(':')[2]}: {function.Groups["text"].Value}"
            orderby line
            select line);
    }

    private static IEnumerable<(string Name, string Default)> Of(object options, string prefix) =>
        from property in options.GetType().GetProperties()
        where property.SetMethod is { IsPublic: true }
        let value = property.GetValue(options)
        from setting in value is string or ValueType
            ? [($"{prefix}:{property.Name}", value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!)]
            : Of(value!, $"{prefix}:{property.Name}")
        select setting;

    private static IEnumerable<(string Name, string Default, string Meaning)> Rows() =>
        Row().Matches(Document).Select(m => (m.Groups["name"].Value, m.Groups["default"].Value, m.Groups["meaning"].Value));

    [GeneratedRegex(@"^\| `(?<name>[\w:]+)` \| (?:(?<default>[^|\n]*) )?\| (?:(?<meaning>[^\n]*) )?\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<text>[a-z_]+)`")]
    private static partial Regex Name();
}
