using System.Text.Json;
using Microsoft.Extensions.Logging;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary><c>refund.updated</c>: a refund has moved on at Stripe. It is fetched again.</summary>
public sealed class RefundUpdated(RefundReports reports) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.RefundUpdated];

    public Task HandleAsync(StoredEvent stored, CancellationToken cancellation) => reports.OneAsync(stored, cancellation);
}

/// <summary><c>refund.failed</c>: Stripe could not give the money back, perhaps long after it said that it had.</summary>
public sealed class RefundFailed(RefundReports reports) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.RefundFailed];

    public Task HandleAsync(StoredEvent stored, CancellationToken cancellation) => reports.OneAsync(stored, cancellation);
}

/// <summary><c>charge.refunded</c>: some of a charge went back, by our call or by somebody's hand. All its refunds are fetched.</summary>
public sealed class ChargeRefunded(RefundReports reports) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.ChargeRefunded];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var report = stored.Payload.Deserialize<StripeReport>(EventJson.Options)!;
        await reports.AllAsync(PaymentAttempt.Stripe, report.PaymentIntentId, cancellation);
    }
}

/// <summary>
/// Mercado Pago reports payments, not refunds: of one whose money came in before, a report is most likely about a refund.
/// </summary>
public sealed class PixRefundReported(RefundReports reports) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [Webhooks.Reported];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var report = stored.Payload.Deserialize<PaymentReport>(EventJson.Options)!;
        if (report.Provider == PaymentAttempt.MercadoPago)
        {
            await reports.AllAsync(report.Provider, report.ObjectId, cancellation);
        }
    }
}

/// <summary>What the handlers of refund reports share: whose charge it is, the comparison, and the saga that waits for it.</summary>
public sealed class RefundReports(
    ReserveDatabase database, PaymentProviders providers, RefundsAtProvider atProvider, IBookingSagas sagas, ILogger<RefundReports> log)
{
    internal async Task OneAsync(StoredEvent stored, CancellationToken cancellation)
    {
        var report = stored.Payload.Deserialize<StripeReport>(EventJson.Options)!;
        if (await FindAsync(PaymentAttempt.Stripe, report.PaymentIntentId, cancellation) is { } attempt)
        {
            await atProvider.TakeInAsync(attempt, report.ObjectId, cancellation);
            await AttendAsync(attempt, cancellation);
        }
    }

    internal async Task AllAsync(string provider, string? paymentId, CancellationToken cancellation)
    {
        if (await FindAsync(provider, paymentId, cancellation) is { } attempt)
        {
            await atProvider.TakeInAllAsync(attempt, cancellation);
            await AttendAsync(attempt, cancellation);
        }
    }

    // What a change of a booking brought in may go back with the booking, and the other way round.
    private async Task AttendAsync(PaymentAttempt attempt, CancellationToken cancellation)
    {
        IReadOnlyList<Refund> refunds;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            refunds = await Refunds.OfAttemptAsync(connection, attempt.Id);
        }

        foreach (var intentId in refunds.Select(refund => refund.BookingIntentId).Append(attempt.BookingIntentId).Distinct())
        {
            await sagas.AttendRefundsAsync(intentId, cancellation);
        }
    }

    // Only of money that we know of: what is reserved and let go is told as a refund too.
    private async Task<PaymentAttempt?> FindAsync(string provider, string? paymentId, CancellationToken cancellation)
    {
        PaymentAttempt? attempt;
        BookingIntent? intent;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = paymentId is null ? null : await PaymentAttempts.FindByProviderIdAsync(connection, provider, paymentId);
            intent = attempt is null ? null : await BookingIntents.FindAsync(connection, attempt.BookingIntentId);
        }

        if (attempt is null)
        {
            log.LogDebug("{Provider} reported a refund of {PaymentId}, which is no payment of ours", provider, paymentId);
        }

        if (attempt is null or { Status: PaymentAttemptStatus.Succeeded or PaymentAttemptStatus.Refunded })
        {
            return attempt;
        }

        // Mercado Pago's reports are of anything; what had gone back by then is taken in with the money.
        if (!attempt.IsPix)
        {
            await EnsureNothingCameInAsync(attempt, intent!, cancellation);
        }

        return null;
    }

    // A report that overtook our own intake comes back until the money is in the books.
    private async Task EnsureNothingCameInAsync(PaymentAttempt attempt, BookingIntent intent, CancellationToken cancellation)
    {
        if (await providers.AskAsync(attempt, intent, cancellation) is not ProviderAnswer<MoneyFact>.Done { Value.State: not MoneyState.Paid })
        {
            throw new EventTooEarlyException($"a refund of attempt {attempt.Id} was reported before its money was taken in");
        }
    }
}
