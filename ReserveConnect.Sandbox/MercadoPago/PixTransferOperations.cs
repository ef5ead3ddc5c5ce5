using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Operations of the Payouts API, and what the account has. Called with the book's lock held.</summary>
internal static partial class PixTransferOperations
{
    private const int SignatureBytes = 64;

    private static readonly string[] _keyTypes = ["CPF", "CNPJ", "EMAIL", "PHONE", "PIX_CODE"];

    /// <summary><c>POST /v1/transaction-intents/process</c></summary>
    public static PixAnswer Create(PixBook book, Change change, HttpContext context, PixTransferRequest request, bool mustSign)
    {
        if ((Unsigned(context, mustSign) ?? Wrong(book, request)) is { } error)
            return PixAnswer.Of(error, book.Now);
        var target = request.Transaction!.To!.Accounts![0];
        return PixAnswer.Of(
            book.Transfers.Create(change, new PixTransfer("", target.Amount!.Value, target.Chave!.Type!, target.Chave.Value!, target.Owner!.Identification!, book.Now)
            {
                ExternalReference = request.ExternalReference,
                NotificationUrl = request.SellerConfiguration?.NotificationInfo?.NotificationUrl,
            }),
            202);
    }

    /// <summary><c>GET /v1/transaction-intents/{id}</c></summary>
    public static PixAnswer Get(PixBook book, string? id) => book.Transfers.Find(id) is { } transfer
        ? PixAnswer.Of(transfer)
        : PixAnswer.Of(new PixError(404, "not_found", "Transaction Intent not found", null), book.Now);

    /// <summary><c>GET /users/me</c></summary>
    public static PixAnswer User() => new(200, PixWriter.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("id", PixWriter.CollectorId);
        json.WriteString("nickname", "RESERVECONNECT");
        json.WriteString("site_id", "MLB");
        json.WriteEndObject();
    }));

    /// <summary><c>GET /users/{id}/mercadopago_account/balance</c></summary>
    public static PixAnswer Balance(PixBook book, string? user)
    {
        if (user != PixWriter.CollectorId.ToString(CultureInfo.InvariantCulture))
            return PixAnswer.Of(new PixError(403, "forbidden", "At least one policy returned UNAUTHORIZED.", null), book.Now);
        return new PixAnswer(200, PixWriter.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("user_id", PixWriter.CollectorId);
            json.WriteNumber("total_amount", book.Account.Available + book.Account.Held);
            json.WriteNumber("available_balance", book.Account.Available);
            json.WriteNumber("unavailable_balance", book.Account.Held);
            json.WriteString("currency_id", "BRL");
            json.WriteEndObject();
        }));
    }

    // Whether the signature is the integrator's own is not looked at: its public key is not known here.
    private static PixError? Unsigned(HttpContext context, bool mustSign)
    {
        var enforced = context.Request.Headers["X-enforce-signature"].ToString() == "true";
        if (!enforced)
            return mustSign ? PixError.Bad(4200, "X-enforce-signature must be true in production") : null;
        Span<byte> signature = stackalloc byte[SignatureBytes * 2];
        return Convert.TryFromBase64String(context.Request.Headers["X-signature"].ToString(), signature, out var length) && length == SignatureBytes
            ? null
            : PixError.Bad(4201, "Invalid signature");
    }

    private static PixError? Wrong(PixBook book, PixTransferRequest request)
    {
        var (from, to) = (request.Transaction?.From?.Accounts, request.Transaction?.To?.Accounts);
        return request switch
        {
            { ExternalReference: { } reference } when !Reference().IsMatch(reference) || book.Transfers.HasReference(reference) =>
                PixError.Bad(4210, "Invalid external_reference"),
            _ when Point(request.PointOfInteraction) != "PSP_TRANSFER" => PixError.Bad(4211, "Invalid type point_of_interaction"),
            _ when from is not { Count: 1 } || to is not { Count: 1 } => PixError.Bad(4212, "Invalid Body"),
            _ when request.Transaction!.TotalAmount is not > 0 || decimal.Round(request.Transaction.TotalAmount.Value, 2) != request.Transaction.TotalAmount
                || from[0].Amount != request.Transaction.TotalAmount || to[0].Amount != request.Transaction.TotalAmount => PixError.Bad(4213, "Invalid amount"),
            _ when to[0].Type != "current" => PixError.Bad(4214, "Invalid account type"),
            _ when to[0].Chave is not { Value.Length: > 0 } key || Array.IndexOf(_keyTypes, key.Type) < 0 => PixError.Bad(4215, "Invalid chave"),
            _ when to[0].Owner?.Identification is not { } owner || owner.Type is not ("CPF" or "CNPJ") => PixError.Bad(4216, "Invalid identification type"),
            _ when to[0].Owner!.Identification!.Number is not { } number || !Digits().IsMatch(number) => PixError.Bad(4217, "Invalid identification number"),
            _ => null,
        };
    }

    // The documentation's requests have it as an object, and as an object in a string.
    private static string? Point(JsonElement? point) => point switch
    {
        { ValueKind: JsonValueKind.Object } given => given.TryGetProperty("type", out var type) ? type.ToString() : null,
        { ValueKind: JsonValueKind.String } text when text.GetString()!.Contains("\"PSP_TRANSFER\"", StringComparison.Ordinal) => "PSP_TRANSFER",
        _ => null,
    };

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex Reference();

    [GeneratedRegex("^([0-9]{11}|[0-9]{14})$")]
    private static partial Regex Digits();
}
