using Microsoft.DurableTask;

namespace ReserveConnect.Embedded.Durable;

/// <summary>One run of an activity.</summary>
/// <param name="Services">A scope of its own, disposed when the activity ends.</param>
/// <param name="Name">The activity's name as the orchestrator called it.</param>
/// <param name="InstanceId">The orchestration that called it.</param>
/// <param name="TaskId">The call's number within the orchestration: with the instance id it names the call, also after a restart.</param>
/// <param name="SerializedInput">Its input as JSON; null for none.</param>
/// <param name="Converter">Reads the input.</param>
/// <param name="CancellationToken">Cancelled when the host stops; an activity that then gives up is run again at the next start.</param>
public sealed record ActivityInvocation(
    IServiceProvider Services,
    string Name,
    string InstanceId,
    int TaskId,
    string? SerializedInput,
    DataConverter Converter,
    CancellationToken CancellationToken)
{
    /// <summary>The input as the type that the activity declares; null for none.</summary>
    public object? GetInput(Type type) => Converter.Deserialize(SerializedInput, type);

    /// <summary>The input as the type that the activity declares; the default for none.</summary>
    public T? GetInput<T>() => Converter.Deserialize<T>(SerializedInput);
}
