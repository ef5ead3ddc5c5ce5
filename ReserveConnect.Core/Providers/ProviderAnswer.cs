namespace ReserveConnect.Providers;

/// <summary>
/// What came of one call to an external system. The four cases are what a saga must tell apart: done, certainly not
/// done because it was refused, certainly not done because it never arrived, and unknown, which is asked for and
/// never guessed.
/// </summary>
/// <typeparam name="T">What the provider gives when it did what was asked.</typeparam>
public abstract record ProviderAnswer<T>
{
    private ProviderAnswer()
    {
    }

    /// <summary>The provider did it, or had done it before under the same idempotency key.</summary>
    /// <param name="Value">The provider's object as it is after the call.</param>
    public sealed record Done(T Value) : ProviderAnswer<T>;

    /// <summary>A definitive no: nothing happened, and the same call will be refused again.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Code">A stable code: the provider's own, or <c>unauthorized</c> for 401 and 403.</param>
    /// <param name="Message">The provider's sentence; for staff, not for guests and not for logs.</param>
    public sealed record Refused(int Status, string Code, string Message) : ProviderAnswer<T>;

    /// <summary>Certainly not done: the connection was refused, the circuit is open, or the provider said 429.</summary>
    /// <param name="Reason">Why, safe to log.</param>
    public sealed record NotSent(string Reason) : ProviderAnswer<T>;

    /// <summary>It may have happened: time-out, cut connection, 5xx, unreadable answer. Ask, or repeat with the same key.</summary>
    /// <param name="Reason">Why, safe to log.</param>
    public sealed record Unknown(string Reason) : ProviderAnswer<T>;

    /// <summary>Whether the provider did it.</summary>
    public bool IsDone => this is Done;

    /// <summary>The provider's object if it was done, else the default of <typeparamref name="T"/>.</summary>
    public T? ValueOrNull => this is Done done ? done.Value : default;

    /// <summary>Decides by case; the compiler sees to it that none is forgotten.</summary>
    public TResult Match<TResult>(
        Func<T, TResult> done,
        Func<Refused, TResult> refused,
        Func<NotSent, TResult> notSent,
        Func<Unknown, TResult> unknown)
    {
        ArgumentNullException.ThrowIfNull(done);
        ArgumentNullException.ThrowIfNull(refused);
        ArgumentNullException.ThrowIfNull(notSent);
        ArgumentNullException.ThrowIfNull(unknown);
        return this switch
        {
            Done answer => done(answer.Value),
            Refused answer => refused(answer),
            NotSent answer => notSent(answer),
            Unknown answer => unknown(answer),
            _ => throw new InvalidOperationException($"{GetType().Name} is none of the four answers"),
        };
    }

    /// <summary>The same answer with another value: what was not done stays as it is.</summary>
    public ProviderAnswer<TOther> Select<TOther>(Func<T, TOther> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Match<ProviderAnswer<TOther>>(
            value => new ProviderAnswer<TOther>.Done(change(value)),
            answer => new ProviderAnswer<TOther>.Refused(answer.Status, answer.Code, answer.Message),
            answer => new ProviderAnswer<TOther>.NotSent(answer.Reason),
            answer => new ProviderAnswer<TOther>.Unknown(answer.Reason));
    }
}
