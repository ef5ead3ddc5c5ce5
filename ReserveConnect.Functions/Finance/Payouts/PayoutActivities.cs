using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The properties of a run after one.</summary>
public sealed record PayoutPageOf(string Schedule, Guid? After);

/// <summary>Some properties of a run.</summary>
public sealed record PayoutChunk(DuePayouts Due, IReadOnlyList<Guid> Properties);

/// <summary>The steps of payouts and of their runs; each may run twice and comes to the same.</summary>
public sealed class PayoutActivities(
    PayoutRuns runs, CalculatePayouts calculate, MovePayout move, PayoutSagas sagas, Microsoft.Extensions.Options.IOptions<PayoutOptions> options)
{
    public const string Move = "move_payout";
    public const string Open = "open_payout_runs";
    public const string Properties = "list_payout_properties";
    public const string Calculate = "calculate_payouts";
    public const string TellOfUncalculated = "tell_of_uncalculated_payouts";
    public const string Finish = "finish_payout_run";

    private const string Schedule = "schedule";

    [Function(Move)]
    [Access(Callers.Host)]
    public Task<PayoutStep> MoveOn([ActivityTrigger] Guid payoutId, CancellationToken cancellation) => move.RunAsync(payoutId, cancellation);

    [Function(Open)]
    [Access(Callers.Host)]
    public Task<IReadOnlyList<DuePayouts>> OpenRuns([ActivityTrigger] bool all, CancellationToken cancellation) => runs.OpenAsync(cancellation);

    [Function(Properties)]
    [Access(Callers.Host)]
    public async Task<IReadOnlyList<IReadOnlyList<Guid>>> ListProperties([ActivityTrigger] PayoutPageOf page, CancellationToken cancellation)
    {
        var (chunk, atOnce) = (options.Value.Chunk, options.Value.ChunksAtOnce);
        var ids = await runs.PropertiesAsync(page.Schedule, page.After, chunk * atOnce, cancellation);
        return [.. ids.Chunk(chunk)];
    }

    /// <summary>Calculates the payouts of some properties and starts their sagas.</summary>
    [Function(Calculate)]
    [Access(Callers.Host)]
    public async Task<int> CalculateChunk([ActivityTrigger] PayoutChunk chunk, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var due = chunk.Due;
        var payouts = await calculate.RunAsync(new(due.Key, due.Schedule, due.From, due.Until, Schedule, AccountId: null), chunk.Properties, cancellation);
        sagas.Through(client);
        foreach (var payoutId in payouts)
        {
            await sagas.AttendAsync(payoutId, cancellation);
        }

        return payouts.Count;
    }

    /// <summary>Tells of properties whose payouts could not be calculated; the run is made again the next day.</summary>
    [Function(TellOfUncalculated)]
    [Access(Callers.Host)]
    public Task Tell([ActivityTrigger] PayoutChunk chunk, CancellationToken cancellation) =>
        calculate.TellOfUncalculatedAsync(chunk.Due.Key, chunk.Properties, cancellation);

    [Function(Finish)]
    [Access(Callers.Host)]
    public async Task FinishRun([ActivityTrigger] DuePayouts due, CancellationToken cancellation)
    {
        if (due.Schedule == PayoutSchedule.Weekly)
        {
            await calculate.TellOfUnpayableAsync(cancellation);
        }

        await runs.FinishAsync(due.Key, cancellation);
    }
}
