namespace ReserveConnect.Tests.Access;

/// <summary>Who may come with a request.</summary>
[Flags]
internal enum Who
{
    Nobody = 0,
    Anonymous = 1 << 0,

    /// <summary>With the token of A's booking, or of B's, and no account.</summary>
    BookingA = 1 << 1,
    BookingB = 1 << 2,

    GuestA = 1 << 3,
    GuestB = 1 << 4,
    OwnerA = 1 << 5,
    OwnerB = 1 << 6,

    /// <summary>An agent who has a password and no second factor yet.</summary>
    Newcomer = 1 << 7,

    Agent = 1 << 8,
    Supervisor = 1 << 9,
    Admin = 1 << 10,

    /// <summary>With the operator's key and nothing else.</summary>
    Operator = 1 << 11,

    Guests = GuestA | GuestB,
    Owners = OwnerA | OwnerB,
    Staff = Agent | Supervisor | Admin,
    Accounts = Guests | Owners | Staff,
    Everybody = Anonymous | BookingA | BookingB | Accounts | Newcomer | Operator,
}
