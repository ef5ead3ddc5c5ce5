using ReserveConnect.Events;

namespace ReserveConnect.Payments;

/// <summary><c>payment_intent.succeeded</c>: a card was charged; the saga asks Stripe for how much, and takes it in.</summary>
public sealed class CardPaid(ReportedCharges charges) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Paid];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        if (await charges.OfAsync(stored, cancellation) is { } charge)
        {
            await charges.HandOnMoneyAsync(charge, cancellation);
        }
    }
}

/// <summary><c>payment_intent.amount_capturable_updated</c>: a card has reserved the money, which is as good for going on.</summary>
public sealed class CardReserved(ReportedCharges charges) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Reserved];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        if (await charges.OfAsync(stored, cancellation) is { } charge)
        {
            await charges.HandOnMoneyAsync(charge, cancellation);
        }
    }
}

/// <summary>
/// <c>payment_intent.payment_failed</c>: a card said no; the saga counts it. A door that is closed here and still open there
/// is closed there.
/// </summary>
public sealed class CardDeclined(ReportedCharges charges) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Declined];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        // A no from before the yes is no news.
        if (await charges.OfAsync(stored, cancellation) is { } charge && !PaymentAttemptStatus.HasMoney(charge.Attempt.Status)
            && charge.Attempt.Status != PaymentAttemptStatus.Refunded)
        {
            await charges.AwakenAsync(charge, cancellation);
        }
    }
}

/// <summary><c>payment_intent.requires_action</c>, <c>.processing</c>: the guest proves who they are, or Stripe is at it; the guest sees it.</summary>
public sealed class CardInProgress(ReportedCharges charges) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.InProgress];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        if (await charges.OfAsync(stored, cancellation) is { IsAwaited: true } charge)
        {
            await charges.AwakenAsync(charge, cancellation);
        }
    }
}

/// <summary><c>payment_intent.canceled</c>: nobody can pay through it any more; whoever still waits for it learns of it.</summary>
public sealed class CardClosed(ReportedCharges charges, Booking.IBookingSagas sagas) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Closed];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        switch (await charges.OfAsync(stored, cancellation))
        {
            case { Attempt.Status: PaymentAttemptStatus.Authorized } reserved:
                await sagas.WakeAsync(reserved.Intent.Id, cancellation);
                break;
            // What was closed by ourselves is no news.
            case { } open when PaymentAttemptStatus.IsOpen(open.Attempt.Status):
                await charges.AwakenAsync(open, cancellation);
                break;
        }
    }
}
