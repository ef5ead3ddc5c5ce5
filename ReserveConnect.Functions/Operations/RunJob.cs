using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Operations;

/// <summary>A job that was started.</summary>
/// <param name="Instances">Its orchestrations; none when it is done already.</param>
public sealed record JobStarted(string Name, IReadOnlyList<string> Instances);

/// <summary><c>run_job</c>: runs a timer's job now, for an admin or whoever has the key <c>Reserve:Operations:Key</c>.</summary>
public sealed class RunJob(IEnumerable<OperatorJob> jobs, IServiceProvider services, ILogger<RunJob> log)
{
    [Function("run_job")]
    [Access(Callers.Operator | Callers.Admin, Target = "job")]
    [Answers<JobStarted>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/jobs/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        CancellationToken ct)
    {
        if (Find(jobs, name) is var job && job.Refusal is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        var instances = await job.Value.StartAsync(services, client, ct);
        log.LogInformation("{Actor} started job {Job}", request.Caller().Name, job.Value.Name);
        return new JsonAnswer(new JobStarted(job.Value.Name, instances), StatusCodes.Status202Accepted)
        {
            Location = $"/api/admin/jobs/{job.Value.Name}",
        };
    }

    /// <summary>The job of that name.</summary>
    internal static Outcome<OperatorJob> Find(IEnumerable<OperatorJob> jobs, string name) =>
        jobs.FirstOrDefault(job => job.Name == name) is { } job
            ? job
            : Refusal.NotFound("job_not_found", "There is no such job.");
}
