using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Operations;

/// <summary>Runs a timer's job now; the key is <c>Reserve:Operations:Key</c>.</summary>
public sealed class RunJob(
    IEnumerable<OperatorJob> jobs, IServiceProvider services, IOptions<OperationsOptions> options, ILogger<RunJob> log)
{
    [Function("run_job")]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/jobs/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        CancellationToken ct)
    {
        if (Find(jobs, options.Value, request, name) is var job && job.Refusal is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        var instances = await job.Value.StartAsync(services, client, ct);
        log.LogInformation("An operator started job {Job}", job.Value.Name);
        return new JsonAnswer(new { Name = job.Value.Name, Instances = instances }, StatusCodes.Status202Accepted)
        {
            Location = $"/api/admin/jobs/{job.Value.Name}",
        };
    }

    /// <summary>The job of that name, if the caller may run jobs.</summary>
    internal static Outcome<OperatorJob> Find(
        IEnumerable<OperatorJob> jobs, OperationsOptions options, HttpRequest request, string name)
    {
        if (!options.IsOperator(request))
        {
            return new Refusal(RefusalKind.Unauthenticated, "operator_key_required", "Send the operator's key as X-Operator-Key.");
        }

        return jobs.FirstOrDefault(job => job.Name == name) is { } job
            ? job
            : Refusal.NotFound("job_not_found", "There is no such job.");
    }
}
