using ReserveConnect.Booking;

namespace ReserveConnect.Payments;

/// <summary>What to do with an intent that awaits money.</summary>
public abstract record PaymentDecision
{
    private PaymentDecision()
    {
    }

    /// <summary>Nothing yet; look again at an instant.</summary>
    public sealed record Wait(DateTimeOffset Until) : PaymentDecision;

    /// <summary>The provider has or has reserved the money: take it in.</summary>
    public sealed record TakeIn : PaymentDecision;

    /// <summary>A decline that was not counted yet.</summary>
    public sealed record CountDecline : PaymentDecision;

    /// <summary>The charge is closed at the provider: note it.</summary>
    public sealed record NoteClosed : PaymentDecision;

    /// <summary>Close the charge at the provider, because nobody will be given a room for it any more.</summary>
    public sealed record CloseCharge : PaymentDecision;

    /// <summary>End the intent; no charge is open.</summary>
    public sealed record End(string Status, string Reason) : PaymentDecision;

    /// <summary>The provider does not say whether it was paid, for too long: free the room, watch the charge, call a person.</summary>
    public sealed record GiveUpWaiting : PaymentDecision;

    /// <summary>Decides from the rows and what the provider said. Pure: the same facts give the same decision.</summary>
    /// <param name="intent">In <c>created</c> or <c>payment_pending</c>.</param>
    /// <param name="hasOpenCharge">Whether an attempt is open.</param>
    /// <param name="fact">What the provider said of it; null when it did not answer.</param>
    /// <param name="isNewDecline">Whether the fact is a decline that was not counted yet.</param>
    public static PaymentDecision Next(
        BookingIntent intent, bool hasOpenCharge, MoneyFact? fact, bool isNewDecline, DateTimeOffset now, BookingOptions options)
    {
        var ending = Ending(intent, now, options);
        if (!hasOpenCharge)
        {
            return ending is null ? new Wait(intent.ExpiresAt) : ending;
        }

        return fact?.State switch
        {
            MoneyState.Paid or MoneyState.Authorized => new TakeIn(),
            MoneyState.Closed => new NoteClosed(),
            MoneyState.Declined when isNewDecline => new CountDecline(),
            _ when fact is { CanBeClosed: true } && ending is not null => new CloseCharge(),
            MoneyState.Open or MoneyState.Declined => new Wait(Earlier(intent.ExpiresAt, now + options.PaymentPollInterval)),
            _ when now >= intent.ExpiresAt + options.ProviderGrace => new GiveUpWaiting(),
            _ => new Wait(now + options.ProviderGraceInterval),
        };
    }

    private static End? Ending(BookingIntent intent, DateTimeOffset now, BookingOptions options) =>
        intent switch
        {
            _ when intent.CancelRequestedAt is not null => new(BookingIntentStatus.Cancelled, CancelBookingIntent.Reason),
            _ when intent.PaymentFailures >= options.MaxPaymentFailures => new(BookingIntentStatus.Cancelled, "payment_failed"),
            _ when now >= intent.ExpiresAt => new(BookingIntentStatus.Expired, "hold_expired"),
            _ => null,
        };

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
