namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a method a function that the host finds and runs.</summary>
/// <param name="name">The function's name, unique in the application (letter case does not distinguish).</param>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    /// <summary>The function's name.</summary>
    public string Name { get; } = name;
}
