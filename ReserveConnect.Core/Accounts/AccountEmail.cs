using System.Text;
using ReserveConnect.Notifications;

namespace ReserveConnect.Accounts;

/// <summary>The address that names an account.</summary>
public static class AccountEmail
{
    /// <summary>
    /// Whether an account may have it. ASCII only: letters of other scripts that become the same letter in lower case would
    /// let two addresses name one account.
    /// </summary>
    public static bool IsValid(string? email) => EmailMessage.IsAddress(email) && Ascii.IsValid(email);

    /// <summary>What two spellings of one address have in common; equal to <c>accounts.email_key</c>.</summary>
    public static string Key(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return email.ToLowerInvariant();
    }
}
