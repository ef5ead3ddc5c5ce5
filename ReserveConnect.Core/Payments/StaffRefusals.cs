using ReserveConnect.Booking;

namespace ReserveConnect.Payments;

/// <summary>What staff are refused who move a booking's money at their own discretion.</summary>
internal static class StaffRefusals
{
    public static Refusal NotFound => Refusal.NotFound("reservation_not_found", "There is no such reservation.");

    public static Refusal? OfReason(string reason) =>
        string.IsNullOrWhiteSpace(reason)
            ? Refusal.Unprocessable("reason_required", "Say why: it is kept with the booking.", new FieldError("reason", "reason_required", "Must be given."))
            : reason.Length > CancelBooking.MaxReason ? CancelBooking.TooLong : null;

    /// <summary>Whoever is to bear it cannot.</summary>
    public static Refusal InvalidCharge(string detail) =>
        Refusal.Unprocessable("invalid_charged_to", detail, new FieldError("charged_to", "invalid_charged_to", detail));

    /// <summary>Money is more than nothing, whole cents, and at most what is left.</summary>
    public static Refusal? OfAmount(decimal amount, decimal remaining, string currency) =>
        amount > 0 && amount <= remaining && decimal.Round(amount, 2) == amount
            ? null
            : Refusal.Unprocessable(
                "refund_amount_invalid",
                "A refund is more than nothing, in whole cents, and at most what remains of the payment.",
                new FieldError("amount", "refund_amount_invalid", "More than 0, two places, at most what remains.")) with
            {
                Extensions = new Dictionary<string, object?> { ["remaining"] = remaining, ["currency"] = currency },
            };
}
