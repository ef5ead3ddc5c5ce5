using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ReserveConnect.Functions.Documentation;

/// <summary>The docstrings of this product's code, from the XML files that the compiler puts beside its assemblies.</summary>
internal sealed partial class DocStrings
{
    private readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> _files = new();

    /// <summary>The summary of a type; null when it has none.</summary>
    public string? Of(Type type) => Find(type.Assembly, $"T:{Name(type)}") is { } member ? Text(member.Element("summary")) : null;

    /// <summary>What is said of a property, by itself or as a parameter of its record; null when nothing is.</summary>
    public string? Of(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        return Text(Find(type.Assembly, $"P:{Name(type)}.{property.Name}")?.Element("summary"))
            ?? Text(Find(type.Assembly, $"T:{Name(type)}")?.Elements("param").FirstOrDefault(param => param.Attribute("name")?.Value == property.Name));
    }

    private XElement? Find(Assembly assembly, string id) => _files.GetOrAdd(assembly, Read).GetValueOrDefault(id);

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        return assembly.GetName().Name!.StartsWith("ReserveConnect.", StringComparison.Ordinal) && File.Exists(file)
            ? XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value)
            : [];
    }

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "paramref" } parameter => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Attribute("name")!.Value)}`",
                XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")?.Value.Split('(')[0].Split('.', ':')[^1] ?? see.Attribute("langword")?.Value}`",
                XElement other => other.Value,
                _ => "",
            });
        }

        var line = Space().Replace(text.ToString(), " ").Trim();
        return line.Length == 0 ? null : line;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
