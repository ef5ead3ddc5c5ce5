using Microsoft.Extensions.Configuration;
using ReserveConnect.Functions.Azure;
using Xunit;

namespace ReserveConnect.Tests.Azure;

public sealed class KeyVaultReferencesTests
{
    [Fact]
    public void A_reference_that_the_platform_did_not_resolve_is_no_key()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => KeyVaultReferences.RequireResolved(Settings(
            ("Reserve:Operations:Key", "@Microsoft.KeyVault(SecretUri=https://kv-x.vault.azure.net/secrets/Reserve--Operations--Key)"),
            ("Reserve:Stripe:ApiKey", "@microsoft.keyvault(VaultName=kv-x;SecretName=y)"),
            ("Reserve:Stripe:WebhookSecret", "whsec_1"))));

        Assert.Contains("Reserve:Operations:Key, Reserve:Stripe:ApiKey", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kv-x", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolved_settings_are_fine() => KeyVaultReferences.RequireResolved(Settings(("Reserve:Operations:Key", "k"), ("Reserve:Azure:ManagedIdentityClientId", null)));

    private static IConfigurationRoot Settings(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))).Build();
}
