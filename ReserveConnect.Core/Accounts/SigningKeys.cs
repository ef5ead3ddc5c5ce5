using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ReserveConnect.Accounts;

/// <summary>The keys of <see cref="TokenOptions.SigningKeys"/>.</summary>
public sealed class SigningKeys
{
    /// <exception cref="OptionsValidationException">An entry is no <c>kid:base64</c>, too short, or there twice.</exception>
    public SigningKeys(IOptions<TokenOptions> options)
        : this(options.Value)
    {
    }

    internal SigningKeys(TokenOptions options) =>
        All =
        [
            .. KeyRing.Parse(options.SigningKeys, "Reserve:Tokens:SigningKeys")
                .Select(key => new SymmetricSecurityKey(key.Bytes) { KeyId = key.Id }),
        ];

    /// <summary>Every key whose signature is accepted.</summary>
    public IReadOnlyList<SymmetricSecurityKey> All { get; }

    /// <summary>The key that signs.</summary>
    public SymmetricSecurityKey Current => All[0];
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
