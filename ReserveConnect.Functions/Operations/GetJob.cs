using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Operations;

/// <summary>The query string of <c>get_job</c>.</summary>
public sealed record JobParameters(string? Instance) : IQuery<JobParameters>
{
    /// <inheritdoc/>
    public static JobParameters Read(QueryReader query) => new(query.Text("instance", about: "How the ids begin that are told; every sync when nothing is said."));
}

/// <summary>A job and its orchestrations.</summary>
public sealed record JobAnswer(string Name, IReadOnlyList<JobInstance> Instances);

/// <summary>One orchestration of a job.</summary>
/// <param name="Status"><c>pending</c>, <c>running</c>, <c>suspended</c>, <c>completed</c>, <c>failed</c> or <c>terminated</c>.</param>
/// <param name="Output">What it came to.</param>
/// <param name="CreatedAt">UTC instant.</param>
/// <param name="UpdatedAt">UTC instant.</param>
public sealed record JobInstance(string Id, string Status, string? Output, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary><c>get_job</c>: how the orchestrations of a job stand; <c>instance</c> names one, else every sync is told.</summary>
public sealed class GetJob(IEnumerable<OperatorJob> jobs)
{
    private const int MostInstances = 200;

    [Function("get_job")]
    [Access(Callers.Operator | Callers.Admin, Target = "job")]
    [TakesQuery<JobParameters>]
    [Answers<JobAnswer>]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/jobs/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        CancellationToken ct)
    {
        var query = QueryReader.Read<JobParameters>(request);
        if ((RunJob.Find(jobs, name).Refusal ?? query.Refusal) is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        List<JobInstance> instances = [];
        var prefix = query.Value.Instance ?? "sync-";
        var all = client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: prefix, PageSize: MostInstances, FetchInputsAndOutputs: true));
        await foreach (var instance in all.WithCancellation(ct))
        {
            instances.Add(new(
                instance.InstanceId,
                JsonNamingPolicy.SnakeCaseLower.ConvertName($"{instance.RuntimeStatus}"),
                instance.SerializedOutput?.Trim('"'),
                instance.CreatedAt,
                instance.LastUpdatedAt));
            if (instances.Count == MostInstances)
            {
                break;
            }
        }

        return new JsonAnswer(new JobAnswer(name, instances));
    }
}
