namespace ReserveConnect.Accounts;

/// <summary>Where the links in mails lead. The token stands behind <c>#</c>: no server's log and no Referer has it.</summary>
internal static class AccountLinks
{
    /// <exception cref="InvalidOperationException">The token cannot be made: its key is gone.</exception>
    public static Uri To(AccountOptions options, string purpose, string? token) =>
        new($"{options.PublicUrl.TrimEnd('/')}/{Page(purpose)}#token={token ?? throw new InvalidOperationException("the key of a one-time token is not among Reserve:Accounts:SecretKeys")}");

    /// <summary>Where somebody with an account logs in.</summary>
    public static Uri Login(AccountOptions options) => new($"{options.PublicUrl.TrimEnd('/')}/login");

    private static string Page(string purpose) => purpose switch
    {
        TokenPurpose.VerifyEmail => "verify-email",
        TokenPurpose.ResetPassword => "reset-password",
        TokenPurpose.Invitation => "accept-invitation",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "leads to no page"),
    };
}
