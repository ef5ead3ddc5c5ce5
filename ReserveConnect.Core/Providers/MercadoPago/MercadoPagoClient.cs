using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>
/// PIX at Mercado Pago (site MLB): charges by the Payments API, transfers to properties by the Payouts API. Every call that changes something carries an operation id,
/// stored before the call, as the idempotency key: repeating it gives the first call's result.
/// </summary>
public sealed class MercadoPagoClient
{
    private readonly ProviderTransport _transport;
    private readonly MercadoPagoOptions _options;
    private readonly PayoutSigner _signer;

    internal MercadoPagoClient(
        HttpClient http,
        ProviderPipelines pipelines,
        IOptions<MercadoPagoOptions> options,
        TimeProvider time,
        ILogger<MercadoPagoClient> log)
    {
        _options = options.Value;
        _signer = new PayoutSigner(_options.PayoutSigningKey);
        _transport = new ProviderTransport(
            "mercado_pago",
            http,
            pipelines,
            _options,
            MercadoPagoReading.Refusal,
            // 424 is how payouts say that their own limiter is busy.
            new HashSet<HttpStatusCode> { HttpStatusCode.Conflict, HttpStatusCode.Locked, HttpStatusCode.FailedDependency },
            time,
            log);
    }

    /// <summary>Opens a charge; the guest pays with its QR code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not positive or has more than two places.</exception>
    public Task<ProviderAnswer<PixPayment>> CreatePixPayment(CreatePixPayment request, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = new PixChargeBody(
            Brl(request.Amount),
            request.Description,
            "pix",
            // Milliseconds and offset are required.
            request.ExpiresAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
            request.AttemptId.ToString(),
            _options.NotificationUrl is { Length: > 0 } url ? url : null,
            new PixPayerBody(
                request.PayerEmail,
                request.PayerFirstName,
                request.PayerLastName,
                request.PayerCpf is { IsCpf: true } cpf ? new PixIdentificationBody("CPF", cpf.Clear) : null),
            new() { ["booking_intent_id"] = request.BookingIntentId.ToString(), ["attempt_id"] = request.AttemptId.ToString() });
        return Payment("payment.create", Write(HttpMethod.Post, "v1/payments", operationId, body, MercadoPagoJson.Default.PixChargeBody), ct);
    }

    /// <summary>Reads a charge.</summary>
    public Task<ProviderAnswer<PixPayment>> GetPayment(string id, CancellationToken ct) =>
        Payment("payment.get", Read($"v1/payments/{Id(id)}"), ct);

    /// <summary>Cancels a charge that is not paid. Of a paid one it is refused: read it again.</summary>
    public Task<ProviderAnswer<PixPayment>> CancelPayment(string id, string operationId, CancellationToken ct) =>
        Payment("payment.cancel", Write(
            HttpMethod.Put, $"v1/payments/{Id(id)}", operationId, new PixCancelBody("cancelled"), MercadoPagoJson.Default.PixCancelBody), ct);

    /// <summary>Gives back a part of a paid charge, or with a null amount all that is left of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not positive or has more than two places.</exception>
    public Task<ProviderAnswer<PixRefund>> CreateRefund(string paymentId, decimal? amount, string operationId, CancellationToken ct)
    {
        var path = $"v1/payments/{Id(paymentId)}/refunds";
        return Send(
            "refund.create",
            amount is { } part
                ? Write(HttpMethod.Post, path, operationId, new PixRefundBody(Brl(part)), MercadoPagoJson.Default.PixRefundBody)
                : Write<PixRefundBody>(HttpMethod.Post, path, operationId, null, MercadoPagoJson.Default.PixRefundBody),
            MercadoPagoJson.Default.MercadoPagoRefund,
            MercadoPagoReading.Refund,
            ct);
    }

    /// <summary>Reads a refund.</summary>
    public Task<ProviderAnswer<PixRefund>> GetRefund(string paymentId, string refundId, CancellationToken ct) =>
        Send(
            "refund.get",
            Read($"v1/payments/{Id(paymentId)}/refunds/{Id(refundId)}"),
            MercadoPagoJson.Default.MercadoPagoRefund,
            MercadoPagoReading.Refund,
            ct);

    /// <summary>Every refund of a charge.</summary>
    public Task<ProviderAnswer<IReadOnlyList<PixRefund>>> ListRefunds(string paymentId, CancellationToken ct) =>
        Send<IReadOnlyList<MercadoPagoRefund>, IReadOnlyList<PixRefund>>(
            "refund.list",
            Read($"v1/payments/{Id(paymentId)}/refunds"),
            MercadoPagoJson.Default.IReadOnlyListMercadoPagoRefund,
            refunds => [.. refunds.Select(MercadoPagoReading.Refund)],
            ct);

    /// <summary>
    /// The charges with a reference, newest first: how one is found whose creation gave no answer. Each is read in full,
    /// because a search hit need not have more than id and status.
    /// </summary>
    public async Task<ProviderAnswer<IReadOnlyList<PixPayment>>> FindByExternalReference(string externalReference, CancellationToken ct)
    {
        var search = await Send(
            "payment.search",
            Read($"v1/payments/search?sort=date_created&criteria=desc&external_reference={Id(externalReference)}&limit={_options.SearchLimit}&offset=0"),
            MercadoPagoJson.Default.MercadoPagoSearch,
            found => found.Paging.Total > found.Results.Count
                ? throw new JsonException("more charges under one reference than are read at once")
                : found.Results,
            ct);
        var payments = new List<PixPayment>();
        foreach (var hit in search.ValueOrNull ?? [])
        {
            var payment = await GetPayment(hit.Id, ct);
            if (payment is not ProviderAnswer<PixPayment>.Done { Value: var read })
                return payment.Select(_ => (IReadOnlyList<PixPayment>)payments);
            payments.Add(read);
        }

        return search.Select(_ => (IReadOnlyList<PixPayment>)payments);
    }

    /// <summary>
    /// Sends a PIX out of our balance. The API has no search by reference: one whose sending gave no answer is asked for by
    /// sending the same order again under the same operation id, which answers with the transfer there is, as it is then.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not positive or has more than two places.</exception>
    public Task<ProviderAnswer<PixTransfer>> SendPix(PixTransferOrder order, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        var amount = Brl(order.Amount);
        var body = new PixTransferBody(
            order.ExternalReference,
            new PixTransferPointBody("PSP_TRANSFER"),
            _options.NotificationUrl is { Length: > 0 } url ? new PixTransferSellerBody(new PixTransferNotificationBody(url)) : null,
            new PixTransferTransactionBody(
                new PixTransferFromBody([new PixTransferSourceBody(amount)]),
                new PixTransferToBody(
                [
                    new PixTransferTargetBody(
                        "current",
                        amount,
                        new PixKeyBody(order.KeyType, order.Key),
                        new PixTransferOwnerBody(new PixIdentificationBody(order.OwnerDocumentType, order.OwnerDocument))),
                ]),
                amount));
        // One try: after one that may have been taken, a refusal of the next is no proof; whoever asks again knows that.
        return Transfer("transfer.create", Write(
            HttpMethod.Post, "v1/transaction-intents/process", operationId, body, MercadoPagoJson.Default.PixTransferBody, _signer.Sign), ct, ProviderRepeat.Never);
    }

    /// <summary>Reads a PIX that we sent.</summary>
    public Task<ProviderAnswer<PixTransfer>> GetPixTransfer(string id, CancellationToken ct) =>
        Transfer("transfer.get", Read($"v1/transaction-intents/{Id(id)}"), ct);

    /// <summary>
    /// What of our money lies at Mercado Pago. No page of its documentation promises this endpoint and not every account
    /// may ask it: a refusal says that it will not tell, not that there is nothing.
    /// </summary>
    public async Task<ProviderAnswer<ProviderBalance>> GetBalance(CancellationToken ct)
    {
        var user = await Send("user.get", Read("users/me"), MercadoPagoJson.Default.MercadoPagoUser, user => user.Id, ct);
        return user is ProviderAnswer<string>.Done { Value: var id }
            ? await Send(
                "balance.get",
                Read($"users/{Id(id)}/mercadopago_account/balance"),
                MercadoPagoJson.Default.MercadoPagoBalance,
                balance => new ProviderBalance(balance.AvailableBalance, balance.UnavailableBalance),
                ct)
            : user.Select(_ => new ProviderBalance(0, 0));
    }

    /// <summary>Orders a report of what moved our money from one instant to another; it is made in Mercado Pago's own time.</summary>
    public Task<ProviderAnswer<bool>> OrderReport(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new ReportOrderBody(ReportDate(from), ReportDate(to)), MercadoPagoJson.Default.ReportOrderBody);
        return _transport.Send(
            new ProviderCall<bool>(
                "report.create",
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/account/settlement_report", UriKind.Relative)) { Content = new ByteArrayContent(json) };
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    return request;
                },
                // Ordered twice it is made twice, which harms nobody.
                (_, _, _) => ValueTask.FromResult(true),
                ProviderRepeat.WhenFailed),
            ct);
    }

    /// <summary>The reports that were ordered, those that are not made yet among them.</summary>
    public Task<ProviderAnswer<IReadOnlyList<MercadoPagoReport>>> ListReports(CancellationToken ct) =>
        Send<IReadOnlyList<ReportWire>, IReadOnlyList<MercadoPagoReport>>(
            "report.list",
            Read("v1/account/settlement_report/list"),
            MercadoPagoJson.Default.IReadOnlyListReportWire,
            reports =>
            [
                .. reports.Where(report => report is { BeginDate: not null, EndDate: not null }).Select(report => new MercadoPagoReport(
                    report.Id, report.BeginDate!.Value, report.EndDate!.Value, report.Status is null or "processed" or "enabled" ? report.FileName : null)),
            ],
            ct);

    /// <summary>What a report says, handed over in parts as they come. Half a report is none: it counts once the answer is done.</summary>
    /// <param name="keep">Takes a part; after a break the parts come again from the first one.</param>
    /// <returns>How many lines it has.</returns>
    public Task<ProviderAnswer<int>> ReadReport(
        string fileName, Func<IReadOnlyList<ProviderTransaction>, CancellationToken, Task> keep, CancellationToken ct) =>
        _transport.Send(
            new ProviderCall<int>(
                "report.get",
                Read($"v1/account/settlement_report/{Id(fileName)}"),
                async (_, body, cut) =>
                {
                    var lines = 0;
                    List<ProviderTransaction> part = [];
                    await foreach (var line in ReportReading.LinesAsync(body, _options.ReportLines, cut))
                    {
                        part.Add(line);
                        if (++lines % ReportReading.Part == 0)
                        {
                            await keep(part, cut);
                            part = [];
                        }
                    }

                    await keep(part, cut);
                    return lines;
                },
                ProviderRepeat.WhenFailed,
                _options.ReportTimeout,
                _options.ReportBytes),
            ct);

    private static string ReportDate(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private Task<ProviderAnswer<PixTransfer>> Transfer(
        string operation, Func<HttpRequestMessage> request, CancellationToken ct, ProviderRepeat repeat = ProviderRepeat.WhenFailed) =>
        Send(operation, request, MercadoPagoJson.Default.MercadoPagoTransactionIntent, PixTransferReading.Transfer, ct, repeat);

    private Task<ProviderAnswer<PixPayment>> Payment(string operation, Func<HttpRequestMessage> request, CancellationToken ct) =>
        Send(operation, request, MercadoPagoJson.Default.MercadoPagoPayment, MercadoPagoReading.Payment, ct);

    // Reads, and writes under an idempotency key: may be repeated unless said otherwise.
    private Task<ProviderAnswer<T>> Send<TWire, T>(
        string operation,
        Func<HttpRequestMessage> request,
        JsonTypeInfo<TWire> wire,
        Func<TWire, T> read,
        CancellationToken ct,
        ProviderRepeat repeat = ProviderRepeat.WhenFailed) =>
        _transport.Send(
            new ProviderCall<T>(
                operation,
                request,
                async (_, body, cut) => read(await JsonSerializer.DeserializeAsync(body, wire, cut) ?? throw new JsonException("null")),
                repeat),
            ct);

    private static Func<HttpRequestMessage> Read(string path) => () => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));

    private static Func<HttpRequestMessage> Write<TBody>(
        HttpMethod method, string path, string operationId, TBody? body, JsonTypeInfo<TBody> wire, Action<HttpRequestMessage, byte[]>? sign = null)
        where TBody : class
    {
        var key = MercadoPagoIdempotencyKey.Of(operationId);
        var json = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, wire);
        return () =>
        {
            var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("X-Idempotency-Key", key);
            sign?.Invoke(request, json);
            return request;
        };
    }

    private static string Id(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return Uri.EscapeDataString(id);
    }

    private static decimal Brl(decimal amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        return decimal.Round(amount, 2) == amount
            ? decimal.Round(amount, 2)
            : throw new ArgumentOutOfRangeException(nameof(amount), amount, "more than two places");
    }
}
