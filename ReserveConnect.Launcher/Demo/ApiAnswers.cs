namespace ReserveConnect.Launcher.Demo;

/// <summary>One property of a search, with its cheapest unit.</summary>
internal sealed record FoundProperty(string Slug, string Name, decimal? Rating, FoundUnit Unit);

/// <summary>The cheapest unit of a property and what the whole stay in it costs.</summary>
internal sealed record FoundUnit(Guid Id, string Name, decimal Total);

/// <summary>A page of a search.</summary>
internal sealed record SearchAnswer(IReadOnlyList<FoundProperty> Items);

/// <summary>The availability of a unit for given dates.</summary>
internal sealed record AvailabilityAnswer(bool Available, QuoteAnswer? Quote);

/// <summary>The price of a stay.</summary>
internal sealed record QuoteAnswer(string PropertyName, string UnitName, IReadOnlyList<QuoteNight> Nights, IReadOnlyList<QuotedLine> Lines, decimal Total);

/// <summary>One night of a quote.</summary>
internal sealed record QuoteNight(DateOnly Date, decimal Amount);

/// <summary>One line of a quote.</summary>
internal sealed record QuotedLine(string Description, decimal Amount);

/// <summary>A hold.</summary>
internal sealed record IntentAnswer(Guid BookingIntentId, string Status, decimal Total, DateTimeOffset ExpiresAt, string? ClosedReason, string? ConfirmationCode);

/// <summary>A payment.</summary>
internal sealed record PaymentAnswer(string Status, decimal Amount, string? ProviderPaymentId, string? ClientSecret, string? CopyPasteCode, DateTimeOffset? ExpiresAt);

/// <summary>A reservation.</summary>
internal sealed record ReservationAnswer(string ConfirmationCode, string Status, string PaymentStatus, PropertyAnswer Property, DateOnly CheckIn, DateOnly CheckOut, decimal Total);

/// <summary>Where the guest stays.</summary>
internal sealed record PropertyAnswer(string Name, string UnitName);
