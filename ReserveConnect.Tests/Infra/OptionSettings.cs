using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.RegularExpressions;
using ReserveConnect.Database;
using ReserveConnect.Functions;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Infra;

/// <summary>One setting that the code reads.</summary>
/// <param name="Name">As an environment variable: <c>Reserve__Booking__HoldTime</c>.</param>
/// <param name="Default">What it is without the setting; null where only the source text is known.</param>
/// <param name="IsRequired">Whether there is no default and the host does not start without it.</param>
internal sealed record OptionSetting(string Name, object? Default, bool IsRequired);

/// <summary>
/// The settings of all options classes (those with a <c>const string Section</c>) of the business and the functions. What
/// only the azure build compiles is read from its source text.
/// </summary>
internal static partial class OptionSettings
{
    private const string SectionField = "Section";

    public static IReadOnlyList<Type> Classes { get; } =
    [
        .. new[] { typeof(DatabaseOptions).Assembly, typeof(ReserveConnectApp).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsAbstract: false } && SectionOf(type) is not null),
    ];

    /// <summary>Settings of options classes, and the one that is read by itself (Registration: the clock).</summary>
    public static IReadOnlyList<OptionSetting> All { get; } =
    [
        .. Classes.SelectMany(type => Of(type, Activator.CreateInstance(type)!, Prefix(SectionOf(type)!))),
        .. FromSource(),
        new("Reserve__Clock__Offset", TimeSpan.Zero, false),
    ];

    /// <summary>The section that an options class is bound to, or null if it is none.</summary>
    public static string? SectionOf(Type type) =>
        type.GetField(SectionField, BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } field
            ? field.GetRawConstantValue() as string
            : null;

    private static IEnumerable<OptionSetting> Of(Type type, object instance, string prefix)
    {
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is { IsPublic: true }))
        {
            var (name, value, kind) = ($"{prefix}__{property.Name}", property.GetValue(instance), property.PropertyType);
            if (kind.IsValueType || kind == typeof(string) || kind == typeof(Uri))
            {
                yield return new(name, value, property.IsDefined(typeof(RequiredAttribute)) && value is "" or null);
            }
            else if (typeof(IEnumerable).IsAssignableFrom(kind))
            {
                // Elements are numbered from 0; one of them stands for all.
                yield return new($"{name}__0", null, false);
            }
            else
            {
                foreach (var nested in Of(kind, value ?? Activator.CreateInstance(kind)!, name))
                {
                    yield return nested;
                }
            }
        }
    }

    private static IEnumerable<OptionSetting> FromSource()
    {
        var compiled = Classes.Select(SectionOf).ToHashSet();
        var folder = Path.Combine(TestFolders.Root, "ReserveConnect.Functions", "Azure");
        var sources = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*Options.cs") : [];
        return
            from source in sources.Select(File.ReadAllText)
            let section = Section().Match(source).Groups["name"].Value
            where section.Length > 0 && !compiled.Contains(section)
            from Match property in Property().Matches(source)
            select new OptionSetting($"{Prefix(section)}__{property.Groups["name"].Value}", null, false);
    }

    private static string Prefix(string section) => section.Replace(":", "__", StringComparison.Ordinal);

    [GeneratedRegex("""public const string Section = "(?<name>[\w:]+)";""")]
    private static partial Regex Section();

    [GeneratedRegex(@"public (?!static|const)[\w?<>\[\]]+ (?<name>\w+) \{ get; set; \}")]
    private static partial Regex Property();
}
