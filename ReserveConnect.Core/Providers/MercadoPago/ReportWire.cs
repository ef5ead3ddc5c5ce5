using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.MercadoPago;

internal sealed record ReportOrderBody(string BeginDate, string EndDate);

/// <param name="Status">Not in every sample; <c>processed</c> where it is there and the file can be fetched.</param>
internal sealed record ReportWire(
    long Id,
    [property: JsonConverter(typeof(MercadoPagoInstantConverter))] DateTimeOffset? BeginDate = null,
    [property: JsonConverter(typeof(MercadoPagoInstantConverter))] DateTimeOffset? EndDate = null,
    string? FileName = null,
    string? Status = null);
