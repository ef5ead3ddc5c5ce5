namespace ReserveConnect.Providers;

/// <summary>What lies at a provider at the instant of asking, BRL; negative when refunds and disputes took more than came in.</summary>
/// <param name="Available">What can be sent out now.</param>
/// <param name="Pending">What is ours and cannot be sent out yet, as card money before its settlement.</param>
public sealed record ProviderBalance(decimal Available, decimal Pending)
{
    /// <summary>All that is ours there.</summary>
    public decimal Total => Available + Pending;
}
