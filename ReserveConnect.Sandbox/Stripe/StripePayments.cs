using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>What a confirmation asks for besides the card.</summary>
/// <param name="ReturnUrl">Where the guest goes after authentication.</param>
/// <param name="ErrorOnRequiresAction">Decline instead of asking for authentication.</param>
internal sealed record Confirmation(string? ReturnUrl, bool ErrorOnRequiresAction);

/// <summary>What came of a call on an intent: the intent, or an error.</summary>
internal readonly record struct IntentOutcome(Intent? Intent, StripeError? Error)
{
    public static implicit operator IntentOutcome(Intent intent) => new(intent, null);

    public static implicit operator IntentOutcome(StripeError error) => new(null, error);
}

/// <summary>Moves payment intents from state to state. Called with the book's lock held; the caller commits the call's change.</summary>
internal sealed class StripePayments(StripeBook book, StripeEvents events, StripeDisputes disputes, StandIn server, StripeOptions options)
{
    private static readonly TimeSpan _holdLasts = TimeSpan.FromDays(7);

    // Authorisations in the order of their end; some are captured or cancelled by then.
    private readonly Queue<(string Intent, long At)> _held = new(
        book.Intents.Newest.Where(i => i.Status == IntentStatus.RequiresCapture)
            .Select(i => (i.Id, book.Charges[i.LatestCharge]!.Created))
            .OrderBy(held => held.Created));

    private int _settledLater;

    private long Now => server.Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Keeps a new intent.</summary>
    public Intent Create(Intent intent, StripeCall call)
    {
        book.Intents.Put(call.Change, intent);
        events.Add("payment_intent.created", intent, call);
        return intent;
    }

    /// <summary>Keeps an intent whose particulars were changed.</summary>
    public Intent Update(Intent intent, StripeCall call) => book.Intents.Put(call.Change, intent);

    /// <summary>Keeps a payment method.</summary>
    public PaymentMethod Keep(PaymentMethod method, StripeCall call) => book.Methods.Put(call.Change, method);

    /// <summary>Charges the intent's card, or asks the guest to prove who they are.</summary>
    public IntentOutcome Confirm(Intent intent, Confirmation how, StripeCall call)
    {
        if (intent.Status is not (IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation or IntentStatus.RequiresAction))
            return StripeError.UnexpectedState(intent, CannotConfirm(intent));
        if (book.Methods[intent.PaymentMethod] is not { } method)
        {
            return StripeError.UnexpectedState(
                intent,
                "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent with a payment method and then confirm it again.");
        }

        var behaviour = TestCards.Behaviour(method.Number);
        if (!behaviour.NeedsAuthentication && intent.RequestThreeDSecure is not ("any" or "challenge"))
            return ChargeCard(intent, method, behaviour, authenticated: false, call);
        if (how.ErrorOnRequiresAction)
        {
            var refusal = new CardBehaviour("authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.");
            return ChargeCard(intent, method, refusal, authenticated: false, call);
        }

        var change = call.Change;
        var waiting = book.Intents.Put(change, intent with
        {
            Status = IntentStatus.RequiresAction,
            ReturnUrl = how.ReturnUrl,
            ActionUrl = $"{call.BaseUrl}/3d_secure/{intent.Id}?secret={intent.ClientSecret}",
            LastError = null,
        });
        events.Add("payment_intent.requires_action", waiting, call);
        return waiting;
    }

    /// <summary>The guest authenticated, or failed to.</summary>
    public IntentOutcome Authenticate(Intent intent, bool succeeded, StripeCall call)
    {
        if (intent.Status != IntentStatus.RequiresAction || book.Methods[intent.PaymentMethod] is not { } method)
            return StripeError.UnexpectedState(intent, $"This PaymentIntent does not wait for authentication, its status is {intent.Status}.");
        if (succeeded)
            return ChargeCard(intent, method, TestCards.Behaviour(method.Number), authenticated: true, call);

        const string message = "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
        var change = call.Change;
        var failed = book.Intents.Put(change, intent with
        {
            Status = IntentStatus.RequiresPaymentMethod,
            PaymentMethod = null,
            ActionUrl = null,
            LastError = new CardError("payment_intent_authentication_failure", null, message, null, method.Id),
        });
        events.Add("payment_intent.payment_failed", failed, call);
        return failed;
    }

    /// <summary>Takes what was authorised, or a part of it.</summary>
    public IntentOutcome Capture(Intent intent, long? amount, StripeCall call)
    {
        if (intent.Status != IntentStatus.RequiresCapture)
        {
            return StripeError.UnexpectedState(
                intent,
                $"This PaymentIntent could not be captured because it has a status of {intent.Status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.");
        }

        var taken = amount ?? intent.AmountCapturable;
        if (taken < 1 || taken > intent.AmountCapturable)
        {
            return StripeError.Invalid(
                "amount_too_large", $"Amount exceeds the amount available to capture ({intent.AmountCapturable}).", "amount_to_capture");
        }

        var change = call.Change;
        var charge = book.Charges[intent.LatestCharge]!;
        charge = Settle(change, charge with { Captured = true, AmountCaptured = taken });
        var done = book.Intents.Put(change, intent with { Status = IntentStatus.Succeeded, AmountCapturable = 0, AmountReceived = taken });
        events.Add("charge.captured", charge, call);
        events.Add("payment_intent.succeeded", done, call);
        DisputeIfWanted(charge, call);
        return done;
    }

    /// <summary>Gives up; what was authorised is released.</summary>
    public IntentOutcome Cancel(Intent intent, string? reason, StripeCall call)
    {
        if (intent.Status is IntentStatus.Succeeded or IntentStatus.Canceled)
        {
            return StripeError.UnexpectedState(
                intent,
                $"You cannot cancel this PaymentIntent because it has a status of {intent.Status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.");
        }

        var change = call.Change;
        if (intent.Status == IntentStatus.RequiresCapture)
        {
            var charge = book.Charges[intent.LatestCharge]!;
            charge = book.Charges.Put(change, charge with { AmountRefunded = charge.Amount });
            events.Add("charge.refunded", charge, call);
        }

        var done = book.Intents.Put(change, intent with
        {
            Status = IntentStatus.Canceled,
            CanceledAt = Now,
            CancellationReason = reason,
            AmountCapturable = 0,
            ActionUrl = null,
        });
        events.Add("payment_intent.canceled", done, call);
        return done;
    }

    /// <summary>Releases authorisations that nobody captured within seven days.</summary>
    public void Expire(StripeCall call)
    {
        var before = Now - (long)_holdLasts.TotalSeconds;
        while (_held.TryPeek(out var held) && held.At <= before)
        {
            _held.Dequeue();
            if (book.Intents[held.Intent] is { Status: IntentStatus.RequiresCapture } intent)
                Cancel(intent, "automatic", call);
        }
    }

    private IntentOutcome ChargeCard(Intent intent, PaymentMethod method, CardBehaviour behaviour, bool authenticated, StripeCall call)
    {
        var change = call.Change;
        var charge = new Charge(StripeId.New("ch_3"), intent.Id, intent.Amount, intent.Currency, Now, method.Card, method.Id)
        {
            Authenticated = authenticated,
            Customer = intent.Customer,
            Description = intent.Description,
            Metadata = intent.Metadata,
            ReceiptEmail = intent.ReceiptEmail,
            StatementDescriptor = intent.StatementDescriptor,
            StatementDescriptorSuffix = intent.StatementDescriptorSuffix,
            TransferGroup = intent.TransferGroup,
        };
        if (behaviour.Code is { } code)
            return Decline(change, intent, method, charge, new CardError(code, behaviour.DeclineCode, behaviour.Message, charge.Id, method.Id), call);

        var paid = intent with { LatestCharge = charge.Id, LastError = null, ActionUrl = null };
        if (intent.IsManual)
        {
            charge = book.Charges.Put(change, charge);
            _held.Enqueue((intent.Id, charge.Created));
            paid = book.Intents.Put(change, paid with { Status = IntentStatus.RequiresCapture, AmountCapturable = intent.Amount });
            events.Add("charge.succeeded", charge, call);
            events.Add("payment_intent.amount_capturable_updated", paid, call);
        }
        else
        {
            charge = Settle(change, charge with { Captured = true, AmountCaptured = charge.Amount });
            paid = book.Intents.Put(change, paid with { Status = IntentStatus.Succeeded, AmountReceived = intent.Amount });
            events.Add("charge.succeeded", charge, call);
            events.Add("payment_intent.succeeded", paid, call);
            DisputeIfWanted(charge, call);
        }

        return paid;
    }

    private StripeError Decline(Change change, Intent intent, PaymentMethod method, Charge charge, CardError error, StripeCall call)
    {
        charge = book.Charges.Put(change, charge with { Failure = error });
        var failed = book.Intents.Put(change, intent with
        {
            Status = IntentStatus.RequiresPaymentMethod,
            PaymentMethod = null,
            LatestCharge = charge.Id,
            LastError = error,
            ActionUrl = null,
        });
        events.Add("charge.failed", charge, call);
        events.Add("payment_intent.payment_failed", failed, call);
        return StripeError.Declined(error, failed, method);
    }

    /// <summary>The fees of the next charges are not known with the money, as after an asynchronous capture.</summary>
    public void SettleLater(int count) => _settledLater += count;

    /// <summary>The fee of a charge becomes known; null: it is.</summary>
    public Charge? SettleNow(Charge charge, StripeCall call)
    {
        if (charge is not { Captured: true, BalanceTransaction: null })
            return null;
        charge = Moved(call.Change, charge);
        events.Add("charge.updated", charge, call);
        return charge;
    }

    private void DisputeIfWanted(Charge charge, StripeCall call)
    {
        if (book.Methods[charge.PaymentMethod] is { } method && TestCards.Behaviour(method.Number) is { Dispute: { } reason } behaviour)
            disputes.Open(charge, reason, null, behaviour.IsInquiry, call);
    }

    // The fee is known with the money, unless it was said otherwise: the charge carries its balance transaction from the start.
    private Charge Settle(Change change, Charge charge)
    {
        if (_settledLater == 0)
            return Moved(change, charge);
        _settledLater--;
        return book.Charges.Put(change, charge);
    }

    private Charge Moved(Change change, Charge charge)
    {
        var fee = (long)decimal.Round((charge.AmountCaptured * options.FeePercent / 100m) + (options.FeeFixed * 100m));
        var movement = new BalanceTransaction(
            StripeId.New("txn_3"), "charge", charge.Id, charge.AmountCaptured, Math.Min(fee, charge.AmountCaptured), charge.Currency, Now,
            Now + (long)options.AvailableAfter.TotalSeconds, charge.Description);
        book.Balance.Put(change, movement);
        return book.Charges.Put(change, charge with { BalanceTransaction = movement.Id });
    }

    private static string CannotConfirm(Intent intent) => intent.Status switch
    {
        IntentStatus.Succeeded => "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
        IntentStatus.RequiresCapture => "You cannot confirm this PaymentIntent because it has already been authorized after being previously confirmed; capture it instead.",
        _ => $"You cannot confirm this PaymentIntent because it has a status of {intent.Status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.",
    };
}
