namespace ReserveConnect;

/// <summary>What an operation comes to when nothing is broken: a value, or a refusal that is safe to show.</summary>
/// <remarks>Expected outcomes are values; an exception is a bug or an outage.</remarks>
public readonly struct Outcome<T>
{
    private readonly T? _value;

    private Outcome(T? value, Refusal? refusal)
    {
        _value = value;
        Refusal = refusal;
    }

    /// <summary>Why the operation was refused; null when it was done.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The result of an operation that was done.</summary>
    /// <exception cref="InvalidOperationException">The operation was refused.</exception>
    public T Value => Refusal is null ? _value! : throw new InvalidOperationException($"refused: {Refusal.Code}");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
