using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>How long a guest who begins or retries a payment waits for the providers at most, whatever they answer.</summary>
public static class PayingTime
{
    /// <summary>Asked of the provider of a charge that is in the way: where it stands, to close it, where it stands now.</summary>
    public const int QuestionsToClose = 3;

    /// <summary>
    /// Asked of the provider of the new charge: to open it, the same once more, once more under a new operation id, and to close it
    /// when its code is none.
    /// </summary>
    public const int QuestionsToOpen = 4;

    /// <summary>All of them together, with each answered as late as it may be.</summary>
    public static TimeSpan Longest(ProviderOptions card, ProviderOptions pix)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(pix);
        // The charge in the way may be with either, also with the new one's own provider.
        var slower = card.TotalTimeout > pix.TotalTimeout ? card.TotalTimeout : pix.TotalTimeout;
        return (QuestionsToClose + QuestionsToOpen) * slower;
    }
}
