using System.Text.Json;
using System.Text.RegularExpressions;
using ReserveConnect.Accounts;
using ReserveConnect.Events;

namespace ReserveConnect.Support;

/// <summary>What somebody wants done about an exception.</summary>
/// <param name="Action">One of those that the exception's kind has.</param>
/// <param name="Notes">For whoever reads it later; needed to dismiss.</param>
/// <param name="HostBookingId">To override a failed Host commit: the booking that was made by hand.</param>
/// <param name="ProviderRefundId">To override a failed refund: the provider's id of the one that was made by hand.</param>
/// <param name="TransferId">Of a transfer that stands for a refund: its end-to-end id, by which every bank knows a PIX.</param>
public sealed partial record ExceptionOrder(
    string Action, string? Notes = null, Guid? HostBookingId = null, string? ProviderRefundId = null, string? TransferId = null)
{
    /// <summary>Longest notes in characters.</summary>
    public const int LongestNotes = 2_000;

    private const int LongestProviderId = 200;

    internal string ToJson() => JsonSerializer.Serialize(this, EventJson.Options);

    internal static ExceptionOrder? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<ExceptionOrder>(json, EventJson.Options);

    /// <summary>Whether it wants the same done; what is noted beside it is no part of that.</summary>
    internal bool IsSameAs(ExceptionOrder? other) => other is not null && this with { Notes = null } == other with { Notes = null };

    /// <summary>Whether it can be ordered for this kind, by this actor: a refusal if not.</summary>
    internal Refusal? Check(TroubleType type, Actor actor)
    {
        if (type.Actions.FirstOrDefault(action => action.Name == Action) is not { } action)
        {
            return Refusal.Unprocessable(
                "action_not_available", $"An exception of this type takes: {string.Join(", ", type.Actions.Select(known => known.Name))}.",
                new FieldError("action", "action_not_available", "Not an action of this type."))
                with { Extensions = new Dictionary<string, object?> { ["actions"] = type.Actions.Select(known => known.Name).ToArray() } };
        }

        if (actor.Kind < action.Least || actor.Kind < type.Owner)
        {
            return AssignException.ForSupervisors("Only a supervisor may do this.");
        }

        return (Action, type.Name) switch
        {
            _ when Notes?.Length > LongestNotes => Missing("notes", "too_long", $"At most {LongestNotes} characters."),
            ("dismiss", _) when string.IsNullOrWhiteSpace(Notes) => Missing("notes", "notes_required", "Say why nothing is left to do."),
            ("override", "host_booking_failed") when HostBookingId is null || HostBookingId == Guid.Empty =>
                Missing("host_booking_id", "host_booking_id_required", "Say which booking was made at the Host."),
            ("override", "refund_failed") when string.IsNullOrWhiteSpace(ProviderRefundId) || ProviderRefundId.Length > LongestProviderId =>
                Missing("provider_refund_id", "provider_refund_id_required", "Say which refund was made at the provider."),
            ("transferred", _) when TransferId is null || !EndToEndId().IsMatch(TransferId) =>
                Missing("transfer_id", "transfer_id_required", "The end-to-end id on the receipt of the transfer: E, 20 digits, 11 letters or digits."),
            _ => null,
        };
    }

    // Banco Central do Brasil, PIX: E, the bank's ISPB (8 digits), date and time (12 digits), 11 of the bank's choosing.
    [GeneratedRegex("^E[0-9]{20}[A-Za-z0-9]{11}$", RegexOptions.CultureInvariant)]
    private static partial Regex EndToEndId();

    private static Refusal Missing(string field, string code, string detail) => Refusal.Unprocessable(code, detail, new FieldError(field, code, detail));
}
