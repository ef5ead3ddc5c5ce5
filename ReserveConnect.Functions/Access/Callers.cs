namespace ReserveConnect.Functions.Access;

/// <summary>Who may call a function (functions.md, column 'who').</summary>
[Flags]
public enum Callers
{
    /// <summary>Nobody: no declaration.</summary>
    None = 0,

    /// <summary>Anybody. Beside others: their token is read when it is sent.</summary>
    Public = 1,

    /// <summary>The guest of one booking, by its token.</summary>
    Booking = 2,

    /// <summary>A guest with an account.</summary>
    Guest = 4,

    /// <summary>An owner of properties.</summary>
    Owner = 8,

    /// <summary>An agent; whatever an agent may do, a supervisor may.</summary>
    Agent = 16,

    /// <summary>A supervisor; whatever a supervisor may do, an admin may.</summary>
    Supervisor = 32,

    /// <summary>An admin.</summary>
    Admin = 64,

    /// <summary>Any account, whatever its role.</summary>
    Account = Guest | Owner | Agent | Supervisor | Admin,

    /// <summary>Another system, by a signature that the function itself verifies.</summary>
    Hook = 128,

    /// <summary>Whoever has the operator's key.</summary>
    Operator = 256,

    /// <summary>The host alone: timers, orchestrations, activities, events.</summary>
    Host = 512,
}
