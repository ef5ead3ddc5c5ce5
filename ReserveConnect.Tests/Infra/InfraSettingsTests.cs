using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace ReserveConnect.Tests.Infra;

public sealed partial class InfraSettingsTests
{
    [Fact]
    public void Every_setting_that_infra_sets_is_in_the_sample()
    {
        Assert.True(InfraFiles.Settings.Count >= 20, "the settings in functions.bicep were not found");
        Assert.Empty(InfraFiles.Settings.Keys.Except(SampleSettings.Values.Keys));
    }

    [Fact]
    public void Every_setting_of_ours_that_infra_sets_is_one_that_the_code_reads() =>
        Assert.Empty(InfraFiles.Settings.Keys.Where(SampleSettings.IsOurs).Except(OptionSettings.All.Select(s => s.Name)));

    [Fact]
    public void What_has_no_default_is_set_by_infra() =>
        Assert.Empty(OptionSettings.All.Where(s => s.IsRequired).Select(s => s.Name).Except(InfraFiles.Settings.Keys));

    [Fact]
    public void Every_secret_is_set_by_infra_as_a_reference_to_the_vaults_secret_of_its_name()
    {
        var secrets = SampleSettings.Values.Keys.Where(SampleSettings.IsSecret).ToList();
        Assert.True(secrets.Count >= 8);
        foreach (var secret in secrets)
        {
            var inVault = secret.Replace("__", "--", StringComparison.Ordinal);
            Assert.Equal($"'${{vaultSecret}}/{inVault})'", InfraFiles.Settings[secret]);
            Assert.Contains($"name: '{inVault}'", InfraFiles.Read("modules/vault.bicep"), StringComparison.Ordinal);
        }

        Assert.Contains("var vaultSecret = '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets'", InfraFiles.Read("modules/functions.bicep"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_secrets_value_stands_in_infra()
    {
        foreach (var file in InfraFiles.All)
        {
            var found = SecretValue().Match(File.ReadAllText(file));
            Assert.False(found.Success, $"{file}: {found.Value}");
        }

        Assert.All(Parameters(), parameter => Assert.Matches(@"^\$\{[A-Z_]+(=\w+)?\}$", parameter.Value!["value"]!.GetValue<string>()));
    }

    [Fact]
    public void A_secret_comes_in_as_a_parameter_that_is_not_shown_and_has_no_default()
    {
        var main = InfraFiles.Read("main.bicep");
        Assert.Equal(12, InfraFiles.SecureParameters.Count);
        Assert.All(
            InfraFiles.SecureParameters.Where(name => name != "pagerDutyUrl"),
            name => Assert.Matches($@"@secure\(\)\nparam {name} string\n", main));
    }

    [Fact]
    public void Every_parameter_can_be_set_from_azds_environment()
    {
        var declared = Parameter().Matches(InfraFiles.Read("main.bicep")).Select(m => m.Groups["name"].Value);
        Assert.Equal(declared.Order(), Parameters().Select(p => p.Key).Order());
    }

    private static JsonObject Parameters() => JsonNode.Parse(InfraFiles.Read("main.parameters.json"))!["parameters"]!.AsObject();

    [GeneratedRegex(@"^param (?<name>\w+) ", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    // What providers' keys and connection strings with a key look like.
    [GeneratedRegex(@"sk_(live|test)_\w+|rk_(live|test)_\w+|whsec_\w+|\bSG\.\w{3,}|APP_USR-\w+|TEST-\w{6,}|(AccountKey|SharedAccessKey)=\w+|Password=\w+|InstrumentationKey=[0-9a-f-]{36}|-----BEGIN")]
    private static partial Regex SecretValue();
}
