using Microsoft.Extensions.Options;
using ReserveConnect.Idempotency;
using ReserveConnect.Payments;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Functions.Limiting;

/// <summary>
/// Refuses the start with times that do not fit that of a request: a guest who cannot pay one way would be cut off before the other
/// is offered, or a request that is still at work would be taken for one that has died.
/// </summary>
public sealed class RequestTimes(IOptions<StripeOptions> stripe, IOptions<MercadoPagoOptions> mercadoPago, IOptions<IdempotencyOptions> idempotency)
    : IValidateOptions<LimitOptions>
{
    /// <summary>An abandoned request is older than so many times the longest: the last of them may still be ending.</summary>
    private const int AbandonedAfterRequests = 2;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        var paying = PayingTime.Longest(stripe.Value, mercadoPago.Value);
        if (paying >= options.RequestTimeout)
        {
            failures.Add(
                $"{LimitOptions.Section}:RequestTimeout ({options.RequestTimeout:c}) has to be longer than a request to pay may ask the providers ({paying:c}): "
                + $"{PayingTime.QuestionsToClose + PayingTime.QuestionsToOpen} times the TotalTimeout of {StripeOptions.Section} or {MercadoPagoOptions.Section}, whichever is longer");
        }

        if (idempotency.Value.AbandonedAfter < AbandonedAfterRequests * options.RequestTimeout)
        {
            failures.Add(
                $"{IdempotencyOptions.Section}:AbandonedAfter ({idempotency.Value.AbandonedAfter:c}) has to be {AbandonedAfterRequests} times "
                + $"{LimitOptions.Section}:RequestTimeout ({options.RequestTimeout:c}) or longer");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
