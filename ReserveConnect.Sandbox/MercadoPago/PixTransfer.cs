using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>A PIX sent out of the account: a transaction intent; statuses as Mercado Pago writes them.</summary>
internal sealed record PixTransfer(string Id, decimal Amount, string KeyType, string Key, PixIdentification Owner, DateTimeOffset Created)
{
    public string Status { get; init; } = "approved";
    public string StatusDetail { get; init; } = "approved";
    public DateTimeOffset Updated { get; init; } = Created;
    public string? ExternalReference { get; init; }
    public string? NotificationUrl { get; init; }
    public decimal Refunded { get; init; }

    /// <summary>The instant at which the receiving bank sends it back; null: it keeps it.</summary>
    public DateTimeOffset? ReturnsAt { get; init; }

    /// <summary>Whether it is on its way.</summary>
    [JsonIgnore]
    public bool IsInProcess => Status == "in_process";
}

/// <summary>Body of a transfer, what this stand-in reads of it.</summary>
internal sealed record PixTransferRequest(
    string? ExternalReference, JsonElement? PointOfInteraction, PixTransferSeller? SellerConfiguration, PixTransferOrder? Transaction);

internal sealed record PixTransferSeller(PixTransferNotification? NotificationInfo);

internal sealed record PixTransferNotification(string? NotificationUrl);

internal sealed record PixTransferOrder(PixTransferAccounts? From, PixTransferAccounts? To, decimal? TotalAmount);

internal sealed record PixTransferAccounts(IReadOnlyList<PixTransferAccount>? Accounts);

internal sealed record PixTransferAccount(string? Type, decimal? Amount, PixKey? Chave, PixKeyOwner? Owner);

internal sealed record PixKey(string? Type, string? Value);

internal sealed record PixKeyOwner(PixIdentification? Identification);

/// <summary>What becomes of a transfer.</summary>
[JsonConverter(typeof(SnakeCaseEnum<PixTransferOutcome>))]
internal enum PixTransferOutcome
{
    /// <summary>The receiver has it.</summary>
    Succeeded,

    /// <summary>Waits until the control API settles it.</summary>
    Pending,

    /// <summary>Refused; the money stays.</summary>
    Rejected,

    /// <summary>The receiver's bank sends it back.</summary>
    Returned,
}

/// <summary>Body of the control call that decides about the next transfers.</summary>
/// <param name="Outcome"><c>succeeded</c>, <c>pending</c> or <c>rejected</c>.</param>
/// <param name="Reason">Why it is rejected, as <c>by_bank</c>, <c>by_provider</c>, <c>high_risk</c>, <c>insufficient_funds</c>.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Key">Only of those to this PIX key; null: to any.</param>
internal sealed record PixTransferRule(PixTransferOutcome Outcome, string Reason = "by_bank", int Count = 1, string? Key = null);

/// <summary>Body of the control call that ends a transfer on its way, or brings one back that had arrived.</summary>
/// <param name="Outcome"><c>succeeded</c>, <c>rejected</c> or <c>returned</c>.</param>
/// <param name="Reason">Why it is rejected.</param>
/// <param name="Amount">What of it is returned; null: all.</param>
/// <param name="After">How much later it is returned; null: at once.</param>
internal sealed record PixTransferSettlement(PixTransferOutcome Outcome, string Reason = "by_bank", decimal? Amount = null, TimeSpan? After = null);

/// <summary>Body of the control call that puts money into the account, or with a negative amount takes it out.</summary>
internal sealed record PixFunding(decimal Amount);

/// <summary>What is in the account.</summary>
internal sealed record PixBalance(decimal Available, decimal Held);

/// <summary>A transfer at a glance.</summary>
internal sealed record PixTransferState(string Id, decimal Amount, string Status, string StatusDetail, string? ExternalReference, string Key, DateTimeOffset Created);
