namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A report of the account's money (Mercado Pago's <c>settlement_report</c>): it is ordered, and made in its own time.</summary>
/// <param name="Id">Mercado Pago's id; later ones are greater.</param>
/// <param name="From">The first instant of it.</param>
/// <param name="To">The last instant of it.</param>
/// <param name="FileName">What it is fetched by; null: it is not made yet.</param>
public sealed record MercadoPagoReport(long Id, DateTimeOffset From, DateTimeOffset To, string? FileName);
