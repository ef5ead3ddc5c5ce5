namespace ReserveConnect.Finance;

/// <summary>Where the money stands, BRL. Days are those of the books, in America/Sao_Paulo.</summary>
/// <param name="CityId">Missing: the whole company, with what belongs to no property.</param>
/// <param name="Properties">A page, those that bring most first.</param>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record FinancialSummaryView(
    Guid? CityId, string Currency, PeriodIncome Today, PeriodIncome Week, PeriodIncome Month, Outstanding Outstanding, PendingPayouts PendingPayouts,
    IReadOnlyList<PropertySummary> Properties, string? NextCursor);

/// <summary>What we earned in some days, less what was given back in them.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day: today.</param>
/// <param name="Revenue">All of the others together.</param>
/// <param name="Commission">On bookings that stand.</param>
/// <param name="CancellationFees">Our part of what guests were not given back.</param>
public sealed record PeriodIncome(
    DateOnly From, DateOnly To, decimal Revenue, decimal Commission, decimal ServiceFees, decimal CancellationFees, decimal Advertising);

/// <summary>What is owed now.</summary>
/// <param name="ToProperties">What properties have earned and were not paid.</param>
/// <param name="Overpaid">What properties were paid beyond that, and later payouts deduct.</param>
/// <param name="ToGuests">Prepaid for what is not confirmed, or to be given back; of the whole company only.</param>
/// <param name="Taxes">To tax offices; of the whole company only.</param>
public sealed record Outstanding(decimal ToProperties, decimal Overpaid, decimal? ToGuests, decimal? Taxes);

/// <summary>Payouts of which something is still to be done.</summary>
/// <param name="Amount">What they will send.</param>
/// <param name="AwaitingApproval">How many of them wait for a supervisor.</param>
public sealed record PendingPayouts(int Count, decimal Amount, int AwaitingApproval, decimal AmountAwaitingApproval);

/// <summary>A property's part in it.</summary>
/// <param name="Month">Our revenue from it this month; this week, and today, likewise.</param>
/// <param name="Commission">Of the month.</param>
/// <param name="Owed">What it has earned and was not paid.</param>
/// <param name="PendingPayouts">What payouts that are under way will send it.</param>
public sealed record PropertySummary(
    Guid PropertyId, string Name, Guid CityId, decimal Today, decimal Week, decimal Month, decimal Commission, decimal Owed, decimal PendingPayouts)
{
    internal decimal RevenueIn(string period) => period switch { "today" => Today, "week" => Week, _ => Month };
}
