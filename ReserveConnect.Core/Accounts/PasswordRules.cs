namespace ReserveConnect.Accounts;

/// <summary>Which passwords an account may have: length and whether others would guess it, not which characters.</summary>
public static class PasswordRules
{
    public const int FewestCharacters = 10;
    public const int MostCharacters = 128;

    /// <summary>zxcvbn's scale from 0 to 4: below this, fewer than a million guesses find it.</summary>
    private const int LeastScore = 2;

    /// <summary>Longer passwords are judged by their beginning: judging takes longer than in proportion to the length.</summary>
    private const int JudgedCharacters = 48;

    /// <summary>A part of an address that is shorter says nothing about a password that has it.</summary>
    private const int ShortestPart = 4;

    /// <summary>With its lists of passwords, names and words, which are read once.</summary>
    private static readonly Zxcvbn.Zxcvbn Judge = new();

    private static readonly char[] Separators = ['@', '.', '_', '-', '+'];

    /// <summary>What is wrong with it; null: nothing. <c>password_length</c> or <c>password_common</c>.</summary>
    /// <param name="field">The field's name in the request.</param>
    /// <param name="password">As typed.</param>
    /// <param name="email">Whose it is to be: the address and its parts are the first that others would try.</param>
    public static FieldError? Check(string field, string? password, string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (password is null || password.Length is < FewestCharacters or > MostCharacters)
        {
            return new(field, "password_length", $"A password has {FewestCharacters} to {MostCharacters} characters.");
        }

        return IsCommon(password, email)
            ? new(field, "password_common", "This password is too easy to guess; take another.")
            : null;
    }

    /// <summary>The refusal of a password that breaks a rule.</summary>
    public static Refusal Refused(FieldError weak) => Refusal.Unprocessable("invalid_password", "This password cannot be taken.", weak);

    private static bool IsCommon(string password, string email)
    {
        string[] own = [email, .. email.Split(Separators).Where(part => part.Length >= ShortestPart), "reserve", "connect", "reserveconnect"];
        var left = own.OrderByDescending(part => part.Length).Aggregate(password, (rest, part) => rest.Replace(part, "", StringComparison.OrdinalIgnoreCase));
        if (left.Length < password.Length && left.Length < FewestCharacters / 2)
        {
            return true;
        }

        var judged = password.Length > JudgedCharacters ? password[..JudgedCharacters] : password;
        return Judge.EvaluatePassword(judged, own).Score < LeastScore;
    }
}
