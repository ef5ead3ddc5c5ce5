using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ReserveConnect.Accounts;

/// <summary>The keys of <see cref="TokenOptions.SigningKeys"/>.</summary>
public sealed class SigningKeys
{
    /// <summary>HMAC-SHA256 wants a key as long as its output (RFC 7518 section 3.2).</summary>
    private const int FewestBytes = 32;

    /// <exception cref="OptionsValidationException">An entry is no <c>kid:base64</c>, too short, or there twice.</exception>
    public SigningKeys(IOptions<TokenOptions> options)
        : this(options.Value)
    {
    }

    internal SigningKeys(TokenOptions options)
    {
        All = [.. options.SigningKeys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
        if (All.Count == 0)
        {
            throw Invalid("has no key");
        }

        if (All.DistinctBy(key => key.KeyId).Count() < All.Count)
        {
            throw Invalid("names one key twice");
        }
    }

    /// <summary>Every key whose signature is accepted.</summary>
    public IReadOnlyList<SymmetricSecurityKey> All { get; }

    /// <summary>The key that signs.</summary>
    public SymmetricSecurityKey Current => All[0];

    private static SymmetricSecurityKey Parse(string entry)
    {
        // Never the entry itself in a message: it is a secret.
        if (entry.Split(':', 2) is not [{ Length: > 0 } id, var text])
        {
            throw Invalid("has an entry that is no kid:base64");
        }

        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
        {
            throw Invalid($"has no base64 behind '{id}'");
        }

        return length < FewestBytes
            ? throw Invalid($"has {length} bytes behind '{id}'; {FewestBytes} are needed")
            : new SymmetricSecurityKey(bytes[..length]) { KeyId = id };
    }

    private static OptionsValidationException Invalid(string what) =>
        new(TokenOptions.Section, typeof(TokenOptions), [$"Reserve:Tokens:SigningKeys {what}"]);
}

/// <summary>Refuses the start with keys that could sign nothing.</summary>
internal sealed class SigningKeysAreUsable : IValidateOptions<TokenOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TokenOptions options)
    {
        if (options.SigningKeys.Length == 0)
        {
            return ValidateOptionsResult.Skip;
        }

        try
        {
            _ = new SigningKeys(options);
            return ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException refused)
        {
            return ValidateOptionsResult.Fail(refused.Failures);
        }
    }
}
