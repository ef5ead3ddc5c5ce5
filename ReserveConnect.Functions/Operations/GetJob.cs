using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Operations;

/// <summary>How the orchestrations of a job stand; <c>instance</c> names one, else every sync is told.</summary>
public sealed class GetJob(IEnumerable<OperatorJob> jobs)
{
    private const int MostInstances = 200;

    [Function("get_job")]
    [Access(Callers.Operator | Callers.Admin, Target = "job")]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/jobs/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        CancellationToken ct)
    {
        var query = new QueryReader(request);
        var prefix = query.Text("instance") ?? "sync-";
        if ((RunJob.Find(jobs, name).Refusal ?? query.Refusal) is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        List<object> instances = [];
        var all = client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: prefix, PageSize: MostInstances, FetchInputsAndOutputs: true));
        await foreach (var instance in all.WithCancellation(ct))
        {
            instances.Add(new
            {
                Id = instance.InstanceId,
                Status = instance.RuntimeStatus,
                Output = instance.SerializedOutput is { } output ? output.Trim('"') : null,
                CreatedAt = instance.CreatedAt,
                UpdatedAt = instance.LastUpdatedAt,
            });
            if (instances.Count == MostInstances)
            {
                break;
            }
        }

        return new JsonAnswer(new { Name = name, Instances = instances });
    }
}
