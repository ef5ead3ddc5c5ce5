using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReserveConnect.Launcher.Azure;
using ReserveConnect.Tests.Database;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ReserveConnect.Tests.Workshop;

/// <summary>The emulators of docker-compose.yml, the dev container, and the editor's files.</summary>
public sealed partial class EmulatorTests
{
    private static readonly JsonNode ServiceBusTopic = JsonNode.Parse(File.ReadAllText(At("tools", "servicebus", "config.json")))!["UserConfig"]!["Namespaces"]![0]!["Topics"]![0]!;

    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData(".devcontainer/docker-compose.yml")]
    public void Every_image_is_pinned_to_a_version(string file) =>
        Assert.All(Services(file), service => Assert.Matches(PinnedImage(), service.Value["image"].ToString()));

    [Fact]
    public void Every_port_is_open_on_this_machine_only() =>
        Assert.All(
            Services("docker-compose.yml").Where(service => service.Value.Children.ContainsKey("ports")).SelectMany(service => (YamlSequenceNode)service.Value["ports"]),
            port => Assert.StartsWith("127.0.0.1:", port.ToString(), StringComparison.Ordinal));

    [Fact]
    public void There_is_everything_that_the_Azure_host_talks_to() =>
        Assert.Equal(["azurite", "postgres", "scheduler", "servicebus", "servicebus-sql"], Services("docker-compose.yml").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Azurite_is_the_version_that_the_launcher_installs() =>
        Assert.EndsWith($":{AzuritePackage.PinnedVersion()}", Services("docker-compose.yml")["azurite"]["image"].ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_Service_Bus_has_the_topic_of_all_events_and_the_subscription_of_the_functions()
    {
        Assert.Equal("reserve-events", ServiceBusTopic["Name"]!.GetValue<string>());
        var subscription = Assert.Single(ServiceBusTopic["Subscriptions"]!.AsArray())!;
        Assert.Equal("functions", subscription["Name"]!.GetValue<string>());
        Assert.True(subscription["Properties"]!["DeadLetteringOnMessageExpiration"]!.GetValue<bool>());
        Assert.InRange(subscription["Properties"]!["MaxDeliveryCount"]!.GetValue<int>(), 2, 10);
    }

    [Fact]
    public void The_dev_container_works_in_a_service_that_its_compose_files_have()
    {
        var container = Json(".devcontainer", "devcontainer.json");
        var files = container["dockerComposeFile"]!.AsArray().Select(file => Path.GetRelativePath(TestFolders.Root, Path.GetFullPath(At(".devcontainer", file!.GetValue<string>()))));
        var services = files.SelectMany(file => Services(file).Keys).ToArray();

        Assert.Contains(container["service"]!.GetValue<string>(), services);
        Assert.All(container["runServices"]!.AsArray(), service => Assert.Contains(service!.GetValue<string>(), services));
    }

    [Fact]
    public void F5_builds_first_and_starts_what_the_build_makes()
    {
        var tasks = Json(".vscode", "tasks.json")["tasks"]!.AsArray().Select(task => task!["label"]!.GetValue<string>()).ToArray();
        var starts = Json(".vscode", "launch.json")["configurations"]!.AsArray().Where(start => start!["request"]!.GetValue<string>() == "launch").ToArray();

        Assert.NotEmpty(starts);
        Assert.All(starts, start =>
        {
            Assert.Contains(start!["preLaunchTask"]!.GetValue<string>(), tasks);
            var program = Program().Match(start["program"]!.GetValue<string>());
            Assert.True(File.Exists(At(program.Groups["project"].Value, program.Groups["project"].Value + ".csproj")), start["program"]!.GetValue<string>());
        });
    }

    [Fact]
    public void The_editor_can_start_the_functions_on_the_Azure_host()
    {
        var start = Json(".vscode", "tasks.json")["tasks"]!.AsArray()
            .Single(task => task!["options"]?["env"]?["FunctionsHost"]?.GetValue<string>() == "azure")!;
        Assert.Equal("dotnet run --project ReserveConnect.Functions", string.Join(' ', [start["command"]!.GetValue<string>(), .. start["args"]!.AsArray().Select(a => a!.GetValue<string>())]));
    }

    [Fact]
    public void The_dev_container_lets_the_API_and_all_stand_ins_out()
    {
        var sample = JsonNode.Parse(File.ReadAllText(At("local.settings.sample.json")))!["Values"]!.AsObject();
        var standIns = sample.Where(s => s.Key.EndsWith("__BaseUrl", StringComparison.Ordinal)).Select(s => new Uri(s.Value!.GetValue<string>()).Port);
        Assert.Equal([7071, .. standIns.Order()], Json(".devcontainer", "devcontainer.json")["forwardPorts"]!.AsArray().Select(port => port!.GetValue<int>()));
    }

    [Fact]
    public void The_dev_container_recommends_no_other_extensions_than_the_checkout()
    {
        var container = Json(".devcontainer", "devcontainer.json")["customizations"]!["vscode"]!["extensions"]!.AsArray().Select(name => name!.GetValue<string>());
        var checkout = Json(".vscode", "extensions.json")["recommendations"]!.AsArray().Select(name => name!.GetValue<string>());

        Assert.Empty(container.Except(checkout));
    }

    private static Dictionary<string, YamlMappingNode> Services(string file) =>
        ((YamlMappingNode)Yaml.Read(At(file))["services"]).Children.ToDictionary(service => service.Key.ToString(), service => (YamlMappingNode)service.Value);

    private static JsonNode Json(params string[] path) => JsonNode.Parse(File.ReadAllText(At(path)))!;

    private static string At(params string[] path) => Path.Combine([TestFolders.Root, .. path]);

    [GeneratedRegex(@"^[\w./-]+:v?[0-9]+\.[0-9]+[\w.-]*$|^mcr\.microsoft\.com/mssql/server:2022-CU[0-9]+-ubuntu-22\.04$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex(@"^\$\{workspaceFolder\}/(?<project>[\w.]+)/bin/Debug/net10\.0/\k<project>\.dll$")]
    private static partial Regex Program();
}
