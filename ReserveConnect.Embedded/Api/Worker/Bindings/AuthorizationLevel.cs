namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Which key a caller of an HTTP function must send. The embedded host has no keys: it serves
/// <see cref="Anonymous"/> to everybody and the other levels to loopback callers only.
/// </summary>
public enum AuthorizationLevel
{
    /// <summary>No key.</summary>
    Anonymous = 0,

    /// <summary>A signed-in user.</summary>
    User = 1,

    /// <summary>A key of this function or of the application.</summary>
    Function = 2,

    /// <summary>A key of the platform.</summary>
    System = 3,

    /// <summary>The application's master key.</summary>
    Admin = 4,
}
