using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>What a function's class needs made before it can be: checked at the start, not at the first request.</summary>
internal static class ConstructorDependencies
{
    /// <exception cref="StartRefusedException">The class has no public constructor, or several and none is marked.</exception>
    public static void RequireOneConstructor(Type type, string where)
    {
        if (Candidates(type).Length != 1)
            throw new StartRefusedException($"{where}: {type.Name} needs exactly one public constructor, or one marked with ActivatorUtilitiesConstructor");
    }

    /// <exception cref="StartRefusedException">A constructor parameter is not a service.</exception>
    public static void RequireServices(LoadedFunction function, IServiceProvider services)
    {
        if (function.Method.IsStatic)
            return;

        var known = services.GetRequiredService<IServiceProviderIsService>();
        var keyed = known as IServiceProviderIsKeyedService;
        foreach (var parameter in Candidates(function.Method.DeclaringType!)[0].GetParameters())
        {
            var key = parameter.GetCustomAttribute<FromKeyedServicesAttribute>();
            var present = key is null ? known.IsService(parameter.ParameterType) : keyed?.IsKeyedService(parameter.ParameterType, key.Key) == true;
            if (!present && !parameter.HasDefaultValue)
                throw new StartRefusedException($"function '{function.Name}' needs {parameter.ParameterType.FullName} ({parameter.Name} of {function.Method.DeclaringType!.Name}), which is not registered as a service");
        }
    }

    private static ConstructorInfo[] Candidates(Type type)
    {
        var all = type.GetConstructors();
        var marked = all.Where(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute))).ToArray();
        return marked.Length > 0 ? marked : all;
    }
}
