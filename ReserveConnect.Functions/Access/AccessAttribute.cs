namespace ReserveConnect.Functions.Access;

/// <summary>
/// Says who may call a function, and of what it must be theirs. Every function has one, on its method or its class; an
/// app with a function that has none does not start.
/// </summary>
/// <param name="callers">Who.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class AccessAttribute(Callers callers) : Attribute
{
    /// <summary>Who may call it.</summary>
    public Callers Callers { get; } = callers;

    /// <summary>What the route names: asked for as the caller before the function runs, 404 when it is not theirs.</summary>
    public Resource Of { get; init; }

    /// <summary>Open to staff who have no second factor yet: what sets it up, and nothing else.</summary>
    public bool BeforeSecondFactor { get; init; }

    /// <summary>What the book of staff's activities calls the thing that the route names last; without it, as <see cref="Of"/> says.</summary>
    public string? Target { get; init; }
}
