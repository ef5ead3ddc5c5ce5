namespace ReserveConnect.Accounts;

/// <summary>States of <c>accounts.status</c>.</summary>
public static class AccountStatus
{
    /// <summary>Registered, and the address is not proven.</summary>
    public const string Unverified = "unverified";

    /// <summary>Invited by an admin, and has not come.</summary>
    public const string Invited = "invited";

    public const string Active = "active";

    /// <summary>Closed by an admin.</summary>
    public const string Disabled = "disabled";

    /// <summary>Its personal data is gone.</summary>
    public const string Erased = "erased";

    /// <summary>Every state.</summary>
    public static IReadOnlyList<string> All { get; } = [Unverified, Invited, Active, Disabled, Erased];
}

/// <summary>Values of <c>accounts.role</c>.</summary>
public static class AccountRole
{
    public const string Guest = "guest";
    public const string Admin = "admin";

    /// <summary>Every role.</summary>
    public static IReadOnlyList<string> All { get; } = [Guest, "owner", "agent", "supervisor", Admin];

    /// <summary>Who an account of this role acts as.</summary>
    public static ActorKind Actor(string role) => role switch
    {
        Guest => ActorKind.Guest,
        "owner" => ActorKind.Owner,
        "agent" => ActorKind.Agent,
        "supervisor" => ActorKind.Supervisor,
        Admin => ActorKind.Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no role of an account"),
    };
}

/// <summary>An account with what proves that somebody is its owner. Never leaves this slice, never logged.</summary>
/// <param name="PasswordHash">Null: has none, and comes in by an issuer, an invitation or a reset.</param>
/// <param name="TotpConfirmedAt">UTC instant; null: no second factor.</param>
internal sealed record Account(
    Guid Id, string Email, string Role, string Status, string Locale, string? PasswordHash, DateTimeOffset? TotpConfirmedAt)
{
    /// <summary>Whether it may come in.</summary>
    public bool IsActive => Status == AccountStatus.Active;

    /// <inheritdoc/>
    public override string ToString() => $"account {Id}";
}
