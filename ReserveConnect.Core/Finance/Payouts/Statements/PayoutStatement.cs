namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>A payout as its property is told of it, BRL: who is paid, where, when, and how it adds up.</summary>
/// <param name="Destination">Masked as <see cref="PayoutView"/> has it.</param>
/// <param name="TransferId">The provider's id of the transfer.</param>
/// <param name="CompletedAt">When it was sent.</param>
/// <param name="ReturnedAt">When it came back.</param>
public sealed record PayoutStatement(
    Guid Id, Guid PropertyId, string PropertyName, DateOnly PeriodStart, DateOnly PeriodEnd, string Currency, decimal Gross, decimal Commission, decimal Tax,
    decimal Net, string Status, string? Method, string? Destination, string? TransferId, DateTimeOffset? CompletedAt, DateTimeOffset? ReturnedAt)
{
    /// <summary>In their order.</summary>
    public IReadOnlyList<StatementLine> Lines { get; init; } = [];

    /// <summary>Nobody is handed a statement that they cannot add up.</summary>
    /// <exception cref="InvalidOperationException">The lines are not what the payout says it comes to.</exception>
    internal PayoutStatement AddedUp() =>
        (Lines.Sum(l => l.Gross), Lines.Sum(l => l.Commission), Lines.Sum(l => l.Tax), Lines.Sum(l => l.Amount)) == (Gross, Commission, Tax, Net)
        && Gross - Commission - Tax == Net
            ? this
            : throw new InvalidOperationException($"The lines of payout {Id} do not add up to it.");
}

/// <summary>A line of it; <c>Amount = Gross - Commission - Tax</c>, BRL.</summary>
/// <param name="Kind">One of <see cref="PayoutLineKind"/>.</param>
/// <param name="CarriedFrom">The payout that was below nothing.</param>
/// <param name="TaxRate">Per cent.</param>
public sealed record StatementLine(
    int Line, string Kind, string? ConfirmationCode, DateOnly? CheckIn, DateOnly? CheckOut, Guid? CarriedFrom, string? TaxType, decimal? TaxRate, decimal Gross,
    decimal Commission, decimal Tax, decimal Amount);

/// <summary>Who issues statements.</summary>
/// <param name="Document">The company's CNPJ as people write it; null: it is left out.</param>
public sealed record StatementIssuer(string Name, string? Document);
