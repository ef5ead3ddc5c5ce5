using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Reporting;

namespace ReserveConnect.Functions.Operations;

/// <summary>That the process answers.</summary>
/// <param name="Status"><c>live</c>.</param>
public sealed record Liveness(string Status);

/// <summary>
/// <c>health_check</c>: <c>live</c> says that the process answers, <c>ready</c> that it can sell; 503 when it cannot. A
/// provider's open circuit is shown and does not make it unready: what does not need that provider goes on.
/// </summary>
public sealed class HealthCheck(SystemHealth health)
{
    [Function("health_check")]
    [Access(Callers.Public)]
    [Limit(LimitClass.System)]
    [Answers<HealthReport>]
    [Answers<Liveness>]
    [Answers<HealthReport>(StatusCodes.Status503ServiceUnavailable)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/{probe?}")] HttpRequest request,
        string? probe,
        CancellationToken cancellation)
    {
        if (probe is not (null or "live" or "ready"))
        {
            return Problem.From(Refusal.NotFound("probe_not_found", "There is health, health/live and health/ready."), request.HttpContext);
        }

        if (probe == "live")
        {
            return new JsonAnswer(new Liveness("live"));
        }

        var report = await health.ReadAsync(cancellation);
        return new JsonAnswer(report, report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
