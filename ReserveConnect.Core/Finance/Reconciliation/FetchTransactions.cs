using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Reads what providers list and keeps it for the run. Every step may run twice: what is kept is kept once.</summary>
public sealed class FetchTransactions(
    ReserveDatabase database, IStripeGateway stripe, MercadoPagoClient mercadoPago, TimeProvider clock, IOptions<ReconciliationOptions> options)
{
    private const int Batch = 5_000;

    /// <summary>The run begins.</summary>
    /// <returns>False: it is over.</returns>
    public Task<bool> BeginAsync(ReconciliationPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await unit.Connection.ExecuteAsync(
                    "SELECT reserve.transition_reconciliation(@Id, 'requested', 'running', 'system', 'read', @now)", new { plan.Id, now });
                return await unit.Connection.ExecuteScalarAsync<bool>(
                    "SELECT status = 'running' FROM reserve.reconciliations WHERE id = @Id", new { plan.Id });
            },
            cancellation);
    }

    /// <summary>Reads the next pages of Stripe's lists.</summary>
    /// <exception cref="ProviderUnreadException">Stripe does not answer, or its list does not end.</exception>
    public async Task<FetchProgress> StripeAsync(ReconciliationPlan plan, FetchProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(progress);
        List<ProviderTransaction> read = [];
        for (var page = 0; page < options.Value.PagesPerStep && !progress.IsDone; page++)
        {
            if (progress.Pages == options.Value.MostPages)
            {
                throw new ProviderUnreadException("a list that does not end");
            }

            var type = progress.List == 0 ? null : StripeTransactions.Detailed[progress.List - 1];
            var answer = await stripe.ListTransactions(new(plan.From, plan.To, type, progress.After, options.Value.PageSize), cancellation);
            if (answer is not ProviderAnswer<ProviderTransactionPage>.Done { Value: var (items, next) })
            {
                throw Unread(answer);
            }

            read.AddRange(items);
            progress = next is not null ? progress with { After = next, Pages = progress.Pages + 1 }
                : progress.List < StripeTransactions.Detailed.Count ? new(progress.List + 1)
                : progress with { IsDone = true };
        }

        await KeepAsync(plan, read, cancellation);
        return progress;
    }

    /// <summary>Orders Mercado Pago's report of the run's time.</summary>
    /// <returns>Reports of that time with an id up to this are older than the order.</returns>
    /// <exception cref="ProviderUnreadException">Mercado Pago does not answer.</exception>
    public async Task<long> OrderReportAsync(ReconciliationPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var before = (await ReportsAsync(cancellation)).Select(report => report.Id).DefaultIfEmpty().Max();
        var ordered = await mercadoPago.OrderReport(plan.From, plan.To, cancellation);
        return ordered.IsDone ? before : throw Unread(ordered);
    }

    /// <summary>Reads the report that was ordered.</summary>
    /// <returns>False: it is not made yet.</returns>
    /// <exception cref="ProviderUnreadException">Mercado Pago does not answer, or the report cannot be read.</exception>
    public async Task<bool> ReadReportAsync(ReconciliationPlan plan, long before, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var name = (await ReportsAsync(cancellation))
            .Where(report => report.Id > before && report.FileName is not null && report.From == Whole(plan.From) && report.To == Whole(plan.To))
            .MinBy(report => report.Id)?.FileName;
        if (name is null)
        {
            return false;
        }

        // The report has its last instant in it.
        var read = await mercadoPago.ReadReport(name, (lines, cut) => KeepAsync(plan, [.. lines.Where(line => line.At < plan.To)], cut), cancellation);
        return read.IsDone ? true : throw Unread(read);
    }

    private async Task<IReadOnlyList<MercadoPagoReport>> ReportsAsync(CancellationToken cancellation)
    {
        var answer = await mercadoPago.ListReports(cancellation);
        return answer is ProviderAnswer<IReadOnlyList<MercadoPagoReport>>.Done { Value: var reports } ? reports : throw Unread(answer);
    }

    private async Task KeepAsync(ReconciliationPlan plan, IReadOnlyList<ProviderTransaction> read, CancellationToken cancellation)
    {
        foreach (var some in read.Chunk(Batch))
        {
            await database.WriteAsync(
                connection => connection.ExecuteAsync(
                    """
                    INSERT INTO reserve.reconciliation_staging
                        (reconciliation_id, transaction_id, type, movement, reference, source_id, external_reference, amount, fee, currency, occurred_at)
                    SELECT DISTINCT ON (s.id)
                           @run, s.id, s.type, s.movement, s.reference, s.source_id, s.external_reference, s.amount, s.fee, s.currency, s.occurred_at
                    FROM unnest(@ids, @types, @movements, @references, @sources, @externals, @amounts, @fees, @currencies, @instants)
                        WITH ORDINALITY AS s (id, type, movement, reference, source_id, external_reference, amount, fee, currency, occurred_at, place)
                    WHERE EXISTS (SELECT FROM reserve.reconciliations r WHERE r.id = @run AND r.status = 'running' AND r.compared IS NULL)
                    -- Of one that is in two lists, the later list says what it is of.
                    ORDER BY s.id, s.place DESC
                    ON CONFLICT (reconciliation_id, transaction_id) DO UPDATE
                    SET reference = EXCLUDED.reference,
                        movement = EXCLUDED.movement,
                        amount = EXCLUDED.amount,
                        fee = EXCLUDED.fee
                    """,
                    new
                    {
                        run = plan.Id,
                        ids = some.Select(t => t.Id).ToArray(),
                        types = some.Select(t => t.Type).ToArray(),
                        movements = some.Select(t => t.Movement).ToArray(),
                        references = some.Select(t => t.Reference).ToArray(),
                        sources = some.Select(t => t.SourceId).ToArray(),
                        externals = some.Select(t => t.ExternalReference).ToArray(),
                        amounts = some.Select(t => t.Amount).ToArray(),
                        fees = some.Select(t => t.Fee).ToArray(),
                        currencies = some.Select(t => t.Currency).ToArray(),
                        instants = some.Select(t => t.At.UtcDateTime).ToArray(),
                    }),
                Events.EventLanes.None,
                cancellation);
        }
    }

    private static DateTimeOffset Whole(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private static ProviderUnreadException Unread<T>(ProviderAnswer<T> answer) => new(answer.Match(
        _ => "", refused => refused.Code, notSent => notSent.Reason, unknown => unknown.Reason));
}
