using System.Text.RegularExpressions;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Workshop;

/// <summary>A request of <c>requests.http</c>, its variables not yet replaced.</summary>
/// <param name="Title">What stands behind <c>###</c>.</param>
/// <param name="Name">What later requests call it, or null.</param>
/// <param name="Method">GET, POST, ...</param>
/// <param name="Address">Where to.</param>
/// <param name="Headers">Name and value.</param>
/// <param name="Body">Null if there is none.</param>
/// <param name="Expected">The status that it is to be answered with, if that is no success.</param>
internal sealed record WrittenRequest(
    string Title, string? Name, string Method, string Address, IReadOnlyList<(string Name, string Value)> Headers, string? Body, int? Expected);

/// <summary><c>requests.http</c> as the extension REST Client reads it.</summary>
internal sealed partial record RequestFile(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<WrittenRequest> Requests)
{
    public static RequestFile Read()
    {
        var blocks = ("\n" + File.ReadAllText(Path.Combine(TestFolders.Root, "requests.http"))).Split("\n###");
        var variables = Variable().Matches(blocks[0]).ToDictionary(found => found.Groups["name"].Value, found => found.Groups["value"].Value.Trim());
        return new(variables, [.. blocks[1..].Select(RequestOf)]);
    }

    private static WrittenRequest RequestOf(string block)
    {
        var lines = block.Split('\n');
        var at = Array.FindIndex(lines, 1, line => line.Length > 0 && line[0] != '#');
        var request = lines[at].Split(' ', 2);
        var headers = lines[(at + 1)..].TakeWhile(line => line.Length > 0).ToArray();
        var body = string.Join('\n', lines[(at + 1 + headers.Length)..]).Trim();
        return new(
            lines[0].Trim(),
            Mark(lines[..at], "@name"),
            request[0],
            request[1],
            [.. headers.Select(header => header.Split(": ", 2)).Select(header => (header[0], header[1]))],
            body.Length > 0 ? body : null,
            Mark(lines[..at], "@expect") is { } status ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    private static string? Mark(string[] lines, string mark) =>
        lines.Where(line => line.StartsWith($"# {mark} ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).SingleOrDefault();

    [GeneratedRegex(@"^@(?<name>\w+) = (?<value>.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
