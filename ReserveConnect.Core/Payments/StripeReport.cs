namespace ReserveConnect.Payments;

/// <summary>What a stored event of Stripe is about; what became of it is fetched.</summary>
/// <param name="ObjectId">The object of the event: a payment, a charge, a refund, a dispute, ...</param>
/// <param name="PaymentIntentId">The payment that it belongs to.</param>
/// <param name="AttemptId">Our attempt, where the object names it.</param>
public sealed record StripeReport(string ObjectId, string? PaymentIntentId, Guid? AttemptId = null);
