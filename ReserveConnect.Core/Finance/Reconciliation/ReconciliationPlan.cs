namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Who is reconciled with the books.</summary>
public static class Reconciled
{
    public const string Stripe = "stripe";
    public const string MercadoPago = "mercado_pago";

    /// <summary>The books with what they promise of themselves.</summary>
    public const string Books = "books";

    public static IReadOnlyList<string> All { get; } = [Stripe, MercadoPago, Books];
}

/// <summary>A reconciliation that is to be made.</summary>
/// <param name="Id">The run.</param>
/// <param name="Provider">One of <see cref="Reconciled"/>.</param>
/// <param name="BookDate">The day, America/Sao_Paulo.</param>
/// <param name="From">UTC instant from which the provider is read.</param>
/// <param name="To">UTC instant before which it is read.</param>
public sealed record ReconciliationPlan(Guid Id, string Provider, DateOnly BookDate, DateTimeOffset From, DateTimeOffset To);

/// <summary>How far a provider's lists are read.</summary>
/// <param name="List">0: all; after it those that are read with what they are of.</param>
/// <param name="After">The last transaction that was read of it; null: none.</param>
/// <param name="Pages">Read of it so far.</param>
/// <param name="IsDone">Nothing is left.</param>
public sealed record FetchProgress(int List = 0, string? After = null, int Pages = 0, bool IsDone = false);

/// <summary>A provider does not answer, or not in a way that can be read; the step is tried again.</summary>
public sealed class ProviderUnreadException(string message) : Exception($"{Opening}{message}")
{
    /// <summary>How the message begins, for whoever has nothing but it.</summary>
    public const string Opening = "The provider cannot be read: ";
}
