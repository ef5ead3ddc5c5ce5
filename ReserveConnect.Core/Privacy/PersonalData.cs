using ReserveConnect.Accounts;

namespace ReserveConnect.Privacy;

/// <summary>Everything that is held about the owner of an account.</summary>
/// <param name="GeneratedAt">UTC instant.</param>
/// <param name="IntentsUnderYourAddress">Made by somebody who was not logged in, and never a booking; what they typed beside the address is not yours to see.</param>
/// <param name="Processing">Why it is held, and how long.</param>
/// <param name="Recipients">Who else was given some of it.</param>
public sealed record PersonalData(
    DateTimeOffset GeneratedAt,
    GuestProfile Account,
    HeldTraveler? Traveler,
    IReadOnlyList<HeldIntent> BookingIntents,
    IReadOnlyList<HeldIntentUnderAddress> IntentsUnderYourAddress,
    IReadOnlyList<HeldReservation> Reservations,
    IReadOnlyList<HeldPayment> Payments,
    IReadOnlyList<HeldRefund> Refunds,
    IReadOnlyList<HeldRefundOrder> RefundOrders,
    IReadOnlyList<HeldSession> Sessions,
    IReadOnlyList<HeldMail> Mails,
    IReadOnlyList<HeldAuditEntry> AuditTrail,
    IReadOnlyList<HeldData> Processing,
    IReadOnlyList<DataRecipient> Recipients);

/// <summary>The guest of all bookings under one address.</summary>
public sealed record HeldTraveler(string Email, string FirstName, string LastName, string? Phone, DateTimeOffset CreatedAt);

/// <summary>An attempt to book, whatever became of it.</summary>
/// <param name="ExpiresAt">UTC instant.</param>
public sealed record HeldIntent(
    Guid BookingIntentId, string Status, string PropertyName, string UnitName, DateOnly CheckIn, DateOnly CheckOut, int GuestsAdults, int GuestsChildren, int GuestsInfants,
    string Currency, decimal Total, string GuestEmail, string GuestFirstName, string GuestLastName, string? GuestPhone, string? SpecialRequests,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>An attempt to book that somebody made under the address.</summary>
public sealed record HeldIntentUnderAddress(Guid BookingIntentId, string Status, DateOnly CheckIn, DateOnly CheckOut, DateTimeOffset CreatedAt);

/// <summary>A booking.</summary>
public sealed record HeldReservation(
    Guid ReservationId, string ConfirmationCode, string Status, string PaymentStatus, string PropertyName, string UnitName, DateOnly CheckIn,
    DateOnly CheckOut, int GuestsAdults, int GuestsChildren, int GuestsInfants, string Currency, decimal Total, string GuestEmail, string GuestFirstName,
    string GuestLastName, string? GuestPhone, string? SpecialRequests, string? CancellationReason, DateTimeOffset BookedAt);

/// <summary>A charge.</summary>
/// <param name="Amount">Asked for.</param>
/// <param name="PayerDocument">CPF or CNPJ, masked: the number itself is not held.</param>
public sealed record HeldPayment(
    Guid PaymentAttemptId, Guid BookingIntentId, string Method, string Provider, string? ProviderPaymentId, string Status, string Currency, decimal Amount,
    decimal? AmountReceived, string? CardBrand, string? CardLast4, string? PayerName, string? PayerDocument, DateTimeOffset CreatedAt,
    DateTimeOffset? PaidAt);

/// <summary>Money that went back, or is on its way.</summary>
public sealed record HeldRefund(
    Guid RefundId, Guid PaymentAttemptId, string Status, string Reason, string? Note, string Currency, decimal Amount, DateTimeOffset RequestedAt, DateTimeOffset? MadeAt);

/// <summary>A refund that one of the staff ordered and another had to approve.</summary>
/// <param name="Status"><c>open</c>, <c>in_progress</c>, <c>resolved</c> (then it is among the refunds) or <c>dismissed</c>.</param>
/// <param name="Reason">In the words of whoever ordered it.</param>
/// <param name="Answer">In the words of whoever decided.</param>
public sealed record HeldRefundOrder(
    Guid BookingIntentId, string Status, string Currency, decimal Amount, string? Reason, string? Answer, DateTimeOffset OrderedAt, DateTimeOffset? DecidedAt);

/// <summary>A time when somebody was logged in.</summary>
public sealed record HeldSession(string Method, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt, string? EndedBy);

/// <summary>A mail with a link.</summary>
public sealed record HeldMail(string Purpose, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);

/// <summary>Something that was done to the account.</summary>
public sealed record HeldAuditEntry(DateTimeOffset At, string Action, string? FromStatus, string? ToStatus, string? Reason, string Actor);
