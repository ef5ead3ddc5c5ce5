namespace ReserveConnect.Accounts;

/// <summary>What whoever came in gets. A secret: it does not print what is in it.</summary>
/// <param name="ExpiresAt">UTC instant at which the access token ends.</param>
/// <param name="RefreshToken">Works once, for the next pair.</param>
/// <param name="RefreshExpiresAt">UTC instant at which the session ends, however often it is refreshed.</param>
/// <param name="SecondFactorRequired">Staff without a second factor: nothing is allowed but to set one up.</param>
public sealed record SessionTokens(
    string AccessToken, DateTimeOffset ExpiresAt, string RefreshToken, DateTimeOffset RefreshExpiresAt, Guid AccountId, string Role, bool SecondFactorRequired)
{
    /// <summary>RFC 6750.</summary>
    public string TokenType => "Bearer";

    /// <inheritdoc/>
    public override string ToString() => $"tokens of account {AccountId}";
}
