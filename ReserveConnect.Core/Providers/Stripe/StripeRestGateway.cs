using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Providers.Stripe;

/// <summary>Stripe over its REST API, form in and JSON out, pinned to one API version.</summary>
internal sealed class StripeRestGateway : IStripeGateway
{
    private readonly ProviderTransport _transport;
    private readonly StripeOptions _options;

    public StripeRestGateway(
        HttpClient http,
        ProviderPipelines pipelines,
        IOptions<StripeOptions> options,
        TimeProvider time,
        ILogger<StripeRestGateway> log)
    {
        _options = options.Value;
        _transport = new ProviderTransport(
            StripeCalls.Provider, http, pipelines, _options, StripeReading.Refusal, StripeCalls.UnderWay, time, log);
    }

    public Task<ProviderAnswer<CardPayment>> CreatePaymentIntent(CreateCardPayment request, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Payment("payment_intent.create", Post("v1/payment_intents", operationId, new StripeForm
        {
            ["amount"] = Minor(request.Amount, request.Currency),
            ["currency"] = request.Currency.ToLowerInvariant(),
            // Cards only, and captured at once or by us: the API's own default captures asynchronously, without a fee to read.
            ["payment_method_types[0]"] = "card",
            ["capture_method"] = request.CaptureLater ? "manual" : "automatic",
            ["description"] = request.Description,
            ["receipt_email"] = request.ReceiptEmail,
            ["metadata[booking_intent_id]"] = request.BookingIntentId.ToString(),
            ["metadata[attempt_id]"] = request.AttemptId.ToString(),
        }), ct);
    }

    public Task<ProviderAnswer<CardPayment>> GetPaymentIntent(string paymentIntentId, CancellationToken ct) =>
        Payment("payment_intent.get", Get($"v1/payment_intents/{Id(paymentIntentId)}?expand[0]={StripeCalls.WithFee}"), ct);

    public Task<ProviderAnswer<CardPayment>> CancelPaymentIntent(string paymentIntentId, string operationId, CancellationToken ct) =>
        Payment("payment_intent.cancel", Post($"v1/payment_intents/{Id(paymentIntentId)}/cancel", operationId, new StripeForm
        {
            ["cancellation_reason"] = "abandoned",
            ["expand[0]"] = StripeCalls.WithFee,
        }), ct);

    public Task<ProviderAnswer<CardPayment>> CapturePaymentIntent(string paymentIntentId, decimal amount, string operationId, CancellationToken ct) =>
        // Everything sold here is sold in BRL; a payment in another currency refuses the sum at Stripe.
        Payment("payment_intent.capture", Post($"v1/payment_intents/{Id(paymentIntentId)}/capture", operationId, new StripeForm
        {
            ["amount_to_capture"] = Minor(amount, "BRL"),
            ["expand[0]"] = StripeCalls.WithFee,
        }), ct);

    public Task<ProviderAnswer<CardRefund>> CreateRefund(CreateCardRefund request, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Refund("refund.create", Post("v1/refunds", operationId, new StripeForm
        {
            ["payment_intent"] = request.PaymentIntentId,
            ["amount"] = Minor(request.Amount, request.Currency),
            ["metadata[refund_id]"] = request.RefundId.ToString(),
        }), ct);
    }

    public Task<ProviderAnswer<CardRefund>> GetRefund(string refundId, CancellationToken ct) =>
        Refund("refund.get", Get($"v1/refunds/{Id(refundId)}"), ct);

    public Task<ProviderAnswer<IReadOnlyList<CardRefund>>> ListRefunds(string paymentIntentId, CancellationToken ct)
    {
        var path = $"v1/refunds?payment_intent={Id(paymentIntentId)}&limit={_options.RefundPageSize}";
        return StripeCalls.AllPages(_options.RefundPages, "refunds", refund => refund.Id, after => Send(
            "refund.list",
            Get(after is null ? path : $"{path}&starting_after={Id(after)}"),
            StripeJson.Default.StripeRefundList,
            StripeReading.Page,
            ct));
    }

    public Task<ProviderAnswer<CardDispute>> GetDispute(string disputeId, CancellationToken ct) =>
        Send("dispute.get", Get($"v1/disputes/{Id(disputeId)}"), StripeJson.Default.StripeDispute, StripeReading.Dispute, ct);

    public Task<ProviderAnswer<CardTransfer>> CreateTransfer(CreateCardTransfer request, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Transfer("transfer.create", Post("v1/transfers", operationId, new StripeForm
        {
            ["amount"] = Minor(request.Amount, request.Currency),
            ["currency"] = request.Currency.ToLowerInvariant(),
            ["destination"] = StripeCalls.Id(request.Destination),
            ["description"] = request.Description,
            ["transfer_group"] = request.PayoutId.ToString(),
            ["metadata[payout_id]"] = request.PayoutId.ToString(),
        }), ct);
    }

    public Task<ProviderAnswer<CardTransfer>> GetTransfer(string transferId, CancellationToken ct) =>
        Transfer("transfer.get", Get($"v1/transfers/{Id(transferId)}"), ct);

    public Task<ProviderAnswer<IReadOnlyList<CardTransfer>>> ListTransfers(Guid payoutId, CancellationToken ct)
    {
        var path = $"v1/transfers?transfer_group={payoutId}&limit={_options.TransferPageSize}";
        return StripeCalls.AllPages(_options.TransferPages, "transfers", transfer => transfer.Id, after => Send(
            "transfer.list",
            Get(after is null ? path : $"{path}&starting_after={Id(after)}"),
            StripeJson.Default.StripeTransferList,
            StripeTransferReading.Page,
            ct));
    }

    public Task<ProviderAnswer<ProviderTransactionPage>> ListTransactions(StripeTransactionQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var path = $"v1/balance_transactions?created[gte]={query.From.ToUnixTimeSeconds()}&created[lt]={query.To.ToUnixTimeSeconds()}&limit={query.Limit}"
            + (query.Type is { } type ? $"&type={Uri.EscapeDataString(type)}&expand[0]=data.source" : "")
            + (query.After is { } after ? $"&starting_after={Id(after)}" : "");
        return Send("balance_transaction.list", Get(path), StripeJson.Default.StripeTransactionList, StripeTransactionReading.Page, ct);
    }

    public Task<ProviderAnswer<ProviderBalance>> GetBalance(CancellationToken ct) =>
        Send("balance.get", Get("v1/balance"), StripeJson.Default.StripeBalance, StripeTransferReading.Balance, ct);

    private Task<ProviderAnswer<CardTransfer>> Transfer(string operation, Func<HttpRequestMessage> request, CancellationToken ct) =>
        Send(operation, request, StripeJson.Default.StripeTransfer, StripeTransferReading.Transfer, ct);

    private Task<ProviderAnswer<CardPayment>> Payment(string operation, Func<HttpRequestMessage> request, CancellationToken ct) =>
        Send(operation, request, StripeJson.Default.StripePaymentIntent, StripeReading.Payment, ct);

    private Task<ProviderAnswer<CardRefund>> Refund(string operation, Func<HttpRequestMessage> request, CancellationToken ct) =>
        Send(operation, request, StripeJson.Default.StripeRefund, StripeReading.Refund, ct);

    // Reads, and writes under an idempotency key: all may be repeated.
    private Task<ProviderAnswer<T>> Send<TWire, T>(
        string operation,
        Func<HttpRequestMessage> request,
        JsonTypeInfo<TWire> wire,
        Func<TWire, T> read,
        CancellationToken ct) =>
        _transport.Send(
            new ProviderCall<T>(
                operation,
                request,
                async (_, body, cut) => read(await JsonSerializer.DeserializeAsync(body, wire, cut) ?? throw new JsonException("null")),
                ProviderRepeat.WhenFailed),
            ct);

    private static Func<HttpRequestMessage> Get(string path) => () => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));

    private static Func<HttpRequestMessage> Post(string path, string operationId, StripeForm form)
    {
        var key = StripeCalls.Key(operationId);
        return () => new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Headers = { { "Idempotency-Key", key } },
            Content = form.ToContent(),
        };
    }

    private static string Id(string id) => Uri.EscapeDataString(StripeCalls.Id(id));

    private static string Minor(decimal amount, string currency) =>
        StripeCalls.Minor(amount, currency).ToString(CultureInfo.InvariantCulture);
}
