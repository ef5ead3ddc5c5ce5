using Microsoft.Extensions.Configuration;

namespace ReserveConnect.Functions.Azure;

/// <summary>Secrets come as Key Vault references, which the platform resolves before the app sees them.</summary>
public static class KeyVaultReferences
{
    private const string Reference = "@Microsoft.KeyVault(";

    /// <summary>
    /// The platform hands a reference that it could not resolve to the app as it stands. A text that anybody can guess must
    /// not become a key.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting still is a reference; the message names it.</exception>
    public static void RequireResolved(IConfiguration configuration)
    {
        var unresolved = configuration.AsEnumerable()
            .Where(setting => setting.Value?.TrimStart().StartsWith(Reference, StringComparison.OrdinalIgnoreCase) == true)
            .Select(setting => setting.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (unresolved.Count > 0)
        {
            throw new InvalidOperationException(
                $"Key Vault references are not resolved: {string.Join(", ", unresolved)}; has the app's identity the role Key Vault Secrets User?");
        }
    }
}
