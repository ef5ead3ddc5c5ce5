using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>
/// Where the host looks for functions. Without one it looks into the entry assembly, as the official host does;
/// a test, whose entry assembly is the test runner, names its own with <see cref="FunctionSources"/>.
/// </summary>
/// <param name="Types">The classes that have the functions.</param>
public sealed record FunctionSource(IReadOnlyList<Type> Types);

/// <summary>Tells the embedded host where the functions are.</summary>
public static class FunctionSources
{
    /// <summary>Adds the functions of these classes, in place of the entry assembly's.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="types">The classes.</param>
    public static IServiceCollection AddFunctionTypes(this IServiceCollection services, params Type[] types) =>
        services.AddSingleton(new FunctionSource(types));

    /// <summary>Adds the functions of an assembly, in place of the entry assembly's.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="assembly">The assembly.</param>
    public static IServiceCollection AddFunctionAssembly(this IServiceCollection services, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return services.AddSingleton(new FunctionSource(assembly.GetTypes()));
    }
}
