using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Infra;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ReserveConnect.Tests.Workshop;

/// <summary>A deployment from GitHub can say all that one from a person's machine can.</summary>
public sealed partial class DeployWorkflowTests
{
    // It has no variable: the step finds the runner's own.
    private const string FoundOut = "DEPLOYER_IP_ADDRESS";

    private static readonly YamlMappingNode Job =
        (YamlMappingNode)Yaml.Read(Path.Combine(TestFolders.Root, ".github", "workflows", "deploy.yml"))["jobs"]["deploy"];

    private static readonly YamlMappingNode[] Steps = [.. ((YamlSequenceNode)Job["steps"]).Cast<YamlMappingNode>()];

    private static readonly YamlMappingNode Provision = Steps.Single(step => Run(step).Contains("azd provision", StringComparison.Ordinal));

    [Fact]
    public void Every_parameter_of_infra_can_be_set_at_GitHub()
    {
        var parameters = Parameters();
        var environment = Environment(Job).Concat(Environment(Provision)).ToDictionary();
        Assert.Contains($"export {FoundOut}", Run(Provision), StringComparison.Ordinal);
        Assert.Empty(parameters.Values.Except(environment.Keys).Except([FoundOut]));
        Assert.Empty(Environment(Provision).Keys.Except(parameters.Values));
        foreach (var (parameter, variable) in parameters.Where(p => p.Key != "environmentName" && p.Value != FoundOut))
        {
            var source = InfraFiles.SecureParameters.Contains(parameter) ? "secrets" : "vars";
            Assert.StartsWith($"${{{{ {source}.{variable} ", environment[variable], StringComparison.Ordinal);
        }
    }

    // GitHub hands an unset variable on as an empty text, which would be a value.
    [Fact]
    public void A_variable_that_is_not_set_leaves_the_parameter_its_default()
    {
        var run = Run(Provision);
        Assert.Matches(@"for name in \$\(compgen -e\); do\n\s+\[ -n ""\$\{!name\}"" \] \|\| unset ""\$name""\n", run);
        Assert.True(run.IndexOf("unset", StringComparison.Ordinal) < run.IndexOf("azd provision", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_lock_file_of_the_azure_build_nothing_is_deployed()
    {
        var check = Array.FindIndex(Steps, step => Run(step).Contains("[ ! -f ReserveConnect.Functions/packages.azure.lock.json ]", StringComparison.Ordinal));
        Assert.InRange(check, 0, Array.IndexOf(Steps, Provision) - 1);
        Assert.Contains("exit 1", Run(Steps[check]), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Parameters() =>
        JsonNode.Parse(InfraFiles.Read("main.parameters.json"))!["parameters"]!.AsObject()
            .ToDictionary(p => p.Key, p => Variable().Match(p.Value!["value"]!.GetValue<string>()).Groups["name"].Value);

    private static Dictionary<string, string> Environment(YamlMappingNode node) =>
        ((YamlMappingNode)node["env"]).Children.ToDictionary(v => v.Key.ToString(), v => v.Value.ToString());

    private static string Run(YamlMappingNode step) => step.Children.TryGetValue("run", out var run) ? run.ToString() : "";

    [GeneratedRegex(@"^\$\{(?<name>[A-Z_]+)")]
    private static partial Regex Variable();
}
