using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Privacy;
using Operation = ReserveConnect.Privacy.ExportPersonalData;

namespace ReserveConnect.Functions.Accounts;

/// <summary><c>export_personal_data</c>: everything that is held about the caller, what for, how long, and who else has it (LGPD, article 18).</summary>
[Access(Callers.Guest)]
public sealed class ExportPersonalData(Operation operation)
{
    [Function("export_personal_data")]
    [Limit(LimitClass.Access)]
    [Answers<PersonalData>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts/me/personal-data")] HttpRequest request,
        CancellationToken cancellation) =>
        new JsonAnswer(await operation.RunAsync(request.Caller().Account, cancellation));
}
