namespace ReserveConnect.Functions.Documentation;

/// <summary>Says that a function reads a header, for the API's document. Those that only prove who calls are not the function's to read.</summary>
/// <param name="name">As it is written.</param>
/// <param name="about">A sentence for who sends it.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TakesHeaderAttribute(string name, string about) : Attribute
{
    /// <summary>As it is written.</summary>
    public string Name { get; } = name;

    /// <summary>A sentence for who sends it.</summary>
    public string About { get; } = about;

    /// <summary>Whether it has the signature by which a webhook is believed.</summary>
    public bool IsSignature { get; init; }
}
