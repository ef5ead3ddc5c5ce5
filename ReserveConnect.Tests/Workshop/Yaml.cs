using Xunit;
using YamlDotNet.RepresentationModel;

namespace ReserveConnect.Tests.Workshop;

/// <summary>YAML files of the repository.</summary>
internal static class Yaml
{
    /// <summary>The one document of a file.</summary>
    public static YamlMappingNode Read(string path)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(path)));
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }
}
