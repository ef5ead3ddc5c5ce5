using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Functions.Operations;

/// <summary>A job that a timer runs and an operator may run too (functions.md: every timer has a twin).</summary>
/// <param name="Name">The timer function's name.</param>
/// <param name="StartAsync">Starts it and gives the orchestration instances; none for a job that is already done when this returns.</param>
public sealed record OperatorJob(
    string Name, Func<IServiceProvider, DurableTaskClient, CancellationToken, Task<IReadOnlyList<string>>> StartAsync);

/// <summary>Registration of jobs.</summary>
public static class OperatorJobs
{
    /// <summary>Lets operators run a job by name.</summary>
    public static IServiceCollection AddOperatorJob(
        this IServiceCollection services,
        string name,
        Func<IServiceProvider, DurableTaskClient, CancellationToken, Task<IReadOnlyList<string>>> start) =>
        services.AddSingleton(new OperatorJob(name, start));
}
