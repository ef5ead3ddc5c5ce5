using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>A connected account: a property that money is sent to.</summary>
internal sealed record Account(string Id, string Type, string Country, string? Email, long Created)
{
    /// <summary>Whether it may receive: <c>active</c>, <c>inactive</c>, <c>pending</c>.</summary>
    public string Transfers { get; init; } = "active";

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>Money sent to a connected account; amounts in minor units.</summary>
internal sealed record Transfer(string Id, string Destination, long Amount, string Currency, long Created, string BalanceTransaction)
{
    public string? Description { get; init; }
    public string? Group { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<TransferReversal> Reversals { get; init; } = [];

    /// <summary>The instant at which what is left of it comes back by itself, unix seconds; null: it stays.</summary>
    public long? ReturnsAt { get; init; }

    /// <summary>What came back.</summary>
    [JsonIgnore]
    public long AmountReversed => Reversals.Sum(reversal => reversal.Amount);
}

/// <summary>A part of a transfer that came back.</summary>
internal sealed record TransferReversal(string Id, string Transfer, long Amount, string Currency, long Created, string BalanceTransaction)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>Body of the control call that decides about the next transfers.</summary>
/// <param name="Code">The error, as <c>balance_insufficient</c>, <c>account_invalid</c>, <c>insufficient_capabilities_for_transfer</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Destination">Only of those to this account; null: to any.</param>
internal sealed record TransferRule(string Code, int Status = 400, int Count = 1, string? Destination = null);

/// <summary>Body of the control call that sends a transfer back.</summary>
/// <param name="Amount">In minor units; null: what is left of it.</param>
/// <param name="After">How much later; null: at once. Then all that is left.</param>
internal sealed record TransferReturn(long? Amount = null, TimeSpan? After = null);

/// <summary>Body of the control call that puts money into the balance, or with a negative amount takes it out to our bank.</summary>
internal sealed record BalanceOrder(long Amount, string Currency = "brl");

/// <summary>Body of the control calls that make a connected account, or change whether it may receive.</summary>
internal sealed record AccountOrder(string? Id = null, string Transfers = "active");

/// <summary>What is in the balance.</summary>
internal sealed record BalanceState(long Available, long Pending, string Currency);
