namespace ReserveConnect.Embedded.Hosting;

/// <summary>The functions of this host.</summary>
internal sealed class FunctionCatalog(IReadOnlyList<LoadedFunction> functions)
{
    private readonly Dictionary<string, LoadedFunction> _byId = functions.ToDictionary(f => f.Id, StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, ordered by name.</summary>
    public IReadOnlyList<LoadedFunction> All { get; } = functions;

    /// <summary>The function of that name, in any letter case; null where there is none.</summary>
    public LoadedFunction? Find(string name) => _byId.GetValueOrDefault(name);
}
