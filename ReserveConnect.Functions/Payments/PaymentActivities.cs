using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Payments;

/// <summary>The saga's steps at the payment providers; each may run twice and comes to the same.</summary>
public sealed class PaymentActivities(ReviewPayment review, CaptureOrRelease capture, RefundPayment refund, TakeLatePayment late)
{
    [Function("review_payment")]
    [Access(Callers.Host)]
    public Task<PaymentStep> ReviewPayment([ActivityTrigger] Guid intentId, CancellationToken cancellation) =>
        review.RunAsync(intentId, cancellation);

    [Function("capture_payment")]
    [Access(Callers.Host)]
    public Task<CaptureStep> CapturePayment([ActivityTrigger] HostTry input, CancellationToken cancellation) =>
        capture.CaptureAsync(input.IntentId, input.Attempt, cancellation);

    [Function("refund_payment")]
    [Access(Callers.Host)]
    public Task<PaymentStep> RefundPayment([ActivityTrigger] Guid intentId, CancellationToken cancellation) =>
        refund.RunAsync(intentId, cancellation);

    [Function("take_late_payment")]
    [Access(Callers.Host)]
    public Task<PaymentStep> TakeLatePayment([ActivityTrigger] Guid attemptId, CancellationToken cancellation) =>
        late.RunAsync(attemptId, cancellation);
}
