using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Functions.Azure;

/// <summary>Who this app is to Azure's services; nothing here has a key.</summary>
public static class AzureIdentity
{
    /// <summary>What a token for Azure Database for PostgreSQL is for, in every region of the public cloud.</summary>
    private static readonly string[] DatabaseScopes = ["https://ossrdbms-aad.database.windows.net/.default"];

    /// <summary>The user-assigned identity, or the developer who is signed in.</summary>
    public static TokenCredential Credential(AzureOptions options) => options.ManagedIdentityClientId.Length > 0
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(options.ManagedIdentityClientId))
        : new DefaultAzureCredential();

    /// <summary>Tokens of that identity for the database.</summary>
    public static DatabaseToken DatabaseToken(TokenCredential credential) =>
        async cancellation => (await credential.GetTokenAsync(new TokenRequestContext(DatabaseScopes), cancellation)).Token;

    internal static TokenCredential Credential(IServiceProvider services) =>
        Credential(services.GetRequiredService<IOptions<AzureOptions>>().Value);
}
