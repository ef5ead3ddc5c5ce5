using System.Text.Json.Nodes;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>What would stand in Azure, by Bicep's own evaluation.</summary>
public sealed class DeploymentTests
{
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"] = "Azure Service Bus Data Sender",
        ["4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"] = "Azure Service Bus Data Receiver",
        ["0ad04412-c4d5-4796-b79c-f76d14c8d402"] = "Durable Task Data Contributor",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    [BicepFact]
    public async Task The_app_gets_exactly_the_settings_that_its_module_names() =>
        Assert.Equal(InfraFiles.Settings.Keys.Order(), (await Deployment.Public.Value).Settings().Select(s => s.Key).Order());

    [BicepFact]
    public async Task The_identity_has_the_least_roles_each_on_one_thing()
    {
        var deployment = await Deployment.Public.Value;
        var given = deployment.Of("Microsoft.Authorization/roleAssignments")
            .Select(r => $"{Roles[Last(r["properties"]!["roleDefinitionId"]!)]} on {Scope(r["id"]!)}")
            .Order();
        Assert.Equal(
            [
                "Azure Service Bus Data Receiver on namespaces/topics",
                "Azure Service Bus Data Sender on namespaces/topics",
                "Durable Task Data Contributor on schedulers/taskHubs",
                "Key Vault Secrets User on vaults",
                "Monitoring Metrics Publisher on components",
                "Storage Blob Data Owner on storageAccounts",
                "Storage Table Data Contributor on storageAccounts",
            ],
            given);
    }

    // An assignment cannot be moved to another principal; under the same name that is what it would be.
    [BicepFact]
    public async Task An_identity_that_was_made_anew_gets_assignments_of_its_own()
    {
        var assignments = (await Deployment.Public.Value).Of("Microsoft.Authorization/roleAssignments").ToArray();
        Assert.NotEmpty(assignments);
        Assert.All(assignments, assignment => Assert.Contains(
            assignment["properties"]!["principalId"]!.GetValue<string>().Trim('[', ']'), assignment["name"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task Nothing_can_be_opened_with_a_key_or_a_password()
    {
        var deployment = await Deployment.Public.Value;
        var storage = deployment.One("Microsoft.Storage/storageAccounts");
        Assert.False(storage["allowSharedKeyAccess"]!.GetValue<bool>());
        Assert.False(storage["allowBlobPublicAccess"]!.GetValue<bool>());
        Assert.Equal("TLS1_2", storage["minimumTlsVersion"]!.GetValue<string>());
        Assert.True(deployment.One("Microsoft.ServiceBus/namespaces")["disableLocalAuth"]!.GetValue<bool>());
        Assert.True(deployment.One("Microsoft.Insights/components")["DisableLocalAuth"]!.GetValue<bool>());
        Assert.True(deployment.One("Microsoft.KeyVault/vaults")["enableRbacAuthorization"]!.GetValue<bool>());
        Assert.True(deployment.One("Microsoft.KeyVault/vaults")["enablePurgeProtection"]!.GetValue<bool>());
        var login = deployment.One("Microsoft.DBforPostgreSQL/flexibleServers")["authConfig"]!;
        Assert.Equal("Disabled", login["passwordAuth"]!.GetValue<string>());
        Assert.Equal("Enabled", login["activeDirectoryAuth"]!.GetValue<string>());
        var publishing = deployment.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(["ftp", "scm"], publishing.Select(policy => Last(policy["name"]!)).Order());
        Assert.All(publishing, policy => Assert.False(policy["properties"]!["allow"]!.GetValue<bool>()));
    }

    [BicepFact]
    public async Task With_private_networking_no_data_service_has_a_public_address()
    {
        var deployment = await Deployment.Private.Value;
        string[] services = ["Microsoft.Storage/storageAccounts", "Microsoft.ServiceBus/namespaces", "Microsoft.KeyVault/vaults", "Microsoft.DurableTask/schedulers"];
        Assert.All(services, type => Assert.Equal("Disabled", deployment.One(type)["publicNetworkAccess"]!.GetValue<string>()));
        Assert.Equal(
            "Disabled",
            deployment.One("Microsoft.DBforPostgreSQL/flexibleServers")["network"]!["publicNetworkAccess"]!.GetValue<string>());
        Assert.Empty(deployment.Of("Microsoft.DBforPostgreSQL/flexibleServers/firewallRules"));
        // Only Premium has private endpoints.
        Assert.Equal("Premium", deployment.Of("Microsoft.ServiceBus/namespaces").Single()["sku"]!["name"]!.GetValue<string>());
        Assert.Equal(6, deployment.Of("Microsoft.Network/privateEndpoints").Count());
        Assert.Equal(6, deployment.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count());
        Assert.EndsWith("/subnets/functions", deployment.One("Microsoft.Web/sites")["virtualNetworkSubnetId"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task Everything_stands_in_brazil_south_unless_told_otherwise()
    {
        var locations = (await Deployment.Public.Value).Resources.Select(r => r["location"]?.GetValue<string>()).Where(l => l is not null).Distinct();
        Assert.Equal(["brazilsouth", "global"], locations.Order());
    }

    private static string Last(JsonNode id) => id.GetValue<string>().Split('/')[^1];

    // Of extensionResourceId('.../providers/Microsoft.X/as/name/bs/name', ...): as/bs.
    private static string Scope(JsonNode id)
    {
        var target = id.GetValue<string>().Split('\'')[1].Split("/providers/")[^1].Split('/');
        return string.Join('/', target.Skip(1).Where((_, index) => index % 2 == 0));
    }
}
