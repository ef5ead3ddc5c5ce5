using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Infra;

public sealed class SampleSettingsTests
{
    [Fact]
    public void Every_setting_of_an_options_class_is_in_the_sample()
    {
        Assert.True(OptionSettings.Classes.Count >= 9, "the options classes were not found");
        Assert.Empty(OptionSettings.All.Select(s => s.Name).Except(SampleSettings.Values.Keys));
    }

    [Fact]
    public void Every_setting_of_ours_in_the_sample_is_one_that_the_code_reads() =>
        Assert.Empty(SampleSettings.Values.Keys.Where(SampleSettings.IsOurs).Except(OptionSettings.All.Select(s => s.Name)));

    [Fact]
    public void Every_setting_in_the_sample_has_a_meaning_of_one_sentence()
    {
        Assert.Equal(SampleSettings.Values.Keys, SampleSettings.Meaning.Keys);
        Assert.All(SampleSettings.Meaning, meaning => Assert.Matches(@"^\S.{8,}\.$", meaning.Value));
    }

    // Names and addresses are those of this machine; a number, a time or a switch that differs from the code's own would
    // be a second truth.
    [Fact]
    public void A_tunable_in_the_sample_has_the_value_that_it_has_without_a_setting()
    {
        var configuration = Sample();
        foreach (var setting in OptionSettings.All.Where(s => s.Default is not (null or string)))
        {
            var value = configuration.GetValue(setting.Default!.GetType(), setting.Name.Replace("__", ":", StringComparison.Ordinal));
            Assert.True(setting.Default.Equals(value), $"{setting.Name} is {value} in the sample and {setting.Default} in the code");
        }
    }

    [Fact]
    public void The_hosts_options_take_the_samples_values()
    {
        foreach (var type in OptionSettings.Classes)
        {
            var options = Sample().GetSection(OptionSettings.SectionOf(type)!).Get(type)!;
            Validator.ValidateObject(options, new(options), validateAllProperties: true);
        }
    }

    // host.json is for the Durable Task Scheduler; a name of its connection that is left standing would be opened as a storage.
    [Fact]
    public void What_host_json_says_of_the_durable_backend_is_overridden_for_this_machine()
    {
        const string Override = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__";
        var host = JsonNode.Parse(File.ReadAllText(Path.Combine(TestFolders.Root, "host.json")))!;
        var provider = host["extensions"]!["durableTask"]!["storageProvider"]!.AsObject();
        Assert.Equal("azureManaged", provider["type"]!.GetValue<string>());
        Assert.All(provider.Select(setting => $"{Override}{setting.Key}"), name => Assert.Contains(name, SampleSettings.Values.Keys));
        Assert.Contains(provider["connectionStringName"]!.GetValue<string>(), InfraFiles.Settings.Keys);
        Assert.Equal("%TASKHUB_NAME%", host["extensions"]!["durableTask"]!["hubName"]!.GetValue<string>());
    }

    // The tools make environment variables of the values, and configuration reads those.
    private static IConfigurationRoot Sample() => new ConfigurationBuilder()
        .AddInMemoryCollection(SampleSettings.Values.Select(
            s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value)))
        .Build();
}
