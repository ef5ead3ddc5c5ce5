using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Modifications;

/// <summary>What a change would cost, and whether it can be had. A promise to nobody: only the change itself holds the nights.</summary>
/// <param name="Bill">The new stay's, line by line.</param>
/// <param name="IsAvailable">Every night can be had, and no restriction is broken.</param>
/// <param name="UnavailableNights">Those that cannot; nights that the booking has already are never among them.</param>
/// <param name="BrokenRestrictions">Of the day of arrival or departure.</param>
public sealed record ModificationQuote(
    string ConfirmationCode,
    int Adults,
    int Children,
    int Infants,
    Quote Bill,
    ModificationPrice Price,
    bool IsAvailable,
    IReadOnlyList<DateOnly> UnavailableNights,
    IReadOnlyList<BrokenRestriction> BrokenRestrictions);

/// <summary>Why a stay is not sold like this.</summary>
/// <param name="Code"><c>minimum_stay</c>, <c>maximum_stay</c>, <c>closed_to_arrival</c> or <c>closed_to_departure</c>.</param>
/// <param name="Detail">A sentence for a person.</param>
public sealed record BrokenRestriction(string Code, string Detail);
