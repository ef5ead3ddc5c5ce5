namespace ReserveConnect.Launcher.Demo;

/// <summary>A page of a search.</summary>
internal sealed record SearchAnswer(int TotalCount, IReadOnlyList<FoundStay> Items);

/// <summary>A property with its cheapest unit and what the whole stay in it costs.</summary>
internal sealed record FoundStay(FoundProperty Property, Guid UnitId, string UnitName, decimal Total);

/// <summary>A property in a list.</summary>
internal sealed record FoundProperty(string Name, string Slug);

/// <summary>The price of a stay.</summary>
internal sealed record QuoteAnswer(string PropertyName, string UnitName, IReadOnlyList<QuotedLine> Lines, decimal Total);

/// <summary>One line of a quote.</summary>
internal sealed record QuotedLine(string Description, decimal Amount);

/// <summary>A hold; with a token for it in the answer that made it.</summary>
internal sealed record IntentAnswer(
    Guid BookingIntentId, string Status, decimal Total, DateTimeOffset ExpiresAt, string? ClosedReason, string? ConfirmationCode, string? AccessToken);

/// <summary>A payment.</summary>
internal sealed record PaymentAnswer(string Status, decimal Amount, string? ProviderPaymentId, string? ClientSecret, string? CopyPasteCode, DateTimeOffset? ExpiresAt);

/// <summary>What a change of a booking costs.</summary>
internal sealed record ChangePrice(decimal Difference, decimal AmountDue, decimal Refund);

/// <summary>What a change would cost, and whether it can be had.</summary>
internal sealed record ChangeQuoteAnswer(bool IsAvailable, ChangePrice Price);

/// <summary>A change that was begun; it is paid like a booking.</summary>
internal sealed record ChangeAnswer(Guid BookingIntentId, string Status, ChangePrice Price);

/// <summary>What giving a booking up gives back, and why.</summary>
internal sealed record CancellationQuoteAnswer(decimal Refund, decimal RefundPercentage, string Reason);

/// <summary>A reservation.</summary>
internal sealed record ReservationAnswer(string ConfirmationCode, string Status, string PaymentStatus, PropertyAnswer Property, DateOnly CheckIn, DateOnly CheckOut, decimal Total);

/// <summary>Where the guest stays.</summary>
internal sealed record PropertyAnswer(string Name, string UnitName);
