using System.Net.Mail;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Operations of the Payments API. Called with the book's lock held.</summary>
internal static class PixOperations
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(30);
    private static readonly TimeSpan _default = TimeSpan.FromHours(24);
    private static readonly TimeSpan _refundsUntil = TimeSpan.FromDays(90);

    // What the way takes: a caller that asks for 30 minutes from its own now is a moment short of them here.
    private static readonly TimeSpan _tolerance = TimeSpan.FromMinutes(1);

    /// <summary><c>POST /v1/payments</c></summary>
    public static PixAnswer Create(PixBook book, Change change, PixRequest request)
    {
        var (expires, error) = Expiry(request, book.Now);
        error ??= Wrong(request);
        return error is not null
            ? PixAnswer.Of(error, book.Now)
            : PixAnswer.Of(book.Create(change, request, expires), 201);
    }

    /// <summary><c>GET /v1/payments/{id}</c></summary>
    public static PixAnswer Get(PixBook book, long id) =>
        book.Find(id) is { } payment ? PixAnswer.Of(payment) : PixAnswer.Of(PixError.PaymentNotFound(), book.Now);

    /// <summary><c>PUT /v1/payments/{id}</c>: the one change there is, <c>{"status":"cancelled"}</c>.</summary>
    public static PixAnswer Update(PixBook book, Change change, long id, PixUpdate update)
    {
        if (book.Find(id) is not { } payment)
            return PixAnswer.Of(PixError.PaymentNotFound(), book.Now);
        if (update.Status != "cancelled")
            return PixAnswer.Of(PixError.Bad(2024, "Payment can only be updated to status cancelled"), book.Now);
        return book.Cancel(change, payment, "by_collector") is { } cancelled
            ? PixAnswer.Of(cancelled)
            : PixAnswer.Of(PixError.WrongState(), book.Now);
    }

    /// <summary><c>POST /v1/payments/{id}/refunds</c></summary>
    public static PixAnswer Refund(PixBook book, Change change, long id, PixRefundRequest request)
    {
        if (book.Find(id) is not { } payment)
            return PixAnswer.Of(PixError.PaymentNotFound(), book.Now);
        if (payment.Status != "approved" || payment.Refundable <= 0)
            return PixAnswer.Of(PixError.WrongState(), book.Now);
        if (book.Now - payment.Approved > _refundsUntil)
            return PixAnswer.Of(PixError.Bad(2084, "Payment is too old to be refunded"), book.Now);
        var amount = request.Amount ?? payment.Refundable;
        return amount <= 0 || amount != decimal.Round(amount, 2) || amount > payment.Refundable
            ? PixAnswer.Of(PixError.Bad(4040, "Invalid refund amount"), book.Now)
            : PixAnswer.Of(book.Refund(change, payment, amount), 201);
    }

    /// <summary><c>GET /v1/payments/{id}/refunds</c></summary>
    public static PixAnswer Refunds(PixBook book, long id)
    {
        if (book.Find(id) is not { } payment)
            return PixAnswer.Of(PixError.PaymentNotFound(), book.Now);
        return new PixAnswer(200, PixWriter.Bytes(json =>
        {
            json.WriteStartArray();
            foreach (var refund in payment.Refunds)
                PixWriter.Refund(json, refund);
            json.WriteEndArray();
        }));
    }

    /// <summary><c>GET /v1/payments/{id}/refunds/{refund_id}</c></summary>
    public static PixAnswer GetRefund(PixBook book, long id, long refundId) =>
        book.Find(id)?.Refunds.FirstOrDefault(r => r.Id == refundId) is { } refund
            ? PixAnswer.Of(refund)
            : PixAnswer.Of(new PixError(404, "not_found", "Refund not found", 2024), book.Now);

    private static (DateTimeOffset At, PixError? Error) Expiry(PixRequest request, DateTimeOffset now)
    {
        if (request.DateOfExpiration is not { } text)
            return (now + _default, null);
        if (PixTime.Parse(text) is not { } at)
        {
            return (default, PixError.Bad(
                23, "The following parameters must be valid date and format (yyyy-MM-dd'T'HH:mm:ss.SSSz): date_of_expiration"));
        }

        return at < now + _shortest - _tolerance || at > now + _longest + _tolerance
            ? (default, PixError.Bad(4390, "date_of_expiration must be between 30 minutes and 30 days from now"))
            : (at, null);
    }

    private static PixError? Wrong(PixRequest request) => request switch
    {
        { TransactionAmount: null } => PixError.Bad(4020, "transaction_amount attribute can't be null"),
        { TransactionAmount: <= 0 } => PixError.Bad(4037, "Invalid transaction_amount"),
        { TransactionAmount: { } amount } when amount != decimal.Round(amount, 2) => PixError.Bad(4037, "Invalid transaction_amount"),
        { PaymentMethodId: null } => PixError.Bad(4019, "payment_method_id attribute can't be null"),
        { PaymentMethodId: not "pix" } => PixError.Bad(3028, "Invalid payment_method_id"),
        { Payer: null } => PixError.Bad(4012, "payer attribute can't be null"),
        { Payer.Email: var email } when email is null || !MailAddress.TryCreate(email, out _) => PixError.Bad(4050, "payer.email must be a valid email"),
        { NotificationUrl: { } url } when !Uri.IsWellFormedUriString(url, UriKind.Absolute) =>
            PixError.Bad(4020, "notification_url attribute must be url valid"),
        { ExternalReference.Length: > 256 } => PixError.Bad(4019, "external_reference is too long"),
        _ => null,
    };
}
