using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>What a person can do about a refund that its provider does not make: have it tried now, or say that it was made by hand.</summary>
public sealed class RefundOrders(ReserveDatabase database, IStripeGateway stripe, MercadoPagoClient pix, TimeProvider clock, IOptions<PaymentOptions> options)
{
    /// <summary>Whatever waits for its next try does not wait, and what was given up is tried as long as a new one.</summary>
    public Task TryNowAsync(Guid refundId, CancellationToken cancellation) =>
        database.TransactAsync(
            unit => unit.Connection.ExecuteAsync(
                """
                UPDATE reserve.refunds
                SET next_try_at = NULL,
                    dispute_id = NULL,
                    ordered_at = @now,
                    updated_at = @now
                WHERE id = @refundId
                  AND status <> 'succeeded'
                """,
                new { refundId, now = clock.GetUtcNow() }),
            cancellation);

    /// <summary>Asks the provider whether it has that refund, of that payment, over that amount.</summary>
    /// <returns>
    /// Null when it has. Refusals: <c>refund_not_at_provider</c>, <c>refund_amount_differs</c>, <c>refund_failed_there</c>,
    /// <c>provider_silent</c>.
    /// </returns>
    public async Task<Refusal?> CheckAsync(Guid refundId, string providerRefundId, CancellationToken cancellation)
    {
        var (attempt, ours) = await OfPaymentAsync(refundId, cancellation);
        var refund = ours.Single(known => known.Id == refundId);
        if (await ListAsync(attempt, cancellation) is not { } made)
        {
            return Refusal.Unavailable("provider_silent", "The provider does not answer; try again in some minutes.");
        }

        return made.FirstOrDefault(known => known.ProviderRefundId == providerRefundId) switch
        {
            null => No("refund_not_at_provider", "The provider has no such refund of this payment."),
            { State: RefundState.Failed } => No("refund_failed_there", "The provider says that this refund failed."),
            { Amount: var amount } when amount != refund.Amount => No("refund_amount_differs", $"That refund is over {amount:0.00}, this one over {refund.Amount:0.00}."),
            _ => null,
        };
    }

    /// <summary>Takes the refund that was made by hand for this one; the provider is asked where it stands, as for any other.</summary>
    /// <returns>Null when it is recorded. Refusal: <c>refund_id_used</c>.</returns>
    public async Task<Refusal?> RecordAsync(Guid refundId, string providerRefundId, CancellationToken cancellation)
    {
        try
        {
            await database.TransactAsync(unit => RecordAsync(unit, refundId, providerRefundId), cancellation);
            return null;
        }
        catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return No("refund_id_used", "Another refund of ours is this one at the provider.");
        }
    }

    private async Task RecordAsync(UnitOfWork unit, Guid refundId, string providerRefundId)
    {
        var now = clock.GetUtcNow();
        var intentId = (await Refunds.FindAsync(unit.Connection, refundId))!.BookingIntentId;
        await BookingIntents.LockAsync(unit, intentId);
        var refund = (await Refunds.FindAsync(unit.Connection, refundId))!;
        if (refund.Status == RefundStatus.Succeeded)
        {
            return;
        }

        if (refund.Status == RefundStatus.Failed)
        {
            await Refunds.MoveAsync(unit, refundId, RefundStatus.Failed, RefundStatus.Requested, "made by hand", now);
        }

        if (refund.Status != RefundStatus.Pending)
        {
            await Refunds.MoveAsync(unit, refundId, RefundStatus.Requested, RefundStatus.Pending, "made by hand", now);
        }

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.refunds
            SET provider_refund_id = @providerRefundId,
                next_try_at = NULL,
                dispute_id = NULL,
                ordered_at = @now
            WHERE id = @refundId
            """,
            new { refundId, providerRefundId, now });
    }

    /// <summary>Whether a transfer may stand for the refund: of a PIX payment, of which its provider has given nothing back that is not ours.</summary>
    /// <returns>Null: it may. Refusals: <c>transfer_for_pix_only</c>, <c>refund_at_provider</c>, <c>provider_silent</c>.</returns>
    public async Task<Refusal?> CheckTransferAsync(Guid refundId, CancellationToken cancellation)
    {
        var (attempt, ours) = await OfPaymentAsync(refundId, cancellation);
        if (!attempt.IsPix)
        {
            return Refusal.Unprocessable(
                "transfer_for_pix_only", "Money that came by card goes back to the card, by its provider.",
                new FieldError("action", "transfer_for_pix_only", "For PIX payments."));
        }

        if (await ListAsync(attempt, cancellation) is not { } made)
        {
            return Refusal.Unavailable("provider_silent", "The provider does not answer; try again in some minutes.");
        }

        return made.All(there => there.State == RefundState.Failed
                || ours.Any(known => known.Status == RefundStatus.Succeeded && there.IsBehind(known)))
            ? null
            : Refusal.Conflict("refund_at_provider", "The provider has given money of this payment back: override with its refund.");
    }

    /// <summary>The guest has the money by a transfer from the account that the payment came to: the refund is made.</summary>
    /// <returns>Null when it is recorded. Refusal: <c>transfer_id_used</c>.</returns>
    public async Task<Refusal?> RecordTransferAsync(Guid refundId, string transferId, CancellationToken cancellation)
    {
        var isRecorded = await database.TransactAsync(
            async unit =>
            {
                var refund = (await Refunds.FindAsync(unit.Connection, refundId))!;
                return await RefundSettlement.SucceededAsync(
                    unit, refund, new(RefundState.Succeeded, transferId, refund.Amount, FailureReason: null), options.Value, clock.GetUtcNow());
            },
            cancellation);
        return isRecorded
            ? null
            : Refusal.Unprocessable(
                "transfer_id_used", "Another refund was paid by this transfer.", new FieldError("transfer_id", "transfer_id_used", "Of another refund."));
    }

    private async Task<(PaymentAttempt Attempt, IReadOnlyList<Refund> Refunds)> OfPaymentAsync(Guid refundId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var refund = (await Refunds.FindAsync(connection, refundId))!;
        return ((await PaymentAttempts.FindAsync(connection, refund.PaymentAttemptId))!, await Refunds.OfAttemptAsync(connection, refund.PaymentAttemptId));
    }

    // Null: the provider did not say.
    private async Task<IReadOnlyList<RefundFact>?> ListAsync(PaymentAttempt attempt, CancellationToken cancellation) => attempt.IsPix
        ? (await pix.ListRefunds(attempt.ProviderPaymentIntentId!, cancellation)).ValueOrNull?.Select(RefundFact.Of).ToList()
        : (await stripe.ListRefunds(attempt.ProviderPaymentIntentId!, cancellation)).ValueOrNull?.Select(RefundFact.Of).ToList();

    private static Refusal No(string code, string detail) => Refusal.Unprocessable(code, detail, new FieldError("provider_refund_id", code, detail));
}
