using System.Globalization;
using System.Net;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Replay;

/// <summary>
/// Who settles refunds that a provider does not make any more: Mercado Pago gives PIX back for 90 days, then somebody has to pay the guest by
/// transfer and say so.
/// </summary>
internal sealed class Supervisor(TrialWorld world, Tally tally)
{
    /// <summary>Of one day there are never more.</summary>
    private const int PageSize = 100;

    private readonly GuestDesk _desk = new(world, what => tally.Count(Tally.Trouble, what));
    private readonly TrialAgent _account = new(world, "supervisor");
    private int _transfers;

    /// <summary>Settles the refunds that have failed.</summary>
    /// <param name="mayBe">Bookings of which that is expected; of any other it is trouble.</param>
    public async Task PayByTransferAsync(IReadOnlySet<string> mayBe)
    {
        var token = await _account.TokenAsync();
        var (status, queue) = await _desk.SendAsync(HttpMethod.Get, $"api/admin/exceptions?type=refund_failed&status=open&limit={PageSize}", token, null);
        if (status != HttpStatusCode.OK)
        {
            tally.Count(Tally.Trouble, $"the exceptions could not be read: {(int)status} {queue["code"]}");
            return;
        }

        foreach (var exception in queue["items"]!.AsArray())
        {
            var code = exception!["confirmation_code"]?.GetValue<string>();
            if (code is null || !mayBe.Contains(code))
                tally.Count(Tally.Trouble, $"a refund failed that should not: {exception["error_code"]}");
            else
                await PayAsync(exception["id"]!.GetValue<Guid>(), token);
        }
    }

    private async Task PayAsync(Guid exceptionId, string token)
    {
        var (status, body) = await _desk.SendAsync(HttpMethod.Post, $"api/admin/exceptions/{exceptionId}/resolve", token, new
        {
            action = "transferred",
            transfer_id = EndToEndId(world.Clock.GetUtcNow(), ++_transfers),
        });
        if ((int)status < 300)
            tally.Count(Tally.Done, "refunds paid by transfer");
        else
            tally.Count(Tally.Trouble, $"a refund could not be settled: {(int)status} {body["code"]}");
    }

    // E, the bank's ISPB, date and time in UTC, and what the bank chooses.
    private static string EndToEndId(DateTimeOffset at, int number) => string.Create(
        CultureInfo.InvariantCulture, $"E18236120{at:yyyyMMddHHmm}{number:D11}");
}
