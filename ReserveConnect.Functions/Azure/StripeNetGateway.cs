using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using Stripe;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// Stripe by its official library. The library makes the requests; retries, bounds and errors are those of
/// <see cref="ProviderLibrary"/>, and answers are read by Core, because the library reads a missing amount as 0.
/// Requests carry our API version, not the library's: one version for requests, answers and webhooks on both hosts.
/// </summary>
internal sealed class StripeNetGateway : IStripeGateway
{
    private static readonly string[] CardsOnly = ["card"];

    private readonly ProviderLibrary _library;
    private readonly StripeOptions _options;
    private readonly PaymentIntentService _payments;
    private readonly RefundService _refunds;
    private readonly DisputeService _disputes;
    private readonly TransferService _transfers;
    private readonly BalanceService _balance;
    private readonly BalanceTransactionService _movements;

    public StripeNetGateway(ProviderLibrary library, StripeOptions options)
    {
        _library = library;
        _options = options;
        var client = new StripeClient(new StripeClientOptions
        {
            ApiKey = options.ApiKey,
            ApiBase = options.BaseUrl.TrimEnd('/'),
            HttpClient = new SystemNetHttpClient(library.Http, maxNetworkRetries: 0, enableTelemetry: false),
        });
        _payments = client.V1.PaymentIntents;
        _refunds = client.V1.Refunds;
        _disputes = client.V1.Disputes;
        _transfers = client.V1.Transfers;
        _balance = client.V1.Balance;
        _movements = client.V1.BalanceTransactions;
    }

    public Task<ProviderAnswer<CardPayment>> CreatePaymentIntent(CreateCardPayment request, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = new PaymentIntentCreateOptions
        {
            Amount = StripeCalls.Minor(request.Amount, request.Currency),
            Currency = request.Currency.ToLowerInvariant(),
            // Captured at once or by us: the API's own default captures asynchronously, without a fee to read.
            CaptureMethod = request.CaptureLater ? "manual" : "automatic",
            Description = request.Description,
            ReceiptEmail = request.ReceiptEmail,
            Metadata = new()
            {
                ["booking_intent_id"] = request.BookingIntentId.ToString(),
                ["attempt_id"] = request.AttemptId.ToString(),
            },
        };
        // Cards only. Our API version has this parameter; in the library's newer one another has taken its place.
        options.AddExtraParam("payment_method_types", CardsOnly);
        var key = UnderKey(operationId);
        return Payment("payment_intent.create", async cut => await _payments.CreateAsync(options, key, cut), ct);
    }

    public Task<ProviderAnswer<CardPayment>> GetPaymentIntent(string paymentIntentId, CancellationToken ct)
    {
        var id = StripeCalls.Id(paymentIntentId);
        var options = new PaymentIntentGetOptions { Expand = [StripeCalls.WithFee] };
        return Payment("payment_intent.get", async cut => await _payments.GetAsync(id, options, Pinned(), cut), ct);
    }

    public Task<ProviderAnswer<CardPayment>> CancelPaymentIntent(string paymentIntentId, string operationId, CancellationToken ct)
    {
        var id = StripeCalls.Id(paymentIntentId);
        var options = new PaymentIntentCancelOptions { CancellationReason = "abandoned", Expand = [StripeCalls.WithFee] };
        var key = UnderKey(operationId);
        return Payment("payment_intent.cancel", async cut => await _payments.CancelAsync(id, options, key, cut), ct);
    }

    public Task<ProviderAnswer<CardPayment>> CapturePaymentIntent(string paymentIntentId, decimal amount, string operationId, CancellationToken ct)
    {
        var id = StripeCalls.Id(paymentIntentId);
        // Everything sold here is sold in BRL; a payment in another currency refuses the sum at Stripe.
        var options = new PaymentIntentCaptureOptions { AmountToCapture = StripeCalls.Minor(amount, "BRL"), Expand = [StripeCalls.WithFee] };
        var key = UnderKey(operationId);
        return Payment("payment_intent.capture", async cut => await _payments.CaptureAsync(id, options, key, cut), ct);
    }

    public Task<ProviderAnswer<CardRefund>> CreateRefund(CreateCardRefund request, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = new RefundCreateOptions
        {
            PaymentIntent = request.PaymentIntentId,
            Amount = StripeCalls.Minor(request.Amount, request.Currency),
            Metadata = new() { ["refund_id"] = request.RefundId.ToString() },
        };
        var key = UnderKey(operationId);
        return Refund("refund.create", async cut => await _refunds.CreateAsync(options, key, cut), ct);
    }

    public Task<ProviderAnswer<CardRefund>> GetRefund(string refundId, CancellationToken ct)
    {
        var id = StripeCalls.Id(refundId);
        return Refund("refund.get", async cut => await _refunds.GetAsync(id, null, Pinned(), cut), ct);
    }

    public Task<ProviderAnswer<IReadOnlyList<CardRefund>>> ListRefunds(string paymentIntentId, CancellationToken ct)
    {
        var id = StripeCalls.Id(paymentIntentId);
        return StripeCalls.AllPages(_options.RefundPages, "refunds", refund => refund.Id, after =>
        {
            var options = new RefundListOptions { PaymentIntent = id, Limit = _options.RefundPageSize, StartingAfter = after };
            return Send(
                "refund.list",
                async cut => await _refunds.ListAsync(options, Pinned(), cut),
                StripeJson.Default.StripeRefundList,
                StripeReading.Page,
                ct);
        });
    }

    public Task<ProviderAnswer<CardDispute>> GetDispute(string disputeId, CancellationToken ct)
    {
        var id = StripeCalls.Id(disputeId);
        return Send("dispute.get", async cut => await _disputes.GetAsync(id, null, Pinned(), cut), StripeJson.Default.StripeDispute, StripeReading.Dispute, ct);
    }

    public Task<ProviderAnswer<CardTransfer>> CreateTransfer(CreateCardTransfer request, string operationId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = new TransferCreateOptions
        {
            Amount = StripeCalls.Minor(request.Amount, request.Currency),
            Currency = request.Currency.ToLowerInvariant(),
            Destination = StripeCalls.Id(request.Destination),
            Description = request.Description,
            TransferGroup = request.PayoutId.ToString(),
            Metadata = new() { ["payout_id"] = request.PayoutId.ToString() },
        };
        var key = UnderKey(operationId);
        return Transfer("transfer.create", async cut => await _transfers.CreateAsync(options, key, cut), ct);
    }

    public Task<ProviderAnswer<CardTransfer>> GetTransfer(string transferId, CancellationToken ct)
    {
        var id = StripeCalls.Id(transferId);
        return Transfer("transfer.get", async cut => await _transfers.GetAsync(id, null, Pinned(), cut), ct);
    }

    public Task<ProviderAnswer<IReadOnlyList<CardTransfer>>> ListTransfers(Guid payoutId, CancellationToken ct) =>
        StripeCalls.AllPages(_options.TransferPages, "transfers", transfer => transfer.Id, after =>
        {
            var options = new TransferListOptions { TransferGroup = payoutId.ToString(), Limit = _options.TransferPageSize, StartingAfter = after };
            return Send(
                "transfer.list",
                async cut => await _transfers.ListAsync(options, Pinned(), cut),
                StripeJson.Default.StripeTransferList,
                StripeTransferReading.Page,
                ct);
        });

    public Task<ProviderAnswer<ProviderTransactionPage>> ListTransactions(StripeTransactionQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var options = new BalanceTransactionListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = query.From.UtcDateTime, LessThan = query.To.UtcDateTime },
            Type = query.Type,
            Expand = query.Type is null ? null : ["data.source"],
            StartingAfter = query.After,
            Limit = query.Limit,
        };
        return Send(
            "balance_transaction.list",
            async cut => await _movements.ListAsync(options, Pinned(), cut),
            StripeJson.Default.StripeTransactionList,
            StripeTransactionReading.Page,
            ct);
    }

    public Task<ProviderAnswer<ProviderBalance>> GetBalance(CancellationToken ct) =>
        Send("balance.get", async cut => await _balance.GetAsync(null, Pinned(), cut), StripeJson.Default.StripeBalance, StripeTransferReading.Balance, ct);

    private Task<ProviderAnswer<CardTransfer>> Transfer(string operation, Func<CancellationToken, Task<IStripeEntity>> call, CancellationToken ct) =>
        Send(operation, call, StripeJson.Default.StripeTransfer, StripeTransferReading.Transfer, ct);

    private Task<ProviderAnswer<CardPayment>> Payment(string operation, Func<CancellationToken, Task<IStripeEntity>> call, CancellationToken ct) =>
        Send(operation, call, StripeJson.Default.StripePaymentIntent, StripeReading.Payment, ct);

    private Task<ProviderAnswer<CardRefund>> Refund(string operation, Func<CancellationToken, Task<IStripeEntity>> call, CancellationToken ct) =>
        Send(operation, call, StripeJson.Default.StripeRefund, StripeReading.Refund, ct);

    // Reads, and writes under an idempotency key: all may be repeated.
    private Task<ProviderAnswer<T>> Send<TWire, T>(
        string operation,
        Func<CancellationToken, Task<IStripeEntity>> call,
        JsonTypeInfo<TWire> wire,
        Func<TWire, T> read,
        CancellationToken ct) =>
        _library.Call(
            operation,
            ProviderRepeat.WhenFailed,
            async cut => read(JsonSerializer.Deserialize(await Body(call, cut), wire) ?? throw new JsonException("null")),
            ct);

    private static async Task<string> Body(Func<CancellationToken, Task<IStripeEntity>> call, CancellationToken ct)
    {
        try
        {
            return (await call(ct)).StripeResponse.Content;
        }
        catch (StripeException unread) when (unread is { HttpStatusCode: HttpStatusCode.OK, StripeResponse: { } response })
        {
            // The library's types are those of a newer version and may stumble over a field that is not read here.
            return response.Content;
        }
    }

    private static RequestOptions UnderKey(string operationId)
    {
        var options = Pinned();
        options.IdempotencyKey = StripeCalls.Key(operationId);
        return options;
    }

    private static RawRequestOptions Pinned() => new() { AdditionalHeaders = new() { ["Stripe-Version"] = StripeCalls.ApiVersion } };
}
