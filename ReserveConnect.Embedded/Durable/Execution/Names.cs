namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>What an instance id, an event's or a task's name must be so that the database can keep it.</summary>
internal static class Names
{
    private const int MaxLength = 400;

    /// <exception cref="ArgumentException">Empty, too long, or with a character that PostgreSQL text cannot have.</exception>
    public static void Check(string? name, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        if (name.Length > MaxLength)
            throw new ArgumentException($"may have {MaxLength} characters; this has {name.Length}", parameter);

        foreach (var character in name)
        {
            if (character == '\0' || char.IsSurrogate(character))
                throw new ArgumentException("may not have null characters or surrogates", parameter);
        }
    }
}
